"""Words of which a sign or a digit hides a letter («اح*ق», «احم*», «ع0ضی») or only disturbs the eye («خامنه۱ی»).

The hidden letter may be any one, so the rest must show more than it hides; twice as much where the first letter is hidden
(«*به» is a point of a list) or letters at several places.

Not read: a sign at both ends (*توجه*), digits at the edge of a word that do not look like a letter of the term («کرونا19»,
«20نفر»), words joined by _ in a hashtag.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

import ahocorasick

from classifiers.skeleton import sound
from classifiers.term_entries import Entry, Hit, ending, tail

_SIGNS = "*#@$%&×•~^+="
_ANY = "?"
_LETTER = "[^\\W\\d_]"
_AT_EDGES = "*×•"
# What a digit at the edge of a word looks or sounds like; more would read «کرونا19» and «20نفر».
_AT_START = {"3": "ع", "7": "ه", "5": "خ", "6": "ت", "9": "ق"}
_AT_END = {"0": "هو", "1": "ایل", "3": "ع", "5": "هخ", "6": "ت", "7": "ه", "9": "ق"}
# Begins with one set of characters, as most texts hold none of them in such a place: this is asked of every text.
_SEEN = re.compile(
    f"[{re.escape(_SIGNS)}_0-9](?:(?<={_LETTER}.)(?=[{re.escape(_SIGNS)}_0-9]|{_LETTER})"
    f"|(?<=[{_AT_EDGES}])(?={_LETTER})|(?<={_LETTER}[{_AT_EDGES}])"
    "|(?<=[0-9])(?=[\u0600-\u06ff])|(?<=[\u0600-\u06ff][0-9]))"
)
_TOKEN = re.compile(
    f"(?<![\\w{re.escape(_SIGNS.replace('#', ''))}])[{_AT_EDGES}0-9]?{_LETTER}+"
    f"(?:(?:[{re.escape(_SIGNS)}_]{{1,3}}|[0-9]{{1,3}}){_LETTER}+)*[{_AT_EDGES}0-9]?(?![0-9{re.escape(_SIGNS)}])"
)
_INNER = re.compile(f"{_LETTER}[0-9_{re.escape(_SIGNS)}]+{_LETTER}")
_HIDES = re.compile(f"[{re.escape(_SIGNS)}0-9_]")
_WORD = re.compile(f"{_LETTER}+")
_AT_MOST = 50  # words looked at in one text: a text full of signs is for another rule
_REACH = 48  # characters on each side in which the rest of a phrase may stand
_WORDS_BEFORE = 5


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
        if not _HIDES.search(match[0]) or ("_" in match[0] and text[match.start() - 1 : match.start()] == "#"):
            continue
        looked_at += 1
        if looked_at > _AT_MOST:
            return
        hit = _unhidden(text, match.start(), match.end(), automaton)
        if hit is not None:
            yield hit


def _unhidden(text: str, start: int, end: int, automaton: ahocorasick.Automaton) -> Hit | None:
    """Return the longest term that a token at [start, end) is or is part of."""
    best: Hit | None = None
    for begin in _beginnings(text, start):
        for reading in (_ANY, ""):
            for pattern in _patterns(text, begin, (start, end), hidden=reading):
                hit = _longest(text, pattern, automaton)
                if hit is not None and (best is None or hit.end - hit.start > best.end - best.start):
                    best = hit
    return best


def _beginnings(text: str, start: int) -> list[int]:
    """Return where a phrase may begin that a word is part of: at the word, or at one of the words before it."""
    low = max(0, start - _REACH)
    before = [match.start() + low for match in _WORD.finditer(text[low:start])]
    if before and before[0] == low and low > 0:
        before = before[1:]
    return [start, *reversed(before[-_WORDS_BEFORE:])]


def _patterns(text: str, begin: int, token: tuple[int, int], *, hidden: str) -> Iterator[_Pattern]:
    """Read what hides inside the token as any letter or as none, and a digit at its edge as the letters it looks like."""
    edges = {}
    if text[token[0]].isdigit():
        edges[token[0]] = _AT_START.get(text[token[0]], "")
    if text[token[1] - 1].isdigit():
        edges[token[1] - 1] = _AT_END.get(text[token[1] - 1], "")
    if edges and text[token[0] : token[1]].isascii():
        return
    if not all(edges.values()) or (not hidden and not _INNER.search(text[token[0] : token[1]])):
        return
    for letters in product(*edges.values()):
        yield _pattern(text, begin, token, hidden=hidden, edges=dict(zip(edges, letters, strict=True)))


def _pattern(text: str, begin: int, token: tuple[int, int], *, hidden: str, edges: Mapping[int, str]) -> _Pattern:
    letters: list[str] = []
    places: list[int] = []
    last_hidden = -1
    before = ""
    for place in range(begin, min(len(text), token[1] + _REACH)):
        character = text[place]
        sounded = sound(character) if character.isalnum() else ""
        if token[0] <= place < token[1] and _HIDES.match(character):
            last_hidden = len(letters)
            sounded = edges.get(place, hidden)
        if sounded and (sounded != before or sounded == _ANY):
            letters.append(sounded)
            places.append(place)
        before = sounded
    return _Pattern("".join(letters), places, last_hidden)


def _longest(text: str, pattern: _Pattern, automaton: ahocorasick.Automaton) -> Hit | None:
    found = automaton.values(pattern.letters, _ANY, ahocorasick.MATCH_AT_MOST_PREFIX)
    for length, _arabic, entries in sorted(found, key=lambda one: -one[0]):
        if length <= pattern.hidden or not _shows_enough(pattern.letters[:length]):
            continue
        end = _end(text, pattern.places[length - 1])
        whole = _tail(text, end, length)
        if whole is None:
            continue
        for entry in entries:
            if not entry.allowed and _is_gapless(text, pattern.places[:length], entry):
                return Hit(entry, pattern.places[0], end, whole, "masked")
    return None


def _shows_enough(letters: str) -> bool:
    """Say whether letters show more than they hide: twice as much when they hide the first one or at several places."""
    hidden = letters.count(_ANY)
    scattered = letters[0] == _ANY or _ANY * hidden not in letters
    return len(letters) >= 3 and len(letters) > (3 if scattered else 2) * hidden


def _end(text: str, place: int) -> int:
    end = place + 1
    while end < len(text) and text[end] == text[place] and text[end].isalpha():
        end += 1
    return end


def _tail(text: str, end: int, length: int) -> int | None:
    """Return the end of the word; a sign or digit that stands for the last letter does not part it from an ending."""
    if end < len(text) and _HIDES.match(text[end]):
        return None
    if end < len(text) and _HIDES.match(text[end - 1]) and text[end].isalpha():
        return ending(text, end, length)
    return tail(text, end, length)


def _is_gapless(text: str, places: list[int], entry: Entry) -> bool:
    """Say whether spaces stand only where the term has them."""
    return all(
        " " not in text[places[count - 1] : place] or count in entry.joints
        for count, place in enumerate(places)
        if count and place != places[count - 1] + 1
    )
