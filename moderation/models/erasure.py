"""An author who is being erased, some comments at a time."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant, new_id, now

_UNFINISHED = text("finished_at IS NULL")


class Erasure(Base):
    """``total`` comments were there when it was asked for, ``done`` are erased. Whoever holds ``claim_token`` works on it until
    ``claim_until``.

    The author's id stands here only while there is work: what is finished tells ``mark``, what the audit calls the author.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        UniqueConstraint("site_id", "author_external_id"),
        Index("ix_erasure_unfinished", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    author_external_id: Mapped[str | None] = mapped_column(String(200))
    mark: Mapped[str] = mapped_column(String(32))
    total: Mapped[int] = mapped_column()
    done: Mapped[int] = mapped_column(default=0)
    claim_token: Mapped[uuid.UUID | None] = mapped_column()
    claim_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
