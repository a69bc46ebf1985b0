"""Counts a day of some sites out of what is stored: four statements, each over that day alone.

Ids of comments and decisions are in the order of time, so their primary keys bound the day. Days and hours are those of Tehran.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Case, ColumnElement, Float, Row, Select, Uuid, and_, bindparam, case, func, null, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from moderation.dates import TEHRAN
from moderation.db import db, id_from
from moderation.models import Comment, Decision, FindingRow

type Key = tuple[uuid.UUID, str, str]
"""Site, figure, part."""

_HOURS = 24
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
    for row in _of(_RECEIVED, day, sites):
        found[row.site_id, "received", f"{row.hour:02}"] += row.number
        found[row.site_id, "verdict", row.verdict or "none"] += row.number
    for row in _of(_FLAGGED, day, sites):
        found[row.site_id, "flagged", row.rule] += row.number
    for row in _of(_DECIDED, day, sites):
        _add_decided(found, row)
    for row in _of(_JUDGED, day, sites):
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


def _of(
    asked: Select[*tuple[Any, ...]], day: date, sites: Sequence[uuid.UUID] | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    start = start_of(day)
    edges = {f"edge_{hour}": id_from(start + timedelta(hours=hour)) for hour in range(_HOURS)}
    edges[f"edge_{_HOURS}"] = id_from(start_of(day + timedelta(days=1)))
    if sites is not None:
        asked = asked.where(Comment.site_id.in_(sites))
    return db.session.execute(asked, edges).all()


def _edge(hour: int) -> ColumnElement[uuid.UUID]:
    """The least id of an hour of the day that is counted."""
    return bindparam(f"edge_{hour}", type_=Uuid())


def _within(column: Any) -> ColumnElement[bool]:
    return and_(column >= _edge(0), column < _edge(_HOURS))


def _hour(column: Any) -> Case[int]:
    """The hour of the day, by an id."""
    return case(*((column < _edge(hour + 1), hour) for hour in range(_HOURS - 1)), else_=_HOURS - 1)


def _wait() -> Case[int]:
    """The class of the time from a text's arrival to its decision; nothing when another text is there by now."""
    seconds = _SecondsBetween(Decision.decided_at, Comment.revised_at)
    classes = ((seconds < end, number) for number, end in enumerate(WAITS))
    return case((Comment.revision != Decision.revision, null()), *classes, else_=len(WAITS))


# Built once: with all their classes they cost more to build than to ask.
_OURS = or_(Decision.imported.is_(None), Decision.imported.is_(False))
_COUNTS = (Decision.undone_at.is_(None), Decision.vote.is_(False), Decision.imported.is_(False))
_KINDS = Comment.site_id, Decision.person_id, Decision.outcome, Comment.verdict

_RECEIVED: Select[*tuple[Any, ...]] = (
    select(Comment.site_id, _hour(Comment.id).label("hour"), Comment.verdict, func.count().label("number"))
    .outerjoin(Decision, Decision.id == Comment.decision_id)
    .where(_within(Comment.id), _OURS)
    .group_by(Comment.site_id, "hour", Comment.verdict)
)
"""Comments by hour and verdict; those that a site decided before Nazer knew them were never received."""

_FLAGGED: Select[*tuple[Any, ...]] = (
    select(Comment.site_id, FindingRow.rule, func.count(Comment.id.distinct()).label("number"))
    .join(FindingRow, and_(FindingRow.screening_id == Comment.screening_id, FindingRow.live))
    .outerjoin(Decision, Decision.id == Comment.decision_id)
    .where(_within(Comment.id), _OURS)
    .group_by(Comment.site_id, FindingRow.rule)
)

_DECIDED: Select[*tuple[Any, ...]] = (
    select(*_KINDS, _hour(Decision.id).label("hour"), _wait().label("wait"), func.count().label("number"))
    .select_from(Decision)
    .join(Comment, Comment.id == Decision.comment_id)
    .where(_within(Decision.id), *_COUNTS)
    .group_by(*_KINDS, "hour", "wait")
)

_JUDGED: Select[*tuple[Any, ...]] = (
    select(Comment.site_id, FindingRow.rule, Decision.outcome, func.count(Decision.id.distinct()).label("number"))
    .select_from(Decision)
    .join(Comment, and_(Comment.id == Decision.comment_id, Comment.revision == Decision.revision))
    .join(FindingRow, and_(FindingRow.screening_id == Comment.screening_id, FindingRow.live))
    .where(_within(Decision.id), *_COUNTS, Decision.person_id.is_not(None))
    .group_by(Comment.site_id, FindingRow.rule, Decision.outcome)
)
"""Findings of comments that people decided, while it is the same text."""
