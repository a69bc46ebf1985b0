"""A chart of scores: a dot for a comment or, where there are many, for some; columns of one width from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 260
_COLUMNS = 50
_HIGHEST = 24  # dots: at most 1,200 in all
_STEP = (HEIGHT - 20) / _HIGHEST
_FLOOR = HEIGHT - _STEP / 2


@dataclass(frozen=True, slots=True)
class Column:
    """Comments with about one score: where the dots lie, how many comments they stand for, and whether the band takes them in."""

    x: float
    heights: tuple[float, ...]
    count: int
    inside: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The columns that have comments, how many comments a dot stands for, and where the band lies; all in units of the drawing."""

    columns: tuple[Column, ...]
    each: int
    left: float
    right: float


def chart(scores: Iterable[float], lower: float, upper: float) -> Chart:
    """Draw scores 0..1 with the band from ``lower`` to ``upper`` chosen."""
    counts = [0] * _COLUMNS
    for score in scores:
        counts[min(int(score * _COLUMNS), _COLUMNS - 1)] += 1
    each = max(1, -(-max(counts) // _HIGHEST))
    columns = tuple(_column(number, count, each, (lower, upper)) for number, count in enumerate(counts) if count)
    return Chart(columns, each, round(WIDTH * lower, 1), round(WIDTH * upper, 1))


def _column(number: int, count: int, each: int, band: tuple[float, float]) -> Column:
    middle = (number + 0.5) / _COLUMNS
    heights = tuple(round(_FLOOR - row * _STEP, 1) for row in range(-(-count // each)))
    return Column(round(WIDTH * middle, 1), heights, count, band[0] <= middle <= band[1])
