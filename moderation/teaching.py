"""Which decisions may teach a site's insult model, where its thresholds lie, and at which sites there are enough of them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select

from classifiers.insult_decisions import Judged
from classifiers.learn import Cuts
from moderation.db import db, now
from moderation.models import Comment, DayFigure, Decision, DecisionOutcome, LearnedModel
from moderation.numbers import day_of
from moderation.numbers.scores import APPROVED, JUDGED
from moderation.numbers.scores import INSULT as AS_INSULT
from moderation.policy import live_rule_set
from moderation.rules.no_insults import NoInsults
from moderation.settings import Settings

INSULT = "insult"
MOST_DECISIONS = 20_000
"""Decisions that a residual is fitted on and judged by at most, the newest ones."""

_AS_INSULT = (Decision.outcome == DecisionOutcome.REJECTED) & (Decision.reason == NoInsults.slug)
_STANDS = (
    Comment.decision_id.is_not(None),
    Comment.erased_at.is_(None),
    Comment.revision == Decision.revision,
    Comment.trimmed.is_(False),
    Decision.trimmed_text.is_(None),
    Decision.undone_at.is_(None),
    Decision.vote.is_(False),
)


def decisions_of(site_id: uuid.UUID, *, imported: bool = False) -> list[Judged]:
    """The newest decisions that people took and that stand, of texts that are still there as they were decided.

    Rejected for another reason than an insult is neither: whether it insults, nobody said. What a moderator cut is left out, too.
    """
    by_people = Decision.person_id.is_not(None) & Decision.imported.is_(False)
    found = (
        select(
            Comment.text,
            case((_AS_INSULT, True), else_=False).label("insult"),
            Comment.author_external_id,
            Comment.author_name,
            Decision.person_id,
            Decision.decided_at,
        )
        .join(Decision, Decision.id == Comment.decision_id)
        .where(
            Comment.site_id == site_id,
            *_STANDS,
            Decision.effective_at <= now(),
            (by_people | Decision.imported) if imported else by_people,
            _AS_INSULT | (Decision.outcome == DecisionOutcome.APPROVED),
        )
        .order_by(Comment.decision_id.desc())
        .limit(MOST_DECISIONS)
    )
    return [_judged(row) for row in db.session.execute(found)]


def _judged(row: Any) -> Judged:
    author = f"id {row.author_external_id}" if row.author_external_id else f"name {row.author_name}"
    person = row.person_id.hex if row.person_id else "imported"
    return Judged(row.text, bool(row.insult), author, person, row.decided_at)


def cuts_of(site_id: uuid.UUID) -> Cuts:
    """The scores from which the site's rule against insults is suspicious, and sure."""
    options = dict(live_rule_set(site_id).rules.get(NoInsults.slug, {}).get("options", {}))
    return float(options.get("suspect_at", NoInsults.suspect_at)), float(
        options.get("violation_at", NoInsults.violation_at)
    )


def due_sites(settings: Settings) -> list[uuid.UUID]:
    """Sites whose people decided enough to learn from, and enough anew since the last fit; by the kept figures of days."""
    row = DayFigure
    said = func.substr(row.part, 4)
    sums = select(row.site_id, said.label("said"), func.sum(row.count).label("number")).where(row.figure == JUDGED)
    counts: dict[uuid.UUID, dict[str, int]] = {}
    for one in db.session.execute(sums.group_by(row.site_id, said)):
        counts.setdefault(one.site_id, {})[one.said] = int(one.number)
    enough = (
        site_id
        for site_id, found in counts.items()
        if found.get(AS_INSULT, 0) >= settings.learn_first_insults
        and found.get(APPROVED, 0) >= settings.learn_first_approvals
    )
    return [site_id for site_id in enough if _grown(site_id, settings)]


def _grown(site_id: uuid.UUID, settings: Settings) -> bool:
    """Whether the last fit is long enough ago, and enough was decided on the days since."""
    last = select(LearnedModel).where(LearnedModel.site_id == site_id, LearnedModel.name == INSULT)
    before = db.session.execute(last.order_by(LearnedModel.number.desc()).limit(1)).scalar_one_or_none()
    if before is None:
        return True
    if before.created_at > now() - timedelta(seconds=settings.learn_insult_pause):
        return False
    since = select(func.coalesce(func.sum(DayFigure.count), 0)).where(
        DayFigure.site_id == site_id, DayFigure.figure == JUDGED, DayFigure.day >= day_of(before.created_at)
    )
    grown = int(db.session.execute(since).scalar_one())
    return grown >= max(1, round(settings.learn_growth * before.decisions))
