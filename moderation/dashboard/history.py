"""What happened to a comment before: decisions, votes, earlier texts. Reads only."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from moderation import bulk, queue
from moderation.bulk import UndoableBulk
from moderation.db import db
from moderation.models import Comment, Decision, Escalation, Revision, Status


@dataclass(frozen=True, slots=True)
class Undoable:
    """A decision that can still be taken back, with the comment that it is about."""

    decision: Decision
    comment: Comment

    @property
    def decided_at(self) -> datetime:
        """When it was decided."""
        return self.decision.decided_at


def undoable(person_id: uuid.UUID, sites: Sequence[uuid.UUID]) -> list[Undoable | UndoableBulk]:
    """What the person can still take back, latest first; a bulk is one."""
    both: list[Undoable | UndoableBulk] = [*_singles(person_id, sites), *bulk.undoable(person_id)]
    return sorted(both, key=lambda item: item.decided_at, reverse=True)


def _singles(person_id: uuid.UUID, sites: Sequence[uuid.UUID]) -> list[Undoable]:
    decisions = queue.undoable(person_id, sites)
    if not decisions:
        return []
    found = select(Comment).where(Comment.id.in_([decision.comment_id for decision in decisions]))
    comments = {comment.id: comment for comment in db.session.execute(found).scalars()}
    return [Undoable(decision, comments[decision.comment_id]) for decision in decisions]


def votes(comments: Iterable[Comment]) -> Sequence[Decision]:
    """The voices that some comments in review have so far (where an accusation needs two)."""
    waiting = [comment.id for comment in comments if comment.status == Status.IN_REVIEW]
    if not waiting:
        return []
    found = select(Decision).where(
        Decision.comment_id.in_(waiting), Decision.vote.is_(True), Decision.undone_at.is_(None)
    )
    return db.session.execute(found).scalars().all()


def asked(comments: Iterable[Comment]) -> Sequence[Escalation]:
    """The wishes for a second opinion on some comments that wait, oldest first."""
    waiting = [comment.id for comment in comments if comment.status == Status.IN_REVIEW and comment.escalated]
    if not waiting:
        return []
    found = select(Escalation).where(Escalation.comment_id.in_(waiting)).order_by(Escalation.id)
    return db.session.execute(found.options(joinedload(Escalation.person))).scalars().all()


def escalations(comment: Comment) -> Sequence[Escalation]:
    """Every wish for a second opinion on a comment, latest first."""
    found = select(Escalation).where(Escalation.comment_id == comment.id).order_by(Escalation.id.desc())
    return db.session.execute(found.options(joinedload(Escalation.person))).scalars().all()


def text_of(comment: Comment, number: int) -> str | None:
    """The text of an earlier revision; None when there is none such."""
    found = select(Revision.text).where(Revision.comment_id == comment.id, Revision.number == number)
    return db.session.execute(found).scalar_one_or_none()


def decisions(comment: Comment) -> Sequence[Decision]:
    """Every decision over a comment, latest first; the undone ones too."""
    found = (
        select(Decision)
        .where(Decision.comment_id == comment.id)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .options(joinedload(Decision.person))
    )
    return db.session.execute(found).scalars().all()


def revisions(comment: Comment) -> Sequence[Revision]:
    """The texts that a comment had before its current one, latest first."""
    found = select(Revision).where(Revision.comment_id == comment.id).order_by(Revision.number.desc())
    return db.session.execute(found).scalars().all()
