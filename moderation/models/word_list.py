"""A site's own list of words."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant, new_id, now


class WordList(Base):
    """An immutable list, which rule sets name by the hash of its content; the same content is stored once a site.

    ``content`` is the canonical JSON of ``moderation.rules.word_lists.SiteList``, ``size`` the number of its entries.
    """

    __tablename__ = "word_list"
    __table_args__ = (UniqueConstraint("site_id", "sha256"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column()
    content: Mapped[str] = mapped_column(Text, deferred=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
