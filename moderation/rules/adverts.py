"""How much a comment sounds like an advert: signs of trade, offers, calls and ways, counted by kind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from moderation.rules.patterns import stems
from moderation.rules.reading import plain
from moderation.rules.words import sections

_LONGEST = 5  # words of a phrase
_NUMBER = "0"  # stands in the list for any number


class Sign(NamedTuple):
    """A sign of one kind at words [start, end)."""

    kind: str
    start: int
    end: int


def signs(texts: Sequence[str]) -> list[Sign]:
    """The signs in the words of a comment, by place; of those that overlap the longest stands."""
    prefixes, openings = _prefixes(), _openings()
    found = []
    place = 0
    while place < len(texts):
        joined, sign = "", None
        for end in range(place, min(place + _LONGEST, len(texts))):
            text = texts[end]
            joined += _NUMBER if _is_amount(text) else text
            if len(joined) > 1 and joined[:2] not in openings:
                break
            kind = _kind_of(joined)
            if kind is not None:
                sign = Sign(kind, place, end + 1)
            if joined not in prefixes:
                break
        if sign is None:
            place += 1
        else:
            found.append(sign)
            place = sign.end
    return found


def _is_amount(text: str) -> bool:
    """Say whether a word is a number that counts or prices something: a part of a telephone number is none."""
    return text.isdigit() and len(text) < 8 and (text[0] != "0" or len(text) == 1)


@lru_cache(maxsize=16384)
def _kind_of(phrase: str) -> str | None:
    """The kind of sign that a phrase is, with a light ending or without."""
    kinds = _kinds()
    return next((kinds[stem] for stem in stems(phrase) if stem in kinds and (stem == phrase or len(stem) > 2)), None)


@cache
def _kinds() -> dict[str, str]:
    kinds: dict[str, str] = {}
    for kind, phrases in sections("adverts").items():
        for phrase in phrases:
            kinds.setdefault(plain(phrase), kind)
    return kinds


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(phrase[:length] for phrase in _kinds() for length in range(1, len(phrase)))


@cache
def _openings() -> frozenset[str]:
    return frozenset(phrase[:2] for phrase in _kinds())
