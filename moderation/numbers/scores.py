"""Counts how the insult score lies on a day, and what people decided at which score: two statements, for the kept days alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, Uuid, and_, bindparam, case, func, or_, select

from moderation.db import db, id_from
from moderation.models import Comment, Decision, DecisionOutcome, Screening
from moderation.numbers.counting import Key, start_of
from moderation.rules.no_insults import NoInsults

SCORED, JUDGED = "insult-score", "insult-judged"
"""Figures of a day: received comments by class of score, and people's decisions by class of score and outcome ("07|insult")."""
CLASSES = 20
"""Classes of equal width from 0 to 1."""
INSULT, APPROVED = "insult", "approved"

_FIRST, _AFTER = (bindparam(name, type_=Uuid()) for name in ("first", "after"))


def count_scores(day: date) -> Counter[Key]:
    """Count a day of all sites."""
    edges = {"first": id_from(start_of(day)), "after": id_from(start_of(day + timedelta(days=1)))}
    found: Counter[Key] = Counter()
    for row in db.session.execute(_RECEIVED, edges):
        found[row.site_id, SCORED, f"{row.place:02}"] += row.number
    for row in db.session.execute(_DECIDED, edges):
        found[row.site_id, JUDGED, f"{row.place:02}|{row.said}"] += row.number
    return found


def by_class(parts: Iterator[tuple[str, int]] | Sequence[tuple[str, int]]) -> dict[str, list[int]]:
    """Gather parts into the classes of each outcome ("" for received comments)."""
    found: dict[str, list[int]] = {}
    for part, number in parts:
        place, _, said = part.partition("|")
        found.setdefault(said, [0] * CLASSES)[int(place)] += int(number)
    return found


def _score() -> ColumnElement[float]:
    score: ColumnElement[float] = Screening.signals["insult"].as_float()
    return score


def _place() -> ColumnElement[int]:
    return case(*((_score() < (place + 1) / CLASSES, place) for place in range(CLASSES - 1)), else_=CLASSES - 1)


_AS_INSULT = and_(Decision.outcome == DecisionOutcome.REJECTED, Decision.reason == NoInsults.slug)

_RECEIVED: Select[*tuple[Any, ...]] = (
    select(Comment.site_id, _place().label("place"), func.count().label("number"))
    .join(Screening, Screening.id == Comment.screening_id)
    .outerjoin(Decision, Decision.id == Comment.decision_id)
    .where(Comment.id >= _FIRST, Comment.id < _AFTER, _score().cast(Float).is_not(None))
    .where(or_(Decision.imported.is_(None), Decision.imported.is_(False)))
    .group_by(Comment.site_id, "place")
)

_DECIDED: Select[*tuple[Any, ...]] = (
    select(
        Comment.site_id,
        _place().label("place"),
        case((_AS_INSULT, INSULT), else_=APPROVED).label("said"),
        func.count().label("number"),
    )
    .select_from(Decision)
    .join(Comment, and_(Comment.id == Decision.comment_id, Comment.revision == Decision.revision))
    .join(Screening, Screening.id == Comment.screening_id)
    .where(
        Decision.id >= _FIRST,
        Decision.id < _AFTER,
        Decision.undone_at.is_(None),
        Decision.vote.is_(False),
        Decision.imported.is_(False),
        Decision.person_id.is_not(None),
        or_(_AS_INSULT, Decision.outcome == DecisionOutcome.APPROVED),
        _score().cast(Float).is_not(None),
    )
    .group_by(Comment.site_id, "place", "said")
)
"""Rejections for another reason say nothing of insults, as they teach nothing of them."""
