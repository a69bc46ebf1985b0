"""What was changed, by whom, when and from where."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, Json, new_id, now
from moderation.models.person import Person


class AuditEntry(Base):
    """One change. Only appended: the database refuses to change or remove a row, but for an address that is forgotten.

    ``action`` is a verb over a kind of thing (``key.given``), ``subject`` the thing's id or name. No reader's words, name or
    address stand here, so that erasing them never has to touch it. Entries without a site concern the whole service.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_of_site", "site_id", "id"),
        Index("ix_audit_entry_person_id", "person_id", "id"),
        Index(
            "ix_audit_entry_address",
            "site_id",
            "id",
            sqlite_where=text("address IS NOT NULL"),
            postgresql_where=text("address IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("site.id"))
    at: Mapped[datetime] = mapped_column(Instant, default=now)
    channel: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    key_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("api_key.id"))
    address: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(200))
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)

    person: Mapped[Person | None] = relationship(viewonly=True)
