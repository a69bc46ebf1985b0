"""Comments of a site that say nearly the same: which one stands for them in the queue, and how it stands with the others. Reads only.

A group is known by the id of the comment that said it first; all others name that one (``Comment.repeats_of``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from moderation.db import db
from moderation.models import Comment, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a group: its first comment, how many others there are, and how many of all wait or got what."""

    first: uuid.UUID
    others: int
    waiting: int
    approved: int
    rejected: int


@cache  # building it anew costs more than asking it
def stands_for_its_group() -> ColumnElement[bool]:
    """Of the waiting comments that say the same, only the one that is first in the queue's order.

    At most two looks into an index for each comment: at the group's first one and at the most urgent of those that name it.
    """
    other, first, urgent = aliased(Comment), aliased(Comment), aliased(Comment)
    most_urgent = (
        select(urgent.id)
        .where(urgent.repeats_of == func.coalesce(Comment.repeats_of, Comment.id), urgent.status == Status.IN_REVIEW)
        .order_by(urgent.priority.desc(), urgent.id)
        .limit(1)
        .correlate(Comment)
        .scalar_subquery()
    )
    sooner_copy = exists().where(other.id == most_urgent, _sooner(other)).correlate(Comment)
    sooner_first = (
        exists()
        .where(first.id == Comment.repeats_of, first.status == Status.IN_REVIEW, _sooner(first))
        .correlate(Comment)
    )
    return and_(~sooner_first, ~sooner_copy)


def _sooner(other: type[Comment]) -> ColumnElement[bool]:
    """Whether the other one comes sooner in the queue."""
    older = and_(other.priority == Comment.priority, other.id < Comment.id)
    return or_(other.priority > Comment.priority, older)


def standing(comments: Iterable[Comment]) -> dict[uuid.UUID, Standing]:
    """How it stands with the groups of those of the comments that have one, by the comment's id; two queries."""
    first_of = {comment.id: comment.repeats_of or comment.id for comment in comments}
    if not first_of:
        return {}
    counts: dict[uuid.UUID, dict[str, int]] = {}
    named = (
        select(Comment.repeats_of, Comment.status, func.count())
        .where(Comment.repeats_of.in_(set(first_of.values())))
        .group_by(Comment.repeats_of, Comment.status)
    )
    for first, status, count in db.session.execute(named):
        if first:
            counts.setdefault(first, {})[status] = count
    for first, status in db.session.execute(select(Comment.id, Comment.status).where(Comment.id.in_(counts))):
        counts[first][status] = counts[first].get(status, 0) + 1
    return {comment_id: _standing(first, counts[first]) for comment_id, first in first_of.items() if first in counts}


def _standing(first: uuid.UUID, counts: dict[str, int]) -> Standing:
    waiting, approved, rejected = (
        counts.get(status, 0) for status in (Status.IN_REVIEW, Status.APPROVED, Status.REJECTED)
    )
    return Standing(first, sum(counts.values()) - 1, waiting, approved, rejected)


def members(sites: Sequence[uuid.UUID], first: uuid.UUID, *, waiting: bool, limit: int) -> Sequence[Comment]:
    """Comments of a group: those that wait, oldest first, or all others, newest first."""
    rows: list[Comment] = []
    for condition in (Comment.id == first, Comment.repeats_of == first):  # an index each, and no OR between them
        found = select(Comment).where(condition, Comment.site_id.in_(sites))
        if waiting:
            found = found.where(Comment.status == Status.IN_REVIEW).order_by(Comment.id)
        else:
            found = found.where(Comment.status != Status.IN_REVIEW).order_by(Comment.id.desc())
        rows += db.session.execute(found.limit(limit)).scalars().all()
    return sorted(rows, key=lambda comment: comment.id, reverse=not waiting)[:limit]
