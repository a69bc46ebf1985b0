"""Who is meant: names of the article, titles with a name, roles and pointers in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from classifiers.text import fold
from moderation.rules.base import ArticleContext
from moderation.rules.reading import COMMA, morphology, plain, sentences
from moderation.rules.words import entries, sections

_LEAST = 3
_LEAST_FAMILY = 6
_LONGEST_ENDING = 6
_VERB_PREFIXES = ("نمی", "می", "ن", "ب")


class Sort(StrEnum):
    """How surely a mention identifies somebody."""

    NAME = "name"
    UNKNOWN = "unknown"  # an uncommon word where a subject stands, by all appearances a name
    MENTION = "mention"  # an uncommon word that the article has too: a body or a place, seldom nothing of the kind
    ROLE = "role"
    POINTER = "pointer"


class Target(NamedTuple):
    """A mention at words [start, end) of a sentence."""

    sort: Sort
    start: int
    end: int


def targets(texts: Sequence[str], article: ArticleContext | None) -> list[Target]:
    """Everybody whom the words of a sentence point at."""
    named = _article_names(article.title, article.body) if article else _NOBODY
    found = [*_names(texts, named), *_titled(texts), *_roles(texts, named), *_pointers(texts)]
    return sorted(found, key=lambda one: (one.start, -one.end))


class Named(NamedTuple):
    """What an article names: people, other uncommon words, bodies by two words joined, and the roles that it tells."""

    people: frozenset[str]
    others: frozenset[str]
    bodies: frozenset[str]
    roles: frozenset[str]


_NOBODY = Named(frozenset(), frozenset(), frozenset(), frozenset())


def _names(texts: Sequence[str], named: Named) -> Iterator[Target]:
    for place, text in enumerate(texts):
        before = texts[place - 1] if place else ""
        if before in _list("given") and _may_be_name(text):
            yield Target(Sort.NAME, place - 1, place + 1)
        elif _known(text, named.people) or _is_family_name(text):
            yield Target(Sort.NAME, place, place + 1)
        elif before + text in named.bodies or _known(before + text, named.people):
            yield Target(Sort.NAME, place - 1, place + 1)
        elif before not in morphology("preposition") and _known(text, named.others):
            yield Target(Sort.MENTION, place, place + 1)
        elif _stands_as_name(texts, place):
            yield Target(Sort.UNKNOWN, place, place + 1)


def _stands_as_name(texts: Sequence[str], place: int) -> bool:
    """Say whether an unknown word stands where a name does: first, after «این», before «خانم»."""
    text = texts[place]
    if text == COMMA or is_common(text) or text.endswith(tuple(morphology("no-name-ending"))):
        return False
    before = texts[place - 1] if place else COMMA
    following = texts[place + 1] if place + 1 < len(texts) else ""
    return before in _list("before-name") or following in _list("after-name")


def _titled(texts: Sequence[str]) -> Iterator[Target]:
    titles, bodies = _list("title"), _list("body")
    for place, text in enumerate(texts[:-1]):
        if (text in titles or text in bodies) and _may_be_name(texts[place + 1]):
            yield Target(Sort.NAME, place, place + 2)


def _roles(texts: Sequence[str], named: Named) -> Iterator[Target]:
    """A role that the article tells of too, or one that is followed by whose it is."""
    for place, text in enumerate(texts):
        role = _known(text, _list("role"))
        if role and role in named.roles:
            yield Target(Sort.ROLE, place, place + 1)
        elif role or _singular(text) in _list("role"):
            end = _whose(texts, place + 1, named, singular=role is not None)
            if end is not None:
                yield Target(Sort.ROLE, place, end)


def _whose(texts: Sequence[str], start: int, named: Named, *, singular: bool) -> int | None:
    """The end of the words after a role that tell whose it is: «رئیس شعبهٔ فلان»."""
    for place in range(start, min(start + 3, len(texts))):
        text = texts[place]
        if _known(text, named.others | named.people) or (singular and _may_be_name(text)):
            return place + 1
        if place > start and texts[place - 1] + text in named.bodies:
            return place + 1
    return None


def _pointers(texts: Sequence[str]) -> Iterator[Target]:
    for place in range(len(texts)):
        for length in (2, 1):
            joined = "".join(texts[place : place + length])
            if joined in _list("pointer"):
                yield Target(Sort.POINTER, place, min(place + length, len(texts)))
                break


def _known(text: str, names: frozenset[str]) -> str | None:
    """The name that a word is, its light ending taken off."""
    if text in names:
        return text
    if names:
        for cut in range(max(_LEAST, len(text) - _LONGEST_ENDING), len(text)):
            if text[:cut] in names and text[cut:] in morphology("name-ending"):
                return text[:cut]
    return None


def _singular(text: str) -> str:
    cuts = range(max(_LEAST, len(text) - _LONGEST_ENDING), len(text))
    return next((text[:cut] for cut in cuts if text[cut:] in morphology("plural-ending")), text)


@lru_cache(maxsize=256)
def _article_names(title: str, body: str) -> Named:
    """Who and what an article names: people by given names, titles and endings, the rest by being no everyday word."""
    people: set[str] = set()
    others: set[str] = set()
    bodies: set[str] = set()
    roles: set[str] = set()
    for sentence in sentences(fold(f"{title} . {body}")):
        texts = sentence.texts
        for place, text in enumerate(texts):
            before = texts[place - 1] if place else ""
            if text in _list("role"):
                roles.add(text)
            elif text in _list("body"):
                bodies.update(first + second for first, second in pairwise(texts[place : place + 3]) if second != COMMA)
            elif _names_person(before, text) or _is_introduced(texts, place):
                people.add(text)
            elif _may_be_thing(text):
                others.add(text)
    return Named(frozenset(people), frozenset(others - people), frozenset(bodies), frozenset(roles))


def _names_person(before: str, text: str) -> bool:
    """Say whether a word of an article is a person's family name, by the word before it or by its ending."""
    if before in _list("given"):
        return len(text) >= _LEAST and text not in _list("after-given") | _list("given")
    return (before in _list("title") and _may_be_name(text)) or _is_family_name(text)


def _is_introduced(texts: Sequence[str], place: int) -> bool:
    """Say whether a word of an article ends a name that a role explains: «گلرخ سالمی، رئیس کمیسیون»."""
    if texts[place + 1 : place + 2] != (COMMA,) or not place:
        return False
    role = _list("role").intersection(texts[place + 2 : place + 4])
    return bool(role) and (_may_be_name(texts[place - 1]) or _may_be_name(texts[place]))


def _may_be_thing(text: str) -> bool:
    """Say whether an uncommon word may be the name of something: «شفافیت» is none."""
    return text not in _list("given") and not is_common(text) and not text.endswith(tuple(morphology("no-name-ending")))


def _may_be_name(text: str) -> bool:
    return text in _list("given") or not is_common(text)


@lru_cache(maxsize=4096)
def _is_family_name(text: str) -> bool:
    """Say whether a word ends like a family name and is no everyday word."""
    return len(text) >= _LEAST_FAMILY and text.endswith(tuple(_list("family-ending"))) and not is_common(text)


@lru_cache(maxsize=8192)
def is_common(text: str) -> bool:
    """Say whether a word is everyday Persian, its endings and verb prefixes taken off."""
    common = _common()
    if text in common or len(text) < _LEAST or text.isdigit() or text.isascii():
        return True
    endings = morphology("common-ending")
    for stem in {text, *(text.removeprefix(prefix) for prefix in _VERB_PREFIXES)}:
        if stem in common:
            return True
        for cut in range(max(0, len(stem) - _LONGEST_ENDING), len(stem)):
            if stem[:cut] in common and stem[cut:] in endings:
                return True
    return False


@cache
def _common() -> frozenset[str]:
    return frozenset(plain(entry) for entry in entries("common"))


@cache
def _list(heading: str) -> frozenset[str]:
    return frozenset(plain(entry) or entry for entry in sections("people")[heading])
