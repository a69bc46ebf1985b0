"""What waits for review, in which order, and how much of it. Reads only."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from moderation.db import db, now
from moderation.groups import stands_for_its_group
from moderation.models import Comment, Decision, Screening, Status

PAGE = 50
_DIGITS = 9  # of a priority: it fits any database's integer


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last card of a page: the next page starts behind it, however much came or went meanwhile."""

    priority: int
    comment_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.priority}_{self.comment_id.hex}"

    @classmethod
    def parse(cls, raw: str) -> Cursor | None:
        """Read a cursor; None for anything that is not one."""
        priority, _, comment_id = raw.partition("_")
        try:
            cursor = cls(int(priority[:_DIGITS]), uuid.UUID(comment_id))
        except ValueError:
            return None
        return cursor if len(priority) <= _DIGITS else None


@dataclass(frozen=True, slots=True)
class Page:
    """Some cards of the queue, and where the next ones start (None at the end)."""

    comments: Sequence[Comment]
    following: Cursor | None


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits: for a person, for the machine, and since when the oldest."""

    in_review: int
    pending: int
    oldest: datetime | None


def waiting(sites: Sequence[uuid.UUID], *, after: Cursor | None = None, limit: int = PAGE) -> Page:
    """A page of the queue of these sites: the most urgent first, then the oldest; of comments that say the same, one."""
    found = (
        select(Comment)
        .where(Comment.site_id.in_(sites), Comment.status == Status.IN_REVIEW, stands_for_its_group())
        .order_by(Comment.priority.desc(), Comment.id)
        .limit(limit + 1)
        .options(*whole_card())
    )
    if after:
        later = and_(Comment.priority == after.priority, Comment.id > after.comment_id)
        found = found.where(or_(Comment.priority < after.priority, later))
    rows = db.session.execute(found).scalars().all()
    page = rows[:limit]
    more = len(rows) > limit
    return Page(page, Cursor(page[-1].priority, page[-1].id) if more else None)


def find(sites: Sequence[uuid.UUID], comment_id: uuid.UUID) -> Comment | None:
    """One comment with all that its card shows, whatever its status; None when these sites have none such."""
    found = select(Comment).where(Comment.id == comment_id, Comment.site_id.in_(sites)).options(*whole_card())
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def load(sites: Sequence[uuid.UUID]) -> Load:
    """How much waits at these sites."""
    here = Comment.site_id.in_(sites)
    counts = {}
    for status in (Status.IN_REVIEW, Status.PENDING):  # two counts over two partial indexes, not one over the table
        counts[status] = db.session.execute(select(func.count()).where(here, Comment.status == status)).scalar_one()
    oldest = select(func.min(Comment.received_at)).where(here, Comment.status == Status.IN_REVIEW)
    return Load(counts[Status.IN_REVIEW], counts[Status.PENDING], db.session.execute(oldest).scalar_one())


def undoable(person_id: uuid.UUID, sites: Sequence[uuid.UUID], *, limit: int = 5) -> Sequence[Decision]:
    """The person's decisions at these sites that have not left the house, latest first; those of a bulk are in ``bulk``."""
    found = (
        select(Decision)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(
            Decision.person_id == person_id,
            Decision.effective_at > now(),
            Decision.undone_at.is_(None),
            Comment.site_id.in_(sites),
            Decision.bulk_id.is_(None),
            or_(Decision.vote.is_(True), Comment.decision_id == Decision.id),
        )
        .order_by(Decision.decided_at.desc())
        .limit(limit)
    )
    return db.session.execute(found).scalars().all()


def decision(sites: Sequence[uuid.UUID], decision_id: uuid.UUID) -> Decision | None:
    """One decision of these sites."""
    found = (
        select(Decision)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(Decision.id == decision_id, Comment.site_id.in_(sites))
    )
    return db.session.execute(found).scalar_one_or_none()


def decided(sites: Sequence[uuid.UUID], *, limit: int = PAGE) -> Sequence[Comment]:
    """The comments decided last at these sites."""
    found = (
        select(Comment)
        .join(Decision, Decision.id == Comment.decision_id)
        .where(Comment.site_id.in_(sites), Comment.status.in_([Status.APPROVED, Status.REJECTED]))
        .order_by(Decision.decided_at.desc())
        .limit(limit)
        .options(*whole_card())
    )
    return db.session.execute(found).scalars().all()


def whole_card() -> tuple[ExecutableOption, ...]:
    """All that a card shows of a comment, loaded with it."""
    return (
        joinedload(Comment.article),
        joinedload(Comment.site),
        joinedload(Comment.parent),
        joinedload(Comment.decision).joinedload(Decision.person),
        joinedload(Comment.screening).selectinload(Screening.findings),
    )
