"""Words without their light endings, and what phrases begin with."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, lru_cache

from moderation.rules.reading import morphology

_LONGEST_ENDING = 6


@lru_cache(maxsize=16384)
def stems(text: str) -> tuple[str, ...]:
    """A word and what is left of it when a light ending is taken off."""
    cuts = range(max(2, len(text) - _LONGEST_ENDING), len(text))
    return (text, *(text[:cut] for cut in cuts if text[cut:] in endings()))


class Openings:
    """What some words and phrases begin with, their parts joined, with a light ending or without."""

    def __init__(self, phrases: Collection[str]) -> None:
        self._phrases = frozenset(phrases)
        self._beginnings = frozenset(phrase[:end] for phrase in phrases for end in range(1, len(phrase)))

    def grow_from(self, text: str) -> bool:
        """Say whether what is written after a text may make it one of them: it is half of a phrase, or of its ending."""
        return text in self._beginnings or any(
            text[:cut] in self._phrases and text[cut:] in _halves_ofendings() for cut in range(1, len(text))
        )


@cache
def endings() -> frozenset[str]:
    """What may follow a word without making it another one."""
    return morphology("ending") | morphology("copula-ending")


@cache
def _halves_ofendings() -> frozenset[str]:
    return frozenset(ending[:end] for ending in endings() for end in range(1, len(ending)))
