"""Slow mode: under an article that has a pace, an author may send one comment in so many seconds."""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select, text

from moderation.db import db, id_from
from moderation.models import Comment
from moderation.wire import AuthorIn

type Author = tuple[str | None, str]
"""Who somebody is to the pace: by the site's id, and without one by the name."""

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


def who(author: AuthorIn) -> Author:
    """The author of a comment that is sent."""
    return (author.id, "") if author.id else (None, author.name)


@dataclass
class Pace:
    """When which author was heard last under the slow articles of one transaction.

    ``articles`` has their pace in seconds by our id.
    """

    articles: Mapping[uuid.UUID, int]
    _heard: dict[tuple[uuid.UUID, Author], datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, articles: Mapping[uuid.UUID, int], sent: Sequence[tuple[uuid.UUID, Author]], moment: datetime) -> Pace:
        """Look up whoever is about to send; until the transaction ends nobody else lets the same author pass."""
        pace = cls(articles)
        asked = sorted({(article, author) for article, author in sent if article in articles}, key=str)
        if db.engine.dialect.name == "postgresql":  # SQLite has one writer anyway
            for article, author in asked:
                db.session.execute(_LOCK, {"key": _key(article, author)})
        for article, author in asked:
            if heard := _last(article, author, moment - timedelta(seconds=articles[article])):
                pace.note(article, author, heard)
        return pace

    def wait(self, article: uuid.UUID, author: Author, moment: datetime) -> int:
        """Whole seconds until the author may send again under the article; 0: now."""
        heard = self._heard.get((article, author))
        if heard is None or article not in self.articles:
            return 0
        return max(0, math.ceil((heard - moment).total_seconds() + self.articles[article]))

    def note(self, article: uuid.UUID, author: Author, moment: datetime) -> None:
        """The author was heard."""
        self._heard[article, author] = moment


def _last(article: uuid.UUID, author: Author, since: datetime) -> datetime | None:
    """When an author sent a comment last under an article; the ids, which are in the order of time, bound what is read."""
    author_id, name = author
    his = Comment.author_external_id == author_id
    if author_id is None:
        his = and_(Comment.author_external_id.is_(None), Comment.author_name == name)
    here = Comment.article_id == article, Comment.id >= id_from(since), Comment.received_at > since
    return db.session.execute(select(func.max(Comment.received_at)).where(*here, his)).scalar_one()


def _key(article: uuid.UUID, author: Author) -> int:
    digest = hashlib.sha256(f"{article}/{author}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
