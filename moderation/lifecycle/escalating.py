"""What a moderator does who is not sure: ask for a second opinion."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from moderation import audit
from moderation.db import db, new_id, transaction
from moderation.lifecycle.conflict import Conflict
from moderation.lifecycle.holding import lock, move
from moderation.models import Comment, Decision, Escalation, Membership, Person, Status


def escalate(comment: Comment, person_id: uuid.UUID, revision_seen: int, note: str | None = None) -> Escalation:
    """Have two people agree on a comment, because one of them asks for it; who and why is kept for good.

    Asking twice for the same revision is asking once. Raises Conflict when the comment was decided, changed or withdrawn
    meanwhile, and when nobody else works at its site.
    """
    with transaction():
        held = lock(comment.id)
        if held.status != Status.IN_REVIEW:
            raise Conflict("not-in-review", held)
        if held.revision != revision_seen:
            raise Conflict("revised", held)
        asked = next((each for each in asked_for(held) if each.person_id == person_id), None)
        if asked is not None:
            return asked
        if not _somebody_else(held.site_id, person_id):
            raise Conflict("nobody-else", held)
        asked = Escalation(
            id=new_id(), comment_id=held.id, person_id=person_id, revision=held.revision, note=note or None
        )
        db.session.add(asked)
        move(held, escalated=True)
        audit.note("comment.escalated", held.site_id, held.id, after={"revision": held.revision})
    return asked


def asked_for(comment: Comment) -> list[Escalation]:
    """The wishes for a second opinion on the present revision that no decision has answered, oldest first."""
    here = Escalation.comment_id == comment.id, Escalation.revision == comment.revision
    found = select(Escalation).where(*here).order_by(Escalation.id)
    decision = db.session.get(Decision, comment.decision_id) if comment.decision_id else None
    if decision is not None:  # it was decided once and reopened
        found = found.where(Escalation.created_at > decision.decided_at)
    return list(db.session.execute(found).scalars())


def accuses(comment: Comment) -> bool:
    """Whether the machine found an accusation in the comment."""
    return comment.screening is not None and any(f.rule == "no-slander" and f.live for f in comment.screening.findings)


def needs_two(comment: Comment) -> bool:
    """Whether two people must agree: somebody asked for it, or it accuses somebody and the site wants it so."""
    return comment.escalated or (comment.site.slander_needs_two and accuses(comment))


def _somebody_else(site_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    others = (
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.site_id == site_id, Membership.person_id != person_id, Person.active)
    )
    return db.session.execute(others).scalar_one() > 0
