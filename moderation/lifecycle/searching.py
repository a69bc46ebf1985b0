"""Comments that were screened before there was a search are made searchable."""

from __future__ import annotations

from sqlalchemy import exists, select

from moderation import search
from moderation.db import db, transaction
from moderation.models import Comment, Searchable

_AT_ONCE = 1000


def make_searchable() -> int:
    """Make the oldest comments searchable that are not yet, in one transaction; returns how many, at most a thousand."""
    missing = (
        select(Comment.id, Comment.site_id, Comment.author_name, Comment.text)
        .where(Comment.screening_id.is_not(None), Comment.erased_at.is_(None))
        .where(~exists().where(Searchable.comment_id == Comment.id))
        .order_by(Comment.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Comment)
    )
    with transaction():
        rows = db.session.execute(missing).all()
        search.keep((row.id, row.site_id, row.author_name, row.text) for row in rows)
    return len(rows)
