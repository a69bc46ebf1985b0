"""A version of a site's rules, the draft of the next one, and what a version in shadow said of comments."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, Json, new_id, now
from moderation.models.person import Person
from moderation.models.site import ApiKey


class RuleSetState(StrEnum):
    """What a version is for. Only ``rule_sets.publishing`` changes it: a shadow is retired, and so is a version whose time is over."""

    LIVE = "live"
    SHADOW = "shadow"
    RETIRED = "retired"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class RuleSetVersion(Base):
    """An immutable version of a site's rule set: only its state may still change.

    Of the live ones that with the highest number holds, unless its time (``until``) is over. ``base`` is the number of the
    version that was live when it was written. Without a person it was a key of the site, a command or the service itself.
    """

    __tablename__ = "rule_set"
    __table_args__ = (
        UniqueConstraint("site_id", "number"),
        Index("uq_rule_set_shadow", "site_id", unique=True, **_only("state = 'shadow'")),
        Index("ix_rule_set_until", "until", **_only("until IS NOT NULL AND state = 'live'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"))
    number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), default=RuleSetState.LIVE)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    key_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("api_key.id"))
    note: Mapped[str | None] = mapped_column(Text)
    base: Mapped[int | None] = mapped_column()
    until: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person | None] = relationship(viewonly=True)
    key: Mapped[ApiKey | None] = relationship(viewonly=True)


class RuleSetDraft(Base):
    """What a site's next rule set may be. ``edit`` counts on for ever, so that nobody writes over what they have not seen.

    Without ``content`` nothing is drafted. ``own_lists`` says that the draft names word lists of its own; otherwise those that
    are live count, as they change meanwhile.
    """

    __tablename__ = "rule_set_draft"

    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    content: Mapped[dict[str, Any] | None] = mapped_column(Json)
    own_lists: Mapped[bool] = mapped_column(default=False, server_default=false())
    edit: Mapped[int] = mapped_column()
    base: Mapped[int] = mapped_column()
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime] = mapped_column(Instant, default=now)


class ShadowScreening(Base):
    """What a version in shadow would have said of a revision, beside ``screening_id``, which counted.

    ``findings`` are those that would count, as JSON. Erasing a comment removes its rows.
    """

    __tablename__ = "shadow_screening"

    rule_set_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rule_set.id"), primary_key=True)
    comment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, index=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    screening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("screening.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json)
