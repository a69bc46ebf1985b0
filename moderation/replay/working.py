"""Working a replay off: in slices, each claimed for a while, from where the last one stopped."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import aliased

from moderation.db import db, new_id, now, transaction
from moderation.models import Replay, ReplayState, RuleSetVersion
from moderation.replay import results
from moderation.replay.asking import UNFINISHED
from moderation.replay.curves import Curves
from moderation.replay.judging import compare
from moderation.replay.reading import PAGE, Articles, count, page
from moderation.replay.sides import Sides
from moderation.replay.tally import Tally
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet
from moderation.rules.word_lists import ListRefused

CLAIM_SECONDS = 60.0
"""How long a worker may be silent before another one takes its replay over; each page is a word."""
MOST_ATTEMPTS = 5
"""Claims of one replay that come to nothing, after which it has failed."""
RETRY_SECONDS = 5.0

_UNSYNCED = {"synchronize_session": False}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A replay that this process alone works on."""

    id: uuid.UUID
    token: uuid.UUID


class Lost(Exception):
    """The replay was cancelled, or another worker has taken it over: whatever was counted since is not kept."""


def waiting() -> ColumnElement[bool]:
    """The condition that there is a replay to work on, for every sweep."""
    return exists().where(*_free()).select_from(Replay)


def work(seconds: float = 5.0) -> int:
    """Work for so long on the replay that has waited longest. Returns how many replays were worked on, 0 or 1."""
    claim = claim_next()
    if claim is None:
        return 0
    run(claim, seconds=seconds)
    return 1


def claim_next(replay_id: uuid.UUID | None = None) -> Claim | None:
    """Claim a replay that nobody works on: this one, or the one that has waited longest. Of each site the oldest goes first."""
    moment, token = now(), new_id()
    older = aliased(Replay)
    first = ~exists().where(older.site_id == Replay.site_id, older.id < Replay.id, older.state.in_(UNFINISHED))
    which = *_free(), Replay.attempts < MOST_ATTEMPTS, first if replay_id is None else Replay.id == replay_id
    free = (
        select(Replay.id)
        .where(*which)
        .order_by(Replay.worked_at.is_not(None), Replay.worked_at, Replay.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(Replay)
        .where(Replay.id.in_(free))
        .values(
            state=ReplayState.RUNNING,
            claim_token=token,
            claim_until=moment + timedelta(seconds=CLAIM_SECONDS),
            attempts=Replay.attempts + 1,
        )
        .returning(Replay.id)
    )
    hopeless = update(Replay).where(*_free(), Replay.attempts >= MOST_ATTEMPTS)
    failed = {
        "state": ReplayState.FAILED,
        "error": "its workers came to nothing again and again",
        "finished_at": moment,
    }
    with transaction():
        db.session.execute(hopeless.values(**failed, tally={}), execution_options=_UNSYNCED)
        found = db.session.execute(taken, execution_options=_UNSYNCED).first()
    return Claim(found.id, token) if found else None


def _free() -> tuple[ColumnElement[bool], ...]:
    held = and_(Replay.claim_until.is_not(None), Replay.claim_until >= now())
    return Replay.state.in_(UNFINISHED), ~held


def run(claim: Claim, *, seconds: float | None = None, shown: Callable[[int, int], None] | None = None) -> None:
    """Work on a claimed replay until it is done, so much time is over or it is cancelled; then let go of it.

    ``shown`` is told after each page how many decisions were read, and of how many.
    """
    stop = None if seconds is None else time.monotonic() + seconds
    try:
        _replay(claim, stop, shown)
    except Lost:
        db.session.rollback()
    except (RuleSetError, ListRefused) as error:
        db.session.rollback()
        _end(claim, state=ReplayState.FAILED, error=f"the rules cannot be compiled: {error}"[:500])
    except Exception:  # the promise: what cannot be replayed now is tried again, and then has failed visibly
        log.exception("replay %s stopped", claim.id)
        db.session.rollback()
        _keep(claim, claim_until=now() + timedelta(seconds=RETRY_SECONDS), claim_token=None)


def _replay(claim: Claim, stop: float | None, shown: Callable[[int, int], None] | None) -> None:
    desk = _Desk.of(claim)
    while desk.next_page():
        if shown is not None:
            shown(desk.done, max(desk.total, desk.done))
        if stop is not None and time.monotonic() > stop:
            _keep(claim, claim_token=None, claim_until=None)
            return
    result = results.written(desk.tally, desk.sides)
    _end(claim, state=ReplayState.DONE, total=desk.done, result=result, tally={})


@dataclass
class _Desk:
    """What a slice works with: both sides compiled, the counts so far, and how far it is."""

    claim: Claim
    site_id: uuid.UUID
    last: int
    sides: Sides
    tally: Tally
    curves: Curves
    total: int
    done: int
    cursor: uuid.UUID | None
    articles: Articles = field(default_factory=Articles)

    @classmethod
    def of(cls, claim: Claim) -> _Desk:
        """Go on where the last slice stopped. Raises Lost, RuleSetError, ListRefused."""
        row = db.session.execute(_row(claim)).one_or_none()
        if row is None:
            raise Lost
        sides = Sides.of(row.site_id, _rules_of(row.site_id, row.base), RuleSet.from_dict(row.content))
        total = row.total if row.started_at else count(row.site_id, row.last)
        if not row.started_at:
            _progress(claim, started_at=now(), total=total)
        tally = Tally.of(row.tally)
        curves = Curves(sides, tally.curves)
        return cls(claim, row.site_id, row.last, sides, tally, curves, total, row.done, row.cursor)

    def next_page(self) -> bool:
        """Replay some more decisions and store the counts together with the place; False when there are no more."""
        limit = min(PAGE, self.last - self.done)
        if not limit:
            return False
        found = page(self.site_id, self.cursor, limit, self.articles, findings=self.sides.trust_stored)
        db.session.commit()  # judging runs outside any transaction, a reading one included
        if not found.read:
            return False
        self.tally.skip(found)
        for case in found.cases:
            compared = compare(case, self.sides)
            self.tally.add(compared)
            self.curves.add(compared)
        self.cursor, self.done = found.cursor, self.done + found.read
        until = now() + timedelta(seconds=CLAIM_SECONDS)
        place = {"cursor": self.cursor, "done": self.done, "total": max(self.total, self.done)}
        _progress(self.claim, **place, tally=self.tally.to_dict(), claim_until=until, worked_at=now(), attempts=0)
        return True


def _row(claim: Claim) -> Any:
    columns = Replay.site_id, Replay.content, Replay.base, Replay.last, Replay.done, Replay.cursor
    more = Replay.tally, Replay.started_at, Replay.total
    return select(*columns, *more).where(Replay.id == claim.id, Replay.claim_token == claim.token)


def _rules_of(site_id: uuid.UUID, number: int) -> RuleSet:
    found = select(RuleSetVersion.content).where(RuleSetVersion.site_id == site_id, RuleSetVersion.number == number)
    return RuleSet.from_dict(db.session.execute(found).scalar_one())


def _progress(claim: Claim, **values: Any) -> None:
    """Store how far it is, with the counts, in one statement. Raises Lost when it is not ours any more."""
    if not _keep(claim, **values):
        raise Lost


def _end(claim: Claim, **values: Any) -> None:
    _keep(claim, **values, claim_token=None, claim_until=None, finished_at=now())


def _keep(claim: Claim, **values: Any) -> bool:
    mine = Replay.id == claim.id, Replay.claim_token == claim.token, Replay.state == ReplayState.RUNNING
    with transaction():
        kept = update(Replay).where(*mine).values(**values).returning(Replay.id)
        return db.session.execute(kept, execution_options=_UNSYNCED).first() is not None
