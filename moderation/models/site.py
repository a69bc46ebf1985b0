"""A site that sends its comments, and its API keys."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db import Base, Instant, Json, new_id, now


class Scope(StrEnum):
    """What a key may do. ``admin`` includes all others."""

    SUBMIT = "submit"
    READ = "read"
    ERASE = "erase"
    ADMIN = "admin"


BACKEND_SCOPES = (Scope.SUBMIT, Scope.READ, Scope.ERASE)
"""What a site's backend needs from day to day: everything but the administration of keys and webhooks."""


class PersonalDataFor(StrEnum):
    """Whom a site shows the personal data in texts, when they ask for it. Everybody else gets the text without."""

    EVERYBODY = "everybody"
    SENIORS = "seniors"  # senior moderators, rule editors and admins
    ADMINS = "admins"


class Site(Base):
    """One news site; everything else belongs to exactly one.

    ``undo_seconds`` stands above the service's own setting; ``keep_…_days`` say how long something is kept, None: for ever (of
    deliveries: as long as the service's own setting says).
    """

    __tablename__ = "site"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    slander_needs_two: Mapped[bool] = mapped_column(default=False)  # two people must agree on an accusation
    held_budget: Mapped[float] = mapped_column(
        default=0.02, server_default="0.02"
    )  # of approved comments: see rule_sets
    second_factor_for: Mapped[str] = mapped_column(String(10), default="nobody", server_default="nobody")  # FactorFor
    personal_data_for: Mapped[str] = mapped_column(
        String(10), default=PersonalDataFor.EVERYBODY, server_default="everybody"
    )
    undo_seconds: Mapped[int | None] = mapped_column()
    keep_rejected_days: Mapped[int | None] = mapped_column()  # texts that were rejected, and who wrote them
    keep_withdrawn_days: Mapped[int | None] = mapped_column()  # texts that the site took back, and who wrote them
    keep_deliveries_days: Mapped[int | None] = mapped_column()
    keep_addresses_days: Mapped[int | None] = (
        mapped_column()
    )  # network addresses: of people who acted, and readers' hashes
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)


class ApiKey(Base):
    """A key of a site's backend. Only its SHA-256 is kept: the key itself is 256 random bits, so no slow hash is needed.

    ``expires_at`` is when it ends or ended: that is how one is rotated, and how one is revoked.
    """

    __tablename__ = "api_key"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)  # to the minute; see keys.KeyUse
