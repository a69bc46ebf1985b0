"""Who is meant: names of the article, titles with a name, roles and pointers in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from classifiers.text import fold
from moderation.rules.base import ArticleContext
from moderation.rules.reading import plain, sentences
from moderation.rules.words import entries, sections

_LIGHT_ENDINGS = ("هاشون", "هایی", "هاش", "های", "رو", "ها", "شون", "اش", "یه", "م", "ش", "و", "ه", "ی", "ا", "ن", "هم")
_PREPOSITIONS = frozenset("در از به تو توی داخل برای با بر تا سر زیر روی پیش کنار علیه بدون مثل بین جلوی دست".split())
_LEAST = 3


class Sort(StrEnum):
    """How surely a mention identifies somebody."""

    NAME = "name"
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
    """The names and the roles that an article tells."""

    people: frozenset[str]
    others: frozenset[str]
    roles: frozenset[str]


_NOBODY = Named(frozenset(), frozenset(), frozenset())


def _names(texts: Sequence[str], named: Named) -> Iterator[Target]:
    for place, text in enumerate(texts):
        stem = _known(text, named.people)
        if stem:
            yield Target(Sort.NAME, place, place + 1)
        elif _known(text, named.others) and not (place and texts[place - 1] in _PREPOSITIONS):
            yield Target(Sort.NAME, place, place + 1)
        elif place and texts[place - 1] in _list("given") and (_is_family_name(text) or not is_common(text)):
            yield Target(Sort.NAME, place - 1, place + 1)
        elif _is_family_name(text):
            yield Target(Sort.NAME, place, place + 1)


def _titled(texts: Sequence[str]) -> Iterator[Target]:
    for place, text in enumerate(texts[:-1]):
        if text in _list("title") and not is_common(texts[place + 1]):
            yield Target(Sort.NAME, place, place + 2)
        elif text in _list("body") and not is_common(texts[place + 1]):
            yield Target(Sort.NAME, place, place + 2)


def _roles(texts: Sequence[str], named: Named) -> Iterator[Target]:
    """A role that the article tells of too, or one that is followed by whose it is."""
    for place, text in enumerate(texts):
        role = _known(text, _list("role"))
        if role and role in named.roles:
            yield Target(Sort.ROLE, place, place + 1)
            continue
        if role or _stem_plural(text) in _list("role"):
            further = texts[place + 1 : place + 4]
            for step, word in enumerate(further, start=1):
                if _known(word, named.others | named.people) or (role and not is_common(word)):
                    yield Target(Sort.ROLE, place, place + step + 1)
                    break


def _pointers(texts: Sequence[str]) -> Iterator[Target]:
    for place, text in enumerate(texts):
        for length in (2, 1):
            joined = "".join(texts[place : place + length])
            if joined in _list("pointer"):
                yield Target(Sort.POINTER, place, min(place + length, len(texts)))
                break


def _known(text: str, names: frozenset[str]) -> str | None:
    """The name that a word is, its light ending taken off."""
    if text in names:
        return text
    for ending in _LIGHT_ENDINGS:
        stem = text.removesuffix(ending)
        if stem != text and len(stem) >= _LEAST and stem in names:
            return stem
    return None


def _stem_plural(text: str) -> str:
    for ending in ("های", "ها", "ای", "ا", "ان", "ین"):
        if text.endswith(ending) and len(text) > len(ending) + 2:
            return text.removesuffix(ending)
    return text


@lru_cache(maxsize=256)
def _article_names(title: str, body: str) -> Named:
    """Who and what an article names: people by given names, endings and titles, the rest by being no common word."""
    people: set[str] = set()
    others: set[str] = set()
    roles: set[str] = set()
    for sentence in sentences(fold(f"{title} . {body}")):
        texts = sentence.texts
        for place, text in enumerate(texts):
            before = texts[place - 1] if place else ""
            if text in _list("role"):
                roles.add(text)
            elif text in _list("given") or len(text) < _LEAST or text.isdigit():
                continue
            elif _is_family_name(text) or (before in _list("given") | _list("title") and not is_common(text)):
                people.add(text)
            elif not is_common(text):
                others.add(text)
    return Named(frozenset(people), frozenset(others - people), frozenset(roles))


@lru_cache(maxsize=4096)
def _is_family_name(text: str) -> bool:
    """Say whether a word ends like a family name and is no common word."""
    return len(text) >= 6 and text.endswith(tuple(_list("family-ending"))) and not is_common(text)


@lru_cache(maxsize=8192)
def is_common(text: str) -> bool:
    """Say whether a word is everyday Persian, its endings taken off."""
    common = _common()
    if text in common or len(text) < _LEAST or text.isdigit() or text.isascii():
        return True
    if text.startswith(("می", "نمی", "ن", "ب")) and any(
        text.removeprefix(prefix) in common for prefix in ("نمی", "می", "ن", "ب") if text.startswith(prefix)
    ):
        return True
    return any(text.endswith(ending) and text.removesuffix(ending) in common for ending in _COMMON_ENDINGS)


_COMMON_ENDINGS = (
    *_LIGHT_ENDINGS, "ان", "ات", "ای", "هایشان", "هایش", "شان", "مان", "مون", "تون", "تان", "یم", "ید", "ند", "ت", "تر",
    "ترین", "تری", "ست", "است", "اند", "انه", "هاشان", "گان", "گی", "یی", "ین", "هاست", "هاشو", "هامون", "هامان", "د",
    "هاند", "ام", "هام", "هات", "هاتون", "ترند",
)  # fmt: skip


@cache
def _common() -> frozenset[str]:
    return frozenset(plain(entry) for entry in entries("common"))


@cache
def _list(heading: str) -> frozenset[str]:
    return frozenset(plain(entry) for entry in sections("people")[heading])
