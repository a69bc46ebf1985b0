"""Words of which a sign or a digit hides a letter («اح*ق», «احم*», «ع0ضی») or only disturbs the eye («خامنه۱ی»).

The hidden letter may be any one, so the rest must show more than it hides: three letters at least, and more letters than
signs. Not read: a sign at both ends (*توجه*), digits at the edge of a word («کرونا19», «20نفر»), words joined by _ in a hashtag.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import ahocorasick

from classifiers.skeleton import sound
from classifiers.term_entries import Entry, Hit, tail

_SIGNS = "*#@$%&×•~^+="
_ANY = "?"
_LETTER = "[^\\W\\d_]"
_SEEN = re.compile(f"[{re.escape(_SIGNS)}_]|(?<={_LETTER})[0-9]+(?={_LETTER})")
_TOKEN = re.compile(
    f"(?<![\\w{re.escape(_SIGNS)}])[*×•]?{_LETTER}+(?:(?:[{re.escape(_SIGNS)}_]{{1,3}}|[0-9]{{1,3}}){_LETTER}+)*[*×•]?"
    f"(?![{re.escape(_SIGNS)}])"
)
_HIDES = re.compile(f"[{re.escape(_SIGNS)}0-9_]")
_WORD = re.compile(f"{_LETTER}+")
_AT_MOST = 50  # words looked at in one text: a text full of signs is for another rule
_REACH = 48  # characters on each side in which the rest of a phrase may stand
_WORDS_BEFORE = 3


class _Pattern(NamedTuple):
    """Letters with `?` for hidden ones, the folded place of each, and the number of the last one that hides."""

    letters: str
    places: list[int]
    hidden: int


def hidden(text: str, automaton: ahocorasick.Automaton) -> Iterator[Hit]:
    """Find the terms that a folded text shows with letters hidden."""
    if not _SEEN.search(text):
        return
    looked_at = 0
    for match in _TOKEN.finditer(text):
        if not _HIDES.search(match[0]):
            continue
        looked_at += 1
        if looked_at > _AT_MOST:
            return
        hit = _unhidden(text, match.start(), match.end(), automaton)
        if hit is not None:
            yield hit


def _unhidden(text: str, start: int, end: int, automaton: ahocorasick.Automaton) -> Hit | None:
    for begin in _beginnings(text, start):
        until = min(len(text), end + _REACH)
        for dropped in (False, True):
            pattern = _pattern(text, begin, until, token=(start, end), dropped=dropped)
            hit = _longest(text, pattern, automaton)
            if hit is not None:
                return hit
    return None


def _beginnings(text: str, start: int) -> list[int]:
    """Return where a phrase may begin that a word is part of: at the word, or at one of the words before it."""
    low = max(0, start - _REACH)
    before = [match.start() + low for match in _WORD.finditer(text[low:start])]
    if before and before[0] == low and low > 0:
        before = before[1:]
    return [start, *reversed(before[-_WORDS_BEFORE:])]


def _pattern(text: str, begin: int, until: int, *, token: tuple[int, int], dropped: bool) -> _Pattern:
    """Return the letters from `begin` on; what hides in the token is any letter or, dropped, nothing."""
    letters: list[str] = []
    places: list[int] = []
    last_hidden = -1
    before = ""
    for place in range(begin, until):
        character = text[place]
        if token[0] <= place < token[1] and _HIDES.match(character):
            last_hidden = len(letters)
            if not dropped:
                letters.append(_ANY)
                places.append(place)
        elif character.isalnum():
            sounded = sound(character)
            if sounded == before:
                continue
            letters.append(sounded)
            places.append(place)
            before = sounded
            continue
        before = ""
    return _Pattern("".join(letters), places, last_hidden)


def _longest(text: str, pattern: _Pattern, automaton: ahocorasick.Automaton) -> Hit | None:
    found = automaton.values(pattern.letters, _ANY, ahocorasick.MATCH_AT_MOST_PREFIX)
    for length, _arabic, entries in sorted(found, key=lambda one: -one[0]):
        if length <= pattern.hidden or length < 3 or 2 * pattern.letters[:length].count(_ANY) >= length:
            continue
        end = pattern.places[length - 1] + 1
        whole = tail(text, end, length)
        if whole is None:
            continue
        for entry in entries:
            if not entry.allowed and _is_gapless(text, pattern.places[:length], entry):
                return Hit(entry, pattern.places[0], end, whole, "masked")
    return None


def _is_gapless(text: str, places: list[int], entry: Entry) -> bool:
    """Say whether spaces stand only where the term has them."""
    return all(
        " " not in text[places[count - 1] : place] or count in entry.joints
        for count, place in enumerate(places)
        if count and place != places[count - 1] + 1
    )
