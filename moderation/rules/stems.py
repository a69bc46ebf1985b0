"""Words without their light endings, and what phrases begin with."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from moderation.rules.reading import morphology

OPENING = 4
"""Letters by which most words are told to be in no list."""

_LONGEST_ENDING = 6


@lru_cache(maxsize=16384)
def stems(text: str) -> tuple[str, ...]:
    """A word and what is left of it when a light ending is taken off."""
    cuts = range(max(2, len(text) - _LONGEST_ENDING), len(text))
    return (text, *(text[:cut] for cut in cuts if text[cut:] in endings()))


def openings(phrases: Iterable[str]) -> frozenset[str]:
    """What ``text[:OPENING]`` is of every text that is a phrase, with an ending or without, or the beginning of one."""
    written = {phrase + ending for phrase in phrases for ending in ("", *endings())}
    return frozenset(text[:end] for text in written for end in range(1, OPENING + 1))


@cache
def endings() -> frozenset[str]:
    """What may follow a word without making it another one."""
    return morphology("ending") | morphology("copula-ending")
