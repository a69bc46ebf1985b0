"""What a moderator cuts out of a comment before it is published: a revision of its own, approved in one step."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from moderation import actors
from moderation.db import db, new_id, now, transaction
from moderation.jobs import SCREEN, ring_after_commit
from moderation.lifecycle.conflict import Conflict
from moderation.lifecycle.escalating import needs_two
from moderation.lifecycle.holding import lock, move, undo_window
from moderation.lifecycle.publishing import announce
from moderation.models import Comment, Decision, DecisionOutcome, Event, EventType, Revision, Status

SIGN = "[…]"
"""What readers see where something was cut out."""

type Span = tuple[int, int]


class NothingLeft(ValueError):
    """Nothing was cut out, or everything."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What a person wants: ``[start, end)`` of the text that they saw taken out, and a note."""

    spans: Sequence[Span]
    revision_seen: int
    note: str | None = None


def without(text: str, spans: Sequence[Span]) -> str:
    """The text without these places (code points; they may overlap), with a sign where they were; never a longer one.

    A place too short for the sign goes without one. Raises NothingLeft when nothing is cut, or nothing but signs stays.
    """
    kept: list[str] = []
    end = 0
    for start, stop in _merged(text, spans):
        kept.append(text[end:start])
        if stop - start >= len(SIGN):
            kept.append(SIGN)
        end = stop
    left = "".join([*kept, text[end:]]).strip()
    if end == 0 or not any(character.isalnum() for character in left):
        raise NothingLeft
    return left


def _merged(text: str, spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, stop in sorted((max(start, 0), min(stop, len(text))) for start, stop in spans):
        if start >= stop:
            continue
        if merged and not text[merged[-1][1] : start].strip():  # nothing but white space in between
            merged[-1] = merged[-1][0], max(merged[-1][1], stop)
        else:
            merged.append((start, stop))
    return merged


def trim(comment: Comment, person_id: uuid.UUID, cut: Cut, undo_seconds: float) -> Decision:
    """Cut a comment and approve what is left; the site is told the text to publish. Undone like any decision.

    Raises Conflict when the comment was decided, changed or withdrawn meanwhile, or when two people must agree on it;
    NothingLeft when nothing is cut, or everything.
    """
    moment = now()
    with transaction():
        held = lock(comment.id)
        if held.status != Status.IN_REVIEW:
            raise Conflict("not-in-review", held)
        if held.revision != cut.revision_seen:
            raise Conflict("revised", held)
        if needs_two(held):
            raise Conflict("needs-two", held)
        left = without(held.text, cut.spans)
        decision = Decision(
            id=new_id(),
            comment_id=held.id,
            site_id=held.site_id,
            person_id=person_id,
            revision=held.revision + 1,
            outcome=str(DecisionOutcome.APPROVED),
            note=cut.note or None,
            trimmed_text=left,
            decided_at=moment,
            effective_at=moment + undo_window(held.site, undo_seconds),
            address=actors.current().address,
        )
        db.session.add(decision)
        db.session.flush()
        _replace(held, left, moment, trimmed=True)
        move(held, status=Status.APPROVED, decision_id=decision.id)
        announce(held, EventType.APPROVED, decision.effective_at, decision)
    return decision


def put_back(comment: Comment, decision: Decision, moment: datetime) -> None:
    """Give a comment the text that it had before it was trimmed. Call inside a transaction that holds it."""
    before = _revision(comment.id, decision.revision - 1)
    if before is not None and comment.revision == decision.revision:
        _replace(comment, before.text, moment, trimmed=before.trimmed)


def keep_text(comment: Comment) -> None:
    """Keep a comment's present text among those that it had. Call inside a transaction that holds it."""
    kept = {"number": comment.revision, "text": comment.text, "trimmed": comment.trimmed}
    db.session.execute(insert(Revision).values(comment_id=comment.id, created_at=comment.revised_at, **kept))


def as_sent(comment_id: uuid.UUID) -> str | None:
    """The last text that the site itself sent for a trimmed comment."""
    sent = select(Revision.text).where(Revision.comment_id == comment_id, Revision.trimmed.is_(False))
    return db.session.execute(sent.order_by(Revision.number.desc()).limit(1)).scalar_one_or_none()


def forget_trimmed(comment_ids: Sequence[uuid.UUID]) -> None:
    """Blank what was left of comments wherever it was told; that they were trimmed stays. Call inside a transaction."""
    trimmed = select(Decision.id).where(Decision.comment_id.in_(comment_ids), Decision.trimmed_text.is_not(None))
    ids = db.session.execute(trimmed).scalars().all()
    if not ids:
        return
    unsynced = {"synchronize_session": False}
    db.session.execute(update(Decision).where(Decision.id.in_(ids)).values(trimmed_text=""), execution_options=unsynced)
    told = select(Event).where(Event.decision_id.in_(ids), Event.position.is_not(None))
    for event in db.session.execute(told).scalars():
        event.payload = _blank(event.payload)


def _blank(payload: dict[str, Any] | None) -> dict[str, Any] | None:
    data = (payload or {}).get("data") or {}
    if not data.get("decision"):
        return payload
    return {**(payload or {}), "data": {**data, "decision": {**data["decision"], "text": None}}}


def _revision(comment_id: uuid.UUID, number: int) -> Any:
    found = select(Revision.text, Revision.trimmed).where(Revision.comment_id == comment_id, Revision.number == number)
    return db.session.execute(found).one_or_none()


def _replace(comment: Comment, text: str, moment: datetime, *, trimmed: bool) -> None:
    """A new revision; the machine reads it again where the comment stands."""
    keep_text(comment)
    move(
        comment,
        text=text,
        trimmed=trimmed,
        revision=Comment.revision + 1,
        revised_at=moment,
        rescreen=True,
        attempts=0,
        claim_until=None,
    )
    ring_after_commit(SCREEN)
