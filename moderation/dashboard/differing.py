"""How a text differs from the first one of its group, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from moderation.highlight import Mark

DIFFERS = "differs"
"""What stands where a mark has the slug of a rule."""

_WORD = re.compile(r"\S+")
_LONGEST = 400  # words: comparing costs their product


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a text has other words than the first one, and how many words it lacks; ``told`` is False when it is too long to say."""

    marks: tuple[Mark, ...] = ()
    missing: int = 0
    told: bool = True


def difference(first: str, other: str) -> Difference:
    """Compare a text with the first one of its group."""
    if first == other:
        return Difference()
    before = _WORD.findall(first)
    places = [match.span() for match in _WORD.finditer(other)]
    if max(len(before), len(places)) > _LONGEST:
        return Difference(told=False)
    after = [other[start:end] for start, end in places]
    marks, missing = [], 0
    for kind, start, end, from_, to in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal" and from_ < to:
            marks.append(Mark(places[from_][0], places[to - 1][1], DIFFERS))
        if kind != "equal":
            missing += max(0, (end - start) - (to - from_))
    return Difference(tuple(marks), missing)
