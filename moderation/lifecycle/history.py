"""Comments that were decided before Nazer knew them: remembered with their decision, and nobody is told again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from moderation import search
from moderation.db import db, new_id, transaction
from moderation.jobs import SCREEN, ring_after_commit
from moderation.lifecycle.batch import kept_articles, retried
from moderation.lifecycle.receiving import Outcome
from moderation.lifecycle.screening import Screened, finding_rows, screening_row
from moderation.models import Comment, Decision, DecisionOutcome, FindingRow, Screening
from moderation.pseudonyms import of_address
from moderation.wire_many import PastIn

OTHER_REASON = "other"


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
    author_external_id: str | None = None


def remember(site_id: uuid.UUID, person_id: uuid.UUID, past: Sequence[Past]) -> int:
    """Store decided comments that the site does not have yet, in one transaction; no event is published. Returns how many."""
    with transaction():
        known = _known(site_id, {item.external_id for item in past})
        fresh = [(item, new_id(), new_id(item.decided_at)) for item in past if item.external_id not in known]
        if not fresh:
            return 0
        db.session.execute(insert(Comment), [_comment(site_id, item, s, d) for item, s, d in fresh])
        db.session.execute(insert(Screening), [screening_row(s, item.screened) for item, s, _ in fresh])
        if findings := [row for item, s, _ in fresh for row in finding_rows(s, item.screened)]:
            db.session.execute(insert(FindingRow), findings)
        db.session.execute(insert(Decision), [_decision(site_id, person_id, item, d) for item, _, d in fresh])
        search.keep((item.screened.comment_id, site_id, item.author_name, item.text, ()) for item, _, _ in fresh)
    return len(fresh)


def remember_unscreened(site_id: uuid.UUID, past: Sequence[PastIn]) -> list[Outcome]:
    """Store comments that the site decided before Nazer knew it; an outcome for each, in their order.

    One transaction. A comment that is known already stays as it is. Nobody is told of any of it; the machine screens them in
    the background when nothing newer waits. STORED, SAME (known already) or UNKNOWN_ARTICLE (its title did not come along).
    """
    return retried(lambda: _remember_unscreened(site_id, past))


def _remember_unscreened(site_id: uuid.UUID, past: Sequence[PastIn]) -> list[Outcome]:
    outcomes, rows, decisions = [], [], []
    with transaction():
        places = kept_articles(site_id, [item.article for item in past])
        parents = {item.parent_external_id for item in past if item.parent_external_id}
        known = _known(site_id, {item.external_id for item in past} | parents)
        for item in past:
            article_id = places.get(item.article.external_id)
            if item.external_id in known or article_id is None:
                outcomes.append(Outcome.SAME if item.external_id in known else Outcome.UNKNOWN_ARTICLE)
                continue
            parent_id, under = known.get(item.parent_external_id or "", (None, None))
            row = _past_row(site_id, item, article_id, parent_id if under == article_id else None)
            known[item.external_id] = row["id"], article_id
            rows.append(row)
            decisions.append(_past_decision(item, row))
            outcomes.append(Outcome.STORED)
        if rows:
            db.session.execute(insert(Comment), rows)
            db.session.execute(insert(Decision), decisions)
            ring_after_commit(SCREEN)
    return outcomes


def _known(site_id: uuid.UUID, external_ids: Set[str]) -> dict[str, tuple[uuid.UUID, uuid.UUID]]:
    """The site's comments with these ids: our id, and that of the article."""
    here = Comment.site_id == site_id, Comment.external_id.in_(external_ids)
    rows = db.session.execute(select(Comment.external_id, Comment.id, Comment.article_id).where(*here))
    return {row.external_id: (row.id, row.article_id) for row in rows}


def _past_row(site_id: uuid.UUID, item: PastIn, article_id: uuid.UUID, parent_id: uuid.UUID | None) -> dict[str, Any]:
    came_at = item.submitted_at or item.decided_at
    decision_id = new_id(item.decided_at)
    return {
        "id": new_id(came_at),
        "site_id": site_id,
        "article_id": article_id,
        "parent_id": parent_id,
        "external_id": item.external_id,
        "author_name": item.author.name,
        "author_external_id": item.author.id,
        "author_email_hash": of_address(site_id, "email", item.author.email),
        "author_ip_hash": of_address(site_id, "ip", item.author.ip),
        "text": item.text,
        "submitted_at": item.submitted_at,
        "received_at": came_at,
        "revised_at": came_at,
        "status": str(item.outcome),
        "decision_id": decision_id,
        "published_decision_id": decision_id,
        "rescreen": True,
    }


def _past_decision(item: PastIn, comment: dict[str, Any]) -> dict[str, Any]:
    rejected = item.outcome is DecisionOutcome.REJECTED
    return {
        "id": comment["decision_id"],
        "comment_id": comment["id"],
        "site_id": comment["site_id"],
        "imported": True,
        "revision": 1,
        "outcome": str(item.outcome),
        "reason": (item.reason or OTHER_REASON) if rejected else None,
        "decided_at": item.decided_at,
        "effective_at": item.decided_at,
    }


def _comment(site_id: uuid.UUID, item: Past, screening_id: uuid.UUID, decision_id: uuid.UUID) -> dict[str, Any]:
    return {
        "id": item.screened.comment_id,
        "site_id": site_id,
        "article_id": item.article_id,
        "external_id": item.external_id,
        "author_name": item.author_name,
        "author_external_id": item.author_external_id,
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


def _decision(site_id: uuid.UUID, person_id: uuid.UUID, item: Past, decision_id: uuid.UUID) -> dict[str, Any]:
    return {
        "id": decision_id,
        "site_id": site_id,
        "comment_id": item.screened.comment_id,
        "person_id": person_id,
        "revision": 1,
        "outcome": str(item.outcome),
        "reason": item.reason,
        "decided_at": item.decided_at,
        "effective_at": item.decided_at,
    }
