"""Comments that were decided before Nazer knew them: remembered with their decision, and nobody is told again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from moderation.db import db, new_id, transaction
from moderation.lifecycle.screening import Screened, finding_rows, screening_row
from moderation.models import Comment, Decision, DecisionOutcome, FindingRow, Screening


@dataclass(frozen=True, slots=True)
class Past:
    """One decided comment. ``screened.comment_id`` is the id that the comment gets; reason is None when it was approved."""

    external_id: str
    article_id: uuid.UUID
    author_name: str
    text: str
    received_at: datetime
    decided_at: datetime
    outcome: DecisionOutcome
    reason: str | None
    screened: Screened


def remember(site_id: uuid.UUID, person_id: uuid.UUID, past: Sequence[Past]) -> int:
    """Store decided comments that the site does not have yet, in one transaction; no event is published. Returns how many."""
    with transaction():
        wanted = [item.external_id for item in past]
        known = set(
            db.session.execute(
                select(Comment.external_id).where(Comment.site_id == site_id, Comment.external_id.in_(wanted))
            ).scalars()
        )
        fresh = [(item, new_id(), new_id()) for item in past if item.external_id not in known]
        if not fresh:
            return 0
        db.session.execute(insert(Comment), [_comment(site_id, item, s, d) for item, s, d in fresh])
        db.session.execute(insert(Screening), [screening_row(s, item.screened) for item, s, _ in fresh])
        if findings := [row for item, s, _ in fresh for row in finding_rows(s, item.screened)]:
            db.session.execute(insert(FindingRow), findings)
        db.session.execute(insert(Decision), [_decision(person_id, item, d) for item, _, d in fresh])
    return len(fresh)


def _comment(site_id: uuid.UUID, item: Past, screening_id: uuid.UUID, decision_id: uuid.UUID) -> dict[str, Any]:
    return {
        "id": item.screened.comment_id,
        "site_id": site_id,
        "article_id": item.article_id,
        "external_id": item.external_id,
        "author_name": item.author_name,
        "text": item.text,
        "received_at": item.received_at,
        "revised_at": item.received_at,
        "status": str(item.outcome),
        "verdict": str(item.screened.judgement.verdict),
        "priority": item.screened.judgement.priority,
        "screening_id": screening_id,
        "decision_id": decision_id,
        "published_decision_id": decision_id,
    }


def _decision(person_id: uuid.UUID, item: Past, decision_id: uuid.UUID) -> dict[str, Any]:
    return {
        "id": decision_id,
        "comment_id": item.screened.comment_id,
        "person_id": person_id,
        "revision": 1,
        "outcome": str(item.outcome),
        "reason": item.reason,
        "decided_at": item.decided_at,
        "effective_at": item.decided_at,
    }
