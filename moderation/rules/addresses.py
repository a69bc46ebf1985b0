"""Whether a comment tells where somebody lives: streets, house numbers and words for a home, weighed together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from classifiers.text import Folded, Word, words
from moderation.rules.reading import plain
from moderation.rules.stems import stems
from moderation.rules.words import sections

# Without one of these letters there is no address that says enough: a cheap question first.
_TELLING = tuple("پلاک واحد طبقه بلوک زنگ خونه خانه منزل ادرس نشانی نشونی ساکن زندگی میشین کوچه".split())  # noqa: SIM905 as a sentence
_HOUSES = frozenset(("پلاک", "پ"))
_STREETS, _UNITS = 2, 3  # how many of them count
_PUBLIC = 2.0
_LEAST_STEM = 4


class Address(NamedTuple):
    """The parts of an address at folded [start, end) and how much they say together."""

    start: int
    end: int
    points: float
    home: bool


def address(folded: Folded) -> Address | None:
    """What a text tells of somebody's address; None when there is neither a street nor a house number."""
    if not any(telling in folded.text for telling in _TELLING):
        return None
    found = words(folded, joined=True)
    texts = [word.text for word in found]
    parts: list[tuple[str, Word]] = []
    for place, word in enumerate(found):
        if word.text not in _openers() and _kind(word.text) is None:
            continue
        kind = _part(texts, place)
        if kind is not None:
            parts.append((kind, word if kind in ("street", "home", "public") else _with_number(found, place)))
    places = [(kind, word) for kind, word in parts if kind in ("street", "unit", "house")]
    if not places:
        return None
    kinds = [kind for kind, _ in parts]
    home = "home" in kinds
    points = (
        min(kinds.count("street"), _STREETS)
        + 2.0 * ("house" in kinds)
        + min(kinds.count("unit"), _UNITS)
        + 1.5 * home
        - _PUBLIC * ("public" in kinds and not home)
    )
    return Address(min(word.start for _, word in places), max(word.end for _, word in places), points, home)


def _part(texts: Sequence[str], place: int) -> str | None:
    """The part of an address that a word is, with its neighbours."""
    if texts[place] in _openers() and _kind("".join(texts[place : place + 2])) == "home":
        return "home"
    kind = _kind(texts[place])
    if kind is None or kind in ("home", "public"):
        return kind
    following = texts[place + 1] if place + 1 < len(texts) else ""
    if kind == "unit":
        if not (following.isdigit() or following in _list("ordinal")) or len(following) > 4:
            return None
        return "house" if texts[place] in _HOUSES else "unit"
    if kind == "street":
        before = texts[place - 1] if place else ""
        return (
            "street" if following and following not in _list("no-name") and before not in _list("no-street") else None
        )
    return None


def _with_number(found: Sequence[Word], place: int) -> Word:
    return found[place]._replace(end=found[place + 1].end)


@lru_cache(maxsize=16384)
def _kind(text: str) -> str | None:
    kinds = _kinds()
    if text in kinds:
        return kinds[text]
    return next((kinds[stem] for stem in stems(text) if len(stem) >= _LEAST_STEM and kinds.get(stem) == "home"), None)


@cache
def _kinds() -> dict[str, str]:
    kinds: dict[str, str] = {}
    for kind in ("unit", "street", "home", "public"):
        for phrase in sections("personal")[kind]:
            kinds.setdefault(plain(phrase), kind)
    return kinds


@cache
def _list(heading: str) -> frozenset[str]:
    return frozenset(plain(entry) for entry in sections("personal")[heading])


@cache
def _openers() -> frozenset[str]:
    """The first words of the phrases of two: «زندگی می‌کند»."""
    return frozenset(parts[0] for entry in sections("personal")["home"] if len(parts := entry.split()) == 2)
