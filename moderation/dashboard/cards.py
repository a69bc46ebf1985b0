"""A comment made ready for a page: its text with highlights, the findings in order, what to preselect.

Nothing here may raise, whatever lies in a row: one bad comment must not blank the queue.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from moderation import groups
from moderation.access import sees_personal_data
from moderation.dashboard import history, precedents
from moderation.dashboard.precedents import SameText, Standing
from moderation.highlight import Clipped, Mark, clip, highlight, paragraphs
from moderation.models import Comment, Decision, Escalation, FindingRow, Person, Screening
from moderation.rules import RULES
from moderation.rules.base import Outcome
from moderation.shown import Told, beneath, marked, marks, private, read, told, unit

_RULES = frozenset(rule.slug for rule in RULES)
_LEAD = 600


@dataclass(frozen=True, slots=True)
class Card:
    """All that a page shows of one comment."""

    comment: Comment
    text: Clipped
    parent: Clipped | None
    lead: Clipped | None
    verdict: str | None
    told: tuple[Told, ...]
    marked_rules: tuple[str, ...]
    preselected: str | None
    language: str | None
    models: tuple[tuple[str, str], ...]
    copies: groups.Standing | None = None
    votes: int = 0
    own_vote: Decision | None = None
    standing: Standing | None = None
    same: SameText | None = None
    asked: tuple[Escalation, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """What is known around some comments, each kind read at once for a whole page."""

    votes: Iterable[Decision] = ()
    copies: Mapping[uuid.UUID, groups.Standing] = field(default_factory=dict)
    standings: Mapping[uuid.UUID, Standing] = field(default_factory=dict)
    same: Mapping[uuid.UUID, SameText] = field(default_factory=dict)
    asked: Iterable[Escalation] = ()

    @classmethod
    def of(cls, comments: Sequence[Comment]) -> Around:
        """Read all of it."""
        copies = groups.standing(comments)
        return cls(
            history.votes(comments),
            copies,
            precedents.standings(comments),
            precedents.same_texts(comments, copies),
            history.asked(comments),
        )


def cards(comments: Iterable[Comment], person: Person, around: Around | None = None) -> list[Card]:
    """The cards of some comments, as this person sees them."""
    around = around or Around()
    votes, asked = _by_comment(around.votes), _by_comment(around.asked)
    return [
        replace(
            card(comment, person, votes.get(comment.id, ())),
            copies=around.copies.get(comment.id),
            standing=around.standings.get(comment.id),
            same=around.same.get(comment.id),
            asked=tuple(each for each in asked.get(comment.id, ()) if each.revision == comment.revision),
        )
        for comment in comments
    ]


def _by_comment[Row: (Decision, Escalation)](rows: Iterable[Row]) -> dict[uuid.UUID, list[Row]]:
    found: dict[uuid.UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row.comment_id, []).append(row)
    return found


def card(comment: Comment, person: Person, votes: Sequence[Decision] = ()) -> Card:
    """The card of one comment, as this person sees it."""
    screening, findings = _current(comment), _findings(comment)
    bare = sees_personal_data(person, comment.site)
    signals: dict[str, Any] = screening.signals if screening and isinstance(screening.signals, dict) else {}
    found = _marks(comment) if bare else personal(comment)
    hidden = "" if bare else beneath(comment.text, found)
    valid_votes = [vote for vote in votes if vote.revision == comment.revision]
    body = comment.article.body or ""
    return Card(
        comment=comment,
        text=marked(comment.text, found, bare=bare),
        parent=read(comment.parent.text, bare=bare) if comment.parent else None,
        lead=clip(paragraphs(highlight(body[: 4 * _LEAD], ())), characters=_LEAD) if body.strip() else None,
        verdict=screening.verdict if screening else None,
        told=tuple(told(finding, hidden) for finding in findings),
        marked_rules=tuple(dict.fromkeys(mark.rule for mark in found)),
        preselected=next((finding.rule for finding in findings if finding.rule in _RULES), None),
        language=_word(signals.get("language")),
        models=_models(signals.get("models")),
        votes=len(valid_votes),
        own_vote=next((vote for vote in valid_votes if vote.person_id == person.id), None),
    )


def personal(comment: Comment) -> list[Mark]:
    """All marks of a comment, with personal data wherever a rule of the site or our own reading finds it."""
    return [*_marks(comment), *private(comment.text)]


def _marks(comment: Comment) -> list[Mark]:
    """What the rules objected to; of a text that no screening covers, where personal data are."""
    if _current(comment) is None:
        return private(comment.text)
    return [mark for finding in _findings(comment) for mark in marks(finding)]


def _findings(comment: Comment) -> list[FindingRow]:
    """What counts of what the machine found in this text, the gravest first."""
    screening = _current(comment)
    found = [finding for finding in screening.findings if finding.live] if screening else []
    return sorted(found, key=lambda finding: (finding.outcome != Outcome.VIOLATION, -unit(finding.score)))


def _current(comment: Comment) -> Screening | None:
    """The screening of the text that is shown: spans of an older revision would highlight the wrong words."""
    screening = comment.screening
    return screening if screening and screening.revision == comment.revision else None


def _models(models: object) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(version)) for name, version in models.items()) if isinstance(models, dict) else ()


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None
