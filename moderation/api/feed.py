"""The feed: decisions in order, by a cursor that never skips one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from pydantic import BaseModel, Field
from sqlalchemy import select

from moderation.api.authorization import read_query, require_site
from moderation.api.operations import Example, Operation, Scope
from moderation.db import db
from moderation.models import Event
from moderation.wire import WholeNumber
from moderation.wire_events import DecisionsPage

feed = Blueprint("feed", __name__)

_PAGE = 100
_LONGEST_PAGE = 500
_LAST_POSITION = 2**63 - 1


class DecisionsAsked(BaseModel):
    """Where to go on, and how far."""

    after: WholeNumber = Field(
        0, ge=0, le=_LAST_POSITION, description="the cursor: `next` of the page before; begin with 0"
    )
    limit: WholeNumber = Field(_PAGE, ge=1, le=_LONGEST_PAGE, description="how many events at most")


@feed.get("/decisions")
@Operation(
    Scope.READ,
    "تصمیم‌ها را به ترتیب می‌خواند.",
    query=DecisionsAsked,
    answers={200: DecisionsPage},
    example=Example(query={"after": "0", "limit": "100"}),
)
def decisions() -> Response:
    """Read decisions, in order.

    What was published after the cursor, oldest first; an empty page keeps the cursor. Keep `next` and ask with it the next
    time; with `more`, ask at once. Cursors only grow; they are not without gaps.
    """
    caller = require_site()
    asked = read_query(DecisionsAsked)
    rows = db.session.execute(
        select(Event.position, Event.payload)
        .where(Event.site_id == caller.site_id, Event.position > asked.after)
        .order_by(Event.position)
        .limit(asked.limit + 1)
    ).all()
    page = rows[: asked.limit]
    return jsonify(  # the payloads are kept as they were sent (wire_events)
        decisions=[row.payload for row in page],
        next=str(page[-1].position if page else asked.after),
        more=len(rows) > asked.limit,
    )
