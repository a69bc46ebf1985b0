"""The versions of a site's rules: read, locked against a second change at once, and written."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from moderation import actors
from moderation.db import db, now
from moderation.models import RuleSetState, RuleSetVersion, Site, WordList
from moderation.policy import holding
from moderation.rules.rule_set import RuleSet

LONGEST_NOTE = 1000


def of_site(site_id: uuid.UUID, *, before: int | None = None, limit: int | None = None) -> Sequence[RuleSetVersion]:
    """The versions of a site's rules, newest first; ``limit`` of those with a lower number than ``before``."""
    found = _of(site_id).order_by(RuleSetVersion.number.desc()).limit(limit)
    if before is not None:
        found = found.where(RuleSetVersion.number < before)
    return _read(found)


def numbered(site_id: uuid.UUID, number: int) -> RuleSetVersion | None:
    """A version by its number, or None."""
    return next(iter(_read(_of(site_id).where(RuleSetVersion.number == number))), None)


def live(site_id: uuid.UUID) -> RuleSetVersion:
    """The version that holds now."""
    return _read(_of(site_id).where(*holding(now())).order_by(RuleSetVersion.number.desc()).limit(1))[0]


def in_shadow(site_id: uuid.UUID) -> RuleSetVersion | None:
    """The version that runs beside the live one, or None."""
    return next(iter(_read(_of(site_id).where(RuleSetVersion.state == RuleSetState.SHADOW))), None)


def standing(site_id: uuid.UUID) -> list[RuleSetVersion]:
    """The versions that hold now or will again when the time of those above is over, the live one last."""
    stack = []
    for version in _read(_of(site_id).where(*holding(now())).order_by(RuleSetVersion.number.desc())):
        stack.append(version)
        if version.until is None:
            break
    return stack[::-1]


def list_names(site_id: uuid.UUID) -> dict[str, str]:
    """The names of all word lists that the site ever had, by hash."""
    found = db.session.execute(select(WordList.sha256, WordList.name).where(WordList.site_id == site_id))
    return {row.sha256: row.name for row in found}


def lock(site_id: uuid.UUID) -> Site:
    """The site, locked until the transaction ends: one change of its rules at a time."""
    return db.session.execute(
        select(Site).where(Site.id == site_id).with_for_update(), execution_options={"populate_existing": True}
    ).scalar_one()


def write(  # noqa: PLR0913 -- what a version says of itself, by keyword
    site_id: uuid.UUID,
    rules: RuleSet,
    *,
    base: int,
    note: str | None,
    state: RuleSetState = RuleSetState.LIVE,
    until: datetime | None = None,
) -> RuleSetVersion:
    """Write the next version, by whoever is acting, inside a transaction that holds the site's lock."""
    newest = select(func.max(RuleSetVersion.number)).where(RuleSetVersion.site_id == site_id)
    actor = actors.current()
    version = RuleSetVersion(
        site_id=site_id,
        number=db.session.execute(newest).scalar_one() + 1,
        state=state,
        content=rules.to_dict(),
        digest=rules.digest,
        person_id=actor.person_id,
        key_id=actor.key_id,
        note=note,
        base=base,
        until=until,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _of(site_id: uuid.UUID) -> Select[RuleSetVersion]:
    return (
        select(RuleSetVersion)
        .where(RuleSetVersion.site_id == site_id)
        .options(joinedload(RuleSetVersion.person), joinedload(RuleSetVersion.key))
    )


def _read(found: Select[RuleSetVersion]) -> Sequence[RuleSetVersion]:
    return db.session.execute(found, execution_options={"populate_existing": True}).scalars().all()
