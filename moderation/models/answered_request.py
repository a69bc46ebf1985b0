"""Requests that a site marked as repeatable (Idempotency-Key), and how they were answered."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant


class AnsweredRequest(Base):
    """A marked request of a site: being answered while ``status`` is null, then with its answer, for a day."""

    __tablename__ = "answered_request"

    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))  # of method, address and body
    token: Mapped[uuid.UUID]  # who answers it
    taken_until: Mapped[datetime] = mapped_column(Instant)  # then whoever asks again answers it
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    status: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)
