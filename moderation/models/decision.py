"""What was decided of one revision, and by whom. Only appended; an undone one is marked."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, new_id
from moderation.models.person import Person


class DecisionOutcome(StrEnum):
    """What a person may decide."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Decision(Base):
    """A person's decision, or (``vote``) the first of two voices that an accusation needs. Visible outside from ``effective_at`` on.

    Without a person it is the site's own rules that decided, because the site told them to; or, ``imported``, the site itself
    before Nazer knew it. Decisions that one person took of many comments at once share a ``bulk_id``, and are taken back together.
    The database refuses to remove a row, or to change what was decided, by whom, why and when. ``address`` is the network address
    that the person had; erasing blanks ``note`` and ``trimmed_text``.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_person_id", "person_id", "effective_at"),
        Index(
            "ix_decision_bulk_id",
            "bulk_id",
            sqlite_where=text("bulk_id IS NOT NULL"),
            postgresql_where=text("bulk_id IS NOT NULL"),
        ),
        Index("ix_decision_of_site", "site_id", "id"),
        Index(
            "ix_decision_address",
            "site_id",
            "id",
            sqlite_where=text("address IS NOT NULL"),
            postgresql_where=text("address IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id"), index=True)
    site_id: Mapped[uuid.UUID | None] = (
        mapped_column()
    )  # the comment's, so that a site's decisions are one walk of an index
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    revision: Mapped[int] = mapped_column()
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))  # slug of a rule; None when approved
    note: Mapped[str | None] = mapped_column(Text)
    trimmed_text: Mapped[str | None] = mapped_column(Text)  # what to publish, where the person cut the text
    vote: Mapped[bool] = mapped_column(default=False)
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())
    decided_at: Mapped[datetime] = mapped_column(Instant)
    effective_at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    bulk_id: Mapped[uuid.UUID | None] = mapped_column()
    address: Mapped[str | None] = mapped_column(String(64))

    person: Mapped[Person | None] = relationship(viewonly=True)
