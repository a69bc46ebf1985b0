"""Many comments at once: one transaction and a handful of statements, however many there are."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.errors import DeadlockDetected
from sqlalchemy import Row, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from moderation.db import db, new_id, now, transaction
from moderation.jobs import SCREEN, ring_after_commit
from moderation.lifecycle.articles import KEEP_ARTICLE, article_values
from moderation.lifecycle.pace import Pace, who
from moderation.lifecycle.receiving import Outcome, Receipt
from moderation.lifecycle.trimming import as_sent
from moderation.models import Article, Comment, Commenting
from moderation.pseudonyms import of_address
from moderation.wire import ArticleIn, CommentIn

_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """A stored comment, or one that is about to be: as far as others of its batch must know it."""

    id: uuid.UUID
    text: str
    article: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored already: comments by the site's own id, articles with what may happen under them, and at which pace."""

    comments: dict[str, _Place]
    articles: dict[str, Row[str, uuid.UUID, str, int]]
    pace: Pace
    moment: datetime


@dataclass
class _Batch:
    """What became of the comments so far; ``fresh`` are to be stored, in their order, each with its parent's id."""

    receipts: list[Receipt] = field(default_factory=list)
    fresh: list[tuple[_Place, uuid.UUID | None, CommentIn]] = field(default_factory=list)


def receive_many(site_id: uuid.UUID, sent: Sequence[CommentIn]) -> list[Receipt]:
    """Store comments with their articles, PENDING; a receipt for each, in their order.

    Each is taken or refused as if it had come alone, after those before it. What is refused leaves nothing behind.
    """
    return retried(lambda: _receive(site_id, sent))


def retried[Result](work: Callable[[], Result]) -> Result:
    """Do a piece of work in transactions of its own again when somebody stored one of its rows meanwhile, or waits for it crosswise."""
    for _ in range(_TRIES - 1):
        try:
            return work()
        except IntegrityError:  # now it is known
            continue
        except OperationalError as error:
            if not isinstance(error.orig, DeadlockDetected):
                raise
    return work()


def kept_articles(site_id: uuid.UUID, sent: Iterable[ArticleIn]) -> dict[str, uuid.UUID]:
    """Store what came along of articles, inside the caller's transaction; our id of each that is known now."""
    each = list(dict.fromkeys(sent))
    if brought := [article for article in each if article.title is not None]:
        # in the order of their ids: two batches that share articles must not wait for each other
        rows = [article_values(site_id, article) for article in sorted(brought, key=lambda item: item.external_id)]
        db.session.execute(KEEP_ARTICLE, rows)
    return {name: found.id for name, found in _articles(site_id, {article.external_id for article in each}).items()}


def _receive(site_id: uuid.UUID, sent: Sequence[CommentIn]) -> list[Receipt]:
    wanted = [*(item.external_id for item in sent), *(item.parent_external_id or "" for item in sent)]
    with transaction():
        articles = _articles(site_id, {item.article.external_id for item in sent})
        batch = _sort_out(sent, _Known(_comments(site_id, set(wanted)), articles, _pace(articles, sent), now()))
        if batch.fresh:
            places = kept_articles(site_id, [item.article for *_, item in batch.fresh])
            rows = [_row(site_id, place, parent, item) for place, parent, item in batch.fresh]
            db.session.execute(insert(Comment), [row | {"article_id": places[row.pop("article")]} for row in rows])
            ring_after_commit(SCREEN)
    return batch.receipts


def _comments(site_id: uuid.UUID, external_ids: set[str]) -> dict[str, _Place]:
    rows = db.session.execute(
        select(Comment.external_id, Comment.id, Comment.text, Comment.trimmed, Article.external_id.label("article"))
        .join(Article, Article.id == Comment.article_id)
        .where(Comment.site_id == site_id, Comment.external_id.in_(external_ids))
    )
    return {
        row.external_id: _Place(row.id, (as_sent(row.id) or "") if row.trimmed else row.text, row.article)
        for row in rows.all()
    }


def _articles(site_id: uuid.UUID, external_ids: set[str]) -> dict[str, Row[str, uuid.UUID, str, int]]:
    rows = db.session.execute(
        select(Article.external_id, Article.id, Article.comments, Article.slow_seconds).where(
            Article.site_id == site_id, Article.external_id.in_(external_ids)
        )
    )
    return {row.external_id: row for row in rows}


def _pace(articles: Mapping[str, Row[str, uuid.UUID, str, int]], sent: Sequence[CommentIn]) -> Pace:
    slow = {article.id: article.slow_seconds for article in articles.values() if article.slow_seconds}
    known = [(articles.get(item.article.external_id), who(item.author)) for item in sent]
    return Pace.of(slow, [(article.id, author) for article, author in known if article], now())


def _sort_out(sent: Sequence[CommentIn], known: _Known) -> _Batch:
    """Decide over each comment in turn; those that are taken become known to those after them."""
    batch = _Batch()
    brought: set[str] = set()
    for item in sent:
        article = item.article.external_id
        if refusal := _refusal(item, known, brought):
            batch.receipts.append(refusal)
            continue
        parent = known.comments.get(item.parent_external_id or "")
        place = known.comments[item.external_id] = _Place(new_id(), item.text, article)
        brought.add(article)
        if there := known.articles.get(article):
            known.pace.note(there.id, who(item.author), known.moment)
        batch.fresh.append((place, parent.id if parent and parent.article == article else None, item))
        batch.receipts.append(Receipt(Outcome.STORED, place.id))
    return batch


def _refusal(item: CommentIn, known: _Known, brought: set[str]) -> Receipt | None:
    """Why a comment is not stored, or None."""
    if before := known.comments.get(item.external_id):
        return Receipt(Outcome.SAME if before.text == item.text else Outcome.OTHER_TEXT, before.id)
    article = known.articles.get(item.article.external_id)
    if article is None:
        unknown = item.article.external_id not in brought and item.article.title is None
        return Receipt(Outcome.UNKNOWN_ARTICLE) if unknown else None
    if article.comments == Commenting.CLOSED:
        return Receipt(Outcome.CLOSED)
    wait = known.pace.wait(article.id, who(item.author), known.moment)
    return Receipt(Outcome.TOO_SOON, wait=wait) if wait else None


def _row(site_id: uuid.UUID, place: _Place, parent_id: uuid.UUID | None, item: CommentIn) -> dict[str, Any]:
    moment = now()
    return {
        "id": place.id,
        "site_id": site_id,
        "article": place.article,
        "parent_id": parent_id,
        "external_id": item.external_id,
        "author_name": item.author.name,
        "author_external_id": item.author.id,
        "author_email_hash": of_address(site_id, "email", item.author.email),
        "author_ip_hash": of_address(site_id, "ip", item.author.ip),
        "text": item.text,
        "submitted_at": item.submitted_at,
        "received_at": moment,
        "revised_at": moment,
    }
