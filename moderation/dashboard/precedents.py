"""What was decided before: over the same author's comments at that site, and over those that say nearly the same. Reads only.

Each is one statement for a whole page, and reads no more than the last comments of each author and each group, by an index.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Uuid, func, literal, select, union_all

from moderation.db import db
from moderation.models import Comment, Decision, Status

MOST = 100  # comments of an author, or of a group, that are looked at
_SHOWN = 3
_SNIPPET = 300  # a page shows less: what is personal is found before it is cut


@dataclass(frozen=True, slots=True)
class Earlier:
    """An author's earlier comment: its beginning, what became of it, and when it came."""

    comment_id: uuid.UUID
    status: str
    text: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How an author's comments fared at a site, this one left out; ``more`` than were looked at have come."""

    approved: int
    rejected: int
    waiting: int
    more: bool
    last: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class SameText:
    """What comments that say nearly the same got, this one left out; ``reasons`` are those of the rejected ones."""

    approved: int
    rejected: int
    reasons: tuple[str, ...]


def standings(comments: Iterable[Comment]) -> dict[uuid.UUID, Standing]:
    """The standing of the author of each comment, by the comment's id; one whom the site gives no id has none."""
    shown = [comment for comment in comments if comment.author_external_id and not comment.erased_at]
    authors = {(comment.site_id, comment.author_external_id or "") for comment in shown}
    rows: dict[tuple[uuid.UUID, str], list[Row[Any]]] = {author: [] for author in authors}
    for row in _each(_of_author(*author) for author in sorted(authors)):
        rows[row.site_id, row.author_external_id].append(row)
    found = {
        comment.id: _standing(comment, rows[comment.site_id, comment.author_external_id or ""]) for comment in shown
    }
    return {comment_id: standing for comment_id, standing in found.items() if standing}


def same_texts(comments: Iterable[Comment], copies: Container[uuid.UUID]) -> dict[uuid.UUID, SameText]:
    """What the comments of each one's group got, by the comment's id; only of those that have copies."""
    groups = {comment.id: comment.repeats_of or comment.id for comment in comments if comment.id in copies}
    rows: dict[uuid.UUID, list[Row[Any]]] = {group: [] for group in groups.values()}
    for row in _each(part for group in sorted(rows) for part in _of_group(group)):
        rows[row.wanted].append(row)
    return {comment_id: told for comment_id, group in groups.items() if (told := _same(comment_id, rows[group]))}


def _each(parts: Iterable[Select[Any]]) -> Sequence[Row[Any]]:
    """The rows of limited queries, in one statement."""
    whole = [select(part.subquery()) for part in parts]
    return db.session.execute(union_all(*whole)).all() if whole else ()


def _of_author(site_id: uuid.UUID, author: str) -> Select[Any]:
    columns = Comment.id, Comment.site_id, Comment.author_external_id, Comment.status, Comment.received_at
    return (
        select(*columns, func.substr(Comment.text, 1, _SNIPPET).label("text"))
        .where(Comment.site_id == site_id, Comment.author_external_id == author, Comment.erased_at.is_(None))
        .order_by(Comment.id.desc())
        .limit(MOST + 1)
    )


def _of_group(group: uuid.UUID) -> tuple[Select[Any], ...]:
    """The first of a group, and the copies that came next: those that were decided first."""
    copies = select(Comment.id).where(Comment.repeats_of == group).order_by(Comment.id).limit(MOST).subquery()
    decided: Any = (
        select(Comment.id, literal(group, Uuid()).label("wanted"), Decision.outcome, Decision.reason)
        .join(Decision, Decision.id == Comment.decision_id)
        .where(Comment.status.in_([Status.APPROVED, Status.REJECTED]))
    )
    return decided.where(Comment.id == group), decided.where(Comment.id.in_(select(copies)))


def _standing(comment: Comment, rows: Sequence[Row[Any]]) -> Standing | None:
    others = [row for row in rows if row.id != comment.id][:MOST]
    if not others:
        return None
    numbers = {status: sum(1 for row in others if row.status == status) for status in Status}
    return Standing(
        approved=numbers[Status.APPROVED],
        rejected=numbers[Status.REJECTED],
        waiting=numbers[Status.PENDING] + numbers[Status.IN_REVIEW],
        more=len(rows) > MOST,
        last=tuple(Earlier(row.id, row.status, row.text, row.received_at) for row in others[:_SHOWN]),
    )


def _same(comment_id: uuid.UUID, rows: Sequence[Row[Any]]) -> SameText | None:
    others = [row for row in rows if row.id != comment_id]
    if not others:
        return None
    approved = sum(1 for row in others if row.outcome == "approved")
    reasons = tuple(dict.fromkeys(row.reason for row in others if row.reason))
    return SameText(approved, len(others) - approved, reasons)
