"""Persian terms as they are typed in Latin letters (Finglish), wholly or in part («koskesh», «kثافت», «3avazi»).

Both the terms and the text are reduced to the consonants that Latin letters can tell apart, in Persian letters (gh, q and g
are one: گ). A term is found by these consonants, whatever vowels were guessed, and then compared letter by letter with a
regular expression of its plausible spellings, so that a long vowel (ا و ی) must be there and a foreign word that only
shares consonants is not taken for it.

Not read, on purpose: words that English, Turkish or Kurdish sentences use («able» is no ابله), terms of fewer than
`SHORTEST` letters, Latin words of fewer than four (kir, kun), `c` for ک, and terms that hold no Persian letter.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from classifiers.fold import Folded
from classifiers.gaps import everyday_words

SHORTEST = 3
_LONGEST_KEY = 24
_MOST_KEYS = 16
_SHORTEST_WORD = 4
_AHEAD = 3  # vowels before the first consonant of a word

_PERSIAN = dict(zip("ثصذضظطحغقژ", "سسزززتهگگج", strict=True))
_DIGRAPHS = (("kh", "خ\0"), ("gh", "گ\0"), ("ch", "چ\0"), ("sh", "ش\0"), ("zh", "ج\0"))
_LATIN = dict(zip("bptjdrzsfqkglmnvwhx7569", "بپتجدرزسفگکگلمنووهخهختگ", strict=True))
_WEAK = "aeiouy" + "اعی" + "012348" + "'’*@"

# How each letter may be typed. Every letter also stands for itself, so that half-Latin words are read by the same rule.
_SPELLED = {
    "ا": "aa?|oo?|u|2|4|@|\\*", "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j|zh", "چ": "ch", "ح": "h|7",
    "خ": "kh|x|5", "د": "d", "ذ": "z", "ر": "r", "ز": "z", "ژ": "zh|j", "س": "s", "ش": "sh", "ص": "s", "ض": "z",
    "ط": "t|6", "ظ": "z", "ع": "aa?|e|o|'|’|3|\\*", "غ": "gh|q|g|8", "ف": "f", "ق": "gh|q|g|9|8", "ک": "k", "گ": "g",
    "ل": "l", "م": "m", "ن": "n", "و": "oo|ou|ow|o|u|[vw][aeio]?|0|\\*", "ه": "h|7", "ی": "ee|ei|ey|i|y[aeou]?|1|\\*",
}  # fmt: skip
_SAME_SOUND = {letter: group for group in ("ثسص", "ذزضظ", "تط", "حه", "قغ") for letter in group}
_FIRST = {"ا": "aa?|e|o|i|@|\\*", "ع": "a|e|o|'|3", "و": "v|w", "ی": "y|i"}
_FINAL_H = "eh?|ah?|h|ه"
_LONG_O = "oo|ou|ow|u|[vw][aeio]?|0|\\*"  # of short terms: an o alone would read konam (کنم) as کونم
_FIRST_WORD = re.compile("[^\\W_]*")
_AND = "و"
_TELLING = 3  # consonants with which a term is told from others even when a long vowel is written short
_SPLIT_FROM = 5  # letters of a word that may be written in two
_ENDING = (
    "(?:y?[ei]|i?y?e|ha|ha[yi]e?|h?a[mt]|h?ash|[ae]?[mt]|[ae]sh|(?:h?a)?(?:moo?n|too?n|shoo?n|mun|tun|shun)"
    "|[ae]man|[ae]tan|[ae]shan|o|ro|ra|im|in|id|an|and|ast|tar|tarin|ها|های|ی|م|ت|ش|ه|ان|را|رو|و|تر)?"
)
_LATIN_WORD = re.compile("[a-z']+")
_LATIN_LETTER = re.compile("[a-z]")
_FOREIGN_LETTER = re.compile("[^\\W\\d_a-zA-Z\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff\uff21-\uff5aâáāÂÁĀ]")


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


def is_there(text: str) -> bool:
    """Say whether a folded text holds Latin letters."""
    return _LATIN_LETTER.search(text) is not None


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


def word_start(text: str, place: int) -> int | None:
    """Return where the word begins whose first consonant is at `place`, None when that is not its first one."""
    for start in range(place, max(-1, place - _AHEAD - 1), -1):
        if start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "'’@*"):
            return start
    return None


def spelled_at(folded: Folded, start: int, parts: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the ends of a term and of its word when the folded text spells it in Latin letters from `start` on."""
    style = _LATIN_STYLE if _FIRST_WORD.match(folded.text, start)[0].isascii() else _MIXED_STYLE
    match = _spelling(parts, style).match(folded.text, start)
    if match is None or not _LATIN_LETTER.search(match[1]):
        return None
    if match[1].count(" ") + match[1].count("-") > max(len(parts) - 1, len("".join(parts)) >= _SPLIT_FROM):
        return None
    if match[1].isascii() and _is_another_word(match[0], parts):
        return None
    first, end = folded.span(start, match.end())
    if _FOREIGN_LETTER.search(folded.original, first, end):
        return None
    return match.end(1), match.end()


def _is_another_word(written: str, parts: tuple[str, ...]) -> bool:
    """Say whether Latin letters spell a foreign word, or an everyday Persian one as plausibly as a term."""
    latin = _LATIN_WORD.findall(written)
    if sum(map(len, latin)) < _SHORTEST_WORD or all(word in foreign_words() for word in latin):
        return True
    return len(latin) == 1 and spells_everyday_word(latin[0], but="".join(parts))


def spells_everyday_word(word: str, *, but: str) -> bool:
    """Say whether a Latin word plausibly spells an everyday Persian one other than a term: «begam» is بگم."""
    return any(
        everyday != but and _spelling((everyday,), _EVERYDAY_STYLE).fullmatch(word)
        for everyday in _everyday_by_key().get(consonants(word).letters, ())
    )


@cache
def _everyday_by_key() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in everyday_words():
        for key in keys((word,)):
            found.setdefault(key, []).append(word)
    return found


class _Style(NamedTuple):
    """How freely vowels are read: a short one between consonants, and whether an o is enough for a و."""

    short_vowel: str
    any_o: bool


_LATIN_STYLE = _Style("(?:oo|[aeo*@])?", any_o=False)
_MIXED_STYLE = _Style("(?:oo|[aeo*@])?", any_o=True)
_EVERYDAY_STYLE = _Style("[aeo]?", any_o=True)


@lru_cache(maxsize=8192)
def _spelling(parts: tuple[str, ...], style: _Style) -> re.Pattern[str]:
    """Return the plausible spellings of a term: group 1 is the term, a light ending may follow it."""
    letters = "".join(parts)
    if sum(letter not in "اویع" for letter in letters) >= _TELLING:
        style = style._replace(any_o=True)
    sole = len(parts) == 1 and len(letters) >= _SPLIT_FROM
    spelled = ("".join(_spelled(part, place, style, sole=sole) for place in range(len(part))) for part in parts)
    return re.compile(f"({'[ -]?'.join(spelled)}){_ENDING}(?![^\\W_])")


def _spelled(part: str, place: int, style: _Style, *, sole: bool) -> str:
    letter, following = part[place], part[place + 1 : place + 2]
    own = _SAME_SOUND.get(letter, letter)
    if place == 0 and letter in _FIRST:
        spelled = "v[ao]?|[aou]" if part == _AND else _FIRST[letter]
        return f"(?:{spelled}|{own})" + ("?" if letter == "ع" else "") + (style.short_vowel if letter in "وی" else "")
    if letter == "ه" and not following and place:
        return f"(?:{_FINAL_H})"
    if letter in "اوی":
        spelled = _LONG_O if letter == "و" and not style.any_o else _SPELLED[letter]
        return f"(?:{spelled}|{own})" + ("?" if letter == "و" and part[place - 1] == "خ" and following == "ا" else "")
    if letter == "ع":
        return f"(?:{_SPELLED[letter]}|{own})?{style.short_vowel}"
    doubled = "|".join(f"{one}{{1,2}}" if len(one) == 1 else one for one in _SPELLED[letter].split("|"))
    split = "[ -]?" if sole and 2 <= place + 1 <= len(part) - 2 else ""
    return f"(?:{doubled}|[{own}]){style.short_vowel if following and following != 'ا' else ''}{split}"


@cache
def foreign_words() -> frozenset[str]:
    """Return the words that English, Turkish and Kurdish sentences use: none of them is read as Persian."""
    path = Path(__file__).parent / "words" / "reading" / "foreign.txt"
    return frozenset(line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")

