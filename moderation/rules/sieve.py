"""Which of many patterns the words of a sentence can make at all: bits in place of trying each one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import pairwise
from operator import or_
from typing import NamedTuple

from moderation.rules.stems import OPENING, openings, stems


class Wanted(NamedTuple):
    """Words of which one must stand in a sentence, with a light ending or without; a compound may stand as two."""

    texts: frozenset[str]
    compound: bool = False


class Sieve:
    """Passes the patterns for each of whose wants a word stands somewhere.

    Want number k of pattern n is bit ``k * patterns + n``: the bits that a word sets are looked up, those of a sentence are
    joined, and a pattern passes whose bits are all set. The bits of some words are remembered.
    """

    def __init__(self, patterns: Sequence[Sequence[Wanted]]) -> None:
        self._count = len(patterns)
        self._most = max(map(len, patterns), default=0)
        self._free = 0  # the bits of wants that a pattern does not have
        self._words: dict[str, int] = {}
        self._compounds: dict[str, int] = {}
        for number, wants in enumerate(patterns):
            for place in range(self._most):
                bit = 1 << (place * self._count + number)
                if place >= len(wants):
                    self._free |= bit
                    continue
                for text in wants[place].texts:
                    self._words[text] = self._words.get(text, 0) | bit
                    if wants[place].compound:
                        self._compounds[text] = self._compounds.get(text, 0) | bit
        self._begin_words, self._begin_compounds = openings(self._words), openings(self._compounds)
        self._bits = lru_cache(maxsize=8192)(lambda text: _joined(self._words, text))

    def passing(self, texts: Sequence[str]) -> Iterator[int]:
        """Return the numbers of the patterns that pass in the words of a sentence, ascending."""
        begin = self._begin_words
        seen = reduce(or_, [self._bits(text) for text in texts if text[:OPENING] in begin], self._free)
        begin = self._begin_compounds
        for both in [text + following for text, following in pairwise(texts)]:
            if both[:OPENING] in begin:
                seen |= _joined(self._compounds, both)
        passed = (1 << self._count) - 1
        for place in range(self._most):
            passed &= seen >> (place * self._count)
        while passed:
            lowest = passed & -passed
            yield lowest.bit_length() - 1
            passed ^= lowest


def _joined(known: Mapping[str, int], text: str) -> int:
    return reduce(or_, [known.get(stem, 0) for stem in stems(text)])
