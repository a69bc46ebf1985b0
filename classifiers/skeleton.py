"""Text reduced to letters as they sound, which is what disguised spellings have in common."""

import re
from collections.abc import Iterable, Sequence
from itertools import compress, groupby
from operator import and_, ne
from typing import NamedTuple

from classifiers.fold import Folded
from classifiers.fold_table import folded_character

_HOMOPHONES = {ord(a): b for a, b in zip("ثصذضظطحغ", "سسزززتهق", strict=True)}


_REPEATED_DIGIT = re.compile(r"(\d)\1")


class Skeleton(NamedTuple):
    """`text` has one character for each folded one; `letters` are the letters alone, double ones once, at `places`."""

    text: str
    letters: str
    places: Sequence[int]


class _Table(dict[int, str]):
    """For str.translate: homophones become one letter, whatever is neither letter nor digit becomes a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        return character if character.isalnum() else " "


_TABLE = _Table(_HOMOPHONES)
for _code in (*range(32, 127), *map(ord, "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")):
    _TABLE[_code] = _TABLE[_code]


def sound(text: str) -> str:
    """Return folded text with one letter for those that sound alike."""
    return text.translate(_HOMOPHONES)


def reduce_letters(text: str) -> Skeleton:
    """Return the skeleton of folded text."""
    skeleton = text.translate(_TABLE)
    new: Iterable[bool] = map(ne, skeleton, " " + skeleton)
    if _REPEATED_DIGIT.search(skeleton):
        new = (changed or letter.isdigit() for changed, letter in zip(new, skeleton, strict=True))
    kept = list(map(and_, new, map(" ".__ne__, skeleton)))
    return Skeleton(skeleton, "".join(compress(skeleton, kept)), list(compress(range(len(skeleton)), kept)))


def runs(letters: str) -> tuple[int, ...]:
    """Return how often each letter is repeated, or nothing when none is."""
    found = tuple(len(list(group)) for _, group in groupby(sound(letters)))
    return found if len(found) < len(letters) else ()


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
