"""Comments with all that their cards show, and the decisions over them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.expression import ColumnElement, CompoundSelect

from moderation.db import db, now
from moderation.models import Comment, Decision, Screening, Status

_LATEST = 50


def these(comment_ids: Sequence[uuid.UUID]) -> Sequence[Comment]:
    """These comments with all that their cards show, in this order. The caller knows that they may be shown."""
    if not comment_ids:
        return []
    found = select(Comment).where(Comment.id.in_(comment_ids)).options(*whole_card())
    rows = db.session.execute(found, execution_options={"populate_existing": True}).scalars()
    known = {comment.id: comment for comment in rows}
    return [known[comment_id] for comment_id in comment_ids if comment_id in known]


def find(sites: Sequence[uuid.UUID], comment_id: uuid.UUID) -> Comment | None:
    """One comment with all that its card shows, whatever its status; None when these sites have none such."""
    found = select(Comment).where(Comment.id == comment_id, Comment.site_id.in_(sites)).options(*whole_card())
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def undoable(person_id: uuid.UUID, sites: Sequence[uuid.UUID], *, limit: int = 5) -> Sequence[Decision]:
    """The person's decisions at these sites that have not left the house, latest first; those of a bulk are in ``bulk``."""
    found = (
        select(Decision)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(
            Decision.person_id == person_id,
            Decision.effective_at > now(),
            Decision.undone_at.is_(None),
            Decision.bulk_id.is_(None),
            _of(sites),
            or_(Decision.vote.is_(True), Comment.decision_id == Decision.id),
        )
        .order_by(Decision.decided_at.desc())
        .limit(limit)
    )
    return db.session.execute(found).scalars().all()


def decision(sites: Sequence[uuid.UUID], decision_id: uuid.UUID) -> Decision | None:
    """One decision of these sites."""
    found = (
        select(Decision).join(Comment, Comment.id == Decision.comment_id).where(Decision.id == decision_id, _of(sites))
    )
    return db.session.execute(found).scalar_one_or_none()


def decided(sites: Sequence[uuid.UUID], *, limit: int = _LATEST) -> Sequence[Comment]:
    """The comments decided last at these sites, the latest first: site by site off the index, as ids grow with time."""
    each = [
        select(Comment.id, Comment.decision_id)
        .where(
            Comment.site_id == site_id,
            Comment.decision_id.is_not(None),
            Comment.status.in_([Status.APPROVED, Status.REJECTED]),
        )
        .order_by(Comment.decision_id.desc())
        .limit(limit)
        for site_id in sites
    ]
    if not each:
        return []
    together: CompoundSelect[Any] = union_all(*(select(one.subquery()) for one in each))
    last = together.subquery()
    newest = select(last.c.id).order_by(last.c.decision_id.desc()).limit(limit)
    return these(db.session.execute(newest).scalars().all())


def _of(sites: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    """Comments of these sites, among few. No index may be used for it: SQLite would read all of a site's comments for each."""
    return func.coalesce(Comment.site_id, Comment.site_id).in_(sites)


def whole_card() -> tuple[ExecutableOption, ...]:
    """All that a card shows of a comment, loaded with it."""
    return (
        joinedload(Comment.article),
        joinedload(Comment.site),
        joinedload(Comment.parent),
        joinedload(Comment.decision).joinedload(Decision.person),
        joinedload(Comment.screening).selectinload(Screening.findings),
    )
