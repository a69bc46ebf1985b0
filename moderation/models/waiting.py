"""What waits for a person, as lists and counts need it: derived from comments by triggers, and rebuilt from them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant

_URGENT_FIRST = text("priority DESC")


def _only(condition: str) -> dict[str, Any]:
    """Arguments of a partial index, the same on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Waiting(Base):
    """A comment in review. Only the triggers of ``moderation.tallies`` write here, so that it is never behind the comments.

    It stands beside ``comment`` so that the indexes of the queue are as small as the queue, and storing a comment pays for none
    of them. ``author`` is :func:`author_key`; ``needs_two``: one of two voices is given; ``entered_at``: since when it waits.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        Index("ix_waiting_priority", "site_id", _URGENT_FIRST, "comment_id"),
        Index("ix_waiting_age", "site_id", "received_at", "comment_id"),
        Index("ix_waiting_article", "site_id", "article_id", _URGENT_FIRST, "comment_id"),
        Index("ix_waiting_section", "site_id", "section", _URGENT_FIRST, "comment_id"),
        Index("ix_waiting_verdict", "site_id", "verdict", _URGENT_FIRST, "comment_id"),
        Index("ix_waiting_language", "site_id", "language", _URGENT_FIRST, "comment_id"),
        Index("ix_waiting_author", "site_id", "author", _URGENT_FIRST, "comment_id"),
        Index("ix_waiting_escalated", "site_id", _URGENT_FIRST, "comment_id", **_only("escalated")),
        Index("ix_waiting_needs_two", "site_id", _URGENT_FIRST, "comment_id", **_only("needs_two")),
        Index("ix_waiting_entered", "site_id", "entered_at"),
    )

    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[uuid.UUID] = mapped_column()
    article_id: Mapped[uuid.UUID] = mapped_column()
    section: Mapped[str | None] = mapped_column(String(100))
    verdict: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(20))
    author: Mapped[str] = mapped_column(String(210))
    priority: Mapped[int] = mapped_column()
    received_at: Mapped[datetime] = mapped_column(Instant)
    escalated: Mapped[bool] = mapped_column()
    needs_two: Mapped[bool] = mapped_column()
    entered_at: Mapped[datetime] = mapped_column(Instant)


class WaitingRule(Base):
    """A rule that objects to a comment in review."""

    __tablename__ = "waiting_rule"
    __table_args__ = (Index("ix_waiting_rule_priority", "site_id", "rule", _URGENT_FIRST, "comment_id"),)

    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    site_id: Mapped[uuid.UUID] = mapped_column()
    priority: Mapped[int] = mapped_column()


class Tally(Base):
    """How many comments in review have a value of a facet, as of the last time that changes were added up."""

    __tablename__ = "tally"
    __table_args__ = (Index("ix_tally_most", "site_id", "facet", text("n DESC")),)

    site_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    facet: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(210), primary_key=True)
    n: Mapped[int] = mapped_column()


class TallyChange(Base):
    """A change that is not added up yet. Rows are only appended, so that nobody who moves a comment waits for another."""

    __tablename__ = "tally_change"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    site_id: Mapped[uuid.UUID] = mapped_column()
    facet: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(Text)
    n: Mapped[int] = mapped_column()


def author_key(external_id: str | None, name: str) -> str:
    """Whose comments belong together: the site's own id of the author where it gives one, else the name."""
    return f"name:{name}" if external_id is None else f"id:{external_id}"
