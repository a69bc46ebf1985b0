"""A threshold by what it shall reach: a share of approved comments that may be flagged, or a share of right objections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moderation.replay.curves import LEAST_DECISIONS, LEAST_OF_EACH, Curve, Point

LEAST_FLAGGED = 20
"""A precision over fewer flagged comments is chance."""


class Aim(StrEnum):
    """What is asked of a threshold."""

    APPROVED = "approved_flagged_at_most"
    PRECISION = "precision_at_least"


@dataclass(frozen=True, slots=True)
class Goal:
    """An aim with its share, 0..1."""

    aim: Aim
    share: float


@dataclass(frozen=True, slots=True)
class Reached:
    """The strictest threshold that reaches a goal, with what it flags, and what the live threshold flags; ``decisions`` is what
    it rests on."""

    threshold: float
    point: Point
    live: Point | None
    decisions: int


class OutOfReach(ValueError):
    """No threshold reaches the goal; ``code`` is ``too-few-decisions`` or ``goal-out-of-reach``."""

    def __init__(self, code: str, decisions: int, message: str) -> None:
        super().__init__(message)
        self.code, self.decisions = code, decisions


def reach(curve: Curve, goal: Goal) -> Reached:
    """The strictest threshold that reaches a goal. Raises OutOfReach."""
    totals = curve.totals
    decisions = totals.flagged
    turned_down = totals.rejected + totals.others
    if decisions < LEAST_DECISIONS or min(totals.approved, turned_down) < LEAST_OF_EACH:
        raise OutOfReach(
            "too-few-decisions",
            decisions,
            f"A threshold by goal needs {LEAST_DECISIONS} decisions, with {LEAST_OF_EACH} approved and {LEAST_OF_EACH} rejected "
            f"ones among them; there are {decisions} ({totals.approved} approved, {turned_down} rejected).",
        )
    good = [point for point in curve.points if _reaches(point, goal, totals)]
    if not good:
        raise OutOfReach("goal-out-of-reach", decisions, "No threshold of this option reaches the goal.")
    live = curve.at(curve.live) if curve.live is not None else None
    return Reached(good[-1].threshold, good[-1], live, decisions)


def _reaches(point: Point, goal: Goal, totals: Point) -> bool:
    if goal.aim is Aim.APPROVED:
        return point.approved <= goal.share * totals.approved
    precision = point.precision
    return precision is not None and point.flagged >= LEAST_FLAGGED and precision >= goal.share
