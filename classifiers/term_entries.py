"""A term as it is compared, and what may follow it inside its word."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, product, zip_longest
from typing import NamedTuple

from classifiers.fold import fold
from classifiers.skeleton import DOUBLE, sound

# What may follow a term inside its word. Endings that turn a two-letter word into another one («خرید», «خرم», «کسان»)
# are left to the list.
_PLURALS = """
ها های هایی هام هات هاش هامون هاتون هاشون هایم هایت هایش هایمان هایتان هایشان هایند هاییم هایید هان هاست هارا هارو هاتو
"""
_OTHERS = """
م ت ش ام ات اش مان تان شان مون تون شون امون اتون اشون ای یی ان انی انه ا یم ید ین ند ن ایم اید اند ست است
تر ترین تری ترینی ترها ترینها تره و رو را یا یها یهای گان گی
"""
_AFTER_TWO = frozenset(f"ی ه {_PLURALS}".split())
_AFTER_MORE = _AFTER_TWO | frozenset(_OTHERS.split())
_LONGEST_ENDING = 9
_DOUBLES = 3  # double letters of a term that may be written apart
_ARABIC_RUN = re.compile(f"[\u0600-\u06ff]{{0,{_LONGEST_ENDING + 1}}}")


class Entry(NamedTuple):
    """A term as it is compared: folded letters, where it may be split, how often letters repeat when any does."""

    term: str
    parts: tuple[str, ...]
    letters: str
    joints: frozenset[int]
    runs: tuple[int, ...]
    allowed: bool


class Hit(NamedTuple):
    """A find in folded positions; `tail` is the end of the word that the term begins."""

    entry: Entry
    start: int
    end: int
    tail: int
    disguise: str


def distinct(terms: Iterable[str], allow: Iterable[str]) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    """Fold each term into its parts, once each; what holds no letter or digit is no term."""
    seen: set[tuple[str, bool]] = set()
    for given, allowed in ((terms, False), (allow, True)):
        for term in given:
            text = fold(term).text
            parts = tuple(text.split())
            letters = "".join(parts)
            if not letters.isalnum():
                parts = tuple("".join(c if c.isalnum() else " " for c in text).split())
                letters = "".join(parts)
            if letters and (letters, allowed) not in seen:
                seen.add((letters, allowed))
                yield parts, term, allowed


def skeletons(parts: Sequence[str]) -> dict[str, frozenset[int]]:
    """Return the skeletons of a term, each with the places where the term is written apart.

    There are several when a letter is double («ممه», or where a part begins with the letter that the one before ends
    with): a text has it once where the two stand together and twice where something stands between them.
    """
    letters = sound("".join(parts))
    joints = list(accumulate(map(len, parts)))[:-1]
    if not DOUBLE.search(letters):
        return {letters: frozenset(joints)}
    doubles = [
        place
        for place in range(1, len(letters))
        if letters[place] == letters[place - 1] and not letters[place].isdigit()
    ]
    found: dict[str, frozenset[int]] = {}
    for kept in product((False, True), repeat=min(len(doubles), _DOUBLES)):
        dropped = [place for place, keep in zip_longest(doubles, kept, fillvalue=False) if not keep]
        skeleton = "".join(letter for place, letter in enumerate(letters) if place not in dropped)
        found[skeleton] = frozenset(joint - bisect_left(dropped, joint) for joint in joints)
    return found


def is_arabic(character: str) -> bool:
    """Say whether a folded letter is of the Arabic script."""
    return "\u0600" <= character <= "\u06ff"


def parted(before: str, after: str) -> bool:
    """Say whether a word may end between two characters of the skeleton."""
    return before == " " or after == " " or is_arabic(before) != is_arabic(after)


def ending(text: str, end: int, length: int) -> int | None:
    """Return the end of the light ending that must follow a term of so many letters at `end`, None when none does."""
    found = _ARABIC_RUN.match(text, end)
    if found is None or found[0] not in (_AFTER_TWO if length <= 2 else _AFTER_MORE):
        return None
    return found.end()


def tail(text: str, end: int, length: int) -> int | None:
    """Return the end of the word when only a light ending follows a term of so many letters, else None."""
    if end == len(text) or parted(text[end - 1], text[end]):
        return end
    return ending(text, end, length)
