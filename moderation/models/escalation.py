"""Somebody asked for a second opinion on a comment. Only appended."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, new_id, now
from moderation.models.person import Person


class Escalation(Base):
    """Who asked for a second opinion on which revision, and what for."""

    __tablename__ = "escalation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    revision: Mapped[int] = mapped_column()
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    person: Mapped[Person] = relationship(viewonly=True)
