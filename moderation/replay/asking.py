"""Asking for a replay, taking it back, and looking at what there is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import joinedload, undefer

from moderation import actors, audit
from moderation.db import db, now, transaction
from moderation.jobs import REPLAY, ring_after_commit
from moderation.models import Replay, ReplayState, RuleSetVersion
from moderation.policy import holding
from moderation.replay.reading import MOST, USUAL
from moderation.replay.sides import compiled
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet
from moderation.rules.word_lists import ListRefused

MOST_WAITING = 5
"""Replays of a site that are not finished, at most."""
KEPT = 50
"""Finished replays of a site that are kept, the newest ones."""

UNFINISHED = (ReplayState.QUEUED, ReplayState.RUNNING)
_UNSYNCED = {"synchronize_session": False}


class Refused(Exception):
    """A replay that cannot be started; ``code`` is ``too-many-replays``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def start(site_id: uuid.UUID, rules: RuleSet, *, last: int = USUAL) -> Replay:
    """Have rules replayed over a site's last decisions, in the background, against the version that is live now.

    Raises RuleSetError for rules that cannot be compiled, ValueError for a number that is not between 1 and MOST, Refused when
    too many wait.
    """
    if not 1 <= last <= MOST:
        raise ValueError(f"must be between 1 and {MOST}")
    live = _live(site_id)
    check(site_id, rules)
    with transaction():
        waiting = select(func.count()).where(Replay.site_id == site_id, Replay.state.in_(UNFINISHED))
        if db.session.execute(waiting).scalar_one() >= MOST_WAITING:
            raise Refused("too-many-replays", f"{MOST_WAITING} replays of this site are not finished yet.")
        _forget_old_ones(site_id)
        person_id = actors.current().person_id
        row = Replay(site_id=site_id, person_id=person_id, base=live, last=last, tally={})
        row.content, row.digest = rules.to_dict(), rules.digest
        db.session.add(row)
        db.session.flush()
        audit.note("replay.started", site_id, row.id, after={"digest": rules.digest, "base": live, "last": last})
        ring_after_commit(REPLAY)
    return row


def check(site_id: uuid.UUID, rules: RuleSet) -> None:
    """Raise RuleSetError for rules of a site that cannot be compiled."""
    try:
        compiled(site_id, rules)
    except ListRefused as refused:
        raise RuleSetError(
            {f"/word_lists{pointer}": reason.en for pointer, reason in refused.reasons.items()}
        ) from None


def cancel(site_id: uuid.UUID, replay_id: uuid.UUID) -> Replay | None:
    """Stop a replay that is not finished; a finished one stays as it is. None when the site has no such replay."""
    with transaction():
        stop = (
            update(Replay)
            .where(Replay.id == replay_id, Replay.site_id == site_id, Replay.state.in_(UNFINISHED))
            .values(state=ReplayState.CANCELLED, claim_token=None, claim_until=None, finished_at=now(), tally={})
            .returning(Replay.id)
        )
        if db.session.execute(stop, execution_options=_UNSYNCED).first():
            audit.note("replay.cancelled", site_id, replay_id)
    return of(site_id, replay_id)


def of(site_id: uuid.UUID, replay_id: uuid.UUID) -> Replay | None:
    """A replay of a site as it is now, with its result; None when the site has no such replay."""
    found = select(Replay).where(Replay.id == replay_id, Replay.site_id == site_id).options(undefer(Replay.result))
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def latest(site_id: uuid.UUID) -> Replay | None:
    """The replay of a site that finished last, with its result."""
    found = select(Replay).where(Replay.site_id == site_id, Replay.state == ReplayState.DONE)
    last = found.order_by(Replay.id.desc()).limit(1).options(undefer(Replay.result))
    return db.session.execute(last, execution_options={"populate_existing": True}).scalar_one_or_none()


def listed(site_ids: Sequence[uuid.UUID]) -> Sequence[Replay]:
    """All replays of some sites, the newest first; results are not read."""
    found = select(Replay).where(Replay.site_id.in_(site_ids)).options(joinedload(Replay.person))
    return (
        db.session.execute(found.order_by(Replay.id.desc()), execution_options={"populate_existing": True})
        .scalars()
        .all()
    )


def expected_end(row: Replay, moment: datetime) -> float | None:
    """Seconds until a running replay may be done, by its pace so far; None when it cannot be told."""
    if row.state != ReplayState.RUNNING or not row.done or row.started_at is None:
        return None
    return max(0.0, (moment - row.started_at).total_seconds() * (row.total - row.done) / row.done)


def _live(site_id: uuid.UUID) -> int:
    newest = select(func.max(RuleSetVersion.number)).where(RuleSetVersion.site_id == site_id, *holding(now()))
    return db.session.execute(newest).scalar_one()


def _forget_old_ones(site_id: uuid.UUID) -> None:
    over = Replay.site_id == site_id, Replay.state.not_in(UNFINISHED)
    old = select(Replay.id).where(*over).order_by(Replay.id.desc()).offset(KEPT)
    db.session.execute(delete(Replay).where(Replay.id.in_(old)), execution_options=_UNSYNCED)
