"""One comment held by a transaction, and changed. Call everything here inside one."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select, update

from moderation.db import db
from moderation.models import Comment, Site


def lock(comment_id: uuid.UUID) -> Comment:
    """The comment as it is stored, held until the transaction ends."""
    found = select(Comment).where(Comment.id == comment_id).with_for_update(of=Comment)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one()


def move(comment: Comment, **values: object) -> None:
    """Change columns of a comment that is held."""
    changed = update(Comment).where(Comment.id == comment.id).values(**values)
    db.session.execute(changed, execution_options={"synchronize_session": False})
    db.session.expire(comment)


def undo_window(site: Site, otherwise: float) -> timedelta:
    """How long a decision at a site can be taken back; ``otherwise`` (seconds) where the site does not say."""
    return timedelta(seconds=otherwise if site.undo_seconds is None else site.undo_seconds)
