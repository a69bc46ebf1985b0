"""An article under which comments stand."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, Json, new_id, now
from moderation.models.person import Person


class Commenting(StrEnum):
    """What may happen under an article."""

    OPEN = "open"
    CLOSED = "closed"  # new comments are refused
    STRICT = "strict"  # people decide every comment, sooner than others


class Article(Base):
    """One article of a site, known by the site's own id.

    While ``strict_until`` lies ahead an open article is strict. Under an article with ``slow_seconds`` an author may send one
    comment in so many seconds; 0 sets no pace.
    """

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("site_id", "external_id"), Index("ix_article_newest", "site_id", "created_at"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    external_id: Mapped[str] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)
    section: Mapped[str | None] = mapped_column(String(100))
    comments: Mapped[str] = mapped_column(String(10), default=Commenting.OPEN, server_default="open")
    strict_until: Mapped[datetime | None] = mapped_column(Instant)
    slow_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    updated_at: Mapped[datetime] = mapped_column(Instant, default=now)

    def commenting(self, moment: datetime) -> Commenting:
        """What may happen under the article at a moment: its setting, and strict while it is tightened."""
        tightened = self.strict_until is not None and self.strict_until > moment
        return Commenting.STRICT if tightened and self.comments == Commenting.OPEN else Commenting(self.comments)


class ArticleChange(Base):
    """Who changed what may happen under an article: the settings before and after. Only appended.

    Without a person it was the site itself, over the API.
    """

    __tablename__ = "article_change"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_at: Mapped[datetime] = mapped_column(Instant, default=now)

    person: Mapped[Person | None] = relationship(viewonly=True)
