"""Requests that may be repeated: one of them is answered, the others get its answer for a day."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Uuid, bindparam, delete, exists, select, text, update

from moderation.db import Instant, db, new_id, now, transaction
from moderation.models import AnsweredRequest

KEPT_FOR = timedelta(hours=24)
IN_FLIGHT = timedelta(seconds=60)
"""How long a request counts as being answered when its process has died meanwhile."""

_TAKE = text(
    """
    INSERT INTO answered_request (site_id, key, request_hash, token, taken_until, created_at)
    VALUES (:site_id, :key, :request_hash, :token, :taken_until, :now)
    ON CONFLICT (site_id, key) DO UPDATE SET
        request_hash = excluded.request_hash, token = excluded.token, taken_until = excluded.taken_until,
        created_at = excluded.created_at, status = NULL, location = NULL, body = NULL
    WHERE answered_request.created_at < :long_ago
        OR (answered_request.status IS NULL AND answered_request.taken_until < :now
            AND answered_request.request_hash = excluded.request_hash)
    RETURNING token
    """
).bindparams(
    *(bindparam(name, type_=Uuid()) for name in ("site_id", "token")),
    *(bindparam(name, type_=Instant()) for name in ("taken_until", "now", "long_ago")),
)


@dataclass(frozen=True, slots=True)
class Mine:
    """A request that is ours to answer."""

    site_id: uuid.UUID
    key: str
    token: uuid.UUID


class InFlight(Exception):
    """The same request is being answered at this moment."""


class OtherRequest(Exception):
    """The key was used for another request."""


def take(site_id: uuid.UUID, key: str, request_hash: str) -> Mine | AnsweredRequest:
    """Begin to answer a request, or get the answer that it had. Raises InFlight, OtherRequest. At most two statements."""
    moment, token = now(), new_id()
    values = {
        "site_id": site_id,
        "key": key,
        "request_hash": request_hash,
        "token": token,
        "taken_until": moment + IN_FLIGHT,
        "now": moment,
        "long_ago": moment - KEPT_FOR,
    }
    with transaction():
        if db.session.execute(_TAKE, values).first():
            return Mine(site_id, key, token)
        found = select(AnsweredRequest).where(AnsweredRequest.site_id == site_id, AnsweredRequest.key == key)
        known = db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()
    if known is None:  # let go between our two statements
        raise InFlight
    if known.request_hash != request_hash:
        raise OtherRequest
    if known.status is None:
        raise InFlight
    return known


def keep(mine: Mine, status: int, body: str, location: str | None) -> None:
    """Keep the answer, unless another one has taken the request over meanwhile."""
    with transaction():
        db.session.execute(
            update(AnsweredRequest).where(_is(mine)).values(status=status, body=body, location=location),
            execution_options={"synchronize_session": False},
        )


def let_go(mine: Mine) -> None:
    """Forget the request: it was refused or failed, and may be sent again, corrected or not."""
    db.session.rollback()  # whatever the refusal left behind
    with transaction():
        db.session.execute(delete(AnsweredRequest).where(_is(mine)), execution_options={"synchronize_session": False})


def forget_naming(site_id: uuid.UUID, author_id: str) -> None:
    """Remove a site's answers that name an author, inside the caller's transaction."""
    named = AnsweredRequest.body.contains(json.dumps(author_id, ensure_ascii=False), autoescape=True)
    gone = delete(AnsweredRequest).where(AnsweredRequest.site_id == site_id, named)
    db.session.execute(gone, execution_options={"synchronize_session": False})


def forgettable() -> ColumnElement[bool]:
    """Whether answers have been kept long enough."""
    return exists().where(AnsweredRequest.created_at < _long_ago())


def forget_old() -> int:
    """Remove the answers that have been kept long enough; returns how many."""
    with transaction():
        gone = db.session.execute(
            delete(AnsweredRequest).where(AnsweredRequest.created_at < _long_ago()),
            execution_options={"synchronize_session": False},
        )
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _long_ago() -> datetime:
    return now() - KEPT_FOR


def _is(mine: Mine) -> ColumnElement[bool]:
    return (
        (AnsweredRequest.site_id == mine.site_id)
        & (AnsweredRequest.key == mine.key)
        & (AnsweredRequest.token == mine.token)
    )
