"""A person who decides or administers, and at which site in which role."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, new_id, now


class Role(StrEnum):
    """What a person may do at a site."""

    MODERATOR = "moderator"  # decides comments
    SENIOR = "senior_moderator"  # decides what was escalated, too, of authors, and what may happen under articles
    EDITOR = "rule_editor"  # moderates, and changes the site's rules and words
    ADMIN = "admin"  # may do all of that, and looks after people, keys, webhooks and the site


class Theme(StrEnum):
    """Whether pages are light or dark; ``auto`` is as the person's machine is."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Person(Base):
    """Somebody who signs in. The password is kept as a salted scrypt hash."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254), unique=True)  # in lower case
    password_hash: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    language: Mapped[str] = mapped_column(String(5), default="fa", server_default="fa")
    theme: Mapped[str] = mapped_column(String(5), default=Theme.AUTO, server_default="auto")
    blur: Mapped[bool] = mapped_column(default=False, server_default=false())  # strong words, until they are asked for
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)  # to the minute
    memberships: Mapped[list[Membership]] = relationship(lazy="selectin")


class Membership(Base):
    """A person's role at a site."""

    __tablename__ = "membership"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(20))
