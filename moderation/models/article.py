"""An article under which comments stand."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant, new_id, now


class Commenting(StrEnum):
    """What may happen under an article."""

    OPEN = "open"
    CLOSED = "closed"  # new comments are refused
    STRICT = "strict"  # people decide every comment, sooner than others


class Article(Base):
    """One article of a site, known by the site's own id."""

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
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    updated_at: Mapped[datetime] = mapped_column(Instant, default=now)
