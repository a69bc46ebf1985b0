"""A version in shadow compared with what counted: where they differ, and what people decided there meanwhile."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from sqlalchemy import Row, func, select

from moderation.db import db
from moderation.models import Comment, Decision, FindingRow, RuleSetVersion, Screening, ShadowScreening
from moderation.rule_sets import versions
from moderation.rules import RULES
from moderation.rules.base import Verdict

LAST = 5_000
"""Comments that are compared, the newest."""
SAMPLES = 10
"""Comments told of each kind."""
_AT_ONCE = 500


@dataclass
class Found:
    """Comments to which only one side objects, or that have another verdict: how many, what people decided of them meanwhile, and
    the newest to read."""

    comments: int = 0
    approved: int = 0
    rejected: int = 0
    samples: list[uuid.UUID] = field(default_factory=list)

    def note(self, comment_id: uuid.UUID, outcome: str | None) -> None:
        """Count a comment; the newest come first."""
        self.comments += 1
        self.approved += outcome == "approved"
        self.rejected += outcome == "rejected"
        if len(self.samples) < SAMPLES:
            self.samples.append(comment_id)


@dataclass
class RuleCompared:
    """How often a rule objected: live and in shadow, live alone, in shadow alone."""

    rule: str
    both: int = 0
    only_live: Found = field(default_factory=Found)
    only_shadow: Found = field(default_factory=Found)


@dataclass(frozen=True, slots=True)
class Compared:
    """A version in shadow beside what counted.

    Args:
        total: comments that it has seen; of these the newest ``compared`` are compared.
        rules: in the order of the policy; those that never objected too.
        verdicts: comments by verdict, as (live, in shadow), where the two differ.
    """

    version: RuleSetVersion
    total: int
    compared: int
    rules: Sequence[RuleCompared]
    verdicts: dict[tuple[Verdict, Verdict], Found]


def compared(site_id: uuid.UUID, *, last: int = LAST) -> Compared | None:
    """Compare the version that runs in shadow, over its newest comments; None where none runs."""
    version = versions.in_shadow(site_id)
    if version is None:
        return None
    seen = select(func.count()).select_from(ShadowScreening).where(ShadowScreening.rule_set_id == version.id)
    rules: dict[str, RuleCompared] = {rule.slug: RuleCompared(rule.slug) for rule in RULES}
    verdicts: dict[tuple[Verdict, Verdict], Found] = {}
    rows = _rows(version.id, last)
    for row, live in _with_live(rows):
        _note(row, live, rules, verdicts)
    return Compared(version, db.session.execute(seen).scalar_one(), len(rows), list(rules.values()), verdicts)


def _note(
    row: Row[*tuple[Any, ...]],
    live: Collection[str],
    rules: dict[str, RuleCompared],
    verdicts: dict[tuple[Verdict, Verdict], Found],
) -> None:
    shadow = {finding["rule"] for finding in row.findings}
    for slug in shadow | set(live):
        rule = rules.setdefault(slug, RuleCompared(slug))
        if slug in shadow and slug in live:
            rule.both += 1
        else:
            (rule.only_shadow if slug in shadow else rule.only_live).note(row.comment_id, row.outcome)
    if row.verdict != row.live_verdict:
        pair = Verdict(row.live_verdict), Verdict(row.verdict)
        verdicts.setdefault(pair, Found()).note(row.comment_id, row.outcome)


def _rows(version_id: uuid.UUID, last: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """What the version said, the newest comments first, each with what counted and what a person decided of that revision."""
    found = (
        select(ShadowScreening.comment_id, ShadowScreening.screening_id, ShadowScreening.verdict)
        .add_columns(ShadowScreening.findings, Screening.verdict.label("live_verdict"), Decision.outcome)
        .join(Screening, Screening.id == ShadowScreening.screening_id)
        .join(Comment, Comment.id == ShadowScreening.comment_id)
        .outerjoin(
            Decision,
            (Decision.id == Comment.decision_id)
            & (Decision.revision == ShadowScreening.revision)
            & Decision.person_id.is_not(None)
            & Decision.undone_at.is_(None),
        )
        .where(ShadowScreening.rule_set_id == version_id)
        .order_by(ShadowScreening.comment_id.desc(), ShadowScreening.revision.desc())
        .limit(last)
    )
    return db.session.execute(found).all()


def _with_live(rows: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[tuple[Row[*tuple[Any, ...]], Collection[str]]]:
    """Each row with the rules whose findings counted."""
    for some in batched(rows, _AT_ONCE):
        found = select(FindingRow.screening_id, FindingRow.rule).where(
            FindingRow.screening_id.in_([row.screening_id for row in some]), FindingRow.live
        )
        live: dict[uuid.UUID, Counter[str]] = {}
        for finding in db.session.execute(found):
            live.setdefault(finding.screening_id, Counter())[finding.rule] += 1
        for row in some:
            yield row, live.get(row.screening_id, ())
