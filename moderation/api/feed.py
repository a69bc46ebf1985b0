"""The decisions feed: ``GET /v1/decisions?after=<cursor>``."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import func, select

from moderation.api.authorization import require_site
from moderation.api.waiting import Lookout
from moderation.db import db
from moderation.models import DECISIONS, Event, EventType, Feed
from moderation.wire import Invalid

feed = Blueprint("feed", __name__)

_PAGE = 100
_LONGEST_PAGE = 500
_LONGEST_WAIT = 25
_LAST_POSITION = 2**63 - 1
_DIGITS = 19
_ALL = "all"


@dataclass(frozen=True, slots=True)
class _Page:
    """Events after the cursor. ``own`` is the site's newest position at that moment, ``head`` that of all sites."""

    events: Sequence[tuple[int, dict[str, Any]]]
    more: bool
    own: int
    head: int


@feed.get("/decisions")
def decisions() -> Response:
    """What was published after the cursor, oldest first; with ``wait``, as soon as there is something."""
    caller = require_site()
    after = _number("after", 0, _LAST_POSITION)
    limit = _number("limit", _PAGE, _LONGEST_PAGE, least=1)
    seconds = _number("wait", 0, _LONGEST_WAIT)
    kinds = _kinds()
    lookout: Lookout = current_app.extensions["nazer_lookout"]
    page = _read(caller.site_id, kinds, after, limit)
    end = time.monotonic() + seconds
    while not page.events and (left := end - time.monotonic()) > 0:
        if not lookout.wait(caller.site_id, kinds, since=page.head, seconds=left):
            break
        page = _read(caller.site_id, kinds, after, limit)
    last = page.events[-1][0] if page.events else after
    return jsonify(
        decisions=[payload for _, payload in page.events],
        next=str(last if page.more else max(last, page.own)),
        more=page.more,
    )


def _read(site_id: uuid.UUID, kinds: Sequence[str], after: int, limit: int) -> _Page:
    """A page, in a transaction that is over when it returns.

    The newest positions are read first: what is published between the two statements lies beyond them and is left to the next
    page, so that a cursor may move to the newest one without skipping anything.
    """
    newest = select(func.max(Event.position)).where(Event.site_id == site_id).scalar_subquery()
    head, own = db.session.execute(select(Feed.position, func.coalesce(newest, 0))).one()
    rows = db.session.execute(
        select(Event.position, Event.payload)
        .where(Event.site_id == site_id, Event.position > after, Event.position <= own, Event.type.in_(kinds))
        .order_by(Event.position)
        .limit(limit + 1)
    ).all()
    db.session.commit()
    return _Page([(row.position, row.payload) for row in rows[:limit]], len(rows) > limit, own, head)


def _kinds() -> list[str]:
    """The kinds of events that are asked for: the decisions, unless ``type`` says otherwise."""
    asked = [name for given in request.args.getlist("type") for name in given.split(",") if name]
    if not asked:
        return [str(kind) for kind in DECISIONS]
    if asked == [_ALL]:
        return [str(kind) for kind in EventType]
    if unknown := [name for name in asked if name not in set(EventType)]:
        known = ", ".join([*EventType, _ALL])
        raise Invalid([{"pointer": "?type", "detail": f"{unknown[0][:50]!r} is none of: {known}"}])
    return asked


def _number(name: str, default: int, most: int, *, least: int = 0) -> int:
    raw = request.args.get(name, "")
    if not raw:
        return default
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= _DIGITS) or not least <= int(raw) <= most:
        raise Invalid([{"pointer": f"?{name}", "detail": f"must be a whole number between {least} and {most}"}])
    return int(raw)
