"""Text reduced to letters as they sound, which is what disguised spellings have in common."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from classifiers.fold import Folded
from classifiers.fold_table import folded_character

DOUBLE = re.compile(r"(.)\1", re.DOTALL)
_HOMOPHONES = {ord(a): b for a, b in zip("ثصذضظطحغ", "سسزززتهق", strict=True)}


class Skeleton(NamedTuple):
    """`text` has one character for each folded one; `letters` are the letters alone, double ones once, at `places`."""

    text: str
    letters: str
    places: Sequence[int]


class _Sounds(dict[str, str]):
    """Homophones become one letter, whatever is neither letter nor digit becomes a space."""

    def __missing__(self, character: str) -> str:
        return character if character.isalnum() else " "


_SOUNDS = _Sounds({chr(code): letter for code, letter in _HOMOPHONES.items()})
for _character in (*map(chr, range(32, 127)), *"ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"):
    _SOUNDS[_character] = _SOUNDS[_character]


def sound(text: str) -> str:
    """Return folded text with one letter for those that sound alike."""
    return text.translate(_HOMOPHONES)


@lru_cache(maxsize=8)  # several word lists are looked for in one comment
def reduce_letters(text: str) -> Skeleton:
    """Return the skeleton of folded text."""
    skeleton = "".join(map(_SOUNDS.__getitem__, text))  # str.translate takes four times as long
    before = " "
    places = []
    for place, letter in enumerate(skeleton):
        if letter != " " and (letter != before or letter.isdigit()):
            places.append(place)
        before = letter
    return Skeleton(skeleton, "".join([skeleton[place] for place in places]), places)


def runs(letters: str) -> tuple[int, ...]:
    """Return how often each letter is repeated, or nothing when none is."""
    sounds = sound(letters)
    return tuple(len(list(group)) for _, group in groupby(sounds)) if DOUBLE.search(sounds) else ()


def unstretched(folded: Folded, start: int, end: int) -> str:
    """Return the letters of folded [start, end), one that was stretched twice: «ممممه» may be «ممه» as well as «مه»."""
    original, offsets = folded.original, folded.offsets
    letters = []
    for place in range(start, end):
        letter = folded.text[place]
        if letter.isalnum():
            after = offsets[place] + 1
            stretched = offsets[place + 1] - after >= 2 and folded_character(original[after]) == letter
            letters.append(letter * (1 + stretched))
    return "".join(letters)


def repeats_enough(letters: str, wanted: Sequence[int]) -> bool:
    """Say whether no letter is repeated less often than in a term: «مه» is not «ممه»."""
    found = [len(list(group)) for _, group in groupby(sound(letters))]
    return len(found) == len(wanted) and all(here >= there for here, there in zip(found, wanted, strict=True))
