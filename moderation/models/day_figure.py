"""What was counted of days that are over, so that no page counts them again."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant, now


class CountedDay(Base):
    """A day (in Tehran) that was counted for every site."""

    __tablename__ = "counted_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(Instant, default=now)


class DayFigure(Base):
    """How often something happened at a site on a counted day: ``figure`` says what, ``part`` of which kind."""

    __tablename__ = "day_figure"

    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    figure: Mapped[str] = mapped_column(String(20), primary_key=True)
    part: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
