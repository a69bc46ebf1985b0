"""Persian words in the Latin letters that people type without a Persian keyboard."""

from collections.abc import Mapping, Sequence
from random import Random

LETTERS: Mapping[str, Sequence[str]] = {
    "ا": ("a", "a", "A", "2"), "ب": ("b",), "پ": ("p",), "ت": ("t",), "ث": ("s",), "ج": ("j",), "چ": ("ch",),
    "ح": ("h", "7"), "خ": ("kh", "x", "5"), "د": ("d",), "ذ": ("z",), "ر": ("r",), "ز": ("z",), "ژ": ("zh", "j"),
    "س": ("s", "S"), "ش": ("sh", "Sh"), "ص": ("s",), "ض": ("z",), "ط": ("t", "6"), "ظ": ("z",), "ع": ("a", "3"),
    "غ": ("gh", "q"), "ف": ("f",), "ق": ("gh", "q", "9"), "ک": ("k", "K"), "گ": ("g",), "ل": ("l",), "م": ("m",),
    "ن": ("n",), "و": ("o", "v", "u"), "ه": ("h",), "ی": ("i", "y"),
}  # fmt: skip
"""What stands in the place of one letter in the middle of a Persian word."""

_LONG = {"ا": ("a", "a", "a", "aa"), "و": ("oo", "u", "o", "ou"), "ی": ("i", "i", "i", "ee")}
FIRST: Mapping[str, Sequence[str]] = {
    "ا": ("a", "a", "a", "e", "o"),
    "آ": ("a", "aa"),
    "و": ("v",),
    "ی": ("y",),
    "ع": ("a", "e", "o"),
}
_SHORT = "aaaeeeo"
_BEGINS = 0.4


def romanise(word: str, rng: Random) -> str:
    """Return a plausible Latin spelling; where Persian writes no vowel, one is guessed by the shape of the syllables.

    The guess is deliberately plain: what matters is that different seeds give the different spellings that different
    writers would choose.
    """
    parts = word.replace("\u200c", " ").split()
    return " ".join(part if part.isascii() else _romanised(part, rng) for part in parts)


def _romanised(word: str, rng: Random) -> str:
    pieces: list[str] = []
    open_syllable = False  # whether the last piece is a vowel
    for place, letter in enumerate(word):
        vowel = _vowel(word, place, rng, open_syllable=open_syllable)
        if vowel or (letter == "و" and word[place - 1 : place + 2] == "خوا"):
            pieces.append(vowel)
            open_syllable = bool(vowel)
            continue
        pieces.append(_consonant(letter, rng))
        # A consonant that no vowel stands before begins a syllable; another one may (sha|raf) or may close one (ah|magh).
        begins = not open_syllable or rng.random() < _BEGINS
        open_syllable = begins and place + 1 < len(word) and not _is_vowel(word, place + 1)
        if open_syllable:
            pieces.append(rng.choice(_SHORT))
    return "".join(pieces)


def _is_vowel(word: str, place: int) -> bool:
    letter = word[place]
    if letter == "ه":
        return place + 1 == len(word)
    return letter in "اآ" or (letter in "وی" and place > 0)


def _vowel(word: str, place: int, rng: Random, *, open_syllable: bool) -> str:
    """Return the vowel that the letter at `place` stands for, "" for a consonant."""
    letter = word[place]
    if place == 0:
        return rng.choice(FIRST[letter]) if letter in "اآع" else ""
    if letter == "ه" and place + 1 == len(word):
        return "h" if open_syllable else rng.choice(("e", "e", "eh", "ah"))
    if letter == "ع":
        return "" if open_syllable else "a"
    if letter == "آ":
        return "a"
    if letter in "وی" and open_syllable:
        return ""
    return rng.choice(_LONG[letter]) if letter in _LONG else ""


def _consonant(letter: str, rng: Random) -> str:
    if letter == "ع":
        return rng.choice(("", "", "'"))
    if letter == "و":
        return "v"
    if letter == "ی":
        return "y"
    options = [option.lower() for option in LETTERS.get(letter, (letter,)) if not option.isdigit()]
    return rng.choice(options or [letter])
