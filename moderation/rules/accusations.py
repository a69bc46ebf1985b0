"""What is said: patterns of accusation read from the word lists and found in a sentence, with all their verb forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

from classifiers.text import fold
from moderation.rules.reading import COMMA, morphology, plain
from moderation.rules.words import entries, sections

_GAP = 6  # words that «…» may stand for
_COPULA_GAP = 3  # words within which «is» may follow
_LONGEST_ENDING = 6


class Said(NamedTuple):
    """An accusation at words [start, end) of a sentence."""

    kind: str
    start: int
    end: int
    weak: bool


class _Word(NamedTuple):
    """One of some words, with a light ending or without."""

    texts: frozenset[str]

    def at(self, texts: Sequence[str], place: int) -> Iterator[int]:
        if _is_one_of(texts[place], self.texts):
            yield place + 1
        elif place + 1 < len(texts) and _is_one_of(texts[place] + texts[place + 1], self.texts):
            yield place + 2


class _Verb(NamedTuple):
    """An affirmative form of a verb, said of somebody else; an infinitive only where it must be spoken for a past."""

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
    """A line of accusations.txt, compiled."""

    kind: str
    elements: tuple[_Element, ...]
    weak: bool


def accusations(texts: Sequence[str]) -> list[Said]:
    """The accusations in the words of a sentence, the longest where several begin at one word."""
    found: dict[int, Said] = {}
    by_first = _patterns()
    for place, text in enumerate(texts):
        for key in _keys(text, texts[place + 1] if place + 1 < len(texts) else ""):
            for pattern in by_first.get(key, ()):
                end = next(_matches(pattern.elements, texts, place), None)
                if end is not None:
                    said = Said(pattern.kind, place, end, pattern.weak)
                    found[place] = max(found.get(place, said), said, key=lambda one: (not one.weak, one.end))
    return list(found.values())


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


def _is_one_of(text: str, wanted: frozenset[str]) -> bool:
    """Say whether a word is one of some, with a light ending or without."""
    if text in wanted:
        return True
    cuts = range(max(2, len(text) - _LONGEST_ENDING), len(text))
    return any(text[cut:] in _endings() and text[:cut] in wanted for cut in cuts)


def _keys(text: str, following: str) -> set[str]:
    """What a pattern that begins at a word may be listed under: its first two letters."""
    return {text[:2], (text + following)[:2]}


@cache
def _patterns() -> dict[str, tuple[Pattern, ...]]:
    """Every pattern, by the first two letters of its first word."""
    by_first: dict[str, list[Pattern]] = {}
    for kind, lines in sections("accusations").items():
        for line in lines:
            pattern = _compile(kind, line)
            for key in sorted({text[:2] for text in _first_texts(pattern.elements[0])}):
                by_first.setdefault(key, []).append(pattern)
    return {key: tuple(patterns) for key, patterns in by_first.items()}


def _first_texts(element: _Element) -> frozenset[str]:
    if isinstance(element, _Word):
        return element.texts
    if isinstance(element, _Verb):
        return element.forms
    raise ValueError("a pattern of accusation begins with a word or a verb")


@cache
def _nominals() -> frozenset[str]:
    """The words of the patterns that end like a copula by themselves."""
    found: set[str] = set()
    for patterns in _patterns().values():
        for pattern in patterns:
            for element in pattern.elements:
                if isinstance(element, _Word):
                    found.update(text for text in element.texts if text.endswith(tuple(morphology("copula-ending"))))
    return frozenset(found)


def _compile(kind: str, line: str) -> Pattern:
    weak = line.startswith("?")
    return Pattern(kind, tuple(_element(part) for part in line.removeprefix("?").split()), weak)


def _element(part: str) -> _Element:
    if part == "…":
        return _Gap()
    if part == "{است}":
        return _Copula()
    if part.startswith("{"):
        infinitive = part.strip("{}")
        return _Verb(_verbs()[infinitive], fold(infinitive).text)
    return _Word(frozenset(plain(word) for word in part.split("|")))


@cache
def _endings() -> frozenset[str]:
    return morphology("ending") | morphology("copula-ending")


@cache
def _verbs() -> dict[str, frozenset[str]]:
    """The forms of each verb of verbs.txt by its infinitive."""
    found = {}
    for line in entries("verbs"):
        infinitive, past, present = line.split()
        found[infinitive] = frozenset(_forms(fold(past).text, [fold(stem).text for stem in present.split(",")]))
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
