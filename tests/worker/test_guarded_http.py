"""The name of a webhook is looked up once, within the deadline, and what was checked is what is connected to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.worker.conftest import Receiver
from worker import lookup
from worker.guarded_http import AddressRefused, guarded_transport

PUBLIC, LOOPBACK, PRIVATE = "93.184.216.34", "127.0.0.1", "10.0.0.1"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Make the system's resolver give these addresses, one list after the other; returns the names that it was asked for."""

    def give(*lists: list[str]) -> list[str]:
        asked: list[str] = []
        following = iter(lists)

        real = socket.getaddrinfo

        def resolve(host: str, port: int, *more: Any, **also: Any) -> list[tuple[Any, ...]]:
            if host[:1].isdigit():  # what was found is connected to: that is no question
                return real(host, port, *more, **also)
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(following)]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        return asked

    return give


def post(url: str, *, loopback: bool = False, private: bool = False, seconds: float = 2) -> httpx.Response:
    transport = guarded_transport(loopback=loopback, private=private, seconds=seconds)
    with httpx.Client(transport=transport, timeout=seconds) as client:
        return client.post(url, content=b"{}")


def at(receiver: Receiver, host: str) -> str:
    return f"http://{host}:{receiver.server.server_port}/hook"


def test_a_name_that_turns_to_another_address_after_the_check_is_not_asked_again(
    receiver: Receiver, answers: Callable[..., list[str]]
) -> None:
    asked = answers([LOOPBACK], [PRIVATE])
    assert post(at(receiver, "rebinding.example"), loopback=True).status_code == 204
    assert asked == ["rebinding.example"], "one look-up: what was checked was connected to"
    with pytest.raises(AddressRefused):
        post(at(receiver, "rebinding.example"), loopback=True)
    assert len(receiver.received) == 1


@pytest.mark.parametrize("inside", [LOOPBACK, PRIVATE, "169.254.169.254", "::ffff:127.0.0.1", "::1", "fe80::1%eth0"])
def test_a_public_name_with_an_address_inside_is_refused(
    receiver: Receiver, answers: Callable[..., list[str]], inside: str
) -> None:
    answers([inside])
    with pytest.raises(AddressRefused):
        post(at(receiver, "inside.example"))
    assert receiver.received == []


def test_of_several_addresses_only_the_allowed_ones_are_connected_to(
    receiver: Receiver, answers: Callable[..., list[str]]
) -> None:
    answers([PRIVATE, LOOPBACK])
    assert post(at(receiver, "both.example"), loopback=True).status_code == 204


def test_private_networks_do_not_come_with_loopback_nor_link_local_with_either(
    receiver: Receiver, answers: Callable[..., list[str]]
) -> None:
    answers([LOOPBACK], ["169.254.169.254"])
    with pytest.raises(AddressRefused):
        post(at(receiver, "loopback.example"), private=True)
    with pytest.raises(AddressRefused):
        post(at(receiver, "metadata.example"), private=True, loopback=True)


def test_a_look_up_that_hangs_ends_at_the_deadline(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait(30) and [])
    started = time.monotonic()
    with pytest.raises(httpx.ConnectError, match="too long"):
        post(at(receiver, "hanging.example"), seconds=0.3)
    assert time.monotonic() - started < 2
    released.set()


def test_look_ups_that_hang_do_not_pile_up_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(lookup, "_AT_ONCE", threading.BoundedSemaphore(2))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait(30) and [])
    for said in ("too long", "too long", "too many"):
        with pytest.raises(lookup.LookupFailed, match=said):
            lookup.addresses("hanging.example", 443, 0.05)
    released.set()


@pytest.mark.parametrize("host", ["", "a" * 300, "xn--\udcff", "no such host", "nowhere.invalid"])
def test_what_is_no_name_is_an_error_and_no_crash(host: str) -> None:
    with pytest.raises(lookup.LookupFailed):
        lookup.addresses(host, 80, 10) or pytest.fail("found")
