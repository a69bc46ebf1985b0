"""What people do to a comment: decide, take back, reopen."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from moderation import actors, audit
from moderation.db import db, new_id, now, transaction
from moderation.lifecycle.conflict import Conflict
from moderation.lifecycle.escalating import asked_for, needs_two
from moderation.lifecycle.holding import lock, move, undo_window
from moderation.lifecycle.publishing import announce
from moderation.lifecycle.trimming import put_back
from moderation.models import Comment, Decision, DecisionOutcome, Event, EventType, Status

_UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person wants: an outcome for the revision that they saw, and why (the slug of a rule) when it is a rejection."""

    outcome: DecisionOutcome
    revision_seen: int
    reason: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if (self.outcome is DecisionOutcome.REJECTED) != (self.reason is not None):
            raise ValueError("a rejection has a reason, an approval has none")


def decide(comment: Comment, person_id: uuid.UUID, ruling: Ruling, undo_seconds: float) -> Decision:
    """Record a person's decision; it can be undone until ``effective_at`` and is invisible outside before.

    ``undo_seconds`` is the service's window; the site's own stands above it.

    Where an accusation needs two people, or somebody asked for a second opinion, the first voice is recorded as a vote and
    the comment waits for another person; two voices that differ escalate it. Raises Conflict when the comment was decided,
    changed or withdrawn meanwhile, or when the same person votes twice.
    """
    moment = now()
    with transaction():
        locked = lock(comment.id)
        if locked.status != Status.IN_REVIEW:
            raise Conflict("not-in-review", locked)
        if locked.revision != ruling.revision_seen:
            raise Conflict("revised", locked)
        decision = Decision(
            id=new_id(),
            comment_id=locked.id,
            site_id=locked.site_id,
            person_id=person_id,
            revision=ruling.revision_seen,
            outcome=str(ruling.outcome),
            reason=ruling.reason,
            note=ruling.note,
            decided_at=moment,
            effective_at=moment + undo_window(locked.site, undo_seconds),
            address=actors.current().address,
        )
        decision.vote = needs_another_voice(locked, decision)
        db.session.add(decision)
        db.session.flush()
        if not decision.vote:
            move(locked, status=decision.outcome, decision_id=decision.id)
            announce(locked, EventType(f"comment.{decision.outcome}"), decision.effective_at, decision)
    return decision


def _told(decision: Decision) -> dict[str, Any]:
    """What the audit tells of a decision that is taken back."""
    return {"outcome": decision.outcome, "reason": decision.reason, "vote": bool(decision.vote)}


def needs_another_voice(comment: Comment, decision: Decision) -> bool:
    """Whether this is one of two voices; a second one that differs escalates, and then a third person's decides."""
    if not needs_two(comment):
        return False
    spoken = select(Decision).where(
        Decision.comment_id == comment.id,
        Decision.revision == comment.revision,
        Decision.vote.is_(True),
        Decision.undone_at.is_(None),
    )
    votes = db.session.execute(spoken).scalars().all()
    if any(vote.person_id == decision.person_id for vote in votes):
        raise Conflict("voted-already", comment)
    if not votes:
        return True
    if len(votes) == 1 and votes[0].outcome != decision.outcome:
        move(comment, escalated=True)
        return True
    return False


def undo(decision: Decision, moment: datetime | None = None) -> None:
    """Take a decision back before it has left the house: the comment is in the queue again, whole if it was trimmed.

    Raises Conflict when it is published, its time is over, or somebody undid it already.
    """
    moment = moment or now()
    with transaction():
        comment = lock(decision.comment_id)
        taken_back = db.session.execute(
            update(Decision)
            .where(Decision.id == decision.id, Decision.undone_at.is_(None), Decision.effective_at > moment)
            .values(undone_at=moment)
            .returning(Decision.id),
            execution_options=_UNSYNCED,
        )
        if taken_back.first() is None:
            raise Conflict("too-late", comment)
        if decision.vote:
            if comment.status != Status.IN_REVIEW or comment.revision != decision.revision:
                raise Conflict("too-late", comment)  # somebody has decided with this voice
            move(comment, escalated=bool(asked_for(comment)))
            audit.note("decision.undone", comment.site_id, comment.id, before=_told(decision))
            return
        unsent = delete(Event).where(Event.decision_id == decision.id, Event.position.is_(None)).returning(Event.id)
        if (
            comment.decision_id != decision.id
            or db.session.execute(unsent, execution_options=_UNSYNCED).first() is None
        ):
            raise Conflict("too-late", comment)
        move(comment, status=Status.IN_REVIEW, decision_id=comment.published_decision_id)
        audit.note("decision.undone", comment.site_id, comment.id, before=_told(decision))
        if decision.trimmed_text is not None:
            put_back(comment, decision, moment)


def reopen(comment: Comment) -> None:
    """Put a comment whose decision was published back into the queue; the site is told.

    Raises Conflict when there is no published decision to reopen.
    """
    moment = now()
    with transaction():
        locked = lock(comment.id)
        decided = locked.status in (Status.APPROVED, Status.REJECTED)
        if not decided or locked.decision_id is None or locked.decision_id != locked.published_decision_id:
            raise Conflict("not-published", locked)
        decision = db.session.get_one(Decision, locked.decision_id)
        spent = Decision.comment_id == locked.id, Decision.vote.is_(True), Decision.undone_at.is_(None)
        db.session.execute(update(Decision).where(*spent).values(undone_at=moment), execution_options=_UNSYNCED)
        move(locked, status=Status.IN_REVIEW, escalated=False)
        audit.note("comment.reopened", locked.site_id, locked.id, before={"outcome": decision.outcome})
        announce(locked, EventType.REOPENED, moment, decision)
