"""A site's API keys: given, rotated, revoked; each shown once, and when it was used last."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import or_, select, update

from moderation import audit
from moderation.access import Caller, add_key, digest
from moderation.db import db, now, transaction
from moderation.models import ApiKey, Scope, Site

KEEP_OLD_FOR = timedelta(hours=24)
"""How long a key that was rotated goes on working, unless told."""
LONGEST_NAME = 100
MOST_KEYS = 50
"""Living keys of a site; more is a loop that has gone wrong."""

_MINUTE = 60.0

log = logging.getLogger(__name__)


class Refused(ValueError):
    """A key that cannot be given or rotated; ``code`` is that of the problem, the message says it in English."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just given, readable now and never again."""

    row: ApiKey
    key: str


def of_site(site_id: uuid.UUID) -> Sequence[ApiKey]:
    """All keys of a site, the ended ones included, oldest first."""
    found = select(ApiKey).where(ApiKey.site_id == site_id).order_by(ApiKey.created_at, ApiKey.id)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalars().all()


def find(site_id: uuid.UUID, key_id: uuid.UUID) -> ApiKey | None:
    """A key of a site, or None."""
    found = select(ApiKey).where(ApiKey.site_id == site_id, ApiKey.id == key_id)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def give(site_id: uuid.UUID, name: str, scopes: Collection[Scope]) -> NewKey:
    """Give a site a new key. Raises Refused when a living one has its name, or when there are too many.

    A key that is being replaced does not count as living here.
    """
    with transaction():
        site = _locked(site_id)
        stand = [each for each in of_site(site_id) if each.expires_at is None]
        if any(each.name == name for each in stand):
            raise Refused("key-name-taken", f"A living key is called '{name}': rotate that one, or take another name.")
        if len(stand) >= MOST_KEYS:
            raise Refused("too-many-keys", f"A site has at most {MOST_KEYS} living keys: revoke some.")
        given = _new(site_id, add_key(site, name, scopes))
        audit.note("key.given", site_id, given.row.id, after=_told(given.row))
    return given


def rotate(site_id: uuid.UUID, key_id: uuid.UUID, *, keep_old_for: timedelta = KEEP_OLD_FOR) -> NewKey | None:
    """Give a new key of the same name and scopes; the old one ends after a while. None when the site has no such key.

    Raises Refused for one that has ended or ends already.
    """
    with transaction():
        site = _locked(site_id)
        old = find(site_id, key_id)
        if old is None:
            return None
        if old.expires_at is not None:
            raise Refused("key-ends", "This key has ended or is being replaced: rotate the one that replaced it.")
        old.expires_at = now() + keep_old_for
        given = _new(site_id, add_key(site, old.name, [Scope(scope) for scope in old.scopes]))
        after = _told(given.row) | {"id": str(given.row.id), "old_ends_at": old.expires_at.isoformat()}
        audit.note("key.rotated", site_id, old.id, before=_told(old), after=after)
    return given


def rotate_all(site: Site, *, keep_old_for: timedelta = KEEP_OLD_FOR) -> list[NewKey]:
    """Rotate every key that has no end; those that end already end no later than after ``keep_old_for``."""
    end = now() + keep_old_for
    fresh = [
        rotate(site.id, each.id, keep_old_for=keep_old_for) for each in of_site(site.id) if each.expires_at is None
    ]
    with transaction():
        later = update(ApiKey).where(ApiKey.site_id == site.id, ApiKey.expires_at > end).values(expires_at=end)
        db.session.execute(later, execution_options={"synchronize_session": False})
        audit.note("keys.rotated", site.id, after={"keys": len(fresh), "old_end_at": end.isoformat()})
    return [each for each in fresh if each]


def revoke(site_id: uuid.UUID, key_id: uuid.UUID) -> ApiKey | None:
    """End a key now; again is the same. None when the site has no such key."""
    moment = now()
    with transaction():
        ended = db.session.execute(
            update(ApiKey)
            .where(ApiKey.site_id == site_id, ApiKey.id == key_id)
            .where(or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > moment))
            .values(expires_at=moment)
            .returning(ApiKey.name),
            execution_options={"synchronize_session": False},
        ).one_or_none()
        if ended:
            audit.note("key.revoked", site_id, key_id, before={"name": ended.name})
    return find(site_id, key_id)


def _locked(site_id: uuid.UUID) -> Site:
    """The site, locked until the transaction ends: two people who add keys at once wait for each other."""
    return db.session.execute(select(Site).where(Site.id == site_id).with_for_update()).scalar_one()


def _told(row: ApiKey) -> dict[str, Any]:
    """What the audit tells of a key."""
    return {"name": row.name, "scopes": list(row.scopes)}


def _new(site_id: uuid.UUID, key: str) -> NewKey:
    found = select(ApiKey).where(ApiKey.site_id == site_id, ApiKey.digest == digest(key))
    return NewKey(db.session.execute(found).scalar_one(), key)


@dataclass
class KeyUse:
    """Notes when keys are used: at most once a minute for each key, after the answer has left, in a transaction of its own."""

    app: Flask
    _noted: dict[uuid.UUID, float] = field(default_factory=dict)

    def due(self, caller: Caller) -> bool:
        """Whether the use should be written down; says so once a minute."""
        moment = time.monotonic()
        if self._noted.get(caller.key_id, -_MINUTE) > moment - _MINUTE:
            return False
        self._noted[caller.key_id] = moment
        return True

    def write(self, key_id: uuid.UUID) -> None:
        """Write it down, unless another process did within the minute. Never raises: nobody's comment waits for this."""
        moment = now()
        stale = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= moment - timedelta(seconds=_MINUTE))
        noted = update(ApiKey).where(ApiKey.id == key_id, stale).values(last_used_at=moment)
        try:
            with self.app.app_context(), db.engine.connect() as raw:
                connection = raw.execution_options(nazer_write=True)
                connection.execute(noted)
                connection.commit()
        except Exception as error:
            log.warning("the use of key %s was not noted: %s", key_id, error)
