"""What a site does to a comment: send it, revise it, withdraw it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Boolean, Uuid, bindparam, select, text, update

from moderation import audit
from moderation.db import Instant, db, new_id, now, transaction
from moderation.jobs import SCREEN, ring_after_commit
from moderation.lifecycle.articles import RecentArticles, keep_article
from moderation.lifecycle.conflict import Conflict
from moderation.lifecycle.pace import Pace, who
from moderation.lifecycle.publishing import announce, cancel_unsent, drop_unpublished
from moderation.lifecycle.repeating import forget_print
from moderation.lifecycle.trimming import as_sent, keep_text
from moderation.models import (
    Article,
    Comment,
    Commenting,
    Decision,
    EventType,
    Status,
)
from moderation.pseudonyms import of_address
from moderation.wire import CommentIn

_UNSYNCED = {"synchronize_session": False}


_recent = RecentArticles()


class Outcome(Enum):
    """What became of a comment that was sent."""

    STORED = "stored"
    SAME = "same"
    OTHER_TEXT = "other text"
    UNKNOWN_ARTICLE = "unknown article"
    CLOSED = "closed"
    TOO_SOON = "too soon"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a comment that was sent, and which one it is (None when nothing was stored).

    ``wait`` is for TOO_SOON: seconds until the author may send one under this article.
    """

    outcome: Outcome
    comment_id: uuid.UUID | None = None
    wait: int = 0


# One statement, the same on both databases: this is the hot path, and the ORM's unit of work costs five times as much.
_KEEP_COMMENT = text(
    """
    INSERT INTO comment (id, site_id, article_id, parent_id, external_id, author_name, author_external_id,
                         author_email_hash, author_ip_hash, text, revision, revised_at, submitted_at, received_at,
                         status, priority, escalated, attempts)
    SELECT :id, article.site_id, article.id,
           (SELECT parent.id FROM comment AS parent
             WHERE parent.site_id = :site_id AND parent.external_id = :parent AND parent.article_id = article.id),
           :external_id, :author_name, :author_id, :email_hash, :ip_hash, :text, 1, :now, :submitted_at, :now, 'pending', 0, FALSE, 0
      FROM article
     WHERE article.site_id = :site_id AND article.external_id = :article AND article.comments <> 'closed'
       AND (article.slow_seconds = 0 OR :in_time)
    ON CONFLICT (site_id, external_id) DO NOTHING
    RETURNING id
    """
).bindparams(
    bindparam("id", type_=Uuid()),
    bindparam("site_id", type_=Uuid()),
    bindparam("in_time", type_=Boolean()),
    bindparam("submitted_at", type_=Instant()),
    bindparam("now", type_=Instant()),
)


def receive(site_id: uuid.UUID, sent: CommentIn) -> Receipt:
    """Store a comment with its article, PENDING; one transaction of two statements, then the doorbell.

    The same external id again is the same comment when its text is the same; otherwise nothing is stored or changed.
    """
    comment_id = new_id()
    known = _recent.knows(site_id, sent.article)
    with transaction():
        if sent.article.title is not None and not known:
            keep_article(site_id, sent.article)
        values = {
            "id": comment_id,
            "site_id": site_id,
            "article": sent.article.external_id,
            "parent": sent.parent_external_id,
            "external_id": sent.external_id,
            "author_name": sent.author.name,
            "author_id": sent.author.id,
            "email_hash": of_address(site_id, "email", sent.author.email),
            "ip_hash": of_address(site_id, "ip", sent.author.ip),
            "text": sent.text,
            "submitted_at": sent.submitted_at,
            "now": now(),
            "in_time": False,
        }
        receipt = _keep_comment(values) or _not_stored(site_id, sent) or _kept_in_time(values, sent)
        if receipt.outcome not in (Outcome.STORED, Outcome.SAME):
            db.session.rollback()  # an article that came along with a refused comment is refused too
    if receipt.outcome is Outcome.STORED:
        _recent.remember(site_id, sent.article)
    return receipt


def _keep_comment(values: dict[str, Any]) -> Receipt | None:
    if db.session.execute(_KEEP_COMMENT, values).first() is None:
        return None
    ring_after_commit(SCREEN)
    return Receipt(Outcome.STORED, values["id"])


def _not_stored(site_id: uuid.UUID, sent: CommentIn) -> Receipt | None:
    """Why nothing was stored; None when it is the article's pace that is to be asked."""
    known = db.session.execute(
        select(Comment.id, Comment.text, Comment.trimmed).where(
            Comment.site_id == site_id, Comment.external_id == sent.external_id
        )
    ).one_or_none()
    if known:
        standing = as_sent(known.id) if known.trimmed else known.text
        return Receipt(Outcome.SAME if standing == sent.text else Outcome.OTHER_TEXT, known.id)
    here = Article.site_id == site_id, Article.external_id == sent.article.external_id
    comments = db.session.execute(select(Article.comments).where(*here)).scalar_one_or_none()
    if comments is None:
        return Receipt(Outcome.UNKNOWN_ARTICLE)
    return Receipt(Outcome.CLOSED) if comments == Commenting.CLOSED else None


def _kept_in_time(values: dict[str, Any], sent: CommentIn) -> Receipt:
    """Store a comment under a slow article, unless its author has to wait."""
    here = Article.site_id == values["site_id"], Article.external_id == sent.article.external_id
    article = db.session.execute(select(Article.id, Article.slow_seconds).where(*here)).one()
    author = who(sent.author)
    pace = Pace.of({article.id: article.slow_seconds}, [(article.id, author)], values["now"])
    if wait := pace.wait(article.id, author, values["now"]):
        return Receipt(Outcome.TOO_SOON, wait=wait)
    return _keep_comment(values | {"in_time": True}) or _not_stored(values["site_id"], sent) or Receipt(Outcome.CLOSED)


def revise(site_id: uuid.UUID, comment_id: uuid.UUID, new_text: str) -> None:
    """Give a comment a new text: a new revision, which goes through screening again.

    A decision that has not left the house is taken back; an approved revision stays published until the new one is decided.
    Raises Conflict when the comment is withdrawn. The same text again changes nothing.
    """
    moment = now()
    with transaction():
        comment = _lock(site_id, comment_id)
        if comment.status == Status.WITHDRAWN or comment.erased_at:
            raise Conflict("withdrawn", comment)
        if new_text in (comment.text, as_sent(comment.id) if comment.trimmed else None):
            return
        keep_text(comment)
        _take_back_unpublished(comment, moment)
        forget_print(comment.id)
        _change(
            comment,
            text=new_text,
            trimmed=False,
            revision=Comment.revision + 1,
            revised_at=moment,
            status=Status.PENDING,
            decision_id=comment.published_decision_id,
            escalated=False,
            repeats_of=None,
            attempts=0,
        )
        ring_after_commit(SCREEN)


def withdraw(site_id: uuid.UUID, comment_id: uuid.UUID) -> None:
    """Take a comment back on the site's wish: it leaves the queue, and what was not sent yet is not sent."""
    with transaction():
        comment = _lock(site_id, comment_id)
        if comment.status != Status.WITHDRAWN:
            cancel_unsent(comment.id)
            announce(comment, EventType.WITHDRAWN, now())
            audit.note("comment.withdrawn", site_id, comment.id, before={"status": comment.status})
        _change(comment, status=Status.WITHDRAWN, claim_token=None, claim_until=None)


def _lock(site_id: uuid.UUID, comment_id: uuid.UUID) -> Comment:
    """The comment, locked until the transaction ends. Raises sqlalchemy.exc.NoResultFound when the site has none such."""
    found = select(Comment).where(Comment.id == comment_id, Comment.site_id == site_id).with_for_update()
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one()


def _change(comment: Comment, **values: Any) -> None:
    statement = update(Comment).where(Comment.id == comment.id).values(**values)
    db.session.execute(statement, execution_options=_UNSYNCED)
    db.session.expire(comment)


def _take_back_unpublished(comment: Comment, moment: datetime) -> None:
    """A decision over a text that changed before anybody outside heard of it: it never happened."""
    drop_unpublished(comment.id)
    if comment.decision_id and comment.decision_id != comment.published_decision_id:
        taken_back = update(Decision).where(Decision.id == comment.decision_id).values(undone_at=moment)
        db.session.execute(taken_back, execution_options=_UNSYNCED)
