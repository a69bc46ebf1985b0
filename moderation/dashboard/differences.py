"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from moderation.highlight import Segment, highlight
from moderation.shown import covered
from moderation.unseen import unseen

_PIECE = re.compile(r"\s+|[^\s]+")
_MOST = 3000  # pieces of a text: comparing costs the product of both


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
