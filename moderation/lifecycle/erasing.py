"""Comments whose words and author are removed everywhere; that there were comments, and what was decided, stays."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.sql.dml import Delete, Update

from moderation import search
from moderation.db import db, now, transaction
from moderation.jobs import ADD_UP, ring_after_commit
from moderation.lifecycle.publishing import announce, cancel_unsent
from moderation.lifecycle.repeating import forget_print
from moderation.lifecycle.trimming import forget_trimmed
from moderation.models import (
    Comment,
    Decision,
    Delivery,
    Escalation,
    Event,
    EventType,
    FindingRow,
    Revision,
    Screening,
    ShadowScreening,
    Status,
)

_UNSYNCED = {"synchronize_session": False}
_UNDECIDED = (Status.PENDING, Status.IN_REVIEW)


def erase(site_id: uuid.UUID, comment_id: uuid.UUID) -> None:
    """Erase one comment. Raises LookupError when the site has none such."""
    if not erase_many(site_id, [comment_id]):
        raise LookupError(comment_id)


def erase_many(site_id: uuid.UUID, comment_ids: Collection[uuid.UUID], *, beside: Update | None = None) -> int:
    """Remove texts, names, ids and addresses of some comments' authors everywhere, in one transaction. Returns how many there are.

    What nobody decided yet is withdrawn, and the site is told so. ``beside`` is a statement that shares the transaction.
    """
    moment = now()
    with transaction():
        comments = _lock(site_id, comment_ids)
        waiting = [comment for comment in comments if comment.status in _UNDECIDED]
        for comment in waiting:
            cancel_unsent(comment.id)
            announce(comment, EventType.WITHDRAWN, moment)
        ids = [comment.id for comment in comments]
        _blank_around(ids)
        for some, status in ((waiting, {"status": str(Status.WITHDRAWN)}), (comments, {})):
            here = update(Comment).where(Comment.id.in_([comment.id for comment in some]))
            db.session.execute(here.values(**_blank(moment), **status), execution_options=_UNSYNCED)
        for comment in comments:
            db.session.expire(comment)
        if beside is not None:
            db.session.execute(beside, execution_options=_UNSYNCED)
        ring_after_commit(ADD_UP)  # the counts by author name one until they are added up
    return len(ids)


def _lock(site_id: uuid.UUID, comment_ids: Collection[uuid.UUID]) -> Sequence[Comment]:
    found = select(Comment).where(Comment.id.in_(comment_ids), Comment.site_id == site_id).order_by(Comment.id)
    held = db.session.execute(found.with_for_update(of=Comment), execution_options={"populate_existing": True})
    return held.scalars().all()


def _blank_around(ids: Sequence[uuid.UUID]) -> None:
    """Blank the words of comments wherever else they stand."""
    for statement in _blanked(ids):
        db.session.execute(statement, execution_options=_UNSYNCED)
    forget_trimmed(ids)
    forget_print(*ids)
    search.blank(ids)


def _blanked(ids: Sequence[uuid.UUID]) -> tuple[Update | Delete, ...]:
    screenings = select(Screening.id).where(Screening.comment_id.in_(ids))
    events = select(Event.id).where(Event.comment_id.in_(ids))
    return (
        update(Revision).where(Revision.comment_id.in_(ids)).values(text=""),
        update(FindingRow)
        .where(FindingRow.screening_id.in_(screenings))
        .values(reason="", reason_en="", spans=[], about=None),
        update(Screening).where(Screening.comment_id.in_(ids)).values(signals={}),
        delete(ShadowScreening).where(ShadowScreening.comment_id.in_(ids)),
        update(Decision).where(Decision.comment_id.in_(ids)).values(note=None),
        update(Escalation).where(Escalation.comment_id.in_(ids)).values(note=None),
        update(Delivery).where(Delivery.event_id.in_(events)).values(last_error=None, last_answer=None),
    )


def _blank(moment: datetime) -> dict[str, Any]:
    return {
        "text": "",
        "author_name": "",
        "author_external_id": None,
        "author_email_hash": None,
        "author_ip_hash": None,
        "repeats_of": None,
        "erased_at": moment,
        "claim_token": None,
        "claim_until": None,
    }
