"""Patterns of words with all their verb forms, read from the word lists and found in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from classifiers.text import fold
from moderation.rules.reading import COMMA, morphology, plain
from moderation.rules.sieve import Sieve, Wanted
from moderation.rules.stems import stems
from moderation.rules.words import entries, sections

_GAP = 6  # words that «…» may stand for
_COPULA_GAP = 3  # words within which «is» may follow

LISTINGS = ("accusations", "threats", "solicitations")


class Strength(Enum):
    """What a pattern needs beside it: nothing, a name somewhere near, or a name next to it."""

    PLAIN = auto()
    WEAK = auto()
    EPITHET = auto()


_MARKS = {"?": Strength.WEAK, "!": Strength.EPITHET}


class Said(NamedTuple):
    """A pattern at words [start, end) of a sentence; its kind is the heading under which it is listed."""

    kind: str
    start: int
    end: int
    strength: Strength


class _Word(NamedTuple):
    """One of some words, with a light ending or without; a compound may be written as two."""

    texts: frozenset[str]
    compound: bool

    def at(self, texts: Sequence[str], place: int) -> Iterator[int]:
        if not self.texts.isdisjoint(stems(texts[place])):
            yield place + 1
        elif self.compound and not self.texts.isdisjoint(stems("".join(texts[place : place + 2]))):
            yield min(place + 2, len(texts))


class _Verb(NamedTuple):
    """One of some forms of a verb; the infinitive only where it must be spoken for a past."""

    forms: frozenset[str]
    infinitive: str

    def at(self, texts: Sequence[str], place: int) -> Iterator[int]:
        if texts[place] not in self.forms:
            return
        following = texts[place + 1] if place + 1 < len(texts) else None
        if following in morphology("not"):
            return
        if texts[place] != self.infinitive or following is None or following in morphology("verb-follows"):
            yield place + 1


class _Copula(NamedTuple):
    """«Is», on the word before it («جاسوسه») or a few words on («جاسوس انگلیس است»)."""

    def at(self, texts: Sequence[str], place: int) -> Iterator[int]:
        for further in range(place, min(place + _COPULA_GAP, len(texts))):
            if texts[further] in morphology("not"):
                return
            if texts[further] in morphology("copula"):
                yield further + 1
                return


class _Gap(NamedTuple):
    """Some words, whatever they are."""


type _Element = _Word | _Verb | _Copula | _Gap


@dataclass(frozen=True, slots=True)
class Pattern:
    """A line of a list of patterns, compiled."""

    listing: str
    kind: str
    elements: tuple[_Element, ...]
    strength: Strength


def said(listing: str, texts: Sequence[str]) -> list[Said]:
    """The patterns of ``<listing>.txt`` in the words of a sentence, the longest where several begin at one word."""
    found: dict[int, Said] = {}
    patterns = [pattern for pattern in _possible(tuple(texts)) if pattern.listing == listing]
    for place, pattern in product(range(len(texts)), patterns):
        end = next(_matches(pattern.elements, texts, place), None)
        if end is not None and not _is_denied(pattern, texts, end):
            one = Said(pattern.kind, place, end, pattern.strength)
            found[place] = max(found.get(place, one), one, key=_precedence)
    return list(found.values())


@lru_cache(maxsize=64)  # a sentence is asked about for each listing
def _possible(texts: tuple[str, ...]) -> tuple[Pattern, ...]:
    """The patterns of all lists whose words all stand in a sentence, in whatever order: most sentences have none."""
    return tuple(map(compiled().__getitem__, _sieve().passing(texts, _bits)))


@lru_cache(maxsize=8192)
def _bits(text: str) -> int:
    return _sieve().bits(text)


@cache
def _sieve() -> Sieve:
    return Sieve([[want for element in pattern.elements if (want := _want(element))] for pattern in compiled()])


def _want(element: _Element) -> Wanted | None:
    """What must stand in a sentence for an element; None where it may be there without a word of its own."""
    if isinstance(element, _Word):
        return Wanted(element.texts, element.compound)
    return Wanted(element.forms) if isinstance(element, _Verb) else None


def _is_denied(pattern: Pattern, texts: Sequence[str], end: int) -> bool:
    """Say whether what somebody is called is taken back: «شیاد نیست»."""
    if pattern.strength is not Strength.EPITHET:
        return False
    return bool(morphology("not").intersection(texts[end : end + _COPULA_GAP]))


def _precedence(one: Said) -> tuple[bool, int]:
    return one.strength is Strength.PLAIN, one.end


def _matches(elements: Sequence[_Element], texts: Sequence[str], place: int) -> Iterator[int]:
    """The ends of the ways in which elements can be read from a place on."""
    if not elements:
        yield place
        return
    head, rest = elements[0], elements[1:]
    if isinstance(head, _Gap):
        for further in range(place, min(place + _GAP + 1, len(texts))):
            yield from _matches(rest, texts, further)
        return
    if place < len(texts):
        for end in head.at(texts, place):
            yield from _matches(rest, texts, end)
            if rest and end < len(texts) and texts[end] in morphology("filler"):
                yield from _matches(rest, texts, end + 1)
    if isinstance(head, _Copula) and place and _carries_copula(texts, place):
        yield from _matches(rest, texts, place)


def _carries_copula(texts: Sequence[str], place: int) -> bool:
    """Say whether the word before a place, or the last one a little further on, ends in «is» and nothing denies it."""
    if morphology("not").intersection(texts[place : place + _COPULA_GAP]):
        return False
    before = texts[place - 1]
    if before not in _nominals() and before.endswith(tuple(morphology("copula-ending"))):
        return True
    reach = texts[place : place + _COPULA_GAP - 1]
    closes = place + len(reach) == len(texts) or COMMA in reach
    if COMMA in reach:
        reach = reach[: reach.index(COMMA)]
    return closes and bool(reach) and reach[-1].endswith(tuple(morphology("further-copula-ending")))


@cache
def compiled() -> tuple[Pattern, ...]:
    """Every pattern of every list."""
    return tuple(
        _compile(listing, kind, line)
        for listing in LISTINGS
        for kind, lines in sections(listing).items()
        for line in lines
    )


@cache
def _nominals() -> frozenset[str]:
    """The words of the lists that end like a copula by themselves: «آلوده»."""
    return frozenset(
        plain(word)
        for listing in LISTINGS
        for lines in sections(listing).values()
        for line in lines
        for part in line.lstrip("?!").split()
        for word in part.split("|")
        if plain(word).endswith(tuple(morphology("copula-ending")))
    )


def _compile(listing: str, kind: str, line: str) -> Pattern:
    strength = _MARKS.get(line[0], Strength.PLAIN)
    return Pattern(listing, kind, tuple(_element(part) for part in line.lstrip("?!").split()), strength)


def _element(part: str) -> _Element:
    if part == "…":
        return _Gap()
    if part == "{است}":
        return _Copula()
    if part.startswith("{"):
        infinitive, _, person = part.strip("{}").partition(":")
        return _Verb(_verbs(person)[infinitive], fold(infinitive).text)
    words = part.split("|")
    return _Word(frozenset(map(plain, words)), compound=any("\u200c" in word for word in words))


@cache
def _verbs(person: str) -> dict[str, frozenset[str]]:
    """The forms of each verb of verbs.txt by its infinitive: of others, of «من», or of «من» with «تو» as its object."""
    found = {}
    for line in entries("verbs"):
        infinitive, past, present = line.split()
        presents = [fold(stem).text for stem in present.split(",")]
        found[infinitive] = frozenset(_own_forms(presents, person) if person else _forms(fold(past).text, presents))
    return found


def _forms(past: str, presents: Iterable[str]) -> Iterator[str]:
    """The affirmative indicative forms of the second and third person, written and spoken."""
    for prefix, person in product(("", "می"), ("", "ند", "ن", "ی", "ید", "ین", "ش", "شون")):
        yield prefix + past + person
    for ending in ("ه", "هاست", "هست", "هاند", "هان", "های", "هاید", "هاین"):
        yield past + ending
    for stem in presents:
        prefix = "" if stem.startswith("-") else "می"
        for person in ("د", "ه", "ند", "ن", "ی", "ید", "ین"):
            yield prefix + stem.removeprefix("-") + person


def _own_forms(presents: Iterable[str], person: str) -> Iterator[str]:
    """What the writer says of his own doing now or soon, with whom he does it to: «می‌زنیم»، «می‌زنمت»، «بزنمت»."""
    objects = ("ت", "تون", "تان", "ش", "شون", "شان", "تو", "تونو", "شو", "شونو")
    for stem, ending in product(presents, ("م", "یم")):
        bare = stem.removeprefix("-")
        now = bare if stem.startswith("-") else "می" + bare
        if person == "من":
            yield now + ending
        for suffix in objects:
            yield now + ending + suffix
            yield "ب" + bare + ending + suffix
