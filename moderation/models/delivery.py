"""What leaves the house: events in the order of the feed, and their deliveries to a site's endpoints."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, Json, new_id, now
from moderation.models.endpoint import Endpoint


class Event(Base):
    """Something to tell a site from ``due_at`` on. ``lifecycle.publish`` alone gives it its position in the feed.

    Until then ``payload`` holds what was known when the event came about, afterwards what is sent.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index(
            "ix_event_due", "due_at", sqlite_where=text("position IS NULL"), postgresql_where=text("position IS NULL")
        ),
        Index("ix_event_feed", "site_id", "position"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id"), index=True)
    decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"), index=True)
    type: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime] = mapped_column(Instant)
    position: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    payload: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Feed(Base):
    """The last position given: one row, whose lock makes the publisher one."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, default=0)


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Delivery(Base):
    """One event, or a test of the endpoint, on its way to one endpoint, with the outcome of the last try.

    A test has no event and brings its own ``payload``. ``comment_id`` and ``position`` are the event's: they say what has to be
    delivered first, without a look at the event.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_due",
            "next_try_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_delivery_order",
            "endpoint_id",
            "comment_id",
            "position",
            sqlite_where=text("state = 'pending' OR claim_token IS NOT NULL"),
            postgresql_where=text("state = 'pending' OR claim_token IS NOT NULL"),
        ),
        Index("ix_delivery_endpoint_id", "endpoint_id", "id"),
        Index("ix_delivery_created_at", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("event.id"), index=True)
    endpoint_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("endpoint.id"))
    comment_id: Mapped[uuid.UUID | None] = mapped_column()
    position: Mapped[int | None] = mapped_column(BigInteger)
    payload: Mapped[dict[str, Any] | None] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    claim_token: Mapped[uuid.UUID | None] = mapped_column()
    claim_until: Mapped[datetime | None] = mapped_column(Instant)
    last_status: Mapped[int | None] = mapped_column()
    last_error: Mapped[str | None] = mapped_column(Text)
    last_answer: Mapped[str | None] = mapped_column(Text)  # the beginning of what the site answered
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    event: Mapped[Event | None] = relationship(viewonly=True)
    endpoint: Mapped[Endpoint] = relationship(viewonly=True)

    @property
    def body(self) -> dict[str, Any]:
        """What is posted."""
        return self.payload or (self.event.payload if self.event else None) or {}
