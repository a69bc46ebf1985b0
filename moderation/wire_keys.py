"""The JSON of a site's API keys, both ways."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from moderation.db import now
from moderation.keys import KEEP_OLD_FOR, LONGEST_NAME, NewKey
from moderation.models import BACKEND_SCOPES, ApiKey, Scope
from moderation.wire import Line
from moderation.wire_answers import Answer, Moment, OurId, moment_out

_LONGEST_HOURS = 24 * 90
_SCOPES = (
    "submit: send, edit and take back; read: ask for states and decisions; erase: remove texts and names; "
    "admin: keys, webhooks and rules, and all of the others"
)

ScopeIn = Annotated[Scope, Field(strict=False)]  # JSON has no enumerations: a string is as literal as it gets


class _In(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class KeyIn(_In):
    """A key as ``POST /v1/keys`` takes it."""

    name: Line = Field(max_length=LONGEST_NAME, description="what it is for, such as the server that holds it")
    scopes: list[ScopeIn] = Field(
        list(BACKEND_SCOPES), min_length=1, max_length=len(Scope), description=f"what it may do. {_SCOPES}"
    )


class RotateKeyIn(_In):
    """How long the old key goes on working."""

    keep_old_for_hours: float = Field(
        KEEP_OLD_FOR / timedelta(hours=1),
        ge=0,
        le=_LONGEST_HOURS,
        description="hours that the old key stays valid; 0 ends it now",
    )


class KeyState(Answer):
    """An API key, without the key itself."""

    id: OurId = Field(examples=["01a2036d-9a01-7c55-8d2e-0d7f7a0c9b11"])
    name: str = Field(description="what it is for", examples=["web server"])
    scopes: list[Scope] = Field(description=_SCOPES, examples=[["submit", "read"]])
    created_at: Moment = Field(description="when it was given")
    last_used_at: Moment | None = Field(description="when it was used last, to the minute; null: never")
    ends_at: Moment | None = Field(description="when it ends or ended; null: it has no end")
    living: bool = Field(description="whether it works now", examples=[True])


class KeyGiven(KeyState):
    """A new API key. This is the only time that the key can be read."""

    key: str = Field(description="keep it now: only its hash is stored", examples=["nzr_…"])


class KeyList(Answer):
    """A site's keys, oldest first, the ended ones included."""

    keys: list[KeyState]


def key_out(row: ApiKey) -> KeyState:
    """A key, as ``GET /v1/keys`` tells it."""
    return KeyState(
        id=row.id,
        name=row.name,
        scopes=[Scope(scope) for scope in row.scopes],
        created_at=moment_out(row.created_at),
        last_used_at=moment_out(row.last_used_at) if row.last_used_at else None,
        ends_at=moment_out(row.expires_at) if row.expires_at else None,
        living=row.expires_at is None or row.expires_at > now(),
    )


def given_out(given: NewKey) -> KeyGiven:
    """A key that was just given, with the key itself."""
    return KeyGiven(**dict(key_out(given.row)), key=given.key)
