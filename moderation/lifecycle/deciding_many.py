"""What one person decides of many comments at once, and takes back as one."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import joinedload

from moderation import actors, audit
from moderation.db import db, new_id, now, transaction
from moderation.jobs import PUBLISH, ring_after_commit
from moderation.lifecycle.conflict import Conflict
from moderation.lifecycle.deciding import Ruling, needs_another_voice
from moderation.lifecycle.escalating import accuses
from moderation.models import Comment, Decision, DecisionOutcome, Event, EventType, Screening, Site, Status

MOST_AT_ONCE = 500
"""How many comments one bulk may name."""

_SLICE = 200
_SLICE_SECONDS = 1.0  # a long bulk can be taken back for as long after its end as a short one
_UNSYNCED = {"synchronize_session": False}


@dataclass
class Many:
    """What became of a bulk: how many were decided, how many got a first voice of two, and how many were left alone, by kind.

    Kinds: ``gone`` (no such comment), ``revised``, ``pending`` (edited, with the machine), ``approved``, ``rejected``,
    ``withdrawn``, ``voted-already``, and ``accusation`` (no bulk approves one where one person's word would be enough).
    """

    id: uuid.UUID
    decided: int = 0
    voted: int = 0
    left: Counter[str] = field(default_factory=Counter)


def decide_many(
    seen: Mapping[uuid.UUID, int],
    person_id: uuid.UUID,
    ruling: Ruling,
    undo_seconds: float,
    bulk_id: uuid.UUID | None = None,
) -> Many:
    """Decide comments (by their id the revision that the person saw) with one outcome, reason and note.

    Short transactions of some comments each, but one moment for all in which they leave the house: a bulk can be taken back
    whole or not at all. What changed meanwhile, was decided or withdrawn is left alone and counted. The revision that
    ``ruling`` carries is not looked at. Raises ValueError for more than MOST_AT_ONCE.
    """
    if len(seen) > MOST_AT_ONCE:
        raise ValueError(f"at most {MOST_AT_ONCE} comments at once")
    bulk = Many(bulk_id or new_id())
    moment = now()
    slices = list(batched(sorted(seen.items()), _SLICE))
    window = _longest_window(seen, undo_seconds)
    waits = window + (len(slices) - 1) * _SLICE_SECONDS if window else 0
    common = {
        "person_id": person_id,
        "outcome": str(ruling.outcome),
        "reason": ruling.reason,
        "note": ruling.note,
        "decided_at": moment,
        "effective_at": moment + timedelta(seconds=waits),
        "bulk_id": bulk.id,
        "address": actors.current().address,
    }
    for some in slices:
        with transaction():
            _decide_some(dict(some), common, bulk)
    return bulk


def _longest_window(seen: Iterable[uuid.UUID], otherwise: float) -> float:
    """Seconds: the longest of the windows of the comments' sites, so that the bulk leaves the house as one."""
    here = select(Comment.site_id).where(Comment.id.in_(list(seen)))
    longest = select(func.max(func.coalesce(Site.undo_seconds, otherwise))).where(Site.id.in_(here))
    return float(db.session.execute(longest).scalar_one() or 0)


def _decide_some(seen: Mapping[uuid.UUID, int], common: Mapping[str, Any], bulk: Many) -> None:
    locked = {comment.id: comment for comment in _lock(list(seen))}
    taken: list[tuple[Comment, Decision]] = []
    for comment_id, revision in seen.items():
        comment = locked.get(comment_id)
        site_id = comment.site_id if comment else None
        decision = Decision(id=new_id(), comment_id=comment_id, site_id=site_id, revision=revision, **common)
        reason = "gone" if comment is None else _left_alone(comment, decision)
        if reason is None and comment is not None:
            taken.append((comment, decision))
        else:
            bulk.left[str(reason)] += 1
    _store(taken)
    votes = sum(bool(decision.vote) for _, decision in taken)
    bulk.voted += votes
    bulk.decided += len(taken) - votes


def _left_alone(comment: Comment, decision: Decision) -> str | None:
    """Why this bulk does not touch a comment; None when it does. Marks a decision that is a first voice."""
    if comment.status != Status.IN_REVIEW:
        return comment.status
    if comment.revision != decision.revision:
        return "revised"
    alone = not comment.site.slander_needs_two
    if alone and decision.outcome == DecisionOutcome.APPROVED and accuses(comment):
        return "accusation"
    try:
        decision.vote = needs_another_voice(comment, decision)
    except Conflict as conflict:
        return conflict.code
    return None


def _store(taken: Sequence[tuple[Comment, Decision]]) -> None:
    if not taken:
        return
    db.session.add_all(decision for _, decision in taken)
    db.session.flush()
    decided = [(comment, decision) for comment, decision in taken if not decision.vote]
    if not decided:
        return
    moves = [
        {"id": comment.id, "status": decision.outcome, "decision_id": decision.id} for comment, decision in decided
    ]
    db.session.execute(update(Comment), moves, execution_options=_UNSYNCED)
    db.session.execute(insert(Event), [_event(comment, decision) for comment, decision in decided])
    for comment, _ in decided:
        db.session.expire(comment)
    ring_after_commit(PUBLISH)


def _event(comment: Comment, decision: Decision) -> dict[str, Any]:
    return {
        "id": new_id(),
        "site_id": comment.site_id,
        "comment_id": comment.id,
        "decision_id": decision.id,
        "type": str(EventType(f"comment.{decision.outcome}")),
        "due_at": decision.effective_at,
    }


def undo_many(bulk_id: uuid.UUID, person_id: uuid.UUID, moment: datetime | None = None) -> int:
    """Take a person's whole bulk back before any of it has left the house. Returns how many comments are in the queue again.

    What was edited, withdrawn or taken back singly meanwhile has nothing to take back and is left alone. Raises Conflict, and
    changes nothing, when the time is over or one of them is published.
    """
    moment = moment or now()
    with transaction():
        mine = Decision.bulk_id == bulk_id, Decision.person_id == person_id
        named = select(Decision.comment_id).where(*mine)
        comments = {comment.id: comment for comment in _lock(named)}
        decisions = db.session.execute(
            select(Decision).where(*mine, Decision.undone_at.is_(None)),
            execution_options={"populate_existing": True},
        ).scalars()
        standing = [(comments[decision.comment_id], decision) for decision in decisions]
        for comment, decision in standing:
            if decision.effective_at <= moment or comment.published_decision_id == decision.id:
                raise Conflict("too-late", comment)
        back = [(comment, decision) for comment, decision in standing if _can_go_back(comment, decision)]
        _take_back(back, moment)
        for site_id, count in Counter(comment.site_id for comment, _ in back).items():
            audit.note("bulk.undone", site_id, bulk_id, before={"decisions": count})
    return len(back)


def _can_go_back(comment: Comment, decision: Decision) -> bool:
    """Whether the decision still stands; a voice, whether nobody has decided with it."""
    if decision.vote:
        return comment.status == Status.IN_REVIEW and comment.revision == decision.revision
    return comment.status == decision.outcome and comment.decision_id == decision.id


def _take_back(back: Sequence[tuple[Comment, Decision]], moment: datetime) -> None:
    if not back:
        return
    ids = [decision.id for _, decision in back]
    unsent = delete(Event).where(Event.decision_id.in_(ids), Event.position.is_(None)).returning(Event.decision_id)
    heard_of = set(db.session.execute(unsent, execution_options=_UNSYNCED).scalars())
    for comment, decision in back:
        if not decision.vote and decision.id not in heard_of:
            raise Conflict("too-late", comment)
    undone = update(Decision).where(Decision.id.in_(ids)).values(undone_at=moment)
    db.session.execute(undone, execution_options=_UNSYNCED)
    votes: list[dict[str, Any]] = [
        {"id": comment.id, "escalated": False} for comment, decision in back if decision.vote
    ]
    moves: list[dict[str, Any]] = [
        {"id": comment.id, "status": str(Status.IN_REVIEW), "decision_id": comment.published_decision_id}
        for comment, decision in back
        if not decision.vote
    ]
    for rows in (votes, moves):
        if rows:
            db.session.execute(update(Comment), rows, execution_options=_UNSYNCED)
    for comment, _ in back:
        db.session.expire(comment)


def _lock(ids: Any) -> Sequence[Comment]:
    """The comments with what the machine said of them, locked in the order in which everybody locks."""
    found = (
        select(Comment)
        .where(Comment.id.in_(ids))
        .order_by(Comment.id)
        .options(joinedload(Comment.site), joinedload(Comment.screening).selectinload(Screening.findings))
        .with_for_update(of=Comment)
    )
    return db.session.execute(found, execution_options={"populate_existing": True}).scalars().all()
