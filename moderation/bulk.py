"""Many comments at once: which lie in a band of scores, what people made of such before, what can be taken back. Reads only."""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, or_, select
from sqlalchemy.sql.expression import Select

from moderation.db import db, now
from moderation.models import Comment, Decision, FindingRow, Screening, Site, Status
from moderation.queue import whole_card

MODEL = "insult-model"
"""The measure that is no rule: the insult model's own score, which every comment in a language that it reads has."""

MOST_LOOKED_AT = 20_000
MOST_REMEMBERED = 5_000
SAMPLE = 5
DECIDED_UNSEEN = 20
"""More comments than this are decided at once only when a sample of them was looked at."""

_MEASURED = (Status.APPROVED, Status.REJECTED)


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from ``lower`` to ``upper``, both included."""

    lower: float
    upper: float

    def __contains__(self, score: float) -> bool:
        return self.lower <= score <= self.upper


@dataclass(frozen=True, slots=True)
class Scored:
    """A waiting comment with the revision that was scored, and its score, 0..1."""

    comment_id: uuid.UUID
    revision: int
    score: float


@dataclass(frozen=True, slots=True)
class Precision:
    """Of the comments with such a score that people decided one by one, how many they rejected."""

    decided: int
    rejected: int


@dataclass(frozen=True, slots=True)
class UndoableBulk:
    """A bulk that can still be taken back: what was decided, of how many (``votes``: as a first voice only), until when."""

    bulk_id: uuid.UUID
    outcome: str
    count: int
    votes: int
    decided_at: datetime
    effective_at: datetime


def waiting_scores(site_id: uuid.UUID, measure: str) -> list[Scored]:
    """The scores of the MOST_LOOKED_AT most urgent comments that wait at a site and have one, by a rule or the model."""
    here = (
        select(Comment.id, Comment.revision, Comment.screening_id)
        .where(Comment.site_id == site_id, Comment.status == Status.IN_REVIEW)
        .order_by(Comment.priority.desc(), Comment.id)
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    rows = db.session.execute(_measured(here, measure).add_columns(here.c.id, here.c.revision))
    return [Scored(row.id, row.revision, row.score) for row in rows if _is_score(row.score)]


def past_scores(site_id: uuid.UUID, measure: str) -> list[tuple[float, str]]:
    """Score and outcome of what people decided last at a site, one by one: what was decided in bulk proves nothing."""
    here = (
        select(Comment.decision_id, Comment.screening_id)
        .where(Comment.site_id == site_id, Comment.decision_id.is_not(None), Comment.status.in_(_MEASURED))
        .order_by(Comment.decision_id.desc())
        .limit(MOST_REMEMBERED)
        .subquery()
    )
    found = (
        _measured(here, measure)
        .add_columns(Decision.outcome)
        .join(Decision, Decision.id == here.c.decision_id)
        .where(Decision.bulk_id.is_(None), or_(Decision.person_id.is_not(None), Decision.imported))
    )
    return [(row.score, row.outcome) for row in db.session.execute(found) if _is_score(row.score)]


def precision(past: Collection[tuple[float, str]], band: Band) -> Precision:
    """What people made of comments whose score lies in a band."""
    outcomes = [outcome for score, outcome in past if score in band]
    return Precision(len(outcomes), outcomes.count(Status.REJECTED))


def _measured(here: Subquery, measure: str) -> Select[Any]:
    """The score of each of some comments by their ``screening_id``."""
    if measure == MODEL:
        score: ColumnElement[float] = Screening.signals["insult"].as_float()
        return select(score.label("score")).select_from(here).join(Screening, Screening.id == here.c.screening_id)
    live = FindingRow.screening_id == here.c.screening_id, FindingRow.rule == measure, FindingRow.live
    return select(FindingRow.score.label("score")).select_from(here).join(FindingRow, live[0]).where(*live[1:])


def _is_score(value: object) -> bool:
    return isinstance(value, float | int) and math.isfinite(value) and 0 <= value <= 1


def places(sites: Sequence[uuid.UUID]) -> Sequence[Site]:
    """The sites themselves, by name."""
    return db.session.execute(select(Site).where(Site.id.in_(sites)).order_by(Site.name, Site.id)).scalars().all()


def of_sites(sites: Sequence[uuid.UUID], seen: dict[uuid.UUID, int]) -> dict[uuid.UUID, int]:
    """Those of the comments that belong to these sites, with the revision seen; the others are not there."""
    found = select(Comment.id).where(Comment.id.in_(seen), Comment.site_id.in_(sites))
    mine = set(db.session.execute(found).scalars())
    return {comment_id: revision for comment_id, revision in seen.items() if comment_id in mine}


def to_look_at(chosen: Collection[uuid.UUID], bulk_id: uuid.UUID) -> list[uuid.UUID]:
    """The few at random of the chosen comments that somebody has to look at: the same ones whenever the same bulk asks."""
    ordered = sorted(chosen)
    return random.Random(bulk_id.int).sample(ordered, min(SAMPLE, len(ordered)))  # noqa: S311 -- a sample, no secret


def comments(sites: Sequence[uuid.UUID], ids: Collection[uuid.UUID]) -> Sequence[Comment]:
    """These comments of these sites with all that their cards show."""
    found = select(Comment).where(Comment.id.in_(ids), Comment.site_id.in_(sites)).options(*whole_card())
    return db.session.execute(found.order_by(Comment.id)).scalars().all()


def was_decided(person_id: uuid.UUID, bulk_id: uuid.UUID) -> bool:
    """Whether this person has decided anything under this bulk's id."""
    found = select(Decision.id).where(Decision.bulk_id == bulk_id, Decision.person_id == person_id).limit(1)
    return db.session.execute(found).first() is not None


def undoable(person_id: uuid.UUID) -> list[UndoableBulk]:
    """The person's bulks that have not left the house, latest first."""
    found = (
        select(
            Decision.bulk_id,
            Decision.outcome,
            func.count().label("count"),
            func.count().filter(Decision.vote).label("votes"),
            Decision.decided_at,
            Decision.effective_at,
        )
        .where(
            Decision.person_id == person_id,
            Decision.bulk_id.is_not(None),
            Decision.undone_at.is_(None),
            Decision.effective_at > now(),
        )
        .group_by(Decision.bulk_id, Decision.outcome, Decision.decided_at, Decision.effective_at)
    )
    rows = [UndoableBulk(*row) for row in db.session.execute(found).all()]  # type: ignore[arg-type]  # no id is None
    return sorted(rows, key=lambda row: row.decided_at, reverse=True)
