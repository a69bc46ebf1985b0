"""What differs between two texts, word by word: as runs of words, or as marks in the second one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from moderation.highlight import Mark, Segment, highlight
from moderation.shown import covered
from moderation.unseen import unseen

DIFFERS = "differs"
"""What stands where a mark has the slug of a rule."""

_PIECE = re.compile(r"\s+|[^\s]+")
_MOST = 3000  # pieces of a text: comparing costs the product of both
_WORD = re.compile(r"\S+")
_LONGEST = 400  # words: comparing costs their product


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that is in both texts (``kept``), was taken out (``gone``) or put in (``new``)."""

    kind: str
    segments: tuple[Segment, ...]


def differences(before: str, after: str) -> tuple[Change, ...]:
    """The runs from start to end; empty when a text is too long to be compared. Personal data is covered."""
    old, new = (_PIECE.findall(covered(text)) for text in (before, after))
    if max(len(old), len(new)) > _MOST:
        return ()
    changes: list[Change] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            changes.append(_change("kept", old[start:end]))
            continue
        changes += [
            _change(name, run) for name, run in (("gone", old[start:end]), ("new", new[new_start:new_end])) if run
        ]
    return tuple(changes)


def _change(kind: str, pieces: list[str]) -> Change:
    text = "".join(pieces)
    return Change(kind, highlight(text, (), unseen(text)))


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
