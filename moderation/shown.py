"""A text and its findings made ready for a page: highlights, personal data covered, each reason in the language of the page.

Nothing here may raise, whatever lies in a row: one bad comment must not blank a page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from moderation.highlight import Clipped, Mark, clip, highlight, paragraphs
from moderation.languages import ENGLISH, language
from moderation.rules.base import Signals, Subject
from moderation.rules.no_personal_data import NoPersonalData
from moderation.unseen import unseen

_COVERING = NoPersonalData.slug


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


def read(text: str) -> Clipped:
    """A text without a screening, made ready for a page: no highlights but over personal data, which is covered."""
    return marked(text, private(text))


def compared(text: str, differing: Iterable[Mark]) -> Clipped:
    """A text with marks where it differs from another one."""
    return marked(text, [*differing, *private(text)])


def covered(text: str) -> str:
    """A text in one line with its personal data covered, for where nobody can ask for it."""
    return "".join(
        part.cover if part.covered else part.text for part in highlight(text, private(text), covering=_COVERING)
    )


def marked(text: str, marks: Iterable[Mark]) -> Clipped:
    """A text with highlights; the personal data among them are covered."""
    return clip(paragraphs(highlight(text, marks, unseen(text), covering=_COVERING)))


def private(text: str) -> list[Mark]:
    """Where a text that no screening covers, such as an earlier one, gives somebody's personal data away."""
    finding = NoPersonalData().check(Subject(text, Signals()))
    return [Mark(start, end, _COVERING) for start, end in finding.spans] if finding else []


def told(finding: Objection) -> Told:
    """A finding in words."""
    reason = (finding.reason_en if language() == ENGLISH else "") or finding.reason
    return Told(finding.rule, reason, finding.outcome, round(100 * unit(finding.score)))


def unit(score: object) -> float:
    """A score as a number between 0 and 1; 0 for what is none."""
    return min(max(score, 0.0), 1.0) if isinstance(score, float | int) and math.isfinite(score) else 0.0


def marks(finding: Objection) -> list[Mark]:
    """Where a finding objects."""
    spans = finding.spans if isinstance(finding.spans, list | tuple) else ()
    pairs = (span for span in spans if isinstance(span, list | tuple) and len(span) == 2)
    return [Mark(start, end, finding.rule) for start, end in pairs if isinstance(start, int) and isinstance(end, int)]
