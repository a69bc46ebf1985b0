"""Where it burns: articles with what waits under them, since when, and how fast comments come. Reads only."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Subquery, Uuid, and_, func, null, or_, select
from sqlalchemy.orm import joinedload

from moderation.db import db, id_from, now
from moderation.models import Article, ArticleChange, Comment, Site, Status

PAGE = 50
_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Order(StrEnum):
    """What stands first in the list of articles."""

    WAITING = "waiting"
    RATE = "rate"
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last article of a page: its value in the order of the list (a number, or a moment in microseconds), and its id."""

    value: int
    article_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.value}_{self.article_id.hex}"

    @classmethod
    def parse(cls, raw: str) -> Cursor | None:
        """Read a cursor; None for anything that is not one."""
        value, _, article_id = raw[:60].partition("_")
        try:
            cursor = cls(int(value), uuid.UUID(article_id))
            _moment(cursor.value)
        except (ValueError, OverflowError):
            return None
        return cursor


@dataclass(frozen=True, slots=True)
class Hot:
    """An article, how many comments wait for a person, since when, and how many came in the last hour."""

    article: Article
    site: Site
    waiting: int
    oldest: datetime | None
    rate: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some articles, and where the next ones start (None at the end)."""

    articles: Sequence[Hot]
    following: Cursor | None


def page(sites: Sequence[uuid.UUID], order: Order, *, after: Cursor | None = None, limit: int = PAGE) -> Page:
    """A page of the sites' articles. In the order of waiting and of rate, those with comments now alone; by ``oldest`` those
    where something waits; ``newest`` lists all."""
    if order is Order.NEWEST:
        return _newest(sites, after, limit)
    waits, came = _waits(sites), _came(sites)
    waiting, rate = func.coalesce(waits.c.waiting, 0), func.coalesce(came.c.rate, 0)
    key: ColumnElement[int] | ColumnElement[datetime] = {
        Order.WAITING: waiting,
        Order.RATE: rate,
        Order.OLDEST: waits.c.oldest,
    }[order]
    found = (
        select(Article, Site, waiting, waits.c.oldest, rate)
        .join(Site, Site.id == Article.site_id)
        .outerjoin(waits, waits.c.article_id == Article.id)
        .outerjoin(came, came.c.article_id == Article.id)
        .where(Article.id.in_(select(waits.c.article_id).union_all(select(came.c.article_id))))
    )
    if order is Order.OLDEST:
        found = found.where(key.is_not(None))
    if after:
        value = _moment(after.value) if order is Order.OLDEST else after.value
        beyond = key > value if order is Order.OLDEST else key < value
        found = found.where(or_(beyond, and_(key == value, Article.id > after.article_id)))
    first = key.asc() if order is Order.OLDEST else key.desc()
    rows = db.session.execute(found.order_by(first, Article.id).limit(limit + 1)).all()
    return _paged([Hot(*row) for row in rows], order, limit)


def of_article(sites: Sequence[uuid.UUID], article_id: uuid.UUID) -> Hot | None:
    """One article with its heat; None when these sites have none such."""
    found = select(Article, Site).join(Site, Site.id == Article.site_id)
    asked = found.where(Article.id == article_id, Article.site_id.in_(sites))
    row = db.session.execute(asked, execution_options={"populate_existing": True}).one_or_none()
    return _warmed([(row[0], row[1])])[0] if row else None


def changes(article_id: uuid.UUID, limit: int = 50) -> Sequence[ArticleChange]:
    """Who changed what may happen under an article, latest first."""
    found = select(ArticleChange).where(ArticleChange.article_id == article_id).order_by(ArticleChange.id.desc())
    return db.session.execute(found.limit(limit).options(joinedload(ArticleChange.person))).scalars().all()


def waiting_comments(article: Article, limit: int = 20) -> Sequence[Comment]:
    """What waits longest under an article."""
    here = Comment.site_id == article.site_id, Comment.article_id == article.id, Comment.status == Status.IN_REVIEW
    found = select(Comment).where(*here).order_by(Comment.received_at, Comment.id).limit(limit)
    return db.session.execute(found).scalars().all()


def _newest(sites: Sequence[uuid.UUID], after: Cursor | None, limit: int) -> Page:
    found = select(Article, Site).join(Site, Site.id == Article.site_id).where(Article.site_id.in_(sites))
    if after:
        moment = _moment(after.value)
        earlier = and_(Article.created_at == moment, Article.id > after.article_id)
        found = found.where(or_(Article.created_at < moment, earlier))
    rows = db.session.execute(found.order_by(Article.created_at.desc(), Article.id).limit(limit + 1)).all()
    return _paged(_warmed([(row[0], row[1]) for row in rows]), Order.NEWEST, limit)


def _warmed(rows: Sequence[tuple[Article, Site]]) -> list[Hot]:
    """Articles with their heat: two statements, bounded by these articles."""
    sites, ids = {article.site_id for article, _ in rows}, [article.id for article, _ in rows]
    waits, came = (_by_id(counted(list(sites), ids)) for counted in (_waits, _came))
    return [
        Hot(article, site, *waits.get(article.id, (0, None)), *came.get(article.id, (0,))) for article, site in rows
    ]


def _by_id(counted: Subquery) -> Mapping[uuid.UUID, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in db.session.execute(select(counted))}


def _waits(sites: Sequence[uuid.UUID], ids: Sequence[uuid.UUID] | None = None) -> Subquery:
    """How much waits by article, and since when: what the partial index of the queue by article holds, and nothing else."""
    found = (
        select(Comment.article_id, func.count().label("waiting"), func.min(Comment.received_at).label("oldest"))
        .where(Comment.site_id.in_(sites), Comment.status == Status.IN_REVIEW)
        .group_by(Comment.article_id)
    )
    return (found.where(Comment.article_id.in_(ids)) if ids is not None else found).subquery()


def _came(sites: Sequence[uuid.UUID], ids: Sequence[uuid.UUID] | None = None) -> Subquery:
    """How many comments came in the last hour by article; ids are in the order of time."""
    # an expression: SQLite would rather walk a whole site in the order of its articles than sort what an hour brought
    article_id = func.coalesce(Comment.article_id, null(), type_=Uuid()).label("article_id")
    found = (
        select(article_id, func.count().label("rate"))
        .where(Comment.site_id.in_(sites), Comment.id >= id_from(now() - _HOUR))
        .group_by(article_id)
    )
    return (found.where(Comment.article_id.in_(ids)) if ids is not None else found).subquery()


def _paged(found: Sequence[Hot], order: Order, limit: int) -> Page:
    shown = found[:limit]
    return Page(shown, _place(shown[-1], order) if len(found) > limit else None)


def _place(hot: Hot, order: Order) -> Cursor:
    moment = hot.article.created_at if order is Order.NEWEST else hot.oldest
    value = {Order.WAITING: hot.waiting, Order.RATE: hot.rate}.get(order)
    if value is None and moment is not None:
        value = (moment - _EPOCH) // timedelta(microseconds=1)
    return Cursor(value or 0, hot.article.id)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
