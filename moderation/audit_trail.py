"""What was done at some sites, by whom and from where: entries and decisions as one list, newest first. Reads only."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, case, cast, false, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from moderation.actors import Channel
from moderation.db import Instant, db, id_from
from moderation.models import ApiKey, AuditEntry, Decision, DecisionOutcome, Membership, Person

PAGE = 50
DECISION = "decision."
DECISIONS = tuple(f"{DECISION}{outcome}" for outcome in DecisionOutcome)
"""The actions that are decisions, which have a table of their own."""

_SLICE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must hold of an entry; None asks for nothing.

    ``action`` is a whole action or the kind of thing before its dot; ``subject`` is an id or name, ``said`` is looked for in
    subject, before and after; ``actions`` are those whose sentence has ``said`` in it.
    """

    person: uuid.UUID | None = None
    action: str | None = None
    subject: str | None = None
    channel: Channel | None = None
    since: datetime | None = None
    until: datetime | None = None
    said: str | None = None
    actions: tuple[str, ...] = ()


class Entry(NamedTuple):
    """One change, or one decision (``before`` and ``after`` are then what was decided)."""

    id: uuid.UUID
    site_id: uuid.UUID | None
    at: datetime
    channel: str
    person_id: uuid.UUID | None
    person: str | None
    key_id: uuid.UUID | None
    key: str | None
    address: str | None
    action: str
    subject: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def page(
    sites: Sequence[uuid.UUID | None], wanted: Wanted, *, before: uuid.UUID | None = None, limit: int = PAGE
) -> list[Entry]:
    """The newest entries of these sites; ``before`` is the last one of the page before.

    None among the sites is the house: entries that are of no site, which are for whoever runs the service and for no site's people.
    """
    parts = [part for site in sites for part in _parts(site, wanted, before, limit)]
    if not parts:
        return []
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    newest = select(found).order_by(found.c.id.desc()).limit(limit).subquery()
    person, key = aliased(Person), aliased(ApiKey)
    whole = (
        select(newest, person.name.label("person"), key.name.label("key"))
        .outerjoin(person, person.id == newest.c.person_id)
        .outerjoin(key, key.id == newest.c.key_id)
        .order_by(newest.c.id.desc())
    )
    return [_entry(row) for row in db.session.execute(whole)]


def every(sites: Sequence[uuid.UUID | None], wanted: Wanted) -> Iterator[list[Entry]]:
    """All entries, some at a time; whoever reads them slowly holds no transaction."""
    before: uuid.UUID | None = None
    while found := page(sites, wanted, before=before, limit=_SLICE):
        db.session.rollback()
        yield found
        before = found[-1].id


def people(sites: Sequence[uuid.UUID]) -> Sequence[Person]:
    """Who works at these sites, by name."""
    here = select(Membership.person_id).where(Membership.site_id.in_(sites))
    return db.session.execute(select(Person).where(Person.id.in_(here)).order_by(Person.name)).scalars().all()


def _parts(
    site_id: uuid.UUID | None, wanted: Wanted, before: uuid.UUID | None, limit: int
) -> Iterator[Select[*tuple[Any, ...]]]:
    """The newest entries and the newest decisions of a site, each a walk of an index over site and id."""
    kind = wanted.action or ""
    if kind not in DECISIONS:
        yield _entries(site_id, wanted, before).order_by(AuditEntry.id.desc()).limit(limit)
    if site_id is None:
        return  # every decision is of a site
    if (not kind or kind in (*DECISIONS, DECISION.rstrip("."))) and wanted.channel not in (
        Channel.API,
        Channel.COMMAND,
    ):
        yield _decisions(site_id, wanted, before).order_by(Decision.id.desc()).limit(limit)


def _entries(site_id: uuid.UUID | None, wanted: Wanted, before: uuid.UUID | None) -> Select[*tuple[Any, ...]]:
    row = AuditEntry
    none = cast(null(), Text)
    found: Select[*tuple[Any, ...]] = select(
        *(row.id, row.site_id, row.at, row.channel, row.person_id, row.key_id, row.address, row.action, row.subject),
        *(cast(row.before, Text).label("was"), cast(row.after, Text).label("became")),
        *(
            none.label("reason"),
            none.label("note"),
            literal(0).label("flags"),
            literal(None, Instant).label("undone_at"),
        ),
    ).where(row.site_id == site_id, *_times(row.id, wanted, before))
    if wanted.person:
        found = found.where(row.person_id == wanted.person)
    if wanted.channel:
        found = found.where(row.channel == wanted.channel)
    if wanted.subject:
        found = found.where(row.subject == wanted.subject)
    if wanted.action:
        within = row.action.startswith(f"{wanted.action}.", autoescape=True)
        found = found.where(row.action == wanted.action if "." in wanted.action else within)
    if wanted.said:
        told = [row.subject, cast(row.before, Text), cast(row.after, Text)]
        found = found.where(or_(row.action.in_(wanted.actions), *(_has(column, wanted.said) for column in told)))
    return found


def _decisions(site_id: uuid.UUID, wanted: Wanted, before: uuid.UUID | None) -> Select[*tuple[Any, ...]]:
    row = Decision
    by_person = case((row.person_id.is_not(None), str(Channel.PAGES)), else_=str(Channel.SERVICE))
    none = cast(null(), Text)
    flags = case((row.imported, 2), (row.vote, 1), else_=0)
    comment = func.replace(cast(row.comment_id, Text), "-", "")
    found: Select[*tuple[Any, ...]] = select(
        *(row.id, row.site_id, row.decided_at.label("at"), by_person.label("channel"), row.person_id),
        *(
            literal(None, AuditEntry.key_id.type).label("key_id"),
            row.address,
            (literal(DECISION) + row.outcome).label("action"),
        ),
        *(comment.label("subject"), none.label("was"), none.label("became")),
        *(row.reason, row.note, flags.label("flags"), row.undone_at),
    ).where(row.site_id == site_id, *_times(row.id, wanted, before))
    if wanted.person:
        found = found.where(row.person_id == wanted.person)
    if wanted.channel:
        found = found.where(row.person_id.is_not(None) if wanted.channel is Channel.PAGES else row.person_id.is_(None))
    if wanted.subject:
        found = found.where(row.comment_id == _uuid(wanted.subject) if _uuid(wanted.subject) else false())
    if wanted.action in DECISIONS:
        found = found.where(row.outcome == wanted.action.removeprefix(DECISION))
    if wanted.said:
        outcomes = [action.removeprefix(DECISION) for action in wanted.actions if action in DECISIONS]
        told = (_has(row.note, wanted.said, json_=False), row.reason == wanted.said, row.outcome.in_(outcomes))
        found = found.where(or_(*told, row.comment_id == (_uuid(wanted.said) or uuid.UUID(int=0))))
    return found


def _times(column: Any, wanted: Wanted, before: uuid.UUID | None) -> Iterator[ColumnElement[bool]]:
    """Ids grow with time."""
    if before:
        yield column < before
    if wanted.since:
        yield column >= id_from(wanted.since)
    if wanted.until:
        yield column < id_from(wanted.until)


def _has(column: Any, said: str, *, json_: bool = True) -> ColumnElement[bool]:
    """Whether a column holds these words; SQLite keeps JSON in ASCII."""
    if json_ and db.engine.dialect.name == "sqlite":
        escaped: ColumnElement[bool] = column.contains(json.dumps(said)[1:-1], autoescape=True)
        return or_(escaped, column.contains(said, autoescape=True))
    found: ColumnElement[bool] = column.icontains(said, autoescape=True)
    return found


def _uuid(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw)
    except ValueError:
        return None


def _entry(row: Any) -> Entry:
    whose = (row.id, row.site_id, row.at, row.channel, row.person_id, row.person, row.key_id, row.key, row.address)
    if row.action in DECISIONS:
        subject = str(_uuid(row.subject) or row.subject)
        return Entry(*whose, row.action, subject, None, _decided(row))
    return Entry(*whose, row.action, row.subject, _read(row.was), _read(row.became))


def _decided(row: Any) -> dict[str, Any]:
    told = {
        "reason": row.reason,
        "note": row.note,
        "vote": True if row.flags == 1 else None,
        "imported": True if row.flags == 2 else None,
        "undone_at": row.undone_at.isoformat() if row.undone_at else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _read(raw: str | None) -> dict[str, Any] | None:
    try:
        told = json.loads(raw) if raw else None
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
