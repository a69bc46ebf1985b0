"""Looking a name up within a deadline: the system's resolver takes as long as it likes, and cannot be stopped.

Each look-up has a thread of its own, which is left behind when the time is up; how many of them there may be is bounded.
"""

from __future__ import annotations

import queue
import socket
import threading

_AT_ONCE = threading.BoundedSemaphore(64)


class LookupFailed(Exception):
    """The name has no address, or it was not found out in time."""


def addresses(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host, in the order of the resolver's preference.

    Args:
        seconds: how long the look-up may take.

    Raises:
        LookupFailed: the name is unknown or not one at all, the time is up, or too many look-ups hang already.
    """
    place = _AT_ONCE
    if not place.acquire(timeout=max(seconds, 0.0)):
        raise LookupFailed(f"cannot resolve {host!r}: too many look-ups hang")
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()
    threading.Thread(target=_look, args=(host, port, found, place), name="nazer-lookup", daemon=True).start()
    try:
        outcome = found.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise LookupFailed(f"cannot resolve {host!r}: it took too long") from None
    if isinstance(outcome, Exception):
        raise LookupFailed(f"cannot resolve {host!r}: {outcome}") from outcome
    return outcome


def _look(
    host: str, port: int, found: queue.SimpleQueue[list[str] | Exception], place: threading.BoundedSemaphore
) -> None:
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.put([str(entry[4][0]) for entry in entries])
    except (OSError, UnicodeError) as error:
        found.put(error)
    finally:
        place.release()
