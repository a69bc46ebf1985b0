"""Persian terms as they are typed in Latin letters (Finglish), wholly or in part («koskesh», «kثافت», «3avazi»).

Both the terms and the text are reduced to the consonants that Latin letters can tell apart, in Persian letters (gh, q
and g are one: گ). A term is found by these consonants, whatever vowels were guessed, and then compared letter by letter
with its plausible spellings (a set of places is moved along, so time is bounded), so that a long vowel (ا و ی) must be
there and a foreign word that only shares consonants is not taken for it.

Which terms are read so is decided by the text's word, not by the term: a Latin word that English, Turkish or Kurdish
sentences use («able», «mala»), or that spells an everyday Persian word as well («begam» is بگم, no بگام), is no find.

Not read, on purpose: terms of fewer than three letters, Latin words of fewer than four (kir, kun), an o for the و of
short terms (konam is کنم), c for ک, words with letters of other alphabets (gözü), and terms that hold other than Persian
letters.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache

import ahocorasick

from classifiers.fold import Folded
from classifiers.latin_spelling import ENDINGS, EVERYDAY, LATIN, MIXED, SPLIT_FROM, WEAK, consonants, ends_of, keys
from classifiers.reading_words import everyday_words, foreign_words
from classifiers.term_entries import Hit

_SHORTEST_WORD = 4
_REACH = 48  # characters before and after a Latin letter in which the rest of a phrase may stand
_AHEAD = 3  # vowels before the first consonant of a word
_RUN = re.compile("[^\\W_]{0,12}")
_OPEN = frozenset("aeiou@*'’23اع")  # what a word begins with whose first letter is ا or ع
_SOFT = frozenset(WEAK + "hهوvw")
_LATIN_WORD = re.compile("[a-z']+")
_LATIN_LETTER = re.compile("[a-z]")
_FOREIGN_LETTER = re.compile("[^\\W\\d_a-zA-Z\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff\uff21-\uff5aâáāÂÁĀ]")


def hits(folded: Folded, automaton: ahocorasick.Automaton) -> Iterator[Hit]:
    """Find the terms that are typed in Latin letters, wholly ("latin") or in part ("mixed")."""
    text = folded.text
    if not automaton or not _LATIN_LETTER.search(text):
        return
    latin = [match.start() for match in _LATIN_LETTER.finditer(text)]
    # Only what may be one phrase with a Latin word is looked at.
    low = text.rfind(" ", 0, max(0, latin[0] - _REACH)) + 1
    letters, places = consonants(text[low : latin[-1] + _REACH])
    for last, (length, _arabic, entries) in automaton.iter(letters):
        place, end = low + places[last - length + 1], low + places[last] + 1
        first = bisect_left(latin, place - _AHEAD)
        if first == len(latin) or latin[first] > end or not _may_end(text[end - 1 : _run_end(text, end)]):
            continue
        start = _word_start(text, place)
        if start is None:
            continue
        begins_with_vowel = text[start] in _OPEN
        word = text[start : _run_end(text, start)]
        others = _other_readings(word) if word.isascii() and start + len(word) >= end else frozenset()
        for entry in entries:
            if (entry.letters[0] in "اع") is not begins_with_vowel and text[start] != "i":
                continue
            if others and entry.letters not in others:
                continue
            ends = _spelled_at(folded, start, entry.parts)
            if ends is not None:
                yield Hit(entry, start, *ends, "latin" if text[start : ends[0]].isascii() else "mixed")


@lru_cache(maxsize=8192)
def _other_readings(word: str) -> frozenset[str]:
    """Return what else a Latin word is than a disguise: itself when foreign or short, the everyday words it spells.

    «begam» is بگم and no بگام; «ashghal» is اشغال, which is the very term that may be looked for.
    """
    if len(word) < _SHORTEST_WORD or word in foreign_words():
        return frozenset((word,))
    return frozenset(
        everyday
        for everyday in _everyday_by_key().get(consonants(word).letters, ())
        if len(word) in ends_of(word, 0, (everyday,), EVERYDAY)
    )


def _word_start(text: str, place: int) -> int | None:
    """Return where the word begins whose first consonant is at `place`, None when that is not its first one."""
    for start in range(place, max(-1, place - _AHEAD - 1), -1):
        if start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "'’@*"):
            return start
    return None


@lru_cache(maxsize=4096)
def _may_end(rest: str) -> bool:
    """Say whether a word may go on so from the last consonant of a term: itself again, vowels, a light ending."""
    vowels = 1
    while vowels < len(rest) and (rest[vowels] in _SOFT or rest[vowels] == rest[0]):
        vowels += 1
    return any(rest[start:] in ENDINGS for start in range(1, vowels + 1))


def _run_end(text: str, place: int) -> int:
    match = _RUN.match(text, place)
    return match.end() if match else place


def _spelled_at(folded: Folded, start: int, parts: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the ends of a term and of its word when the folded text spells it in Latin letters from `start` on."""
    text = folded.text
    style = LATIN if text[start : _run_end(text, start)].isascii() else MIXED
    for end in ends_of(text, start, parts, style):
        whole = _run_end(text, end)
        written = text[start:end]
        if text[end:whole] not in ENDINGS or not _LATIN_LETTER.search(written):
            continue
        if written.count(" ") + written.count("-") > max(len(parts) - 1, len("".join(parts)) >= SPLIT_FROM):
            continue
        if written.isascii() and all(map(foreign_words().__contains__, _LATIN_WORD.findall(text[start:whole]))):
            continue
        return None if _FOREIGN_LETTER.search(folded.original, *folded.span(start, whole)) else (end, whole)
    return None


@cache
def _everyday_by_key() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in everyday_words():
        for key in keys((word,)):
            found.setdefault(key, []).append(word)
    return found
