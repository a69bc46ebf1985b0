"""Charts as geometry: what a template draws as SVG. From right to left, as the page is read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 560, 220
_TOP, _BASE = 14, 188
_PLOT = 512  # what is right of it is for the numbers of the lines
_MOST_LABELS = 8
_FILLED = 0.78  # of a place; the rest is air between places


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of a series (0, 1, …), with what a pointer is told over it."""

    x: float
    y: float
    width: float
    height: float
    series: int
    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A label or a line at a place."""

    at: float
    text: str | int


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns side by side, one of each series at every place; ``lines`` are where the scale is told."""

    bars: tuple[Bar, ...]
    labels: tuple[Mark, ...]
    lines: tuple[Mark, ...]
    width: int = _WIDTH
    height: int = _HEIGHT
    base: int = _BASE
    plot: int = _PLOT


def columns(labels: Sequence[str], *series: Sequence[int]) -> Columns:
    """Columns of one or more series over the same places, the first one at the right."""
    most = top_of(max((value for values in series for value in values), default=0))
    place = _PLOT / max(1, len(labels))
    width = place * _FILLED / len(series)
    every = max(1, math.ceil(len(labels) / _MOST_LABELS))
    bars = [
        Bar(
            round(_PLOT - index * place - place * (1 - _FILLED) / 2 - (number + 1) * width, 2),
            round(_BASE - _tall(values[index], most), 2),
            round(width, 2),
            round(_tall(values[index], most), 2),
            number,
            values[index],
            label,
        )
        for index, label in enumerate(labels)
        for number, values in enumerate(series)
        if values[index]
    ]
    told = [Mark(round(_PLOT - (index + 0.5) * place, 2), label) for index, label in enumerate(labels)][::every]
    lines = [Mark(round(_BASE - _tall(value, most), 2), value) for value in sorted({0, most // 2, most})]
    return Columns(tuple(bars), tuple(told), tuple(lines))


@dataclass(frozen=True, slots=True)
class Dot:
    """A place on a line that has a name."""

    x: float
    y: float
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line over a square of shares, 0..1 each way: ``path`` is its points as SVG takes them."""

    path: str
    dots: tuple[Dot, ...]
    labels: tuple[Mark, ...]
    lines: tuple[Mark, ...]
    width: int = _WIDTH
    height: int = _HEIGHT
    base: int = _BASE
    plot: int = _PLOT
    top: int = _TOP


def line(points: Sequence[tuple[float, float]], named: Mapping[str, tuple[float, float]]) -> Line:
    """A line through shares (across, up), zero at the right and at the bottom, with some places named."""
    steps = (0, 25, 50, 75, 100)
    return Line(
        " ".join(f"{_across(x)},{_up(y)}" for x, y in points),
        tuple(Dot(_across(x), _up(y), name) for name, (x, y) in named.items()),
        tuple(Mark(_across(step / 100), step) for step in steps),
        tuple(Mark(_up(step / 100), step) for step in steps),
    )


def _across(share: float) -> float:
    return round(_PLOT * (1 - share), 2)


def _up(share: float) -> float:
    return round(_BASE - share * (_BASE - _TOP), 2)


def top_of(most: int) -> int:
    """The end of a scale, which can be halved: 2, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 80, 100, 120, …"""
    power = int("1" + "0" * (len(str(most)) - 1))
    ends = (step * power // 10 for step in (10, 12, 16, 20, 30, 40, 60, 80, 100))
    return next(end for end in ends if end >= max(most, 2) and end % 2 == 0)


def _tall(value: int, most: int) -> float:
    return value / most * (_BASE - _TOP)
