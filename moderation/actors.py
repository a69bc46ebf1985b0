"""Who is acting right now, and from where: a person at the pages, a site's key at the API, a command, or the service itself."""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """Where something was done."""

    PAGES = "pages"
    API = "api"
    COMMAND = "command"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts. ``address`` is the network address that a request came from."""

    channel: Channel = Channel.SERVICE
    person_id: uuid.UUID | None = None
    key_id: uuid.UUID | None = None
    address: str | None = None


_SERVICE = Actor()
_current: ContextVar[Actor] = ContextVar("nazer_actor", default=_SERVICE)


def current() -> Actor:
    """Who is acting; the service itself where nobody said otherwise."""
    return _current.get()


def act_as(actor: Actor) -> None:
    """From here on, in this request or command, it is ``actor`` who acts."""
    _current.set(actor)


def nobody() -> None:
    """Forget who was acting: what follows is another request."""
    _current.set(_SERVICE)
