"""Whether a comment tells where somebody lives: streets, house numbers and words for a home, weighed together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from classifiers.text import Folded, Word, words
from moderation.rules.numbers import ONES
from moderation.rules.patterns import stems
from moderation.rules.reading import plain
from moderation.rules.words import sections

_ORDINALS = frozenset(("اول", "دوم", "سوم", "چهارم", "پنجم", "ششم", "هفتم", "هشتم", "نهم", "دهم", "همکف", "اخر", "بالا", "صفر", *ONES))
_HOUSE = "پلاک"
_SHORT_HOUSE = "پ"
_NO_NAMES = frozenset("ما من شما خودمون خودشون ها های ی را رو و از به با تا در که هم بالا پایین بالایی پایینی بود است شد خلوت".split())
_GENERAL = frozenset("سر ته هر توی این اون آن تو اسم کف وسط همان همین چند یک یه سه دو".split())
_STREETS, _UNITS = 2, 3  # how many of them count
_REACH = 26  # words between the first and the last part
_PUBLIC = 2.0


class Address(NamedTuple):
    """The parts of an address at folded [start, end) and how much they say together."""

    start: int
    end: int
    points: float
    home: bool


def address(folded: Folded) -> Address | None:
    """What a text tells of somebody's address; None when there is neither a street nor a house number."""
    if _HOUSE not in folded.text and not any(street in folded.text for street in _telling()):
        return None
    found = words(folded, joined=True)
    texts = [word.text for word in found]
    parts: list[tuple[str, Word]] = []
    for place, word in enumerate(found):
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
        - _PUBLIC * ("public" in kinds)
    )
    return Address(min(word.start for _, word in places), max(word.end for _, word in places), points, home)


def _part(texts: Sequence[str], place: int) -> str | None:
    """The part of an address that a word is, with its neighbours."""
    for length in (3, 2, 1):
        kind = _kind("".join(texts[place : place + length])) if place + length <= len(texts) else None
        if kind in ("home", "public"):
            return kind
    kind = _kind(texts[place])
    following = texts[place + 1] if place + 1 < len(texts) else ""
    if kind == "unit":
        if not (following.isdigit() or following in _ORDINALS) or len(following) > 4:
            return None
        return "house" if texts[place] in (_HOUSE, _SHORT_HOUSE) else "unit"
    if kind == "street":
        before = texts[place - 1] if place else ""
        return "street" if following and following not in _NO_NAMES and before not in _GENERAL else None
    return None


def _with_number(found: Sequence[Word], place: int) -> Word:
    return found[place]._replace(end=found[place + 1].end)


@lru_cache(maxsize=16384)
def _kind(text: str) -> str | None:
    kinds = _kinds()
    if text in kinds:
        return kinds[text]
    return next((kinds[stem] for stem in stems(text) if len(stem) > 3 and kinds.get(stem) == "home"), None)


@cache
def _kinds() -> dict[str, str]:
    kinds: dict[str, str] = {}
    for kind in ("unit", "street", "home", "public"):
        for phrase in sections("personal")[kind]:
            kinds.setdefault(plain(phrase), kind)
    return kinds


@cache
def _telling() -> tuple[str, ...]:
    """The street words that are long enough to be looked for as letters."""
    return tuple(dict.fromkeys(plain(street) for street in sections("personal")["street"] if len(street) > 2)) + ("واحد", "طبقه", "بن بست", "پلاک", "بلوک", "خونه", "خانه")
