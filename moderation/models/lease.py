"""Who is reading a card, and the filters that a person keeps."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, new_id, now
from moderation.models.person import Person


class Lease(Base):
    """A person reads this comment until then: others are given other ones. No lock, and gone when the comment leaves the queue."""

    __tablename__ = "lease"

    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    until: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person] = relationship(viewonly=True)


class SavedFilter(Base):
    """A filter of the queue under a name that its person gave it; ``query`` is the query string of the page."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
