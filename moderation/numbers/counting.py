"""Counts a day of some sites out of what is stored: four statements, each over that day alone.

Ids of comments and decisions are in the order of time, so their primary keys bound the day. Days and hours are those of Tehran.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Case, ColumnElement, Float, Row, Select, and_, case, func, null, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from moderation.dates import TEHRAN
from moderation.db import db, id_from
from moderation.models import Comment, Decision, FindingRow

type Key = tuple[uuid.UUID, str, str]
"""Site, figure, part."""

_SHORTEST, _STEP, _EDGES = 2.0, 1.2, 84
WAITS = tuple(round(_SHORTEST * _STEP**power, 3) for power in range(_EDGES))
"""Upper ends, in seconds, of the classes in which the time to a decision is counted; the last one is open (from 87 days on)."""


class _SecondsBetween(FunctionElement[float]):
    """Seconds from the second moment to the first."""

    type = Float()
    inherit_cache = True


@compiles(_SecondsBetween)
def _between(element: Any, compiler: Any, **more: Any) -> str:
    later, earlier = (compiler.process(clause, **more) for clause in element.clauses)
    return f"EXTRACT(EPOCH FROM ({later} - {earlier}))"


@compiles(_SecondsBetween, "sqlite")
def _between_julian(element: Any, compiler: Any, **more: Any) -> str:
    later, earlier = (compiler.process(clause, **more) for clause in element.clauses)
    return f"((julianday({later}) - julianday({earlier})) * 86400.0)"


def day_of(moment: datetime) -> date:
    """The day in Tehran."""
    return moment.astimezone(TEHRAN).date()


def start_of(day: date) -> datetime:
    """When a day begins in Tehran."""
    return datetime.combine(day, time(), TEHRAN)


def count(day: date, sites: Sequence[uuid.UUID] | None = None) -> Counter[Key]:
    """Count a day of these sites, or of all."""
    found: Counter[Key] = Counter()
    for row in _of_sites(_received(day), sites):
        found[row.site_id, "received", f"{row.hour:02}"] += row.number
        found[row.site_id, "verdict", row.verdict or "none"] += row.number
    for row in _of_sites(_flagged(day), sites):
        found[row.site_id, "flagged", row.rule] += row.number
    for row in _of_sites(_decided(day), sites):
        _add_decided(found, row)
    for row in _of_sites(_judged(day), sites):
        found[row.site_id, "judged", f"{row.rule}|{row.outcome}"] += row.number
    return found


def _add_decided(found: Counter[Key], row: Any) -> None:
    if row.person_id is None:
        found[row.site_id, "automatic", row.outcome] += row.number
        return
    found[row.site_id, "handled", f"{row.hour:02}"] += row.number
    found[row.site_id, "person", f"{row.person_id.hex}|{row.outcome}"] += row.number
    if row.wait is not None:
        found[row.site_id, "wait", f"{row.person_id.hex}|{row.wait:03}"] += row.number
        found[row.site_id, "agreement", f"{row.verdict or 'none'}|{row.outcome}"] += row.number


def _of_sites(asked: Select[*tuple[Any, ...]], sites: Sequence[uuid.UUID] | None) -> Sequence[Row[*tuple[Any, ...]]]:
    if sites is not None:
        asked = asked.where(Comment.site_id.in_(sites))
    return db.session.execute(asked).all()


def _within(column: Any, day: date) -> ColumnElement[bool]:
    return and_(column >= id_from(start_of(day)), column < id_from(start_of(day + timedelta(days=1))))


def _hour(column: Any, day: date) -> Case[int]:
    """The hour of the day, by an id."""
    start = start_of(day)
    ends = [(id_from(start + timedelta(hours=hour + 1)), hour) for hour in range(23)]
    return case(*((column < end, hour) for end, hour in ends), else_=23)


def _wait() -> Case[int]:
    """The class of the time from a text's arrival to its decision; nothing when another text is there by now."""
    seconds = _SecondsBetween(Decision.decided_at, Comment.revised_at)
    classes = ((seconds < end, number) for number, end in enumerate(WAITS))
    return case((Comment.revision != Decision.revision, null()), *classes, else_=len(WAITS))


def _received(day: date) -> Select[*tuple[Any, ...]]:
    """Comments by hour and verdict; those that a site decided before Nazer knew them were never received."""
    hour = _hour(Comment.id, day).label("hour")
    return (
        select(Comment.site_id, hour, Comment.verdict, func.count().label("number"))
        .outerjoin(Decision, Decision.id == Comment.decision_id)
        .where(_within(Comment.id, day), or_(Decision.imported.is_(None), Decision.imported.is_(False)))
        .group_by(Comment.site_id, "hour", Comment.verdict)
    )


def _flagged(day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(Comment.site_id, FindingRow.rule, func.count(Comment.id.distinct()).label("number"))
        .join(FindingRow, and_(FindingRow.screening_id == Comment.screening_id, FindingRow.live))
        .outerjoin(Decision, Decision.id == Comment.decision_id)
        .where(_within(Comment.id, day), or_(Decision.imported.is_(None), Decision.imported.is_(False)))
        .group_by(Comment.site_id, FindingRow.rule)
    )


_COUNTS = (Decision.undone_at.is_(None), Decision.vote.is_(False), Decision.imported.is_(False))


def _decided(day: date) -> Select[*tuple[Any, ...]]:
    hour, wait = _hour(Decision.id, day).label("hour"), _wait().label("wait")
    kinds = Comment.site_id, Decision.person_id, Decision.outcome, Comment.verdict
    return (
        select(*kinds, hour, wait, func.count().label("number"))
        .select_from(Decision)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(_within(Decision.id, day), *_COUNTS)
        .group_by(*kinds, "hour", "wait")
    )


def _judged(day: date) -> Select[*tuple[Any, ...]]:
    """Findings of comments that people decided, while it is the same text."""
    return (
        select(Comment.site_id, FindingRow.rule, Decision.outcome, func.count(Decision.id.distinct()).label("number"))
        .select_from(Decision)
        .join(Comment, and_(Comment.id == Decision.comment_id, Comment.revision == Decision.revision))
        .join(FindingRow, and_(FindingRow.screening_id == Comment.screening_id, FindingRow.live))
        .where(_within(Decision.id, day), *_COUNTS, Decision.person_id.is_not(None))
        .group_by(Comment.site_id, FindingRow.rule, Decision.outcome)
    )
