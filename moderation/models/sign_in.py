"""How people get in: signed-in browsers, second factors, one-time links, and what is counted against guessing."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db import Base, Instant, new_id, now
from moderation.models.person import Person
from moderation.models.site import Site


class FactorFor(StrEnum):
    """Of whom a site wants a second factor."""

    NOBODY = "nobody"
    ADMINS = "admins"
    EVERYBODY = "everybody"


class SignIn(Base):
    """A browser in which a person is signed in. The cookie holds a random token, of which only the SHA-256 is kept.

    The row is removed when the person signs out, or somebody ends it; with it ends the session.
    """

    __tablename__ = "sign_in"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    seen_at: Mapped[datetime] = mapped_column(Instant, default=now, index=True)  # to the minute
    device: Mapped[str] = mapped_column(String(60))  # "Firefox, Windows"; empty when unknown
    address: Mapped[str | None] = mapped_column(String(64))

    person: Mapped[Person] = relationship()


class SecondFactor(Base):
    """A person's one-time codes (RFC 6238). It counts from ``confirmed_at`` on; before, it is being set up.

    ``sealed`` is the shared secret, encrypted; ``last_step`` the newest time step whose code was accepted, so that no code is
    accepted twice.
    """

    __tablename__ = "second_factor"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """A code for the day when the telephone is lost: 80 random bits, so a plain SHA-256 is enough. Removed when used."""

    __tablename__ = "recovery_code"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))


class PasswordLink(Base):
    """A link by which a person sets a new password once; removed when used. Only the SHA-256 of its token is kept."""

    __tablename__ = "password_link"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person] = relationship()


class Invitation(Base):
    """A link by which somebody joins one or more sites, once, within a week. Only the SHA-256 of its token is kept."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id")
    )  # who invited; None: a key or a command
    places: Mapped[list[InvitedPlace]] = relationship(lazy="selectin")


class InvitedPlace(Base):
    """The role that an invitation gives at a site. Removed when it is revoked there, or accepted."""

    __tablename__ = "invited_place"
    __table_args__ = (Index("ix_invited_place_site_id", "site_id"),)

    invitation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invitation.id"), primary_key=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))

    site: Mapped[Site] = relationship()


class Tries(Base):
    """How often somebody tried in vain. ``key`` is the SHA-256 of what is counted: no address of a stranger is kept."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)
    wait_until: Mapped[datetime] = mapped_column(Instant)
