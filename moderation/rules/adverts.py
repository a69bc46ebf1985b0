"""How a comment sounds like an advert: signs of trade, offers, calls and ways, each of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from classifiers.text import fold, words
from moderation.rules.stems import stems
from moderation.rules.words import sections

_LONGEST = 5  # words of a phrase
_NUMBER = "0"  # stands in the list for any number
_LEAST_STEM = 3


class Sign(NamedTuple):
    """A sign of one kind at words [start, end)."""

    kind: str
    start: int
    end: int


def signs(texts: Sequence[str]) -> list[Sign]:
    """The signs in the words of a comment, by place; of those that overlap the first and longest stands."""
    read = [_NUMBER if text[0] <= "9" and _is_amount(text) else text for text in texts]
    found: list[Sign] = []
    reached = 0
    for place, text in enumerate(read):
        kind, goes_on = _opening(text)
        if place < reached or not (kind or goes_on):
            continue
        sign = _longest(read, place) if goes_on else Sign(str(kind), place, place + 1)
        if sign is not None:
            found.append(sign)
            reached = sign.end
    return found


def _longest(texts: Sequence[str], place: int) -> Sign | None:
    """The longest phrase of the list that begins at a place."""
    beginnings = _beginnings()
    joined, sign = "", None
    for end in range(place, min(place + _LONGEST, len(texts))):
        joined += texts[end]
        kind = _kind_of(joined)
        if kind is not None:
            sign = Sign(kind, place, end + 1)
        if joined not in beginnings:
            break
    return sign


def _is_amount(text: str) -> bool:
    """Say whether a word is a number that counts or prices something: a part of a telephone number is none."""
    return text.isdigit() and len(text) < 8 and (text[0] != "0" or len(text) == 1)


@lru_cache(maxsize=16384)
def _opening(text: str) -> tuple[str | None, bool]:
    """The kind of sign that a word is, and whether a phrase may go on from it: most words are neither."""
    return _kind_of(text), text in _beginnings()


@lru_cache(maxsize=16384)
def _kind_of(phrase: str) -> str | None:
    """The kind of sign that a phrase is, with a light ending or without."""
    kinds = _kinds()
    return next(
        (kinds[stem] for stem in stems(phrase) if stem in kinds and (stem == phrase or len(stem) >= _LEAST_STEM)), None
    )


@cache
def _kinds() -> dict[str, str]:
    kinds: dict[str, str] = {}
    for kind, phrases in sections("adverts").items():
        for phrase in phrases:
            kinds.setdefault("".join(_parts(phrase)), kind)
    return kinds


@cache
def _beginnings() -> frozenset[str]:
    """The words that a phrase begins with, joined, for each number of them."""
    return frozenset(
        beginning
        for phrases in sections("adverts").values()
        for phrase in phrases
        for beginning in list(accumulate(_parts(phrase)))[:-1]
    )


def _parts(phrase: str) -> list[str]:
    return [word.text for word in words(fold(phrase))]
