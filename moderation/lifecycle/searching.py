"""What is searched of a comment: its author, its text, and the texts that it had before."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, exists, select

from moderation import search
from moderation.db import db, transaction
from moderation.models import Comment, Revision, Searchable

_AT_ONCE = 1000


def make_searchable() -> int:
    """Make the oldest comments searchable that are not yet, in one transaction; returns how many, at most a thousand."""
    missing = (
        select(Comment.id, Comment.site_id, Comment.author_name, Comment.text, Comment.revision)
        .where(Comment.screening_id.is_not(None), Comment.erased_at.is_(None))
        .where(~exists().where(Searchable.comment_id == Comment.id))
        .order_by(Comment.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Comment)
    )
    with transaction():
        rows = db.session.execute(missing).all()
        keep_searchable(rows)
    return len(rows)


def keep_searchable(rows: Sequence[Row[*tuple[Any, ...]]]) -> None:
    """Make comments (id, site, author, text, revision) searchable as they are now and as they were, inside a transaction."""
    before = _earlier([row.id for row in rows if row.revision > 1])
    search.keep((row.id, row.site_id, row.author_name, row.text, before.get(row.id, ())) for row in rows)


def _earlier(comment_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The texts that comments had before, the last one first."""
    if not comment_ids:
        return {}
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    texts = select(Revision.comment_id, Revision.text).where(Revision.comment_id.in_(comment_ids))
    for row in db.session.execute(texts.order_by(Revision.number.desc())):
        found[row.comment_id].append(row.text)
    return found
