"""The last comments of a site with what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select

from moderation.db import db
from moderation.models import Article, Comment, Decision, Status
from moderation.rules.base import Verdict

LAST = 5000
"""So many comments are looked through, the newest."""


class Fate(StrEnum):
    """What became of a comment."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WAITING = "waiting"


_FATES = {Status.APPROVED: Fate.APPROVED, Status.REJECTED: Fate.REJECTED}


@dataclass(frozen=True, slots=True)
class Recent:
    """A comment; ``by_people`` when a person decided it, ``clean`` when no rule objected to it."""

    id: uuid.UUID
    text: str
    section: str | None
    fate: Fate
    by_people: bool
    clean: bool


class Counts(NamedTuple):
    """How many comments, by what became of them."""

    approved: int = 0
    rejected: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)

    @classmethod
    def of(cls, fates: Iterable[Fate]) -> Counts:
        """Count."""
        told = list(fates)
        return cls(*(told.count(fate) for fate in (Fate.APPROVED, Fate.REJECTED, Fate.WAITING)))


def last_comments(site_id: uuid.UUID, last: int = LAST) -> list[Recent]:
    """The newest comments of a site, newest first; neither erased ones nor those that were taken back."""
    found = (
        select(
            Comment.id,
            Comment.text,
            Article.section,
            Comment.status,
            Comment.verdict,
            Decision.person_id,
            Decision.imported,
        )
        .join(Article, Article.id == Comment.article_id)
        .outerjoin(Decision, Decision.id == Comment.decision_id)
        .where(Comment.site_id == site_id, Comment.erased_at.is_(None), Comment.status != Status.WITHDRAWN)
        .order_by(Comment.id.desc())
        .limit(last)
    )
    return [
        Recent(
            row.id,
            row.text,
            row.section,
            _FATES.get(row.status, Fate.WAITING),
            row.person_id is not None or bool(row.imported),
            row.verdict == Verdict.CLEAN,
        )
        for row in db.session.execute(found)
    ]
