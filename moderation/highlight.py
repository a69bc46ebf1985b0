"""A comment's text cut where highlights begin and end, so that a page can show exactly what each rule objects to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_DOT = "•"
_WIDEST_COVER = 16
_WHOLE = 200  # a highlight up to this length is never shown in two parts


@dataclass(frozen=True, slots=True)
class Mark:
    """A rule's objection to ``[start, end)`` of a text, in code points."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text over which the same rules object; ``unseen`` names characters that nobody can see.

    A covered piece is somebody's personal data: a page shows it when a moderator asks. Of a piece that is withheld nothing is
    left that could be shown: its text is the cover.
    """

    text: str
    rules: tuple[str, ...] = ()
    unseen: str | None = None
    covered: bool = False
    withheld: bool = False

    @property
    def cover(self) -> str:
        """What stands in place of a covered piece until somebody asks: about as wide, and telling nothing."""
        return _DOT * min(len(self.text), _WIDEST_COVER)


type Paragraph = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Clipped:
    """The paragraphs to show, and those behind a fold with the number of characters and of highlights in there."""

    shown: tuple[Paragraph, ...]
    folded: tuple[Paragraph, ...] = ()
    characters: int = 0
    marks: int = 0


def highlight(
    text: str, marks: Iterable[Mark], unseen: Mapping[int, str] | None = None, *, covering: str | None = None
) -> tuple[Segment, ...]:
    """Cut a text into segments that join to it again. Marks may overlap, lie in any order and reach beyond the text.

    What the rule ``covering`` marks is covered.
    """
    unseen = unseen or {}
    fitting = [
        replace(mark, start=max(mark.start, 0), end=min(mark.end, len(text)))
        for mark in marks
        if max(mark.start, 0) < min(mark.end, len(text))
    ]
    order = tuple(dict.fromkeys(mark.rule for mark in fitting))
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for mark in fitting:
        opening.setdefault(mark.start, []).append(mark.rule)
        closing.setdefault(mark.end, []).append(mark.rule)
    edges = sorted({0, len(text), *opening, *closing, *_edges(unseen)})
    active: Counter[str] = Counter()
    segments = []
    for start, end in pairwise(edges):
        active.update(opening.get(start, ()))
        active.subtract(closing.get(start, ()))
        rules = tuple(rule for rule in order if active[rule])
        segments.append(Segment(text[start:end], rules, unseen.get(start), covered=covering in rules))
    return tuple(segments)


def _edges(unseen: Mapping[int, str]) -> Iterable[int]:
    """Where a run of the same unseen character begins and ends."""
    for place, name in unseen.items():
        if unseen.get(place - 1) != name:
            yield place
        if unseen.get(place + 1) != name:
            yield place + 1


def paragraphs(segments: Iterable[Segment]) -> tuple[Paragraph, ...]:
    """The segments by lines; empty lines are left out."""
    lines: list[list[Segment]] = [[]]
    for segment in segments:
        first, *others = _LINE_END.split(segment.text)
        lines[-1].append(replace(segment, text=first))
        lines.extend([replace(segment, text=part)] for part in others)
    kept = (tuple(segment for segment in line if segment.text) for line in lines)
    return tuple(line for line in kept if "".join(segment.text for segment in line).strip())


def withheld(line: Paragraph) -> Paragraph:
    """The line without what is covered: a cover in its place, one for a run under the same rules, with nothing beneath."""
    kept: list[Segment] = []
    for (covered, rules), run in groupby(line, key=lambda segment: (segment.covered, segment.rules)):
        if covered:
            whole = Segment("".join(segment.text for segment in run), rules)
            kept.append(replace(whole, text=whole.cover, covered=True, withheld=True))
        else:
            kept.extend(run)
    return tuple(kept)


def clip(lines: Sequence[Paragraph], *, characters: int = 1200, most_lines: int = 16) -> Clipped:
    """Fold away what is beyond a length, unless little is; a highlight stays whole, or marked on both sides."""
    shown: list[Paragraph] = []
    room = characters
    for number, line in enumerate(lines):
        length = sum(len(segment.text) for segment in line)
        if length <= room and number < most_lines:
            shown.append(line)
            room -= length
            continue
        head, rest = _cut(line, room if number < most_lines else 0)
        folded = tuple(part for part in (rest, *lines[number + 1 :]) if part)
        hidden = sum(len(segment.text) for part in folded for segment in part)
        if hidden <= characters // 5 and len(folded) <= most_lines // 4:
            break
        marks = sum(1 for part in folded for segment in part if segment.rules)
        return Clipped((*shown, *([head] if head else [])), folded, hidden, marks)
    return Clipped(tuple(lines))


def _cut(line: Paragraph, room: int) -> tuple[Paragraph, Paragraph]:
    """The line up to about ``room`` characters, and the rest of it."""
    for number, segment in enumerate(line):
        if len(segment.text) <= room:
            room -= len(segment.text)
            continue
        if segment.rules and len(segment.text) <= _WHOLE:
            return line[:number], line[number:]
        space = segment.text.rfind(" ", max(room - 60, 0), room) + 1  # between two words, when there is a gap nearby
        head, rest = segment.text[: space or room], segment.text[space or room :]
        before = (*line[:number], replace(segment, text=head)) if head else line[:number]
        return before, (replace(segment, text=rest), *line[number + 1 :])
    return line, ()
