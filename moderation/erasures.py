"""Erasing an author wholly, in the background: in slices, each claimed for a while, until nothing is left."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from moderation import audit, privacy
from moderation.db import db, new_id, now, transaction
from moderation.jobs import ERASE, ring_after_commit
from moderation.models import Comment, Erasure

CLAIM_SECONDS = 60.0
"""How long a worker may be silent before another one goes on; each slice is a word."""
RETRY_SECONDS = 10.0

_UNSYNCED = {"synchronize_session": False}

log = logging.getLogger(__name__)


def start(site_id: uuid.UUID, author_id: str) -> Erasure:
    """Have everything of an author erased, what comes while that lasts included; where it is under way already, that one."""
    try:
        return _start(site_id, author_id)
    except IntegrityError:  # somebody pressed at the same moment
        return running(site_id, author_id) or _start(site_id, author_id)


def _start(site_id: uuid.UUID, author_id: str) -> Erasure:
    with transaction():
        found = running(site_id, author_id)
        if found is not None:
            return found
        his = select(func.count()).where(Comment.site_id == site_id, Comment.author_external_id == author_id)
        total = db.session.execute(his).scalar_one()
        row = Erasure(site_id=site_id, author_external_id=author_id, total=total)
        row.mark = privacy.author_mark(site_id, author_id)
        db.session.add(row)
        audit.note("author.erasing", site_id, row.mark, after={"comments": total})
        ring_after_commit(ERASE)
    return row


def running(site_id: uuid.UUID, author_id: str) -> Erasure | None:
    """The erasure of an author that is under way, or None."""
    found = select(Erasure).where(Erasure.site_id == site_id, Erasure.author_external_id == author_id)
    return db.session.execute(found).scalar_one_or_none()


def of(erasure_id: uuid.UUID, sites: Sequence[uuid.UUID]) -> Erasure | None:
    """An erasure of one of these sites as it is now."""
    found = select(Erasure).where(Erasure.id == erasure_id, Erasure.site_id.in_(sites))
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def waiting() -> ColumnElement[bool]:
    """The condition that there is an author to erase, for every sweep."""
    return exists().where(*_free()).select_from(Erasure)


def work(seconds: float = 5.0) -> int:
    """Erase for so long. Returns how many authors were worked on, 0 or 1."""
    token = new_id()
    row = _claim(token)
    if row is None:
        return 0
    stop = time.monotonic() + seconds
    try:
        while _slice(row, token):
            if time.monotonic() > stop:
                _let_go(row, token, 0)
                return 1
        _finish(row, token)
    except Exception:  # the promise: it is tried again until it is done
        log.exception("erasure %s stopped", row.id)
        db.session.rollback()
        _let_go(row, token, RETRY_SECONDS)
    return 1


def _free() -> tuple[ColumnElement[bool], ...]:
    return Erasure.finished_at.is_(None), or_(Erasure.claim_until.is_(None), Erasure.claim_until < now())


def _claim(token: uuid.UUID) -> Erasure | None:
    oldest = select(Erasure.id).where(*_free()).order_by(Erasure.id).limit(1).with_for_update(skip_locked=True)
    taken = update(Erasure).where(Erasure.id.in_(oldest)).values(claim_token=token, claim_until=_soon(CLAIM_SECONDS))
    with transaction():
        found = db.session.execute(taken.returning(Erasure.id), execution_options=_UNSYNCED).scalar_one_or_none()
        return db.session.get(Erasure, found, populate_existing=True) if found else None


def _slice(row: Erasure, token: uuid.UUID) -> bool:
    """Erase some more; whether there was anything. What is erased is counted in the same transaction."""
    counted = update(Erasure).where(Erasure.id == row.id)
    author_id = str(row.author_external_id)
    erased = privacy.erase_some(row.site_id, author_id, count=lambda number: counted.values(done=Erasure.done + number))
    return _keep(row, token, claim_until=_soon(CLAIM_SECONDS)) and erased.comments > 0


def _finish(row: Erasure, token: uuid.UUID) -> None:
    privacy.let_go()
    mine = Erasure.id == row.id, Erasure.claim_token == token
    ended = update(Erasure).where(*mine).values(finished_at=now(), author_external_id=None, claim_token=None)
    with transaction():
        done = db.session.execute(ended.returning(Erasure.done), execution_options=_UNSYNCED).scalar_one_or_none()
        if done is not None:  # nobody has taken it over
            audit.note("author.erased", row.site_id, row.mark, after={"comments": done, "more": False})


def _let_go(row: Erasure, token: uuid.UUID, seconds: float) -> None:
    _keep(row, token, claim_token=None, claim_until=_soon(seconds))


def _keep(row: Erasure, token: uuid.UUID, **values: object) -> bool:
    mine = update(Erasure).where(Erasure.id == row.id, Erasure.claim_token == token).values(**values)
    with transaction():
        kept = db.session.execute(mine.returning(Erasure.id), execution_options=_UNSYNCED)
        return kept.first() is not None


def _soon(seconds: float) -> datetime:
    return now() + timedelta(seconds=seconds)
