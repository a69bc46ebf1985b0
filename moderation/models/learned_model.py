"""A version of what a site's own articles, or the decisions of its people, taught."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, Json, new_id, now
from moderation.models.person import Person


class LearnedState(StrEnum):
    """How far a version has come. Only ``learning`` and ``residuals`` change it.

    A version that waits for a person's word is a candidate; those that go live by themselves never are.
    """

    WANTED = "wanted"
    FITTING = "fitting"
    CANDIDATE = "candidate"
    LIVE = "live"
    RETIRED = "retired"
    FAILED = "failed"


def _one(state: LearnedState) -> Index:
    """At most one version of a site's model is in this state."""
    only = text(f"state = '{state}'")
    return Index(f"uq_learned_model_{state}", "site_id", "name", unique=True, sqlite_where=only, postgresql_where=only)


class LearnedModel(Base):
    """One fit of a site's model: asked for, being fitted, waiting for a person, live, retired, or failed (``metrics["error"]``).

    ``blob`` is what ``classifiers.store.pack`` made, ``size`` its length in bytes; ``articles`` says how many of the site's own
    it was fitted on, those registered before ``created_at``, ``decisions`` how many decisions it was fitted on and judged by.
    ``person_id`` asked for it (nobody: the service itself), ``progress`` is how far a fit is, ``live_at`` when it went live last.
    """

    __tablename__ = "learned_model"
    __table_args__ = (
        UniqueConstraint("site_id", "name", "number"),
        _one(LearnedState.LIVE),
        _one(LearnedState.FITTING),
        _one(LearnedState.WANTED),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), default=LearnedState.FITTING)
    blob: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    articles: Mapped[int] = mapped_column(default=0)
    metrics: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    decisions: Mapped[int] = mapped_column(default=0, server_default="0")
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    progress: Mapped[dict[str, Any] | None] = mapped_column(Json)
    live_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person | None] = relationship(viewonly=True)
