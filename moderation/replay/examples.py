"""The very comments behind a number of a replay, to be read: what people decided, and what each side says of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from moderation.db import db
from moderation.models import Replay, RuleSetVersion
from moderation.replay.judging import compare
from moderation.replay.reading import cases_of
from moderation.replay.results import Figures
from moderation.replay.sides import Sides
from moderation.rules.base import Finding
from moderation.rules.rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class Example:
    """A comment; ``new`` are findings of the tried rules alone, ``gone`` those of the live ones alone, ``both`` what stays."""

    comment_id: uuid.UUID
    text: str
    approved: bool
    reason: str | None
    imported: bool
    decided_at: datetime
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    both: tuple[Finding, ...]


def read(row: Replay, figures: Figures, kind: str) -> Sequence[Example]:
    """The kept comments of a kind, newest decision first, as they are now; what was erased or is open again is left out.

    Every rule runs, so that each finding has its sentences. Raises RuleSetError, ListRefused.
    """
    wanted = [uuid.UUID(each) for each in figures.examples.get(kind, ())]
    if not wanted:
        return []
    base = db.session.execute(
        select(RuleSetVersion.content).where(RuleSetVersion.site_id == row.site_id, RuleSetVersion.number == row.base)
    ).scalar_one()
    sides = Sides.of(row.site_id, RuleSet.from_dict(base), RuleSet.from_dict(row.content))
    sides.trust_stored = False
    found = []
    for case in cases_of(row.site_id, wanted):
        said = compare(case, sides)
        live, draft = said.live.findings, said.draft.findings
        found.append(
            Example(
                case.comment_id,
                case.text,
                case.approved,
                case.reason,
                case.imported,
                case.decided_at,
                tuple(finding for slug, finding in draft.items() if slug not in live),
                tuple(finding for slug, finding in live.items() if slug not in draft),
                tuple(finding for slug, finding in draft.items() if slug in live),
            )
        )
    return sorted(found, key=lambda one: one.decided_at, reverse=True)
