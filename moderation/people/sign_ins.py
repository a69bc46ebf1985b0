"""The browsers in which people are signed in: begun, seen, ended. The cookie holds a token, the database what it is worth."""

from __future__ import annotations

import logging
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import joinedload

from moderation import audit
from moderation.access import digest
from moderation.db import db, now, transaction
from moderation.models import Person, SignIn
from moderation.people import owing
from moderation.people.devices import device
from moderation.settings import Settings

_MINUTE = timedelta(minutes=1)
_UNSYNCED = {"synchronize_session": False}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A sign-in that holds, with its person, and whether that one must have a second factor and has none."""

    row: SignIn
    owes_factor: bool


def begin(person: Person, *, user_agent: str, address: str | None) -> str:
    """Sign a person in and return the token for the cookie. Call inside a transaction."""
    token = secrets.token_urlsafe(32)
    moment = now()
    row = SignIn(digest=digest(token), person_id=person.id, device=device(user_agent), address=address)
    row.created_at = row.seen_at = person.last_seen_at = moment
    db.session.add(row)
    return token


def find(token: str, settings: Settings) -> Found | None:
    """What a token is worth: the sign-in with its person and that one's roles (two statements), or None when it has ended."""
    found = (
        select(SignIn, owing.owes(SignIn.person_id))
        .where(SignIn.digest == digest(token), ~ended(settings))
        .options(joinedload(SignIn.person, innerjoin=True))
    )
    answer = db.session.execute(found, execution_options={"populate_existing": True}).one_or_none()
    return Found(*answer) if answer and answer[0].person.active else None


def ended(settings: Settings) -> ColumnElement[bool]:
    """Whether a sign-in is over: nobody was seen for a while, or it began long ago."""
    moment = now()
    return or_(
        SignIn.seen_at < moment - timedelta(hours=settings.session_idle_hours),
        SignIn.created_at < moment - timedelta(hours=settings.session_hours),
    )


def of_person(person_id: uuid.UUID, settings: Settings) -> Sequence[SignIn]:
    """Where a person is signed in, the browser seen last first."""
    found = select(SignIn).where(SignIn.person_id == person_id, ~ended(settings)).order_by(SignIn.seen_at.desc())
    return db.session.execute(found).scalars().all()


def end(person_id: uuid.UUID, sign_in_id: uuid.UUID) -> bool:
    """End one sign-in of a person; whether there was one. Call inside a transaction."""
    return _removed(and_(SignIn.person_id == person_id, SignIn.id == sign_in_id)) > 0


def end_all(person_id: uuid.UUID, *, but: uuid.UUID | None = None) -> int:
    """End all sign-ins of a person, but perhaps one; returns how many. Call inside a transaction."""
    return _removed(and_(SignIn.person_id == person_id, *([SignIn.id != but] if but else [])))


def note(action: str, person: Person, *, after: dict[str, object] | None = None) -> None:
    """Record what happened to a person's account, at each site where the person works. Call inside a transaction."""
    places: list[uuid.UUID | None] = [each.site_id for each in person.memberships]
    for site_id in places or [None]:
        audit.note(action, site_id, person.id, after=after)


def is_stale(row: SignIn) -> bool:
    """Whether it should be written down that the person was seen: at most once a minute."""
    return row.seen_at < now() - _MINUTE


def write_seen(app: Flask, sign_in_id: uuid.UUID, person_id: uuid.UUID, moment: datetime) -> None:
    """Write down that a person was seen, in a transaction of its own. Never raises: nobody waits for this."""
    stale = SignIn.id == sign_in_id, SignIn.seen_at < moment - _MINUTE
    try:
        with app.app_context(), db.engine.connect() as raw:
            connection = raw.execution_options(nazer_write=True)
            if connection.execute(update(SignIn).where(*stale).values(seen_at=moment)).rowcount:
                connection.execute(update(Person).where(Person.id == person_id).values(last_seen_at=moment))
            connection.commit()
    except Exception as error:
        log.warning("that a person was seen was not noted: %s", error)


def forget_old(settings: Settings) -> int:
    """Remove the sign-ins that are over; returns how many."""
    with transaction():
        return _removed(ended(settings))


def _removed(which: ColumnElement[bool]) -> int:
    gone = db.session.execute(delete(SignIn).where(which), execution_options=_UNSYNCED)
    return gone.rowcount if isinstance(gone, CursorResult) else 0
