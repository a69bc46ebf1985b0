"""What the machine said of one revision, and each finding behind it. Only appended."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, Json, new_id, now
from moderation.models.rule_set import RuleSetVersion


class Screening(Base):
    """The signals and the verdict of one revision under one version of the rules."""

    __tablename__ = "screening"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id"), index=True)
    revision: Mapped[int] = mapped_column()
    rule_set_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rule_set.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int] = mapped_column()
    signals: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    rule_set: Mapped[RuleSetVersion] = relationship(viewonly=True)
    findings: Mapped[list[FindingRow]] = relationship(order_by=lambda: FindingRow.number, viewonly=True)


class FindingRow(Base):
    """One finding of a screening; a shadow one is stored and does not count."""

    __tablename__ = "finding"

    screening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("screening.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(20))
    live: Mapped[bool] = mapped_column(default=True)
    score: Mapped[float] = mapped_column()
    reason: Mapped[str] = mapped_column(Text)
    reason_en: Mapped[str] = mapped_column(Text)
    spans: Mapped[list[list[int]]] = mapped_column(Json)
    about: Mapped[uuid.UUID | None] = mapped_column()  # another comment; it is never deleted
