"""HTTP that does not reach into the house: the address that is connected to is the address that was checked.

A site's admin types the URL of a webhook, so it must not become a way to the service's own network (server-side request
forgery). Checking a name before the request is not enough, since it may resolve to something else a moment later; here the
name is resolved once, each address is checked, and that very address is connected to.
"""

from __future__ import annotations

import ipaddress
import socket
import typing
from collections.abc import Iterable

import httpcore
import httpx


class AddressRefused(Exception):
    """The URL leads to an address that webhooks are not delivered to."""


class _GuardedBackend(httpcore.SyncBackend):
    def __init__(self, *, loopback: bool, private: bool) -> None:
        super().__init__()
        self._loopback, self._private = loopback, private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"cannot resolve {host!r}: {error}") from error
        allowed = [str(entry[4][0]) for entry in resolved if self._allows(str(entry[4][0]))]
        if not allowed:
            raise AddressRefused(f"refused: {host} is not a public address")
        for last, address in enumerate(allowed, 1):
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:  # a name with an IPv6 address whose server listens on IPv4 only, say
                if last == len(allowed):
                    raise
        raise AssertionError("the loop above returns or raises")

    def _allows(self, raw: str) -> bool:
        address = ipaddress.ip_address(raw.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if address.is_loopback:
            return self._loopback
        if address.is_link_local or address.is_multicast or address.is_unspecified:
            return False
        return address.is_global or (self._private and address.is_private)


class _Transport(httpx.HTTPTransport):
    """httpx's transport over a guarded connection pool; certificates are verified as ever, by the name in the URL."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=backend
        )


def guarded_transport(*, loopback: bool, private: bool) -> httpx.BaseTransport:
    """A transport that raises AddressRefused instead of connecting to an address that is not public.

    Args:
        loopback: allow this machine's own addresses.
        private: allow private networks (RFC 1918, unique local IPv6).
    """
    return _Transport(_GuardedBackend(loopback=loopback, private=private))


__all__: typing.Final = ["AddressRefused", "guarded_transport"]
