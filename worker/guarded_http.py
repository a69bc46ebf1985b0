"""HTTP that does not reach into the house: the address that is connected to is the address that was checked.

A site's admin types the URL of a webhook, so it must not become a way to the service's own network (server-side request
forgery). Checking a name before the request is not enough, since it may resolve to something else a moment later; here the
name is resolved once, each address is checked, and that very address is connected to.

Nor may a site hold a connection for ever: httpx's timeouts are for one read, so a server that sends a byte now and then would
never meet them. Here everything, from the look-up of the name on, has one deadline.
"""

from __future__ import annotations

import functools
import ipaddress
import ssl
import time
import typing
from collections.abc import Iterable

import httpcore
import httpx

from worker.lookup import LookupFailed, addresses


class AddressRefused(Exception):
    """The URL leads to an address that webhooks are not delivered to."""


_IPV4_INSIDE = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""IPv6 addresses that stand for an IPv4 address in their last 32 bits: NAT64 and the old IPv4-compatible ones."""

_PIECE = 4096
"""Bytes written at a time: few enough to go out in one send, since each send has the whole timeout to itself."""


class _Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def shorten(self, seconds: float) -> None:
        """Let no more than this pass from now on."""
        self._end = min(self._end, time.monotonic() + seconds)

    def cap(self, timeout: float | None) -> float:
        """The timeout of the next step; raises ReadTimeout when no time is left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole exchange took too long")
        return left if timeout is None else min(timeout, left)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], self._deadline.cap(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.cap(timeout))
        return _DeadlineStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> typing.Any:
        return self._stream.get_extra_info(info)


class _GuardedBackend(httpcore.SyncBackend):
    def __init__(self, deadline: _Deadline, *, loopback: bool, private: bool) -> None:
        super().__init__()
        self._deadline, self._loopback, self._private = deadline, loopback, private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            resolved = addresses(host, port, self._deadline.cap(timeout))
        except LookupFailed as error:
            raise httpcore.ConnectError(str(error)) from error
        allowed = [address for address in resolved if self._allows(address)]
        if not allowed:
            raise AddressRefused(f"refused: {host} is not a public address")
        for last, address in enumerate(allowed, 1):
            try:
                capped = self._deadline.cap(timeout)
                stream = super().connect_tcp(address, port, capped, local_address, socket_options)
                return _DeadlineStream(stream, self._deadline)
            except httpcore.ConnectError:  # a name with an IPv6 address whose server listens on IPv4 only, say
                if last == len(allowed):
                    raise
        raise AssertionError("the loop above returns or raises")

    def _allows(self, raw: str) -> bool:
        address = _meant(ipaddress.ip_address(raw.partition("%")[0]))
        if address.is_loopback:
            return self._loopback
        if address.is_link_local or address.is_multicast or address.is_unspecified:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:  # "global" to Python
            return False
        return address.is_global or (self._private and address.is_private)


def _meant(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address inside an IPv6 address that carries one; any other address as it is."""
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback or address.is_unspecified:
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if any(address in network for network in _IPV4_INSIDE):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


@functools.cache
def _ssl_context() -> ssl.SSLContext:
    """One for all connections: reading the certificates costs more than a delivery."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a guarded connection pool; certificates are verified as ever, by the name in the URL."""

    def __init__(self, backend: httpcore.NetworkBackend, deadline: _Deadline) -> None:
        super().__init__(verify=_ssl_context(), trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=_ssl_context(), network_backend=backend)
        self._deadline = deadline

    def hurry(self, seconds: float) -> None:
        """Take no longer than this from now on, nor than was allowed before."""
        self._deadline.shorten(seconds)


def guarded_transport(*, loopback: bool, private: bool, seconds: float) -> GuardedTransport:
    """A transport that raises AddressRefused instead of connecting to an address that is not public.

    Args:
        loopback: allow this machine's own addresses.
        private: allow private networks (RFC 1918, unique local IPv6).
        seconds: how long everything that is done with the transport may take together, from now.
    """
    deadline = _Deadline(seconds)
    return GuardedTransport(_GuardedBackend(deadline, loopback=loopback, private=private), deadline)


__all__: typing.Final = ["AddressRefused", "GuardedTransport", "guarded_transport"]
