"""A page of the queue: the keys of its cards out of the small table of what waits, then the cards themselves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.sql.expression import CompoundSelect

from moderation.db import db, now
from moderation.groups import stands_for_its_group
from moderation.models import Comment, Decision, Lease, Waiting, WaitingRule
from moderation.queue.cards import these
from moderation.queue.filters import Cursor, Filters, Order, microseconds

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some cards of the queue, and where the next ones start (None at the end)."""

    comments: Sequence[Comment]
    following: Cursor | None


def waiting(
    sites: Sequence[uuid.UUID], filters: Filters | None = None, *, after: Cursor | None = None, limit: int = PAGE
) -> Page:
    """A page of the queue of these sites: the most urgent first, then the oldest; or the oldest first.

    Of comments that say the same the whole queue shows one; what a filter finds is shown as it is.
    """
    filters = filters or Filters()
    rows = _keys(filters.sites(sites), filters, after=after, limit=limit + 1)
    page = rows[:limit]
    more = len(rows) > limit
    return Page(these([row.comment_id for row in page]), _cursor(page[-1], filters.order) if more else None)


def keys(
    sites: Sequence[uuid.UUID], filters: Filters, *, after: Cursor | None = None, limit: int = PAGE
) -> Sequence[uuid.UUID]:
    """The ids of the comments of a page, in order."""
    return [row.comment_id for row in _keys(filters.sites(sites), filters, after=after, limit=limit)]


def free(
    sites: Sequence[uuid.UUID],
    person_id: uuid.UUID,
    filters: Filters,
    *,
    after: Cursor | None = None,
    limit: int = 5,
) -> list[uuid.UUID]:
    """The next comments that this person may decide and that nobody else is reading."""
    read = exists().where(Lease.comment_id == Waiting.comment_id, Lease.person_id != person_id, Lease.until > now())
    voted = exists().where(
        Decision.comment_id == Waiting.comment_id,
        Decision.person_id == person_id,
        Decision.vote.is_(True),
        Decision.undone_at.is_(None),
    )
    rows = _keys(
        filters.sites(sites), filters, ~read, or_(Waiting.needs_two.is_(False), ~voted), after=after, limit=limit
    )
    return [row.comment_id for row in rows]


def place(comment: Comment, order: Order) -> Cursor:
    """Where a comment stands or stood in the queue."""
    return _cursor(comment, order)


def _cursor(row: Any, order: Order) -> Cursor:
    comment_id = row.id if isinstance(row, Comment) else row.comment_id
    return Cursor(microseconds(row.received_at) if order is Order.AGE else row.priority, comment_id)


def _keys(
    sites: Sequence[uuid.UUID],
    filters: Filters,
    *more: ColumnElement[bool],
    after: Cursor | None,
    limit: int,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Site by site, as each index is in order for one site alone; then the first of all."""
    each = [_of_site(site_id, filters, *more, after=after).limit(limit) for site_id in sites]
    if not each:
        return []
    if len(each) == 1:
        return db.session.execute(each[0]).all()
    together: CompoundSelect[Any] = union_all(*(select(one.subquery()) for one in each))
    found = together.subquery()
    rows = found.c
    ordered = (
        (rows.received_at, rows.comment_id) if filters.order is Order.AGE else (rows.priority.desc(), rows.comment_id)
    )
    return db.session.execute(select(found).order_by(*ordered).limit(limit)).all()


def _of_site(
    site_id: uuid.UUID, filters: Filters, *more: ColumnElement[bool], after: Cursor | None
) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = select(Waiting.comment_id, Waiting.priority, Waiting.received_at)
    priority: Any = Waiting.priority
    comment_id: Any = Waiting.comment_id
    if filters.rule is not None:
        found = found.join(WaitingRule, WaitingRule.comment_id == Waiting.comment_id)
        found = found.where(*filters.rule_condition(site_id))
        priority, comment_id = WaitingRule.priority, WaitingRule.comment_id
    found = found.where(Waiting.site_id == site_id, *filters.conditions(), *more)
    if filters.is_whole:
        found = found.join(Comment, Comment.id == Waiting.comment_id).where(stands_for_its_group())
    if filters.order is Order.AGE:
        if after:
            later = and_(Waiting.received_at == after.received_at, Waiting.comment_id > after.comment_id)
            found = found.where(or_(Waiting.received_at > after.received_at, later))
        return found.order_by(_age(filters), Waiting.comment_id)
    if after:
        found = found.where(or_(priority < after.place, and_(priority == after.place, comment_id > after.comment_id)))
    return found.order_by(priority.desc(), comment_id)


def _age(filters: Filters) -> Any:
    """When little is asked for, no index may offer the order: it would be walked for a few rows far behind."""
    little = filters.article or filters.author or filters.lane or filters.rule
    return func.coalesce(Waiting.received_at, Waiting.received_at) if little else Waiting.received_at
