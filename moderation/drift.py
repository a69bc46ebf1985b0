"""Whether the machine still judges as it used to: calibration of the insult score, its distribution by week, rates of rules by day.

Everything is read from figures that were kept when a day was counted; alarms are raised then, too, and wait for an admin.
"""

from __future__ import annotations

import math
import statistics
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from moderation import audit
from moderation.db import db, now, transaction
from moderation.models import CountedDay, DayFigure, RateAlarm
from moderation.numbers import LONGEST
from moderation.numbers.scores import APPROVED, CLASSES, INSULT, JUDGED, SCORED, by_class

WEEKS = 8
DAYS = 14
"""Days before a day that say what is usual."""
FEWEST_DAYS = 7
"""Of them, those with enough comments, from which it can be said at all."""
FEWEST_COMMENTS = 20
"""Comments that a day must have to count."""
FEWEST_OBJECTIONS = 20
"""How many more, or fewer, objections than usual are worth an alarm."""
JUMP = 4.0
"""Robust z from which a rate has jumped."""
STEADY, DRIFTED = 0.1, 0.25
"""Population stability index below which a week is like those before, and above which it is another population."""
FEWEST_IN_WEEK = 100
_PER_CLASS = 2  # of the kept classes, gathered for the index: ten bins, as is usual
_LEAST_SHARE = 0.002


@dataclass(frozen=True, slots=True)
class Bin:
    """A class of the insult score [low, high): comments that people decided, and those of them rejected as insults."""

    low: float
    high: float
    decided: int
    insults: int

    @property
    def rate(self) -> float | None:
        """Share of insults; None where nothing was decided."""
        return self.insults / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class Week:
    """Seven counted days: scores by class, and the index against the weeks before (None: too few to say)."""

    first: date
    comments: int
    classes: Sequence[int]
    index: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a rule objected on a day."""

    day: date
    flagged: int
    received: int


@dataclass(frozen=True, slots=True)
class Drift:
    """A site's figures. ``error`` is the mean distance of score and people's rate, weighted (expected calibration error)."""

    bins: Sequence[Bin]
    error: float | None
    weeks: Sequence[Week]
    rates: Mapping[str, Sequence[Rate]]
    alarms: Sequence[RateAlarm]


def read(site_id: uuid.UUID) -> Drift:
    """Everything of one site; three statements, however much was decided."""
    row = DayFigure
    last = _last_day()
    since = (last or date.min) - timedelta(days=LONGEST - 1) if last else date.min
    kept = select(row.day, row.figure, row.part, row.count.label("number")).where(
        row.site_id == site_id, row.day >= since, row.figure.in_((SCORED, JUDGED, "flagged", "received"))
    )
    rows = db.session.execute(kept).all()
    judged = by_class([(one.part, one.number) for one in rows if one.figure == JUDGED])
    bins = _bins(judged.get(INSULT, [0] * CLASSES), judged.get(APPROVED, [0] * CLASSES))
    scores: dict[date, list[int]] = {}
    for one in rows:
        if one.figure == SCORED:
            scores.setdefault(one.day, [0] * CLASSES)[int(one.part)] += one.number
    rates = _rates([(one.day, one.figure, one.part, one.number) for one in rows])
    weeks = _weeks(scores, last) if last else []
    return Drift(bins, _error(bins), weeks, rates, alarms([site_id]))


def alarms(sites: Sequence[uuid.UUID], *, unseen: bool = False) -> Sequence[RateAlarm]:
    """The latest alarms of some sites, the newest first; those that wait for an admin, or all of them."""
    found = select(RateAlarm).where(RateAlarm.site_id.in_(sites))
    if unseen:
        found = found.where(RateAlarm.seen_at.is_(None))
    return db.session.execute(found.order_by(RateAlarm.day.desc(), RateAlarm.rule).limit(100)).scalars().all()


def unseen(sites: Sequence[uuid.UUID]) -> int:
    """How many alarms wait for an admin."""
    found = select(func.count()).where(RateAlarm.site_id.in_(sites), RateAlarm.seen_at.is_(None))
    return int(db.session.execute(found).scalar_one())


def see(site_id: uuid.UUID) -> int:
    """An admin has looked at a site's alarms. Returns how many there were."""
    waiting = RateAlarm.site_id == site_id, RateAlarm.seen_at.is_(None)
    with transaction():
        number = int(db.session.execute(select(func.count()).where(*waiting)).scalar_one())
        if number:
            db.session.execute(
                update(RateAlarm).where(*waiting).values(seen_at=now()),
                execution_options={"synchronize_session": False},
            )
            audit.note("alarms.seen", site_id, after={"alarms": number})
    return number


def raise_alarms() -> None:
    """Look at the last counted day of every site and keep what jumped; a day that was looked at stays as it is."""
    last = _last_day()
    if last is None:
        return
    row = DayFigure
    kept = select(row.site_id, row.day, row.figure, row.part, row.count.label("number")).where(
        row.day.between(last - timedelta(days=DAYS), last), row.figure.in_(("flagged", "received"))
    )
    by_site: dict[uuid.UUID, list[tuple[date, str, str, int]]] = {}
    for one in db.session.execute(kept):
        by_site.setdefault(one.site_id, []).append((one.day, one.figure, one.part, one.number))
    known = {
        (one.site_id, one.rule) for one in db.session.execute(select(RateAlarm).where(RateAlarm.day == last)).scalars()
    }
    moment = now()
    for site_id, rows in by_site.items():
        for rule, rates in _rates(rows).items():
            found = jumped(rates, last)
            if found and (site_id, rule) not in known:
                _keep(site_id, rule, found, moment)


def jumped(rates: Sequence[Rate], day: date) -> tuple[Rate, float, float] | None:
    """The rate of a day with what is usual and its robust z, where it has jumped.

    Usual is the median of the days before; the spread is 1.4826 times their median absolute deviation, and no less than chance
    alone makes of so many comments. Few comments, few days or few objections more or less than usual are no alarm.
    """
    today = next((rate for rate in rates if rate.day == day), None)
    before = [
        rate.flagged / rate.received
        for rate in rates
        if day - timedelta(days=DAYS) <= rate.day < day and rate.received >= FEWEST_COMMENTS
    ]
    if today is None or today.received < FEWEST_COMMENTS or len(before) < FEWEST_DAYS:
        return None
    usual = statistics.median(before)
    spread = 1.4826 * statistics.median(abs(rate - usual) for rate in before)
    chance = math.sqrt(max(usual * (1 - usual), 1 / today.received) / today.received)
    score = (today.flagged / today.received - usual) / max(spread, chance)
    if abs(score) < JUMP or abs(today.flagged - usual * today.received) < FEWEST_OBJECTIONS:
        return None
    return today, usual, score


def stability(before: Sequence[int], after: Sequence[int]) -> float | None:
    """The population stability index of two distributions over the same classes; None where one has too few."""
    if min(sum(before), sum(after)) < FEWEST_IN_WEEK:
        return None
    shares = [
        (max(old / sum(before), _LEAST_SHARE), max(new / sum(after), _LEAST_SHARE))
        for old, new in zip(_gathered(before), _gathered(after), strict=True)
    ]
    return sum((new - old) * math.log(new / old) for old, new in shares)


def _gathered(classes: Sequence[int]) -> list[int]:
    return [sum(classes[place : place + _PER_CLASS]) for place in range(0, CLASSES, _PER_CLASS)]


def _keep(site_id: uuid.UUID, rule: str, found: tuple[Rate, float, float], moment: datetime) -> None:
    rate, usual, score = found
    values = {"day": rate.day, "rule": rule, "flagged": rate.flagged, "received": rate.received}
    try:
        with transaction():
            db.session.execute(
                insert(RateAlarm).values(site_id=site_id, usual=usual, score=score, created_at=moment, **values)
            )
    except IntegrityError:  # another worker was faster
        return


def _last_day() -> date | None:
    return db.session.execute(select(func.max(CountedDay.day))).scalar_one_or_none()


def _bins(insults: Sequence[int], approved: Sequence[int]) -> list[Bin]:
    edges = [place / CLASSES for place in range(CLASSES + 1)]
    return [
        Bin(edges[place], edges[place + 1], insults[place] + approved[place], insults[place])
        for place in range(CLASSES)
    ]


def _error(bins: Sequence[Bin]) -> float | None:
    decided = sum(one.decided for one in bins)
    if not decided:
        return None
    return sum(abs((one.low + one.high) / 2 * one.decided - one.insults) for one in bins) / decided


def _rates(rows: Sequence[tuple[date, str, str, int]]) -> dict[str, list[Rate]]:
    """Of each rule the days on which anything came, in order."""
    received, flagged = Counter[date](), Counter[tuple[str, date]]()
    for day, figure, part, number in rows:
        if figure == "received":
            received[day] += number
        elif figure == "flagged":
            flagged[part, day] += number
    days = sorted(day for day, number in received.items() if number)
    rules = sorted({rule for rule, _ in flagged})
    return {rule: [Rate(day, flagged[rule, day], received[day]) for day in days] for rule in rules}


def _weeks(scores: Mapping[date, Sequence[int]], last: date) -> list[Week]:
    """The last weeks, the oldest first; each against the four before it taken together."""
    sums = [
        [
            sum(column)
            for column in zip(
                *(scores.get(last - timedelta(days=7 * back + day), [0] * CLASSES) for day in range(7)), strict=True
            )
        ]
        for back in reversed(range(WEEKS + 4))
    ]
    found = []
    for place in range(4, len(sums)):
        before = [sum(column) for column in zip(*sums[place - 4 : place], strict=True)]
        first = last - timedelta(days=7 * (len(sums) - 1 - place) + 6)
        found.append(Week(first, sum(sums[place]), sums[place], stability(before, sums[place])))
    return found
