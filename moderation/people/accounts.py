"""A person's password: checked, changed, set anew by a link; and how it is guessed at."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select

from moderation import access
from moderation.db import db, now, transaction
from moderation.models import PasswordLink, Person, Site
from moderation.people import passwords, sign_ins, throttling
from moderation.people.passwords import Weakness

LINK_LASTS = timedelta(hours=24)
_UNSYNCED = {"synchronize_session": False}


class Weak(ValueError):
    """A password that is not taken, and why."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(passwords.IN_ENGLISH[weakness])
        self.weakness = weakness


def check(email: str, password: str, counted: list[throttling.Counted]) -> Person | None:
    """The active person with this e-mail and password, or None; slowed down and recorded. Raises throttling.Wait."""
    tries = throttling.count_try(counted)
    person = access.check_password(email, password)
    if person is None:
        _record_failures(email, tries)
        return None
    throttling.forgive(counted)
    if access.is_outdated(person.password_hash):
        with transaction():
            person.password_hash = access.hash_password(password)
    return person


def check_own(person: Person, password: str, browser: str | None) -> bool:
    """Whether this is the password of somebody who is signed in. Raises throttling.Wait."""
    counted = [throttling.Counted(f"own {person.id} {browser or ''}", throttling.FROM_HERE)]
    throttling.count_try(counted)
    right = access.is_password_of(person, password)
    if right:
        throttling.forgive(counted)
    return right


def change_password(person: Person, password: str, *, but: uuid.UUID | None = None) -> int:
    """Give a person a new password and end all sign-ins, but perhaps one; returns how many ended. Raises Weak."""
    refuse_weak(password, about_person(person))
    hashed = access.hash_password(password)  # takes a tenth of a second: outside of the transaction
    with transaction():
        person.password_hash = hashed
        db.session.execute(delete(PasswordLink).where(PasswordLink.person_id == person.id), execution_options=_UNSYNCED)
        ended = sign_ins.end_all(person.id, but=but)
        sign_ins.note("password.changed", person)
    return ended


def refuse_weak(password: str, about: Iterable[str]) -> None:
    """Raise Weak for a password that is not taken."""
    found = passwords.weakness(password, about)
    if found:
        raise Weak(found)


def about_person(person: Person) -> list[str]:
    """What somebody's password must not consist of."""
    return [person.name, person.email, *names_of_sites([each.site_id for each in person.memberships])]


def names_of_sites(site_ids: Iterable[uuid.UUID]) -> list[str]:
    """The names of sites, and the service's own."""
    rows = db.session.execute(select(Site.name, Site.slug).where(Site.id.in_(list(site_ids)))).all()
    return ["nazer", "ناظر", *(name for row in rows for name in row)]


def make_link(person: Person) -> str:
    """The token of a link by which the person sets a new password, once, within a day. The link of before ends.

    Call inside a transaction.
    """
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(PasswordLink).where(PasswordLink.person_id == person.id), execution_options=_UNSYNCED)
    db.session.add(PasswordLink(person_id=person.id, digest=access.digest(token), expires_at=now() + LINK_LASTS))
    sign_ins.note("password.link-made", person)
    return token


def person_of_link(token: str) -> Person | None:
    """Whose link this is; None when it was used, replaced, or is too old."""
    found = select(PasswordLink).where(PasswordLink.digest == access.digest(token), PasswordLink.expires_at > now())
    link = db.session.execute(found).scalar_one_or_none()
    return link.person if link and link.person.active else None


def forget_old() -> None:
    """Remove links that nobody can use any more."""
    with transaction():
        db.session.execute(delete(PasswordLink).where(PasswordLink.expires_at < now()), execution_options=_UNSYNCED)


def _record_failures(email: str, tries: int) -> None:
    """Record that somebody tries in vain: when waiting begins, and each time that the wait has doubled often; not each try."""
    if tries < throttling.FROM_HERE.free or tries % throttling.FROM_HERE.free:
        return
    found = select(Person).where(Person.email == email.strip().lower())
    with transaction():
        person = db.session.execute(found).scalar_one_or_none()
        if person is not None:
            sign_ins.note("sign-in.failed", person, after={"tries": tries})
