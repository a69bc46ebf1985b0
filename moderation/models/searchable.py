"""A comment's author and text as they are searched."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base


class Searchable(Base):
    """Author and current text of a comment that was screened, folded; blank once they are erased.

    The migration adds what each database searches with: on PostgreSQL a ``tsvector`` column ``words`` with a GIN index, on
    SQLite the FTS5 table ``searchable_words``, which triggers keep. A greater ``number`` was screened first later.
    """

    __tablename__ = "searchable"
    __table_args__ = (Index("ix_searchable_newest", "site_id", "number"),)

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), unique=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    folded: Mapped[str] = mapped_column(Text)
