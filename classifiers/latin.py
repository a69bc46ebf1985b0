"""Persian terms as they are typed in Latin letters (Finglish), wholly or in part («koskesh», «kثافت», «3avazi»).

Both the terms and the text are reduced to the consonants that Latin letters can tell apart, in Persian letters (gh, q and g
are one: گ). A term is found by these consonants, whatever vowels were guessed, and then compared letter by letter with a
regular expression of its plausible spellings, so that a long vowel (ا و ی) must be there and a foreign word that only
shares consonants is not taken for it.

Not read, on purpose: words that English, Turkish or Kurdish sentences use («able» is no ابله), terms of fewer than
`SHORTEST` letters, Latin words of fewer than four (kir, kun), `c` for ک, and terms that hold no Persian letter.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import ahocorasick

from classifiers.fold import Folded
from classifiers.gaps import everyday_words
from classifiers.term_entries import Hit

SHORTEST = 3
_LONGEST_KEY = 24
_MOST_KEYS = 16
_SHORTEST_WORD = 4
_REACH = 48  # characters before and after a Latin letter in which the rest of a phrase may stand
_AHEAD = 3  # vowels before the first consonant of a word

_PERSIAN = dict(zip("ثصذضظطحغقژ", "سسزززتهگگج", strict=True))
_DIGRAPHS = (("kh", "خ\0"), ("gh", "گ\0"), ("ch", "چ\0"), ("sh", "ش\0"), ("zh", "ج\0"))
_LATIN = dict(zip("bptjdrzsfqkglmnvwhx7569", "بپتجدرزسفگکگلمنووهخهختگ", strict=True))
_WEAK = "aeiouy" + "اعی" + "012348" + "'’*@"

# How each letter may be typed. Every letter also stands for itself, so that half-Latin words are read by the same rule.
_SPELLED = {
    "ا": "a aa o oo u 2 4 @ *", "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j zh", "چ": "ch", "ح": "h 7",
    "خ": "kh x 5", "د": "d", "ذ": "z", "ر": "r", "ز": "z", "ژ": "zh j", "س": "s", "ش": "sh", "ص": "s", "ض": "z",
    "ط": "t 6", "ظ": "z", "ع": "a aa e o ' ’ 3 *", "غ": "gh q g 8", "ف": "f", "ق": "gh q g 9 8", "ک": "k", "گ": "g",
    "ل": "l", "م": "m", "ن": "n", "و": "oo ou ow o u v w va ve vo vi wa we 0 *", "ه": "h 7",
    "ی": "ee ei ey i y ya ye yo yu 1 *",
}  # fmt: skip
_FIRST = {"ا": "a aa e o i @ *", "ع": "a e o ' 3", "و": "v w", "ی": "y i"}
_LONG_O = "oo ou ow u v w va ve vo vi wa we 0 *"  # of short terms: an o alone would read konam (کنم) as کونم
_WORD_AND = "v va vo o a u"
_FINAL_H = ("e", "eh", "a", "ah", "h", "ه")
_SAME_SOUND = {letter: group for group in ("ثسص", "ذزضظ", "تط", "حه", "قغ") for letter in group}
_SHORT_VOWEL, _EVERYDAY_VOWEL = ("", "a", "e", "o", "oo", "*", "@"), ("", "a", "e", "o")
_SPLIT = ("", " ", "-")
_AND = "و"
_TELLING = 3  # consonants with which a term is told from others even when a long vowel is written short
_SPLIT_FROM = 5  # letters of a word that may be written in two
_ENDINGS = frozenset(["e", "i", "y", "ye", "ie", "iye", "ei", "a", "ha", "hay", "hai", "haye", "haie", "am", "at", "em", "et", "m", "t", "ham", "hat", "ash", "esh", "sh", "hash", "emoon", "etoon", "eshoon", "moon", "toon", "shoon", "mon", "ton", "shon", "mun", "tun", "shun", "amoon", "atoon", "ashoon", "amun", "atun", "ashun", "hamoon", "hatoon", "hashoon", "hamun", "hatun", "hashun", "eman", "etan", "eshan", "aman", "atan", "ashan", "o", "ro", "ra", "im", "in", "id", "an", "and", "ast", "tar", "tarin", "ها", "های", "ی", "م", "ت", "ش", "ه", "ان", "را", "رو", "و", "تر"]) | {""}  # fmt: skip
_RUN = re.compile("[^\\W_]{0,12}")
_OPEN = frozenset("aeiou@*'’23اع")  # what a word begins with whose first letter is ا or ع
_SOFT = frozenset(_WEAK + "hهوvw")
_LATIN_WORD = re.compile("[a-z']+")
_LATIN_LETTER = re.compile("[a-z]")
_FOREIGN_LETTER = re.compile("[^\\W\\d_a-zA-Z\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff\uff21-\uff5aâáāÂÁĀ]")

type _Steps = tuple[tuple[str, ...], ...]
"""The spellings of a term: at each step one of a few strings, of which an empty one may be."""


class _Style(NamedTuple):
    """How freely vowels are read: short ones between consonants, and whether an o is enough for a و."""

    short_vowel: tuple[str, ...]
    any_o: bool


_LATIN_STYLE = _Style(_SHORT_VOWEL, any_o=False)
_MIXED_STYLE = _Style(_SHORT_VOWEL, any_o=True)
_EVERYDAY_STYLE = _Style(_EVERYDAY_VOWEL, any_o=True)


class Consonants(NamedTuple):
    """The consonants of a text and, for each, the place in the folded text."""

    letters: str
    places: Sequence[int]


class _Table(dict[int, str]):
    """For str.translate: consonants, NUL for what is a vowel or silent, a space for what parts words."""

    def __missing__(self, code: int) -> str:
        self[code] = sign = chr(code) if chr(code).isalnum() else " "
        return sign


_TABLE = _Table({ord(letter): sound for letter, sound in (*_PERSIAN.items(), *_LATIN.items())})
_TABLE.update(dict.fromkeys(map(ord, _WEAK), "\0"))
_TABLE[0] = "\0"


def is_offered(letters: str) -> bool:
    """Say whether a term, its folded letters joined, is looked for in Latin letters."""
    return len(letters) >= SHORTEST and all(letter in _SPELLED for letter in letters)


def keys(parts: Sequence[str]) -> set[str]:
    """Return the consonants by which a term of these parts may be written: و is one or is none, so is a final ه."""
    options: list[tuple[str, ...]] = []
    for part in parts:
        for place, letter in enumerate(part):
            options.append(_options(letter, first=place == 0, last=place + 1 == len(part)))
        options.append((" ",))
    count = 1
    for place, choices in enumerate(options):
        count *= len(choices)
        if count > _MOST_KEYS:
            options[place] = choices[:1]
            count //= len(choices)
    spelled = {"".join(choice) for choice in product(*options)}
    return {key for text in spelled for key in (_squashed(text), _squashed(text.replace(" ", ""))) if key}


def _options(letter: str, *, first: bool, last: bool) -> tuple[str, ...]:
    if letter == "و":
        return ("و",) if first and not last else ("", "و")
    if letter == "ه" and last:
        return "", "ه"
    if letter in "اعی":
        return ("",)
    return (_PERSIAN.get(letter, letter),)


def _squashed(text: str) -> str:
    """Drop spaces, and letters that repeat the one before in the same word."""
    return "".join(
        letter for place, letter in enumerate(text) if letter != " " and (place == 0 or text[place - 1] != letter)
    )[:_LONGEST_KEY]


def consonants(text: str) -> Consonants:
    """Return the consonants of a folded text."""
    for latin, persian in _DIGRAPHS:
        text = text.replace(latin, persian)
    letters: list[str] = []
    places: list[int] = []
    before = " "
    for place, sign in enumerate(text.translate(_TABLE)):
        if sign == "\0":
            continue
        if sign not in (" ", before):
            letters.append(sign)
            places.append(place)
        before = sign
    return Consonants("".join(letters), places)


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
            if others and others != {entry.letters}:
                continue
            ends = _spelled_at(folded, start, entry.parts)
            if ends is not None:
                yield Hit(entry, start, *ends, "latin" if text[start : ends[0]].isascii() else "mixed")


@lru_cache(maxsize=8192)
def _other_readings(word: str) -> frozenset[str]:
    """Return what else a Latin word is than a disguise: itself when foreign or short, the everyday words it spells.

    «begam» is بگم and no بگام; «ashghal» is اشغال, which is the very term that is looked for.
    """
    if len(word) < _SHORTEST_WORD or word in foreign_words():
        return frozenset((word,))
    return frozenset(
        everyday
        for everyday in _everyday_by_key().get(consonants(word).letters, ())
        if any(word[end:] in _ENDINGS for end in _ends(word, 0, (everyday,), _EVERYDAY_STYLE))
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
    return any(rest[start:] in _ENDINGS for start in range(1, vowels + 1))


def _run_end(text: str, place: int) -> int:
    match = _RUN.match(text, place)
    return match.end() if match else place


def _spelled_at(folded: Folded, start: int, parts: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the ends of a term and of its word when the folded text spells it in Latin letters from `start` on."""
    text = folded.text
    style = _LATIN_STYLE if text[start : _run_end(text, start)].isascii() else _MIXED_STYLE
    for end in _ends(text, start, parts, style):
        whole = _run_end(text, end)
        written = text[start:end]
        if text[end:whole] not in _ENDINGS or not _LATIN_LETTER.search(written):
            continue
        if written.count(" ") + written.count("-") > max(len(parts) - 1, len("".join(parts)) >= _SPLIT_FROM):
            continue
        if written.isascii() and all(map(foreign_words().__contains__, _LATIN_WORD.findall(text[start:whole]))):
            continue
        return None if _FOREIGN_LETTER.search(folded.original, *folded.span(start, whole)) else (end, whole)
    return None


def _ends(text: str, start: int, parts: tuple[str, ...], style: _Style) -> list[int]:
    """Return where the spellings of a term that begin at `start` end, the longest first; takes bounded time."""
    ends = {start}
    for options in _steps(parts, style):
        ends = {end + len(option) for end in ends for option in options if text.startswith(option, end)}
        if not ends:
            break
    return sorted(ends, reverse=True)


@cache
def _everyday_by_key() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in everyday_words():
        for key in keys((word,)):
            found.setdefault(key, []).append(word)
    return found


@lru_cache(maxsize=4096)
def _steps(parts: tuple[str, ...], style: _Style) -> _Steps:
    """Return the spellings of a term."""
    letters = "".join(parts)
    if sum(letter not in "اویع" for letter in letters) >= _TELLING:
        style = style._replace(any_o=True)
    sole = len(parts) == 1 and len(letters) >= _SPLIT_FROM
    steps: list[tuple[str, ...]] = []
    for part in parts:
        for place, letter in enumerate(part):
            steps += _letter_steps(letter, part[place - 1 : place], part[place + 1 : place + 2], part == _AND, style)
            if sole and 2 <= place + 1 <= len(part) - 2:
                steps.append(_SPLIT)
        steps.append(_SPLIT)
    return tuple(steps[:-1])


@lru_cache(maxsize=4096)
def _letter_steps(letter: str, before: str, following: str, alone: bool, style: _Style) -> _Steps:
    own = tuple(_SAME_SOUND.get(letter, letter))
    if not before and letter in _FIRST:
        options = (_WORD_AND if alone else _FIRST[letter]).split()
        silent = ("",) if letter == "ع" else ()
        return (
            ((*options, *own, *silent), style.short_vowel)
            if letter in "وی" and not alone
            else ((*options, *own, *silent),)
        )
    if letter == "ه" and before and not following:
        return (_FINAL_H,)
    options = (_LONG_O if letter == "و" and not style.any_o else _SPELLED[letter]).split()
    if letter in "اوی":
        return ((*options, *own, *([""] if before + letter + following == "خوا" else [])),)
    if letter == "ع":
        return (*options, *own, ""), style.short_vowel
    doubled = [2 * option for option in options if len(option) == 1]
    spelled = (*options, *doubled, *own)
    return (spelled, style.short_vowel) if following and following != "ا" else (spelled,)


@cache
def foreign_words() -> frozenset[str]:
    """Return the words that English, Turkish and Kurdish sentences use: none of them is read as Persian."""
    path = Path(__file__).parent / "words" / "reading" / "foreign.txt"
    return frozenset(line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
