"""What a worker does to a comment: claim it, and bring back what the machine said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from moderation import audit
from moderation.db import db, new_id, now, transaction
from moderation.jobs import PUBLISH, SCREEN, ring_after_commit
from moderation.lifecycle.automatic import decide_by_themselves
from moderation.lifecycle.searching import keep_searchable
from moderation.models import Comment, Event, EventType, FindingRow, Screening, ShadowScreening, Status
from moderation.rules.base import Finding, Verdict
from moderation.rules.rule_set import ByItself, Judgement


@dataclass(frozen=True, slots=True)
class Claim:
    """Comments that this worker alone may screen until the claim expires."""

    token: uuid.UUID
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a version in shadow says of the same revision: stored apart, and nothing follows from it."""

    rule_set_id: uuid.UUID
    verdict: Verdict
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class Screened:
    """What the machine said of one revision. ``shadow`` findings are stored and do not count; ``repeats_of`` said it first;
    ``by_itself`` is what the rules decide where the site lets them; ``beside`` is what a whole rule set in shadow says."""

    comment_id: uuid.UUID
    revision: int
    rule_set_id: uuid.UUID
    judgement: Judgement
    signals: dict[str, Any]
    findings: Sequence[Finding] = ()
    shadow: Sequence[Finding] = ()
    repeats_of: uuid.UUID | None = None
    by_itself: ByItself | None = None
    beside: Beside | None = None


TO_SCREEN = (Comment.status == Status.PENDING,)
"""Comments that wait for the machine."""
TO_SCREEN_AGAIN = (
    text("comment.rescreen"),  # as the partial index spells it
    Comment.status.in_([Status.IN_REVIEW, Status.APPROVED, Status.REJECTED]),
    Comment.erased_at.is_(None),
)
"""Comments that stay where they stand, and whose screening is to be made anew."""


def screen_again(site_id: uuid.UUID, author_id: str | None = None) -> int:
    """Have a site's comments that wait for a person (those of one author, or all) screened again, in the background.

    Returns how many.
    """
    with transaction():
        marked = ask_again(site_id, author_id)
        if author_id is None:
            audit.note("queue.screened_again", site_id, after={"comments": marked})
        return marked


def ask_again(site_id: uuid.UUID, author_id: str | None = None) -> int:
    """The same inside the caller's transaction, with the change that is the reason.

    What a worker is at has to be claimed anew: it would bring back what was said before the change.
    """
    here = [Comment.site_id == site_id]
    if author_id is not None:
        here.append(Comment.author_external_id == author_id)
    free = {"claim_token": None, "claim_until": None}
    waiting = update(Comment).where(*here, Comment.status == Status.IN_REVIEW).values(rescreen=True, attempts=0, **free)
    on_the_way = update(Comment).where(*here, Comment.status == Status.PENDING, Comment.claim_token.is_not(None))
    unsynced = {"synchronize_session": False}
    marked = db.session.execute(waiting.returning(Comment.id), execution_options=unsynced).all()
    db.session.execute(on_the_way.values(**free), execution_options=unsynced)
    ring_after_commit(SCREEN)
    return len(marked)


def claim(limit: int, seconds: float, *, again: bool = False) -> Claim:
    """Claim up to ``limit`` pending comments for ``seconds``, oldest first; an expired claim may be taken over.

    With ``again`` those that are to be screened again, wherever they stand.
    """
    moment = now()
    token = new_id()
    free = (
        select(Comment.id)
        .where(
            *(TO_SCREEN_AGAIN if again else TO_SCREEN), or_(Comment.claim_until.is_(None), Comment.claim_until < moment)
        )
        .order_by(Comment.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # rendered on PostgreSQL only; SQLite has one writer anyway
    )
    taken = (
        update(Comment)
        .where(Comment.id.in_(free))
        .values(claim_token=token, claim_until=moment + timedelta(seconds=seconds), attempts=Comment.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    with transaction():
        db.session.execute(taken)
    mine = (
        select(Comment)
        .where(Comment.claim_token == token)
        .order_by(Comment.id)
        .options(joinedload(Comment.article), joinedload(Comment.parent))
    )
    rows = tuple(db.session.execute(mine, execution_options={"populate_existing": True}).scalars())
    db.session.commit()  # measuring runs outside any transaction, a reading one included
    return Claim(token, rows)


def give_back(token: uuid.UUID, comment_id: uuid.UUID, retry_after: float) -> None:
    """Let go of a comment that could not be screened, to be tried again after ``retry_after`` seconds."""
    with transaction():
        db.session.execute(
            update(Comment)
            .where(Comment.id == comment_id, Comment.claim_token == token)
            .values(claim_token=None, claim_until=now() + timedelta(seconds=retry_after))
            .execution_options(synchronize_session=False)
        )


def screened(token: uuid.UUID, results: Sequence[Screened], undo_seconds: float = 0) -> int:
    """Store the screenings of a claim in one transaction and put its comments in the review queue.

    What the rules decide by themselves is decided here, and leaves the house ``undo_seconds`` later like any decision.

    Only comments whose claim is still ours are touched, so that none is screened twice. A screening of a revision that
    was superseded meanwhile is stored, and its comment is free to be claimed again. A comment that was to be screened again
    gets its latest screening and place in the queue, and stays where it stands: nothing is decided.
    Returns how many screenings were stored.
    """
    with transaction():
        held = _held(token)
        mine = [result for result in results if result.comment_id in held]
        if not mine:
            return 0
        ids = {result.comment_id: new_id() for result in mine}
        db.session.execute(insert(Screening), [screening_row(ids[result.comment_id], result) for result in mine])
        if rows := [row for result in mine for row in finding_rows(ids[result.comment_id], result)]:
            db.session.execute(insert(FindingRow), rows)
        keep_beside([(ids[result.comment_id], result) for result in mine])
        current = [result for result in mine if _is_current(result, held[result.comment_id])]
        anew = [result for result in mine if _is_anew(result, held[result.comment_id])]
        in_time = {result.comment_id for result in (*current, *anew)}
        keep_searchable([row for row in held.values() if row.id in in_time])
        without_person = decide_by_themselves(
            [(held[result.comment_id], result.by_itself) for result in current if result.by_itself], undo_seconds
        )
        released = (
            _released(result, ids[result.comment_id]) | without_person.get(result.comment_id, {}) for result in current
        )
        stored = (_screened(result, ids[result.comment_id]) for result in anew)
        _apply([*released, *stored, *(_superseded(result) for result in mine if result.comment_id not in in_time)])
        _tell_of([(held[each.comment_id], each) for each in current if each.comment_id not in without_person])
        return len(mine)


def _held(token: uuid.UUID) -> dict[uuid.UUID, Row[*tuple[Any, ...]]]:
    """The comments of a claim that is still ours, locked, by id and the oldest first."""
    held = (
        select(Comment.id, Comment.site_id, Comment.revision, Comment.status, Comment.rescreen)
        .add_columns(Comment.author_name, Comment.text)
        .where(Comment.claim_token == token)
        .order_by(Comment.id)
        .with_for_update()
    )
    return {row.id: row for row in db.session.execute(held)}


def _is_current(result: Screened, comment: Row[*tuple[Any, ...]]) -> bool:
    return bool(comment.revision == result.revision and comment.status == Status.PENDING)


def _is_anew(result: Screened, comment: Row[*tuple[Any, ...]]) -> bool:
    standing = comment.status in (Status.IN_REVIEW, Status.APPROVED, Status.REJECTED)
    return bool(comment.rescreen and comment.revision == result.revision and standing)


def screening_row(screening_id: uuid.UUID, result: Screened) -> dict[str, Any]:
    """A row of the screening table."""
    return {
        "id": screening_id,
        "comment_id": result.comment_id,
        "revision": result.revision,
        "rule_set_id": result.rule_set_id,
        "verdict": str(result.judgement.verdict),
        "priority": result.judgement.priority,
        "signals": result.signals,
    }


def finding_rows(screening_id: uuid.UUID, result: Screened) -> list[dict[str, Any]]:
    """Rows of the finding table: live ones first, then shadow ones."""
    marked = [(finding, True) for finding in result.findings] + [(finding, False) for finding in result.shadow]
    return [
        finding.to_dict()
        | {"screening_id": screening_id, "number": number, "live": counts}
        | {"about": uuid.UUID(finding.about) if finding.about else None}
        for number, (finding, counts) in enumerate(marked)
    ]


def keep_beside(results: Sequence[tuple[uuid.UUID, Screened]]) -> None:
    """Store what versions in shadow say, beside the screening with this id; of a revision the latest is kept."""
    rows = [
        {
            "rule_set_id": result.beside.rule_set_id,
            "comment_id": result.comment_id,
            "revision": result.revision,
            "screening_id": screening_id,
            "verdict": str(result.beside.verdict),
            "findings": [finding.to_dict() for finding in result.beside.findings],
        }
        for screening_id, result in results
        if result.beside
    ]
    if rows:
        make = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
        new = make(ShadowScreening)
        latest = {name: new.excluded[name] for name in ("screening_id", "verdict", "findings")}
        key = ["rule_set_id", "comment_id", "revision"]
        db.session.execute(new.on_conflict_do_update(index_elements=key, set_=latest), rows)


def _released(result: Screened, screening_id: uuid.UUID) -> dict[str, Any]:
    return {"status": str(Status.IN_REVIEW), **_screened(result, screening_id)}


def _screened(result: Screened, screening_id: uuid.UUID) -> dict[str, Any]:
    return {
        "id": result.comment_id,
        "verdict": str(result.judgement.verdict),
        "priority": result.judgement.priority,
        "repeats_of": result.repeats_of,
        "screening_id": screening_id,
        "rescreen": False,
        "claim_token": None,
        "claim_until": None,
    }


def _tell_of(queued: Sequence[tuple[Row[*tuple[Any, ...]], Screened]]) -> None:
    """Have the sites told of comments that wait for a person now."""
    if queued:
        db.session.execute(insert(Event), [_queued(result, comment.site_id) for comment, result in queued])
        ring_after_commit(PUBLISH)


def _queued(result: Screened, site_id: uuid.UUID) -> dict[str, Any]:
    """The event that tells of a comment in the queue; what the machine said comes along, as it was of this revision."""
    screening = {
        "revision": result.revision,
        "verdict": str(result.judgement.verdict),
        "rules": list(dict.fromkeys(finding.rule for finding in result.findings)),
    }
    return {
        "id": new_id(),
        "site_id": site_id,
        "comment_id": result.comment_id,
        "type": str(EventType.QUEUED),
        "due_at": now(),
        "payload": {"screening": screening},
    }


def _superseded(result: Screened) -> dict[str, Any]:
    return {"id": result.comment_id, "claim_token": None, "claim_until": None}


def _apply(changes: list[dict[str, Any]]) -> None:
    """Bulk UPDATE by primary key; rows of one shape go in one statement."""
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for change in changes:
        shapes.setdefault(tuple(change), []).append(change)
    for rows in shapes.values():
        db.session.execute(update(Comment), rows, execution_options={"synchronize_session": False})
