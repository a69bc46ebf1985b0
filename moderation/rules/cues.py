"""What is hinted: signs of an accusation that tells its story without the name of a crime."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from moderation.rules.reading import COMMA, plain
from moderation.rules.stems import OPENING, openings, stems
from moderation.rules.words import sections

KIND_NAMES = {
    "crime": "نام جرم",
    "money": "پول",
    "kin": "خویش و آشنا",
    "luxury": "دارایی",
    "evidence": "ادعای سند",
    "secrecy": "پنهان‌کاری",
    "taking": "بردن و دادن",
}
_POINTS = {
    "crime": 2.0,
    "money": 1.5,
    "taking": 1.5,
    "luxury": 1.5,
}  # the rest count one: seen on comments under our own articles
_LEAST = 3.0
_LONGEST_PHRASE = 3


class Cue(NamedTuple):
    """A sign at words [start, end) of a sentence."""

    kind: str
    start: int
    end: int


@lru_cache(maxsize=64)  # two rule sets ask for the same comment
def cues(texts: tuple[str, ...]) -> tuple[Cue, ...]:
    """The first sign of each kind in the words of a sentence, by place."""
    found: dict[str, Cue] = {}
    begin = _openings()
    for place in [place for place, text in enumerate(texts) if text[:OPENING] in begin]:
        phrase = ""
        for end in range(place, min(place + _LONGEST_PHRASE, len(texts))):
            phrase += texts[end]
            if texts[end] == COMMA or phrase[:OPENING] not in begin:
                break
            for kind in _kinds_of(phrase):
                found.setdefault(kind, Cue(kind, place, end + 1))
    return tuple(sorted(found.values(), key=lambda cue: cue.start))


@lru_cache(maxsize=8192)
def _kinds_of(phrase: str) -> tuple[str, ...]:
    """The kinds of sign that a phrase is, with a light ending or without; verbs stand in the list as they are meant."""
    known = _kinds()
    kinds = (kind for stem in stems(phrase) for kind in known.get(stem, ()) if stem == phrase or kind != "taking")
    return tuple(dict.fromkeys(kinds))


def weight(found: Sequence[Cue]) -> float | None:
    """How much signs say together on 0..1, never quite as much as an accusation in words; None when too little."""
    points = sum(_POINTS.get(cue.kind, 1.0) for cue in found)
    return round(min(0.59, 0.3 + 0.05 * points), 4) if points >= _LEAST else None


@cache
def _openings() -> frozenset[str]:
    return openings(_kinds())


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    """The kinds of sign that a word or phrase is, its parts joined."""
    kinds: dict[str, list[str]] = {}
    for kind, phrases in sections("cues").items():
        for phrase in dict.fromkeys(plain(line) for line in phrases):
            kinds.setdefault(phrase, []).append(kind)
    return {phrase: tuple(names) for phrase, names in kinds.items()}
