"""What a site's rules decide without a person, because the site told them to."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, insert, select

from moderation.db import db, new_id, now
from moderation.jobs import PUBLISH, ring_after_commit
from moderation.lifecycle.holding import undo_window
from moderation.models import Decision, DecisionOutcome, Event, EventType, Site
from moderation.rules.rule_set import ByItself


def decide_by_themselves(
    decided: Sequence[tuple[Row[*tuple[Any, ...]], ByItself]], undo_seconds: float
) -> dict[uuid.UUID, dict[str, Any]]:
    """Record decisions over comments (id, site_id, revision) inside the caller's transaction.

    Returns what changes of each comment, by its id. Like a person's, they leave the house ``undo_seconds`` later, or
    when the site says.
    """
    if not decided:
        return {}
    moment = now()
    sites = {comment.site_id for comment, _ in decided}
    windows = {site.id: undo_window(site, undo_seconds) for site in db.session.execute(_sites(sites)).scalars()}
    decisions: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    changes: dict[uuid.UUID, dict[str, Any]] = {}
    for comment, by_itself in decided:
        outcome = DecisionOutcome.REJECTED if by_itself.reason else DecisionOutcome.APPROVED
        decision_id, effective_at = new_id(), moment + windows[comment.site_id]
        about = {"comment_id": comment.id}
        decisions.append(
            about
            | {"id": decision_id, "revision": comment.revision, "outcome": str(outcome), "reason": by_itself.reason}
            | {"site_id": comment.site_id, "decided_at": moment, "effective_at": effective_at}
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


def _sites(ids: Collection[uuid.UUID]) -> Select[Site]:
    return select(Site).where(Site.id.in_(ids)).execution_options(populate_existing=True)
