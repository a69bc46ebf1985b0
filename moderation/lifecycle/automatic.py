"""What a site's rules decide without a person, because the site told them to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, insert

from moderation.db import db, new_id, now
from moderation.jobs import PUBLISH, ring_after_commit
from moderation.models import Decision, DecisionOutcome, Event, EventType
from moderation.rules.rule_set import ByItself


def decide_by_themselves(
    decided: Sequence[tuple[Row[*tuple[Any, ...]], ByItself]], undo_seconds: float
) -> dict[uuid.UUID, dict[str, Any]]:
    """Record decisions over comments (id, site_id, revision) inside the caller's transaction.

    Returns what changes of each comment, by its id. Like a person's, they leave the house ``undo_seconds`` later.
    """
    if not decided:
        return {}
    moment = now()
    effective_at = moment + timedelta(seconds=undo_seconds)
    decisions, events, changes = [], [], {}
    for comment, by_itself in decided:
        outcome = DecisionOutcome.REJECTED if by_itself.reason else DecisionOutcome.APPROVED
        decision_id = new_id()
        about = {"comment_id": comment.id}
        decisions.append(
            about
            | {"id": decision_id, "revision": comment.revision, "outcome": str(outcome), "reason": by_itself.reason}
            | {"decided_at": moment, "effective_at": effective_at}
        )
        events.append(
            about
            | {"id": new_id(), "site_id": comment.site_id, "decision_id": decision_id}
            | {"type": str(EventType(f"comment.{outcome}")), "due_at": effective_at}
        )
        changes[comment.id] = {"status": str(outcome), "decision_id": decision_id}
    db.session.execute(insert(Decision), decisions)
    db.session.execute(insert(Event), events)
    ring_after_commit(PUBLISH)
    return changes
