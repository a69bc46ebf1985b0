"""Curves of a replay as they are drawn, and thresholds that are asked for by a goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from flask_babel import gettext

from moderation.charts import Line, line
from moderation.languages import ENGLISH, language
from moderation.replay.curves import Curve, Point, curve_key
from moderation.replay.goals import Aim, Goal, OutOfReach, Reached, reach
from moderation.replay.results import Result
from moderation.rules import RULES

_MOST_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A goal that somebody asked for: the threshold that reaches it, or why there is none (``code``)."""

    curve: Curve
    aim: Aim
    percent: float
    reached: Reached | None = None
    code: str | None = None
    decisions: int = 0

    @property
    def key(self) -> str:
        """The name of its curve."""
        return curve_key(self.curve.slug, self.curve.option)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve as it is drawn, with what its option is called."""

    curve: Curve
    key: str
    label: str
    line: Line
    live: Point | None
    draft: Point | None


def asked_goal(result: Result, values: Mapping[str, str]) -> Asked | None:
    """What a form asks for; None where it asks for nothing that there is."""
    curves = {curve_key(curve.slug, curve.option): curve for curve in result.curves}
    curve, percent = curves.get(values.get("curve", "")), percent_of(values.get("percent", ""))
    if curve is None or percent is None or values.get("aim") not in list(Aim):
        return None
    aim = Aim(values["aim"])
    try:
        return Asked(curve, aim, percent, reached=reach(curve, Goal(aim, percent / 100)))
    except OutOfReach as error:
        return Asked(curve, aim, percent, code=error.code, decisions=error.decisions)


def percent_of(raw: str) -> float | None:
    """A percentage out of a form, in digits of either language; None for anything else."""
    try:
        number = float(raw.strip().replace("٫", "."))  # Python reads Persian digits itself
    except ValueError:
        return None
    return number if 0 <= number <= _MOST_PERCENT else None


def drawn(result: Result, asked: Asked | None) -> list[Drawn]:
    """Every curve, with the thresholds of both sides on it and the one that was asked for."""
    return [_drawn(curve, asked) for curve in result.curves]


def _drawn(curve: Curve, asked: Asked | None) -> Drawn:
    key = curve_key(curve.slug, curve.option)
    live = curve.at(curve.live) if curve.live is not None else None
    draft = curve.at(curve.draft) if curve.draft is not None else None
    named = {gettext("کنونی"): live}
    if curve.draft != curve.live:
        named[gettext("آزموده")] = draft
    if asked is not None and asked.key == key and asked.reached is not None:
        named[gettext("هدف")] = asked.reached.point
    places = {name: place for name, point in named.items() if point and (place := _place(curve, point))}
    path = [place for point in curve.points if (place := _place(curve, point))]
    return Drawn(curve, key, option_label(curve.slug, curve.option), line(path, places), live, draft)


def _place(curve: Curve, point: Point) -> tuple[float, float] | None:
    recall, precision = curve.recall(point), point.precision
    return None if recall is None or precision is None else (recall, precision)


def option_label(slug: str, option: str) -> str:
    """What an option is called in the language of the page."""
    for kind in RULES:
        for each in fields(kind):
            if kind.slug == slug and each.name == option:
                return str(each.metadata["en" if language() == ENGLISH else "label"])
    return option
