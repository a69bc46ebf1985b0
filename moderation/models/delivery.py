"""What leaves the house: events in the order of the feed, and their deliveries to a site's endpoints."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, Json, new_id, now
from moderation.models.site import Endpoint


class EventType(StrEnum):
    """What a site is told."""

    APPROVED = "comment.approved"
    REJECTED = "comment.rejected"
    REOPENED = "comment.reopened"


class Event(Base):
    """Something to tell a site from ``due_at`` on. ``lifecycle.publish`` alone gives it its position in the feed."""

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
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"), index=True)
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
    """One event on its way to one endpoint, with the outcome of the last try."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_due",
            "next_try_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_delivery_endpoint_id", "endpoint_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"), index=True)
    endpoint_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("endpoint.id"))
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    claim_token: Mapped[uuid.UUID | None] = mapped_column()
    claim_until: Mapped[datetime | None] = mapped_column(Instant)
    last_status: Mapped[int | None] = mapped_column()
    last_error: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    event: Mapped[Event] = relationship(viewonly=True)
    endpoint: Mapped[Endpoint] = relationship(viewonly=True)
