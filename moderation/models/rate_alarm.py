"""A day on which a rule objected far more, or far less, often than it used to."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant, now


class RateAlarm(Base):
    """A rule's rate at a site on a counted day, against what was usual; somebody has looked at it since ``seen_at``.

    ``usual`` and ``flagged / received`` are shares of comments; ``score`` is a robust z.
    """

    __tablename__ = "rate_alarm"

    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    flagged: Mapped[int] = mapped_column()
    received: Mapped[int] = mapped_column()
    usual: Mapped[float] = mapped_column()
    score: Mapped[float] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
