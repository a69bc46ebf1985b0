"""A comment with its current text and status, and the texts it had before."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, new_id, now
from moderation.models.article import Article
from moderation.models.decision import Decision
from moderation.models.screening import Screening
from moderation.models.site import Site


class Status(StrEnum):
    """Where a comment is in its life. Only ``lifecycle`` changes it."""

    PENDING = "pending"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


def _only(condition: str) -> dict[str, Any]:
    """Arguments of a partial index, the same on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


STANDS_APPROVED = "status = 'approved' AND published_decision_id = decision_id AND erased_at IS NULL"
"""The condition of the index over comments that a site shows, by article: approved, let out, and neither reopened nor erased."""

WAITS_AS_COPY = "status = 'in_review' AND repeats_of IS NOT NULL"
"""The condition of the index over waiting comments that repeat another one."""

REJECTED_TEXT = "status = 'rejected' AND erased_at IS NULL"
"""The condition of the index over rejected comments whose text is kept."""

WITHDRAWN_TEXT = "status = 'withdrawn' AND erased_at IS NULL"
"""The condition of the index over withdrawn comments whose text is kept."""

_COUNTED = ("status", "decision_id", "published_decision_id", "erased_at")


class Comment(Base):
    """A reader's comment. The current revision's text lies here; superseded ones are in ``revision``, unchanged.

    ``screening_id``, ``decision_id`` and ``published_decision_id`` point at the latest of each kind; they carry no
    foreign key because the tables behind them already point here. ``repeats_of`` is set by the machine, whatever the rules
    say of repeats: comments of one site with the same value, and the one that it names, belong on one card.
    """

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("site_id", "external_id"),
        Index("ix_comment_pending", "id", **_only("status = 'pending'")),
        Index("ix_comment_in_review", "site_id", text("priority DESC"), "id", **_only("status = 'in_review'")),
        Index(
            "ix_comment_in_review_by_article", "site_id", "article_id", "received_at", **_only("status = 'in_review'")
        ),
        # An article's comments in order, and what counting them by status reads, so that nothing but the index is read.
        Index("ix_comment_of_article", "site_id", "article_id", "id", *_COUNTED),
        Index("ix_comment_of_site", "site_id", "id"),
        Index("ix_comment_of_author", "site_id", "author_external_id", "id", **_only("author_external_id IS NOT NULL")),
        Index("ix_comment_rescreen", "id", **_only("rescreen")),
        Index("ix_comment_stands_approved", "article_id", "id", **_only(STANDS_APPROVED)),
        Index("ix_comment_parent_id", "parent_id", **_only("parent_id IS NOT NULL")),
        Index("ix_comment_claim_token", "claim_token", **_only("claim_token IS NOT NULL")),
        Index("ix_comment_repeats_of", "repeats_of", "id", **_only("repeats_of IS NOT NULL")),
        Index("ix_comment_copies_waiting", "repeats_of", text("priority DESC"), "id", **_only(WAITS_AS_COPY)),
        # What was decided last at a site: the ids of decisions grow with time.
        Index("ix_comment_by_decision", "site_id", "decision_id", **_only("decision_id IS NOT NULL")),
        # What a site does not want to keep for ever.
        Index("ix_comment_rejected_text", "site_id", "decision_id", **_only(REJECTED_TEXT)),
        Index("ix_comment_withdrawn_text", "site_id", "id", **_only(WITHDRAWN_TEXT)),
        # Whose comments came from one address.
        Index("ix_comment_author_email_hash", "site_id", "author_email_hash", **_only("author_email_hash IS NOT NULL")),
        Index("ix_comment_author_ip_hash", "site_id", "author_ip_hash", **_only("author_ip_hash IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("comment.id"))
    external_id: Mapped[str] = mapped_column(String(200))
    author_name: Mapped[str] = mapped_column(String(200))
    author_external_id: Mapped[str | None] = mapped_column(String(200))
    author_email_hash: Mapped[str | None] = mapped_column(
        String(64)
    )  # see moderation.pseudonyms; never the address itself
    author_ip_hash: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    revised_at: Mapped[datetime] = mapped_column(Instant, default=now)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)  # when the reader pressed the button, says the site
    received_at: Mapped[datetime] = mapped_column(Instant, default=now)

    status: Mapped[str] = mapped_column(String(20), default=Status.PENDING)
    verdict: Mapped[str | None] = mapped_column(String(20))
    priority: Mapped[int] = mapped_column(default=0)
    escalated: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    repeats_of: Mapped[uuid.UUID | None] = mapped_column()  # the first that said nearly the same
    screening_id: Mapped[uuid.UUID | None] = mapped_column()
    decision_id: Mapped[uuid.UUID | None] = mapped_column()
    published_decision_id: Mapped[uuid.UUID | None] = mapped_column()

    claim_token: Mapped[uuid.UUID | None] = mapped_column()
    claim_until: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    rescreen: Mapped[bool] = mapped_column(default=False, server_default=false())  # to be screened again, as it stands
    trimmed: Mapped[bool] = mapped_column(default=False, server_default=false())  # a moderator cut the current text

    site: Mapped[Site] = relationship(viewonly=True)
    article: Mapped[Article] = relationship(viewonly=True)
    parent: Mapped[Comment | None] = relationship(viewonly=True, remote_side=lambda: Comment.id)
    screening: Mapped[Screening | None] = relationship(
        primaryjoin=lambda: Comment.screening_id == Screening.id, foreign_keys=[screening_id], viewonly=True
    )
    decision: Mapped[Decision | None] = relationship(
        primaryjoin=lambda: Comment.decision_id == Decision.id, foreign_keys=[decision_id], viewonly=True
    )
    published_decision: Mapped[Decision | None] = relationship(
        primaryjoin=lambda: Comment.published_decision_id == Decision.id,
        foreign_keys=[published_decision_id],
        viewonly=True,
    )


class Revision(Base):
    """A text that a comment had before its current one. Only appended; erasure blanks the text and leaves the fact.

    A ``trimmed`` one is what a moderator left of the one before; who, the decision over it says.
    """

    __tablename__ = "revision"

    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    trimmed: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(Instant)
