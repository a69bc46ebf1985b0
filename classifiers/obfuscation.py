"""The ways in which writers disguise one word, made on purpose: to train with and to measure by.

Every kind is a pure function of a word and a seeded `random.Random`; the same seed gives the same disguise. A kind that
has nothing to work on (no ک or ی for Arabic letters, no letter that sounds like another) returns the word unchanged.
What the kinds imitate was seen in Persian comments («ک ی ر», «گ.ا.ی.ی.د», «#خامنه۱ی», «حروم زاده», کص) or is common on
other platforms (Finglish, look-alike letters). A phrase is disguised like one word: its spaces are no letters.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from random import Random
from types import MappingProxyType

from classifiers.fold_table import ZWNJ
from classifiers.romanisation import FIRST, LETTERS, romanise

type Kind = Callable[[str, Random], str]

_ARABIC = str.maketrans({"ی": "ي", "ک": "ك"})
_LOOK_ALIKE = {
    "ا": "ٱأإ", "ب": "ٻ", "ت": "ټٺ", "ج": "ڃ", "چ": "ڇ", "ح": "ځ", "خ": "څ", "د": "ډڊ", "ذ": "ڏ", "ر": "ڕړ",
    "ز": "ږ", "س": "ښ", "ش": "ڜ", "ص": "ڝ", "ض": "ۻ", "ط": "ڟ", "ع": "ڠ", "غ": "ۼ", "ف": "ڣ", "ق": "ڧ", "ک": "ڪ",
    "گ": "ڳ", "ل": "ڵ", "م": "۾", "ن": "ڹں", "و": "ۆۋ", "ه": "ہھە", "ی": "ۍېے",
}  # fmt: skip
_HOMOPHONES = ("ثسص", "ذزضظ", "تط", "حه", "قغ")
_SOUNDS_LIKE = {letter: group.replace(letter, "") for group in _HOMOPHONES for letter in group}
_DIGITS = {"ع": "3", "ح": "7", "خ": "5", "ط": "6", "ق": "9", "ی": "1", "ا": "1", "ه": "5", "و": "0", "ل": "1"}
_FIRST_DIGITS = "عحخطق"  # no writer begins a word with a 1 for ا: it would be a number
_MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_INVISIBLE = "\u200b\u200d\u2060\ufeff\u200e\u200f\u00ad"
_INSERTED = "*.-_/•+~|#"
_HIDING = "*#@$%&×•"
_EMOJI = ("😂", "🤬", "💩", "🖕🏽", "❤️", "👨‍👩‍👧", "🇮🇷", "🤮")


def disguise(text: str, start: int, end: int, kind: str, rng: Random) -> str:
    """Return `text` with the word at code points [start, end) disguised; raises KeyError for a kind not in KINDS."""
    return text[:start] + KINDS[kind](text[start:end], rng) + text[end:]


def _arabic_letters(word: str, _rng: Random) -> str:
    return word.translate(_ARABIC)


def _after_letters(word: str, added: Callable[[], str], share: float, rng: Random) -> str:
    """Add something after some letters but the last, after one at least."""
    places = _gaps(word)
    if not places:
        return word
    sure = rng.choice(places)
    return "".join(
        letter + (added() if place + 1 in places and (place + 1 == sure or rng.random() < share) else "")
        for place, letter in enumerate(word)
    )


def _tatweel(word: str, rng: Random) -> str:
    return _after_letters(word, lambda: "ـ" * rng.randint(1, 4), 0.4, rng)


def _diacritics(word: str, rng: Random) -> str:
    return _after_letters(word, lambda: rng.choice(_MARKS), 0.5, rng)


def _zero_width(word: str, rng: Random) -> str:
    return _after_letters(word, lambda: rng.choice(_INVISIBLE), 0.3, rng)


def _presentation_forms(word: str, rng: Random) -> str:
    return "".join(rng.choice(_PRESENTATION.get(letter, letter)) for letter in word)


def _spread(word: str, separator: str) -> str:
    return separator.join(letter for letter in word if not letter.isspace() and letter != ZWNJ)


def _spaced(word: str, _rng: Random) -> str:
    return _spread(word, " ")


def _dotted(word: str, rng: Random) -> str:
    return _spread(word, rng.choice("...-_*"))


def _doubled(word: str, rng: Random) -> str:
    return _replaced(word, _letters(word), lambda letter: 2 * letter, rng)


def _stretched(word: str, rng: Random) -> str:
    return _replaced(word, _letters(word), lambda letter: letter * rng.randint(3, 7), rng)


def _inserted(word: str, rng: Random, what: Sequence[str]) -> str:
    places = _gaps(word)
    if not places:
        return word
    place = rng.choice(places)
    return word[:place] + rng.choice(what) + word[place:]


def _symbol_inserted(word: str, rng: Random) -> str:
    return _inserted(word, rng, _INSERTED)


def _emoji_inside(word: str, rng: Random) -> str:
    return _inserted(word, rng, _EMOJI)


def _digit_inserted(word: str, rng: Random) -> str:
    return _inserted(word, rng, "۰۱۲۳۴۵۶۷۸۹0123456789")


def _zwnj_inside(word: str, rng: Random) -> str:
    return _inserted(word, rng, ZWNJ)


def _split(word: str, rng: Random) -> str:
    return _inserted(word, rng, " ")


def _replaced(word: str, places: Sequence[int], new: Callable[[str], str], rng: Random) -> str:
    if not places:
        return word
    place = rng.choice(places)
    return word[:place] + new(word[place]) + word[place + 1 :]


def _symbol_instead(word: str, rng: Random) -> str:
    return _replaced(word, _inner(word), lambda _letter: rng.choice(_HIDING), rng)


def _masked(word: str, rng: Random) -> str:
    return _replaced(word, _letters(word), lambda _letter: "*", rng)


def _digit_instead(word: str, rng: Random) -> str:
    """Put a digit where it looks or sounds like the letter; inside the word any digit does for a letter without one."""
    places = [
        place
        for place in _letters(word)
        if word[place] in _DIGITS and (word[place] in _FIRST_DIGITS or word[:place][-1:].isalpha())
    ]
    places = places or _inner(word)
    return _replaced(word, places, lambda letter: _DIGITS.get(letter) or rng.choice("0123456789"), rng)


def _look_alikes(word: str, rng: Random) -> str:
    changed = [rng.choice(_LOOK_ALIKE.get(letter, letter)) if rng.random() < 0.6 else letter for letter in word]
    return "".join(changed)


def _homophones(word: str, rng: Random) -> str:
    places = [place for place, letter in enumerate(word) if letter in _SOUNDS_LIKE]
    return _replaced(word, places, lambda letter: rng.choice(_SOUNDS_LIKE[letter]), rng)


def _finglish(word: str, rng: Random) -> str:
    return romanise(word, rng)


def _latin_mixed(word: str, rng: Random) -> str:
    """Put Latin letters or Arabizi digits in the place of one letter or of up to half of them."""
    places = [place for place, letter in enumerate(word) if letter in LETTERS]
    chosen = set(rng.sample(places, min(len(places), rng.randint(1, max(1, len(places) // 2)))))
    return "".join(
        rng.choice(FIRST.get(letter, LETTERS[letter]) if not word[:place][-1:].isalpha() else LETTERS[letter])
        if place in chosen
        else letter
        for place, letter in enumerate(word)
    )


def _letters(word: str) -> list[int]:
    """Return the places of the letters; of a word without any, of all its characters."""
    return [place for place, letter in enumerate(word) if letter.isalpha()] or list(range(len(word)))


def _inner(word: str) -> list[int]:
    """Return the places of the letters that stand between two others."""
    return [place for place in range(1, len(word) - 1) if word[place - 1 : place + 2].isalpha()]


def _gaps(word: str) -> list[int]:
    """Return the places between two letters."""
    return [place for place in range(1, len(word)) if word[place - 1].isalpha() and word[place].isalpha()]


def _presentation() -> dict[str, list[str]]:
    """Return the forms in which old software stored each letter: its compatibility characters."""
    forms: dict[str, list[str]] = {}
    for code in (*range(0xFB50, 0xFBFF), *range(0xFE80, 0xFEF5)):
        letter = unicodedata.normalize("NFKC", chr(code))
        if len(letter) == 1 and letter != chr(code):
            forms.setdefault({"ي": "ی", "ك": "ک"}.get(letter, letter), []).append(chr(code))
    return forms


_PRESENTATION = _presentation()

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "arabic_letters": _arabic_letters,
        "tatweel": _tatweel,
        "diacritics": _diacritics,
        "presentation_forms": _presentation_forms,
        "spaced": _spaced,
        "dotted": _dotted,
        "zero_width": _zero_width,
        "doubled": _doubled,
        "stretched": _stretched,
        "symbol_instead": _symbol_instead,
        "symbol_inserted": _symbol_inserted,
        "emoji_inside": _emoji_inside,
        "digit_instead": _digit_instead,
        "digit_inserted": _digit_inserted,
        "zwnj_inside": _zwnj_inside,
        "split": _split,
        "masked": _masked,
        "look_alikes": _look_alikes,
        "homophones": _homophones,
        "finglish": _finglish,
        "latin_mixed": _latin_mixed,
    }
)
"""Each kind by its name: a pure function of a word and a source of chance."""
