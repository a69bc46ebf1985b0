"""Who is asking: a site by its API key, a person by password and role."""

from __future__ import annotations

import functools
import hashlib
import secrets
import time
import unicodedata
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from werkzeug.security import check_password_hash, generate_password_hash

from moderation.db import db, now
from moderation.models import BACKEND_SCOPES, ApiKey, Person, PersonalDataFor, Role, Scope, Site

KEY_PREFIX = "nzr_"
SCRYPT = "scrypt:32768:8:1"
"""What a guess at a password costs: 32 MiB of memory and about a tenth of a second."""

_CACHE_LIMIT = 10_000


def new_key() -> str:
    """A new API key: 256 random bits behind a prefix that secret scanners can look for."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """What is kept of an API key (SHA-256, hex)."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Caller:
    """The site that a valid key belongs to, and what the key may do."""

    site_id: uuid.UUID
    key_id: uuid.UUID
    scopes: frozenset[str]

    def may(self, scope: Scope) -> bool:
        """Whether the key has this scope, or that of an admin, which includes all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


@dataclass
class KeyRing:
    """Looks API keys up, and remembers an answer for ``seconds``: a revoked key works no longer than that."""

    seconds: float
    _known: dict[str, tuple[float, Caller | None]] = field(default_factory=dict)

    def caller(self, key: str) -> Caller | None:
        """The site of a key, or None for one that is unknown, revoked or expired."""
        mark = digest(key)
        moment = time.monotonic()
        known = self._known.get(mark)
        if known and known[0] > moment:
            return known[1]
        row = db.session.execute(
            select(ApiKey.site_id, ApiKey.id, ApiKey.scopes).where(ApiKey.digest == mark, alive(now()))
        ).one_or_none()
        caller = Caller(row.site_id, row.id, frozenset(row.scopes)) if row else None
        if len(self._known) >= _CACHE_LIMIT:  # somebody is guessing keys: start over instead of growing
            self._known.clear()
        self._known[mark] = (moment + self.seconds, caller)
        return caller


def alive(moment: datetime) -> ColumnElement[bool]:
    """Which keys are valid at a moment."""
    return or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > moment)


def add_key(site: Site, name: str, scopes: Collection[Scope] = BACKEND_SCOPES, *, key: str | None = None) -> str:
    """Give a site a new key (or this one) and return it: the only time that it can be read. Call inside a transaction."""
    key = key or new_key()
    kept = [str(scope) for scope in Scope if scope in scopes]
    db.session.add(ApiKey(site_id=site.id, name=name, digest=digest(key), scopes=kept))
    return key


def check_password(email: str, password: str) -> Person | None:
    """The active person with this e-mail and password, or None. Costs the same whether the person exists or not."""
    person = db.session.execute(select(Person).where(Person.email == email.strip().lower())).scalar_one_or_none()
    right = check_password_hash(person.password_hash if person else _nobody(SCRYPT), _normal(password))
    return person if person and right and person.active else None


def is_password_of(person: Person, password: str) -> bool:
    """Whether this is the person's password."""
    return check_password_hash(person.password_hash, _normal(password))


def hash_password(password: str) -> str:
    """A salted scrypt hash."""
    return generate_password_hash(_normal(password), SCRYPT)


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return not password_hash.startswith(f"{SCRYPT}$")


@functools.cache
def _nobody(method: str) -> str:
    """The hash against which the password of somebody unknown is checked."""
    return generate_password_hash(secrets.token_urlsafe(16), method)


def _normal(password: str) -> str:
    """The same password from every keyboard: one letter may be typed as one character or as two."""
    return unicodedata.normalize("NFKC", password)


_ENOUGH = {
    Role.MODERATOR: frozenset(Role),
    Role.SENIOR: frozenset({Role.SENIOR, Role.ADMIN}),
    Role.EDITOR: frozenset({Role.EDITOR, Role.ADMIN}),
    Role.ADMIN: frozenset({Role.ADMIN}),
}
"""Which roles may do what needs one: everybody moderates, an admin may do everything."""


def sites_of(person: Person, role: Role = Role.MODERATOR) -> list[uuid.UUID]:
    """The sites where a person may do what needs this role; without one, where the person works at all."""
    return [membership.site_id for membership in person.memberships if membership.role in _ENOUGH[role]]


_SEE_PERSONAL_DATA: Mapping[str, frozenset[Role]] = {
    PersonalDataFor.EVERYBODY: frozenset(Role),
    PersonalDataFor.SENIORS: frozenset({Role.SENIOR, Role.EDITOR, Role.ADMIN}),
    PersonalDataFor.ADMINS: frozenset({Role.ADMIN}),
}


def sees_personal_data(person: Person, site: Site) -> bool:
    """Whether a person may lift the cover over personal data in a site's texts; to nobody else is sent what lies beneath."""
    roles = _SEE_PERSONAL_DATA.get(site.personal_data_for, _SEE_PERSONAL_DATA[PersonalDataFor.ADMINS])
    return any(place.site_id == site.id and place.role in roles for place in person.memberships)
