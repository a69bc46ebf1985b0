"""Contestants that take turns over the same texts, so that what else a machine does hits them alike."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

# Remembers articles, not words: a comment meets an article that others have stood under.
_OF_ARTICLES = frozenset({"_article_names"})
_PACKAGES = ("classifiers.", "moderation.rules.")


@dataclass(frozen=True)
class Contestant[Item]:
    """What is timed over each item; `before` is done for each item and not timed; a dear one takes the first `most` items."""

    run: Callable[[Item], object]
    before: Callable[[], None] | None = None
    most: int | None = None


type Times = dict[str, list[float]]
"""CPU microseconds an item by contestant, one number a round."""


def take_turns[Item](
    contestants: Mapping[str, Contestant[Item]], rounds: Sequence[Sequence[Item]], *, leading: int = 0
) -> Times:
    """Time every contestant over the items of every round, each round in another order; the first round is not counted.

    The first ``leading`` contestants keep their places: they find the items as nobody has seen them.
    """
    times: Times = {name: [] for name in contestants}
    first, names = list(contestants)[:leading], list(contestants)[leading:]
    for number, items in enumerate(rounds):
        turn = number % max(len(names), 1)
        for name in first + names[turn:] + names[:turn]:
            contestant = contestants[name]
            took = _time(contestant, items[: contestant.most])
            if number:
                times[name].append(took)
    return times


def _time[Item](contestant: Contestant[Item], items: Sequence[Item]) -> float:
    gc.collect()  # nobody pays for what another one left behind
    run, spent = contestant.run, 0
    if contestant.before is None:  # the clock costs about a microsecond, so it is asked once
        started = time.process_time_ns()
        for item in items:
            run(item)
        spent = time.process_time_ns() - started
    else:
        for item in items:
            contestant.before()
            started = time.process_time_ns()
            run(item)
            spent += time.process_time_ns() - started
    return spent / len(items) / 1000


def ratio(times: Times, denominator: str, ours: str) -> float:
    """Return how many times as long the denominator took: the median over rounds of the ratio within a round."""
    return round(statistics.median(a / b for a, b in zip(times[denominator], times[ours], strict=True)), 3)


def medians(times: Times) -> dict[str, float]:
    """Return the median microseconds of each contestant."""
    return {name: round(statistics.median(rounds), 1) for name, rounds in times.items()}


def forget(*models: object) -> None:
    """Empty every memory of words: what the models hold (anything with `forget`) and what functions remember up to a bound."""
    for model in models:
        for part in _parts(model, depth=2):
            if callable(emptied := getattr(part, "forget", None)):
                emptied()
    for remembering in _remembering():
        remembering.cache_clear()


def _parts(one: object, *, depth: int) -> Iterator[object]:
    """What an object holds, and what that holds."""
    yield one
    if depth:
        for part in getattr(one, "__dict__", {}).values():
            yield from _parts(part, depth=depth - 1)


@cache
def _remembering() -> tuple[Any, ...]:
    """The functions of ours with a bounded memory; an unbounded one holds word lists and the like, read once."""
    return tuple(
        value
        for name, module in list(sys.modules.items())
        if name.startswith(_PACKAGES)
        for key, value in vars(module).items()
        if hasattr(value, "cache_parameters") and value.cache_parameters()["maxsize"] and key not in _OF_ARTICLES
    )
