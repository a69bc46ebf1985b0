"""A word list that somebody has uploaded and not confirmed yet."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant, Json, new_id, now


class StagedWords(Base):
    """What a file would put on a list: one a person and site, the last. ``content`` holds the entries that were taken as a list's
    canonical JSON, ``report`` what was not and why, ``seen`` the hash of the list that it was compared with ("" where there was none).
    """

    __tablename__ = "staged_words"
    __table_args__ = (UniqueConstraint("site_id", "person_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    adds: Mapped[bool] = mapped_column(Boolean)  # to the list, instead of replacing it
    seen: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text, deferred=True)
    report: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
