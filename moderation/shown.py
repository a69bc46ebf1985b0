"""A text and its findings made ready for a page: highlights, personal data covered, each reason in the language of the page.

Nothing here may raise, whatever lies in a row: one bad comment must not blank a page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from classifiers.text import fold
from moderation.highlight import Clipped, Mark, clip, highlight, paragraphs, withheld
from moderation.languages import ENGLISH, language
from moderation.rules.base import Signals, Subject
from moderation.rules.no_personal_data import NoPersonalData
from moderation.unseen import unseen

_COVERING = NoPersonalData.slug
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_DIGITS = re.compile(r"\d{2,}")
_END = re.compile(r"(?<=…)\d+")  # of a number that may be written in words
_NUMBER = re.compile(r"\d(?:(?:_|[^\w«»()…])*\d)+")  # spaced in any way, inside one quotation
_NO_DIGIT = re.compile(r"\D+")
_PART = 4  # digits that tell something of a number


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a sentence in the language of the page, with its score in percent."""

    rule: str
    reason: str
    outcome: str
    percent: int


class Objection(Protocol):
    """A finding, as a rule makes it or as it lies in the database."""

    @property
    def rule(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def reason(self) -> str: ...
    @property
    def reason_en(self) -> str: ...
    @property
    def spans(self) -> object: ...


def read(text: str, *, bare: bool) -> Clipped:
    """A text without a screening, made ready for a page: no highlights but over personal data, which is covered.

    ``bare`` is whether the person may look beneath the cover (``access.sees_personal_data``): here and below, nothing is left
    there for anybody else.
    """
    return marked(text, private(text), bare=bare)


def compared(text: str, differing: Iterable[Mark], *, bare: bool) -> Clipped:
    """A text with marks where it differs from another one."""
    return marked(text, [*differing, *private(text)], bare=bare)


def covered(text: str, found: Iterable[Mark] = (), *, most: int | None = None) -> str:
    """A text in one line with its personal data covered, for where nobody can ask for it; of a long one, its first characters.

    A number that is cut off at the end is none to anybody who looks for numbers: cut here, and not before.
    """
    kept, length = [], 0
    for part in highlight(text, [*found, *private(text)], covering=_COVERING):
        if most is not None and length >= most:
            break
        kept.append(part.cover if part.covered else part.text[: most and most - length])
        length += len(part.text)
    return "".join(kept)


def marked(text: str, marks: Iterable[Mark], *, bare: bool) -> Clipped:
    """A text with highlights; the personal data among them are covered."""
    lines = paragraphs(highlight(text, marks, unseen(text), covering=_COVERING))
    return clip(lines if bare else [withheld(line) for line in lines])


def beneath(text: str, marks: Iterable[Mark]) -> str:
    """What lies beneath the covers of a text, so that no sentence about the text tells it."""
    return "\n".join(part.text for part in highlight(text, marks, covering=_COVERING) if part.covered)


def private(text: str) -> list[Mark]:
    """Where a text that no screening covers, such as an earlier one, gives somebody's personal data away."""
    finding = NoPersonalData().check(Subject(text, Signals()))
    return [Mark(start, end, _COVERING) for start, end in finding.spans] if finding else []


def told(finding: Objection, hidden: str = "") -> Told:
    """A finding in words, which repeat nothing of what is hidden from the person (``beneath``)."""
    reason = said(finding, hidden)
    return Told(finding.rule, reason, finding.outcome, round(100 * unit(finding.score)))


def said(finding: Objection, hidden: str = "") -> str:
    """Why a rule objects, in the language of the page."""
    reason = (finding.reason_en if language() == ENGLISH else "") or finding.reason
    return covered(reason, repeated(reason, hidden)) if hidden else reason


def repeated(reason: str, hidden: str) -> list[Mark]:
    """Where a sentence repeats words or digits of what is hidden: rules quote what they object to, and tell a number's end."""
    folded, secret = fold(reason), fold(hidden).text
    digits = _NO_DIGIT.sub("", secret)
    ends = [Mark(*match.span(), _COVERING) for match in _END.finditer(reason)]
    spans = [match.span() for match in _LETTERS.finditer(folded.text) if match[0] in secret]
    spans += [match.span() for match in _DIGITS.finditer(folded.text) if match[0] in digits]
    spans += [match.span() for match in _NUMBER.finditer(folded.text) if _tells(_NO_DIGIT.sub("", match[0]), digits)]
    return ends + [Mark(*folded.span(start, end), _COVERING) for start, end in spans]


def _tells(number: str, digits: str) -> bool:
    """Whether a number, however it is spaced, has a part of the digits in it."""
    return any(number[at : at + _PART] in digits for at in range(len(number) - _PART + 1))


def unit(score: object) -> float:
    """A score as a number between 0 and 1; 0 for what is none."""
    return min(max(score, 0.0), 1.0) if isinstance(score, float | int) and math.isfinite(score) else 0.0


def marks(finding: Objection) -> list[Mark]:
    """Where a finding objects."""
    spans = finding.spans if isinstance(finding.spans, list | tuple) else ()
    pairs = (span for span in spans if isinstance(span, list | tuple) and len(span) == 2)
    return [Mark(start, end, finding.rule) for start, end in pairs if isinstance(start, int) and isinstance(end, int)]
