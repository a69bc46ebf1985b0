"""What was decided of an author: trusted or blocked at a site, until when, and why."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, new_id, now
from moderation.models.person import Person
from moderation.models.site import ApiKey

_CURRENT = "superseded_at IS NULL AND author_external_id IS NOT NULL"
_ONE: dict[str, Any] = {"unique": True, "sqlite_where": text(_CURRENT), "postgresql_where": text(_CURRENT)}


class AuthorStanding(Base):
    """A decision over an author's standing at a site. Only appended: the next one supersedes it, lifting it is one as well.

    ``standing`` is ``trusted``, ``blocked`` or ``none``; from ``until`` on it holds no more, without one it holds for ever.
    Either a person decided it or a key of the site.
    Erasing the author blanks the id and the note, and leaves the fact.
    """

    __tablename__ = "author_standing"
    __table_args__ = (
        Index("uq_author_standing_current", "site_id", "author_external_id", **_ONE),
        Index("ix_author_standing_of_author", "site_id", "author_external_id", "id"),
        CheckConstraint("(person_id IS NULL) <> (key_id IS NULL)", name="one_who_decided"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    author_external_id: Mapped[str | None] = mapped_column(String(200))
    standing: Mapped[str] = mapped_column(String(10))
    until: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    key_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("api_key.id"))
    decided_at: Mapped[datetime] = mapped_column(Instant, default=now)
    superseded_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person | None] = relationship(viewonly=True)
    key: Mapped[ApiKey | None] = relationship(viewonly=True)

    def holds(self, moment: datetime) -> bool:
        """Whether the author is trusted or blocked by it at a moment."""
        running = self.until is None or self.until > moment
        return self.standing != "none" and self.superseded_at is None and running
