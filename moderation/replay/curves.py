"""What a threshold costs and brings: past decisions by the score at which a rule would begin to object."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.replay.judging import Compared, counts, objects
from moderation.replay.sides import Sides
from moderation.rules import RULES
from moderation.rules.base import Rule
from moderation.rules.thresholds import Threshold, flagging

STEPS = 1_000
"""Steps between the limits of an option in which scores are counted."""
POINTS = 200
LEAST_DECISIONS = 200
LEAST_OF_EACH = 30
"""Fewer decisions, or fewer approved or rejected ones among them, say too little of a threshold."""

_ALWAYS, _NEVER = "always", "never"


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold with what the rule flags there: of approved comments, of those rejected for its reason, of other rejections."""

    threshold: float
    approved: int
    rejected: int
    others: int

    @property
    def flagged(self) -> int:
        """All of them."""
        return self.approved + self.rejected + self.others

    @property
    def precision(self) -> float | None:
        """The share of what is flagged that people rejected, for whatever reason."""
        return (self.rejected + self.others) / self.flagged if self.flagged else None


@dataclass(frozen=True, slots=True)
class Curve:
    """A threshold of a rule over past decisions: ``totals`` of the three kinds, and what is flagged at each place, the most
    lenient first. ``live`` and ``draft`` are where the two rule sets have it; None: the rule is off there."""

    slug: str
    option: str
    below: bool
    live: float | None
    draft: float | None
    totals: Point
    points: tuple[Point, ...]

    def at(self, value: float) -> Point:
        """What is flagged at a threshold: at the nearest place that is no stricter."""
        passed = [
            point for point in self.points if (point.threshold <= value if self.below else point.threshold >= value)
        ]
        return passed[-1] if passed else self.points[0]

    def recall(self, point: Point) -> float | None:
        """The share of the comments rejected for the rule's reason that are flagged at a place."""
        return point.rejected / self.totals.rejected if self.totals.rejected else None


def curve_key(slug: str, option: str) -> str:
    """The name under which a curve is counted."""
    return f"{slug}.{option}"


@dataclass(frozen=True, slots=True)
class _Drawn:
    threshold: Threshold
    rule: Rule
    lenient: Rule
    value: float


class Curves:
    """Counts scores of cases for every threshold that makes a rule of the tried side object."""

    def __init__(self, sides: Sides, counted: dict[str, dict[str, list[int]]]) -> None:
        self._sides, self._counted = sides, counted
        by_slug = {item.rule.slug: item.rule for item in sides.draft.rules}
        self._drawn = [
            _Drawn(each, by_slug[each.slug], each.lenient(by_slug[each.slug]), getattr(by_slug[each.slug], each.option))
            for each in flagging(RULES)
            if each.slug in by_slug and counts(sides.draft, each.slug)
        ]
        for drawn in self._drawn:
            counted.setdefault(curve_key(drawn.threshold.slug, drawn.threshold.option), {})

    def add(self, compared: Compared) -> None:
        """Count a case by the score from which on the rule objects to it: a step, always, or never.

        Where the rule does not object, it is taken for granted that below the threshold it would: a few such comments may be
        freed by something else, so what a stricter threshold costs is told rather too high than too low.
        """
        case = compared.case
        here = self._sides.draft.under(case.article.section)
        for drawn in self._drawn:
            threshold = drawn.threshold
            if here is not self._sides.draft and all(item.rule != drawn.rule for item in here.rules):
                continue  # this section has a threshold of its own
            place = self._place(compared, drawn)
            kind = 0 if case.approved else 1 if case.reason == threshold.slug else 2
            counted = self._counted[curve_key(threshold.slug, threshold.option)]
            counted.setdefault(place, [0, 0, 0])[kind] += 1

    def _place(self, compared: Compared, drawn: _Drawn) -> str:
        signals, threshold = compared.case.signals, drawn.threshold
        score = getattr(signals, threshold.over.signal)
        objected = threshold.slug in compared.every
        if score is None or (threshold.over.where is not None and not threshold.over.where(signals)):
            return _ALWAYS if objected else _NEVER
        beyond = threshold.objects(score, drawn.value)
        if objected is not beyond:
            return _ALWAYS if objected else _NEVER
        if objected and objects(compared.case, drawn.lenient, self._sides):
            return _ALWAYS
        return str(_step(threshold, score))


def _step(threshold: Threshold, score: float) -> int:
    share = (score - threshold.least) / (threshold.most - threshold.least)
    return max(0, min(STEPS, math.floor(share * STEPS + 1e-9)))


def drawn_curves(sides: Sides, counted: Mapping[str, Mapping[str, Sequence[int]]]) -> list[dict[str, Any]]:
    """The curves of a finished replay as JSON; those of which nothing was counted are left out."""
    found = []
    for threshold in flagging(RULES):
        steps = counted.get(curve_key(threshold.slug, threshold.option))
        if not steps:
            continue
        values = {name: _value(side, threshold) for name, side in (("live", sides.live), ("draft", sides.draft))}
        points = [
            [point.threshold, point.approved, point.rejected, point.others] for point in _points(threshold, steps)
        ]
        totals = [sum(told[kind] for told in steps.values()) for kind in range(3)]
        told = {"rule": threshold.slug, "option": threshold.option, "below": threshold.over.below}
        found.append({**told, **values, "totals": totals, "points": points})
    return found


def _value(side: Any, threshold: Threshold) -> float | None:
    for item in side.rules:
        if item.rule.slug == threshold.slug:
            return float(getattr(item.rule, threshold.option))
    return None


def _points(threshold: Threshold, steps: Mapping[str, Sequence[int]]) -> list[Point]:
    """What is flagged at each threshold that changes anything, thinned out to POINTS places, the most lenient first."""
    scored = {int(place): told for place, told in steps.items() if place not in (_ALWAYS, _NEVER)}
    below = threshold.over.below
    order = sorted(scored, reverse=not below)
    sums = list(steps.get(_ALWAYS, (0, 0, 0)))
    outside = threshold.least if below else threshold.most
    points = [Point(outside, *sums)]
    for place in order:
        sums = [one + other for one, other in zip(sums, scored[place], strict=True)]
        edge = place + 1 if below else place
        points.append(Point(_rounded(threshold, edge), *sums))
    if len(points) <= POINTS:
        return points
    every = (len(points) - 1) / (POINTS - 1)
    return [points[round(number * every)] for number in range(POINTS)]


def _rounded(threshold: Threshold, step: int) -> float:
    return round(threshold.least + (threshold.most - threshold.least) * min(step, STEPS) / STEPS, 6)


def read_curves(stored: Sequence[Mapping[str, Any]]) -> Iterator[Curve]:
    """Read the curves of a result."""
    for told in stored:
        yield Curve(
            told["rule"],
            told["option"],
            told["below"],
            told["live"],
            told["draft"],
            Point(0.0, *told["totals"]),
            tuple(Point(*point) for point in told["points"]),
        )
