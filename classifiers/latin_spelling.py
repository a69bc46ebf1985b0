"""How a Persian word may be typed in Latin letters: its consonants, and its spellings letter by letter."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

SHORTEST = 3  # letters of a term
SPLIT_FROM = 4  # letters of a word that may be written in two
_LONGEST_KEY = 24
_REPEATED = re.compile(r"(.)\1+", re.DOTALL)
_MOST_KEYS = 16

_PERSIAN = dict(zip("ثصذضظطحغقژ", "سسزززتهگگج", strict=True))
_DIGRAPHS = (("kh", "خ\0"), ("gh", "گ\0"), ("ch", "چ\0"), ("sh", "ش\0"), ("zh", "ج\0"))
_LATIN = dict(zip("bptjdrzsfqkglmnvwhx7569", "بپتجدرزسفگکگلمنووهخهختگ", strict=True))
WEAK = "aeiouy" + "اعی" + "012348" + "'’*@"

# How each letter may be typed. Every letter also stands for itself, so that half-Latin words are read by the same rule.
_SPELLED = {
    "ا": "a aa o oo u 2 4 @ *", "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j zh", "چ": "ch", "ح": "h 7",
    "خ": "kh x 5", "د": "d", "ذ": "z", "ر": "r", "ز": "z", "ژ": "zh j", "س": "s", "ش": "sh", "ص": "s", "ض": "z",
    "ط": "t 6", "ظ": "z", "ع": "a aa e o ' ’ 3 *", "غ": "gh q g 8", "ف": "f", "ق": "gh q g 9 8", "ک": "k", "گ": "g",
    "ل": "l", "م": "m", "ن": "n", "و": "oo ou ow o u v w va ve vo vi wa we 0 *", "ه": "h 7",
    "ی": "ee ei ey i y ya ye yo yu 1 *",
}  # fmt: skip
_OFFERED = frozenset(_SPELLED)
_FIRST = {"ا": "a aa e o @ *", "ع": "a e o ' 3 3a 3e 3o", "و": "v w", "ی": "y i"}
_LONG_O = "oo ou ow u v w va ve vo vi wa we 0 *"  # of short terms: an o alone would read konam (کنم) as کونم
_WORD_AND = "v va vo o a u"
_FINAL_H = ("e", "eh", "a", "ah", "h", "ه")
_SAME_SOUND = {letter: group for group in ("ثسص", "ذزضظ", "تط", "حه", "قغ") for letter in group}
_SHORT_VOWEL, _EVERYDAY_VOWEL = ("", "a", "e", "o", "oo", "0", "*", "@"), ("", "a", "e", "o")
_SPLIT = ("", " ", "-")
_AND = "و"
_TELLING = 3  # consonants with which a term is told from others even when a long vowel is written short
ENDINGS = frozenset(
    f"""
e i y ye ie iye ei a ha hay hai haye haie ham hat hash am at em et m t ash esh sh o ro ra im in id an and ast tar tarin
{" ".join(link + who for link in ("", "a", "e", "ha") for who in ("moon", "toon", "shoon", "mun", "tun", "shun"))}
mon ton shon eman etan eshan aman atan ashan
ها های ی م ت ش ه ان را رو و تر
""".split()
) | {""}
"""What may follow a term inside its word."""

type _Steps = tuple[tuple[str, ...], ...]
"""The spellings of a term: at each step one of a few strings, of which an empty one may be."""


_SURE = {ord(letter): _PERSIAN.get(letter, "") for letter in (*_PERSIAN, *"اعی")}
"""For str.translate: the one consonant by which a letter is always written, or none."""


class Style(NamedTuple):
    """How freely vowels are read: short ones between consonants, and whether an o is enough for a و, and an o for a ا (nun for نان)."""

    short_vowel: tuple[str, ...]
    any_o: bool
    rounded_a: bool = True


LATIN = Style(_SHORT_VOWEL, any_o=False)
MIXED = Style(_SHORT_VOWEL, any_o=True)
EVERYDAY = Style(_EVERYDAY_VOWEL, any_o=True, rounded_a=False)


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
_TABLE.update(dict.fromkeys(map(ord, WEAK), "\0"))
_TABLE[0] = "\0"


def is_offered(letters: str) -> bool:
    """Say whether a term, its folded letters joined, is looked for in Latin letters."""
    return len(letters) >= SHORTEST and _OFFERED.issuperset(letters)


def keys(parts: Sequence[str]) -> set[str]:
    """Return the consonants by which a term of these parts may be written: و is one or is none, so is a final ه."""
    options: list[tuple[str, ...]] = []
    for part in parts:
        if _AND in part or part.endswith("ه"):
            for place, letter in enumerate(part):
                options.append(_options(letter, first=place == 0, last=place + 1 == len(part)))
        else:
            options.append((part.translate(_SURE),))
        options.append((" ",))
    count = 1
    for place, choices in enumerate(options):
        count *= len(choices)
        if count > _MOST_KEYS:
            options[place] = choices[:1]
            count //= len(choices)
    spelled = ["".join(choice) for choice in product(*options)]
    joined = [text.replace(" ", "") for text in spelled] if len(parts) > 1 else []  # one part ends with its only space
    return {key for text in (*spelled, *joined) if (key := _squashed(text))}


@lru_cache(maxsize=4096)
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
    if _REPEATED.search(text):
        text = _REPEATED.sub(r"\1", text)
    return text.replace(" ", "")[:_LONGEST_KEY]


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


def ends_of(text: str, start: int, parts: tuple[str, ...], style: Style) -> list[int]:
    """Return where the spellings of a term that begin at `start` end, the longest first; takes bounded time."""
    ends = {start}
    for options in _steps(parts, style):
        ends = {end + len(option) for end in ends for option in options if text.startswith(option, end)}
        if not ends:
            break
    return sorted(ends, reverse=True)


@lru_cache(maxsize=4096)
def _steps(parts: tuple[str, ...], style: Style) -> _Steps:
    """Return the spellings of a term."""
    letters = "".join(parts)
    if sum(letter not in "اویع" for letter in letters) >= _TELLING:
        style = style._replace(any_o=True)
    sole = len(parts) == 1 and len(letters) >= SPLIT_FROM
    steps: list[tuple[str, ...]] = []
    for part in parts:
        for place, letter in enumerate(part):
            steps += _letter_steps(letter, part[place - 1 : place], part[place + 1 : place + 2], style)
            if sole and 2 <= place + 1 <= len(part) - 2:
                steps.append(_SPLIT)
        steps.append(_SPLIT)
    return tuple(steps[:-1])


@lru_cache(maxsize=4096)
def _letter_steps(letter: str, before: str, following: str, style: Style) -> _Steps:
    """Return the spellings of a letter between its neighbours in a word, and of the short vowel after it."""
    own = tuple(_SAME_SOUND.get(letter, letter))
    vowel = () if not following or following == "ا" else (style.short_vowel,)
    if not before and letter in _FIRST:
        options = _WORD_AND if letter == _AND and not following else _FIRST[letter]
        silent = ("",) if letter == "ع" or letter + following == "ای" else ()
        return ((*options.split(), *own, *silent), *(vowel if letter in "وی" else ()))
    if letter == "ه" and before and not following:
        return (_FINAL_H,)
    options = _SPELLED[letter]
    if letter == "و" and not style.any_o:
        options = _LONG_O
    elif letter == "ا" and not style.rounded_a:
        options = "a aa"
    if letter in "اوی":
        silent = ("",) if before + letter + following == "خوا" else ()
        return ((*options.split(), *own, *silent),)
    if letter == "ع":
        return (*options.split(), *own, ""), style.short_vowel
    doubled = [2 * option for option in options.split() if len(option) == 1]
    return (*options.split(), *doubled, *own), *vowel
