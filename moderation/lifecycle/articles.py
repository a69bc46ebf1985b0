"""Articles: stored and updated as comments bring them along or the site registers them, and what may happen under them."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Uuid, bindparam, select, text

from moderation import audit
from moderation.db import Instant, db, new_id, now, transaction
from moderation.models import Article, ArticleChange, Commenting
from moderation.wire import ArticleBody, ArticleIn

# One statement, the same on both databases: this is the hot path, and the ORM's unit of work costs five times as much.
KEEP_ARTICLE = text(
    """
    INSERT INTO article (id, site_id, external_id, url, title, body, section, published_at, created_at, updated_at)
    VALUES (:id, :site_id, :external_id, :url, :title, :body, :section, :published_at, :now, :now)
    ON CONFLICT (site_id, external_id) DO UPDATE SET
        url = COALESCE(excluded.url, article.url), title = excluded.title,
        body = COALESCE(excluded.body, article.body), section = COALESCE(excluded.section, article.section),
        published_at = COALESCE(excluded.published_at, article.published_at), updated_at = excluded.updated_at
    WHERE article.title <> excluded.title
        OR COALESCE(excluded.url, article.url, '') <> COALESCE(article.url, '')
        OR COALESCE(excluded.body, article.body, '') <> COALESCE(article.body, '')
        OR COALESCE(excluded.section, article.section, '') <> COALESCE(article.section, '')
        OR (excluded.published_at IS NOT NULL
            AND (article.published_at IS NULL OR excluded.published_at <> article.published_at))
    """
).bindparams(
    bindparam("id", type_=Uuid()),
    bindparam("site_id", type_=Uuid()),
    bindparam("published_at", type_=Instant()),
    bindparam("now", type_=Instant()),
)


class RecentArticles:
    """Articles that this process has kept within the last seconds: under a story that everybody comments on, writing the
    article again with each comment would make all of them wait for one row."""

    def __init__(self, seconds: float = 5.0, most: int = 10_000) -> None:
        self._seconds, self._most = seconds, most
        self._seen: dict[tuple[uuid.UUID, str], tuple[int, float]] = {}

    def knows(self, site_id: uuid.UUID, article: ArticleIn) -> bool:
        """Whether exactly this article was kept a moment ago."""
        mark, until = self._seen.get((site_id, article.external_id), (0, 0.0))
        return until > time.monotonic() and mark == hash(article)

    def remember(self, site_id: uuid.UUID, article: ArticleIn) -> None:
        """Note that the article is kept."""
        if len(self._seen) >= self._most:
            self._seen.clear()
        self._seen[site_id, article.external_id] = (hash(article), time.monotonic() + self._seconds)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed of an article's settings; None leaves one as it is.

    ``strict_until`` is a moment, or False for "no longer".
    """

    comments: Commenting | None = None
    slow_seconds: int | None = None
    strict_until: datetime | Literal[False] | None = None

    def over(self, article: Article) -> dict[str, Any]:
        """The settings that come out."""
        until = article.strict_until if self.strict_until is None else self.strict_until or None
        slow = article.slow_seconds if self.slow_seconds is None else self.slow_seconds
        return {"comments": str(self.comments or article.comments), "slow_seconds": slow, "strict_until": until}


def keep_article(site_id: uuid.UUID, article: ArticleIn) -> None:
    """Store what came along of an article, inside the caller's transaction."""
    db.session.execute(KEEP_ARTICLE, article_values(site_id, article))


def article_values(site_id: uuid.UUID, article: ArticleIn) -> dict[str, Any]:
    """What ``KEEP_ARTICLE`` takes."""
    values = article.model_dump(include={"external_id", "title", "url", "body", "section", "published_at"})
    return values | {"id": new_id(), "site_id": site_id, "now": now()}


def register_article(site_id: uuid.UUID, external_id: str, article: ArticleBody) -> Article:
    """Store or update an article; it needs a title."""
    told = article.model_dump()
    change = Change(comments=told.pop("comments"), slow_seconds=told.pop("slow_mode_seconds"))
    with transaction():
        keep_article(site_id, ArticleIn(external_id=external_id, **told))
        found = _locked(Article.site_id == site_id, Article.external_id == external_id)
        if found is None:
            raise LookupError(external_id)
        _apply(found, change, None)
    return found


def settle_article(site_id: uuid.UUID, external_id: str, change: Change) -> Article | None:
    """The site changes what may happen under an article that is known already; None when it is not known."""
    with transaction():
        found = _locked(Article.site_id == site_id, Article.external_id == external_id)
        if found is not None:
            _apply(found, change, None)
    return found


def change_article(article_id: uuid.UUID, change: Change, person_id: uuid.UUID) -> Article | None:
    """A person changes what may happen under an article; who, when, and what was before is kept."""
    with transaction():
        found = _locked(Article.id == article_id)
        if found is not None:
            _apply(found, change, person_id)
    return found


def _locked(*here: ColumnElement[bool]) -> Article | None:
    found = select(Article).where(*here).with_for_update()
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def _apply(article: Article, change: Change, person_id: uuid.UUID | None) -> None:
    before, after = Change().over(article), change.over(article)
    if before == after:
        return
    for name, value in after.items():
        setattr(article, name, value)
    article.updated_at = now()
    was, became = _told(before), _told(after)
    db.session.add(ArticleChange(article_id=article.id, person_id=person_id, before=was, after=became))
    audit.change(_kind(was, became), article.site_id, article.id, was, became)


def _kind(was: dict[str, Any], became: dict[str, Any]) -> str:
    """What the audit calls it: closing is what people look for."""
    closed = [settings["comments"] == Commenting.CLOSED for settings in (was, became)]
    return {(False, True): "article.closed", (True, False): "article.opened"}.get(tuple(closed), "article.changed")


def _told(settings: dict[str, Any]) -> dict[str, Any]:
    until = settings["strict_until"]
    return settings | {"strict_until": until.isoformat() if until else None}
