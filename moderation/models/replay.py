"""A replay: what another rule set would have said of a site's last decisions."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, Json, new_id, now
from moderation.models.person import Person

_UNFINISHED = text("state IN ('queued', 'running')")


class ReplayState(StrEnum):
    """How far a replay has come. Only ``replay`` changes it."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Replay(Base):
    """The rules that are tried (``content``, ``digest``), the live version ``base`` that they are compared with, and how far it is.

    Decisions are read from the newest on, ``last`` at most: ``total`` are there, ``done`` were read, ``cursor`` is the last of
    them. ``tally`` holds the counts so far and moves with the cursor, so that nothing is counted twice; ``result`` is there when
    the state is done. Whoever holds ``claim_token`` works on it until ``claim_until``.
    """

    __tablename__ = "replay"
    __table_args__ = (
        Index("ix_replay_of_site", "site_id", "id"),
        Index("ix_replay_unfinished", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    base: Mapped[int] = mapped_column()
    last: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), default=ReplayState.QUEUED)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[uuid.UUID | None] = mapped_column()
    tally: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, deferred=True)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json, deferred=True)
    error: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    claim_token: Mapped[uuid.UUID | None] = mapped_column()
    claim_until: Mapped[datetime | None] = mapped_column(Instant)
    worked_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person | None] = relationship(viewonly=True)
