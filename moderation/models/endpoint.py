"""Where a site wants to be told, of what, and whether anybody answers there."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant, Json, new_id, now


class EventType(StrEnum):
    """What a site can be told."""

    QUEUED = "comment.queued"
    APPROVED = "comment.approved"
    REJECTED = "comment.rejected"
    REOPENED = "comment.reopened"
    WITHDRAWN = "comment.withdrawn"


DECISIONS = (EventType.APPROVED, EventType.REJECTED, EventType.REOPENED)
"""What an endpoint and a reader of the feed hear of unless they ask for something else: what people decided."""


class SwitchedOff(StrEnum):
    """Why an endpoint is off, when nobody switched it off."""

    GONE = "gone"  # it answered 410
    FAILING = "failing"  # nothing arrived there for too long


class Endpoint(Base):
    """A URL of the site that hears of events. The secret signs (HMAC), so it must be kept readable.

    ``old_secret`` signs as well until ``old_secret_until``. ``failing_since`` is the first failure since the last delivery that
    arrived, ``given_up`` how many were given up since then. While ``paused_until`` lies ahead nothing is posted: the site asked
    for it. ``missed_after`` is the position in the feed after which events may not have arrived.
    """

    __tablename__ = "endpoint"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(Json, default=lambda: [str(kind) for kind in DECISIONS])
    secret: Mapped[str] = mapped_column(String(100))
    old_secret: Mapped[str | None] = mapped_column(String(100))
    old_secret_until: Mapped[datetime | None] = mapped_column(Instant)
    active: Mapped[bool] = mapped_column(default=True)
    switched_off: Mapped[str | None] = mapped_column(String(10))
    switched_off_at: Mapped[datetime | None] = mapped_column(Instant)
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    given_up: Mapped[int] = mapped_column(default=0)
    missed_after: Mapped[int | None] = mapped_column(BigInteger)
    paused_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)

    def secrets(self, moment: datetime) -> tuple[str, ...]:
        """The secrets that sign at a moment, the newest first."""
        if self.old_secret and self.old_secret_until and self.old_secret_until > moment:
            return self.secret, self.old_secret
        return (self.secret,)
