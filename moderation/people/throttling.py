"""Guessing is slowed down: who fails waits, twice as long each time, and never for ever. Counted in the database for all processes.

A try is counted before its password is looked at and forgiven when it was right, so a hundred guesses at once are not more than one
after the other. What is counted:

* an account from one browser or, when nobody ever signed in there with it, from one address: a stranger makes himself wait;
* an address, over all accounts: who tries one password with many accounts;
* an account from everywhere else: guesses from thousands of addresses. Here the wait is seconds, and the browsers in which the person
  has signed in before do not wait at all: nobody can lock somebody out.

Accounts that do not exist are counted like those that do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult

from moderation.db import db, now, transaction
from moderation.models import Tries

FORGIVEN = timedelta(hours=1)
"""After so long without a try the counting begins anew."""

_KEPT = timedelta(days=1)
_UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Pace:
    """How many tries are free, how long one waits after the first one that is not, and at most (both in seconds)."""

    free: int
    first: float
    longest: float

    def wait(self, count: int) -> timedelta:
        """The wait after so many tries: doubled with each."""
        over = count - self.free
        return timedelta(seconds=min(self.longest, self.first * 2.0 ** min(over, 30)) if over >= 0 else 0)


FROM_HERE = Pace(free=5, first=30, longest=900)
FROM_AN_ADDRESS = Pace(free=30, first=30, longest=900)
FROM_ANYWHERE = Pace(free=20, first=2, longest=10)
FACTOR = Pace(free=5, first=30, longest=900)


@dataclass(frozen=True, slots=True)
class Counted:
    """Something that is counted, at its pace."""

    what: str
    pace: Pace

    @property
    def key(self) -> str:
        """What is kept of it."""
        return hashlib.sha256(self.what.encode("utf-8", "surrogatepass")).hexdigest()


class Wait(Exception):
    """Too many tries: ``seconds`` until the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


def of_password(email: str, address: str | None, browser: str | None) -> list[Counted]:
    """What a try with a password counts against; ``browser`` is a mark of one in which this account has signed in before."""
    account = email.strip().lower()
    if browser:
        return [Counted(f"browser {account} {browser}", FROM_HERE)]
    return [
        Counted(f"pair {account} {address}", FROM_HERE),
        Counted(f"address {address}", FROM_AN_ADDRESS),
        Counted(f"account {account}", FROM_ANYWHERE),
    ]


def of_factor(person_id: object, browser: str | None) -> list[Counted]:
    """What a try with a code counts against: whoever is here knows the password already."""
    return [Counted(f"factor {person_id} {browser or 'elsewhere'}", FACTOR)]


def count_try(counted: Sequence[Counted]) -> int:
    """Count a try before it is looked at; returns how many there were of the first thing. Raises Wait, and then counts nothing."""
    rows = {each.key: each for each in counted}
    with transaction():
        _make(sorted(rows))
        held, moment = _held(rows), now()  # the clock is read when others are through: they may have waited
        until = max(row.wait_until for row in held)
        if until > moment:
            raise Wait(max(1, round((until - moment).total_seconds())))
        for row in held:
            row.count = 1 if row.last_at < moment - FORGIVEN else row.count + 1
            row.last_at = moment
            wait = rows[row.key].pace.wait(row.count)
            row.wait_until = moment + wait if wait else row.wait_until
        return next(row.count for row in held if row.key == counted[0].key)


def forgive(counted: Sequence[Counted]) -> None:
    """The try was right: what is counted first begins anew, the others lose this one try."""
    keys, moment = [each.key for each in counted], now()
    with transaction():
        for row in _held(keys):
            row.count = 0 if row.key == keys[0] else max(0, row.count - 1)
            row.wait_until = min(row.wait_until, moment)


def forget_old() -> int:
    """Remove what was counted long ago; returns how many."""
    with transaction():
        gone = db.session.execute(delete(Tries).where(Tries.last_at < now() - _KEPT), execution_options=_UNSYNCED)
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _held(keys: Iterable[str]) -> Sequence[Tries]:
    """The counts, locked until the transaction ends; always in the same order, so that two of these never wait for each other."""
    found = select(Tries).where(Tries.key.in_(list(keys))).order_by(Tries.key).with_for_update()
    return db.session.execute(found, execution_options={"populate_existing": True}).scalars().all()


def _make(keys: Sequence[str]) -> None:
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(Tries)
    moment = now()
    # long before now, whatever the clocks of other machines say
    values = [{"key": key, "count": 0, "last_at": moment, "wait_until": moment - FORGIVEN} for key in keys]
    db.session.execute(insert.values(values).on_conflict_do_nothing(index_elements=["key"]))
