"""The decisions feed: ``GET /v1/decisions?after=<cursor>``."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select

from moderation.api.authorization import require_site
from moderation.db import db
from moderation.models import Event
from moderation.wire import Invalid

feed = Blueprint("feed", __name__)

_PAGE = 100
_LONGEST_PAGE = 500
_LAST_POSITION = 2**63 - 1
_DIGITS = 19


@feed.get("/decisions")
def decisions() -> Response:
    """What was published after the cursor, oldest first; an empty page keeps the cursor."""
    caller = require_site()
    after = _number("after", 0, _LAST_POSITION)
    limit = _number("limit", _PAGE, _LONGEST_PAGE, least=1)
    rows = db.session.execute(
        select(Event.position, Event.payload)
        .where(Event.site_id == caller.site_id, Event.position > after)
        .order_by(Event.position)
        .limit(limit + 1)
    ).all()
    page = rows[:limit]
    return jsonify(
        decisions=[row.payload for row in page],
        next=str(page[-1].position if page else after),
        more=len(rows) > limit,
    )


def _number(name: str, default: int, most: int, *, least: int = 0) -> int:
    raw = request.args.get(name, "")
    if not raw:
        return default
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= _DIGITS) or not least <= int(raw) <= most:
        raise Invalid([{"pointer": f"?{name}", "detail": f"must be a whole number between {least} and {most}"}])
    return int(raw)
