"""What a site asks of its own comments: one, a page of them, how many there are, all of one author. Reads only.

Statuses are those that the outside sees: a decision exists from the moment at which it was published.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from moderation.db import db
from moderation.models import Article, Comment, Revision, Status

_WAITING = "waiting"
_LET_OUT = Comment.published_decision_id == Comment.decision_id
_HELD_BACK = or_(Comment.published_decision_id.is_(None), Comment.published_decision_id != Comment.decision_id)
_DECIDED = Comment.status.in_([Status.APPROVED, Status.REJECTED])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments of a site; None is any."""

    external_id: str | None = None
    article: str | None = None
    status: Status | None = None
    after: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many comments of an article are published, wait, were refused."""

    published: int = 0
    waiting: int = 0
    refused: int = 0


def seen_as(status: Status) -> ColumnElement[bool]:
    """The condition of an outward status."""
    if status is Status.IN_REVIEW:
        return or_(Comment.status == Status.IN_REVIEW, and_(_DECIDED, _HELD_BACK))
    if status in (Status.APPROVED, Status.REJECTED):
        return and_(Comment.status == status, _LET_OUT)
    return Comment.status == status


def page(site_id: uuid.UUID, wanted: Wanted, limit: int) -> tuple[Sequence[Comment], bool]:
    """A page of a site's comments, oldest first, and whether more follow."""
    found = _whole(select(Comment).where(Comment.site_id == site_id)).order_by(Comment.id).limit(limit + 1)
    if wanted.external_id is not None:
        found = found.where(Comment.external_id == wanted.external_id)
    if wanted.article is not None:
        under = select(Article.id).where(Article.site_id == site_id, Article.external_id == wanted.article)
        found = found.where(Comment.article_id == under.scalar_subquery())
    if wanted.status is not None:
        found = found.where(seen_as(wanted.status))
    if wanted.after is not None:
        found = found.where(Comment.id > wanted.after)
    rows = _fresh(found)
    return rows[:limit], len(rows) > limit


def one(site_id: uuid.UUID, comment_id: uuid.UUID) -> Comment:
    """A comment that the site has."""
    (found,) = _fresh(_whole(select(Comment).where(Comment.site_id == site_id, Comment.id == comment_id)))
    return found


def article(site_id: uuid.UUID, external_id: str) -> Article | None:
    """An article of a site, by the site's own id."""
    found = select(Article).where(Article.site_id == site_id, Article.external_id == external_id)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def counts(article: Article) -> Counts:
    """Count an article's comments, from an index alone. Withdrawn ones are not counted, nor erased ones as published."""
    kind = case(
        (and_(seen_as(Status.APPROVED), Comment.erased_at.is_(None)), "published"),
        (seen_as(Status.REJECTED), "refused"),
        (or_(Comment.status == Status.PENDING, seen_as(Status.IN_REVIEW)), _WAITING),
    )
    here = Comment.site_id == article.site_id, Comment.article_id == article.id
    told = select(kind.label("kind"), func.count()).where(*here).group_by("kind")
    found = {name: number for name, number in db.session.execute(told) if name}
    return Counts(**found)


def of_author(site_id: uuid.UUID, author_id: str, *, after: uuid.UUID | None, limit: int) -> Sequence[Comment]:
    """An author's comments at a site, oldest first, ``limit`` at most, behind one of them."""
    found = _whole(select(Comment).where(Comment.site_id == site_id, Comment.author_external_id == author_id))
    if after is not None:
        found = found.where(Comment.id > after)
    return _fresh(found.order_by(Comment.id).limit(limit))


def _whole(found: Select[Comment]) -> Select[Comment]:
    return found.options(joinedload(Comment.article), joinedload(Comment.published_decision))


def _fresh(found: Select[Comment]) -> Sequence[Comment]:
    return db.session.execute(found, execution_options={"populate_existing": True}).scalars().all()


def earlier_texts(comment_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Revision]]:
    """The texts that comments had before their current ones, oldest first."""
    asked = select(Revision).where(Revision.comment_id.in_(comment_ids)).order_by(Revision.comment_id, Revision.number)
    found: dict[uuid.UUID, list[Revision]] = {}
    for revision in db.session.execute(asked).scalars():
        found.setdefault(revision.comment_id, []).append(revision)
    return found
