"""What is kept of a comment's text for some days, so that the same or nearly the same text is found again."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant, now

_Number = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up in columns of this type alone


class Fingerprint(Base):
    """The print of a comment's current text. At one site a greater ``id`` was committed later: see ``lifecycle.keep_prints``."""

    __tablename__ = "fingerprint"
    __table_args__ = (Index("ix_fingerprint_kept_at", "kept_at"),)

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id"), unique=True)
    author: Mapped[int] = mapped_column(BigInteger)  # a hash: equal for one author, and no name
    imprint: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(Instant, default=now)


class FingerprintKey(Base):
    """A key of a print: comments of one site that share one are worth comparing."""

    __tablename__ = "fingerprint_key"
    __table_args__ = (
        # a hash on PostgreSQL: whatever it knows of the table, it cannot walk this index in order and find most of it in the way
        Index("ix_fingerprint_key_fingerprint_id", "fingerprint_id", postgresql_using="hash"),
        {"sqlite_with_rowid": False},
    )

    site_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    fingerprint_id: Mapped[int] = mapped_column(
        _Number, ForeignKey("fingerprint.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
