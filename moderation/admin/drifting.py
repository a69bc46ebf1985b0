"""Calibration and drift as geometry, and words: what the page of drift draws as SVG. From right to left, as the page is read."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from moderation import dates, drift
from moderation.drift import Bin, Drift, Rate, Week
from moderation.models import RateAlarm, Site
from moderation.numbers.scores import CLASSES

_WIDTH, _HEIGHT = 560, 300
_LEFT, _RIGHT, _TOP, _BASE = 12, 512, 14, 262
_SMALLEST, _LARGEST = 3.0, 12.0
_SPARK_WIDTH, _SPARK_HEIGHT = 150, 32
_SPARK_DAYS = 30
_DECILES = 10


@dataclass(frozen=True, slots=True)
class Point:
    """A class of the score on the reliability curve; ``told`` is the class in words, ``size`` grows with the decisions."""

    x: float
    y: float
    size: float
    told: str
    decided: int
    insults: int
    rate: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The reliability curve: points with their line, and the diagonal on which a calibrated score lies."""

    points: Sequence[Point]
    line: str
    diagonal: str
    marks: Sequence[tuple[float, float, str]]
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    right: int = _RIGHT
    base: int = _BASE


@dataclass(frozen=True, slots=True)
class Spark:
    """Small columns beside a row: x, y, width, height, and whether it stands out."""

    bars: Sequence[tuple[float, float, float, float, bool]]
    width: int = _SPARK_WIDTH
    height: int = _SPARK_HEIGHT


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week with its scores; ``state`` is steady, moved, drifted or unknown."""

    week: Week
    spark: Spark
    state: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule: its last day, what is usual, and the days before it."""

    rule: str
    last: Rate
    usual: float | None
    spark: Spark


@dataclass(frozen=True, slots=True)
class Drawn:
    """A site's page."""

    site: Site
    found: Drift
    curve: Curve
    weeks: Sequence[WeekRow]
    rules: Sequence[RuleRow]

    @property
    def unseen(self) -> int:
        """Alarms that nobody has looked at."""
        return sum(alarm.seen_at is None for alarm in self.found.alarms)


def drawn(site: Site) -> Drawn:
    """Read and draw a site's figures."""
    found = drift.read(site.id)
    weeks = [
        WeekRow(week, _of_scores(week.classes), state_of(week.index)) for week in reversed(found.weeks) if week.comments
    ]
    rules = [_rule(rule, rates, found.alarms) for rule, rates in found.rates.items() if rates]
    return Drawn(site, found, curve(found.bins), weeks, rules)


def state_of(index: float | None) -> str:
    """The week in a word."""
    if index is None:
        return "unknown"
    return "steady" if index < drift.STEADY else "moved" if index < drift.DRIFTED else "drifted"


def curve(bins: Sequence[Bin]) -> Curve:
    """The curve of the classes in which anything was decided."""
    most = max((one.decided for one in bins), default=0)
    points = [
        Point(
            _x((one.low + one.high) / 2),
            _y(one.rate),
            round(_SMALLEST + (_LARGEST - _SMALLEST) * (one.decided / most) ** 0.5, 1),
            f"{dates.decimal(one.low)}–{dates.decimal(one.high)}",
            one.decided,
            one.insults,
            one.rate,
        )
        for one in bins
        if one.rate is not None
    ]
    line = " ".join(f"{point.x},{point.y}" for point in points)
    marks = [(_x(share), _y(share), dates.decimal(share, 1)) for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    return Curve(points, line, f"{_x(0)},{_y(0)} {_x(1)},{_y(1)}", marks)


def _x(score: float) -> float:
    return round(_RIGHT - score * (_RIGHT - _LEFT), 1)


def _y(rate: float) -> float:
    return round(_BASE - rate * (_BASE - _TOP), 1)


def _of_scores(classes: Sequence[int]) -> Spark:
    step = CLASSES // _DECILES
    sums = [sum(classes[place : place + step]) for place in range(0, CLASSES, step)]
    return _spark([(number, False) for number in sums])


def _rule(rule: str, rates: Sequence[Rate], alarms: Sequence[RateAlarm]) -> RuleRow:
    loud: set[date] = {alarm.day for alarm in alarms if alarm.rule == rule}
    shown = rates[-_SPARK_DAYS:]
    before = [
        one.flagged / one.received for one in rates[-drift.DAYS - 1 : -1] if one.received >= drift.FEWEST_COMMENTS
    ]
    spark = _spark([(one.flagged / one.received, one.day in loud) for one in shown])
    return RuleRow(rule, rates[-1], statistics.median(before) if before else None, spark)


def _spark(values: Sequence[tuple[float, bool]]) -> Spark:
    most = max((value for value, _ in values), default=0) or 1
    place = _SPARK_WIDTH / max(len(values), 1)
    bars = []
    for number, (value, loud) in enumerate(values):
        tall = round(value / most * (_SPARK_HEIGHT - 2), 1)
        bars.append(
            (round(_SPARK_WIDTH - (number + 1) * place, 1), _SPARK_HEIGHT - tall, round(place * 0.8, 1), tall, loud)
        )
    return Spark(bars)
