"""The feed: decisions and other events in order, by a cursor that never skips one."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Blueprint, Response, current_app, jsonify
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from sqlalchemy import func, select

from moderation.api.authorization import read_query, require_site
from moderation.api.operations import Example, Operation, Scope
from moderation.api.waiting import Lookout
from moderation.db import db
from moderation.models import DECISIONS, Event, EventType, Feed
from moderation.wire import WholeNumber
from moderation.wire_events import DecisionsPage

feed = Blueprint("feed", __name__)

_PAGE = 100
_LONGEST_PAGE = 500
_LONGEST_WAIT = 25
_LAST_POSITION = 2**63 - 1
_ALL = "all"
_ONE = "|".join(kind.replace(".", r"\.") for kind in EventType)


def _known(value: str) -> str:
    names = value.split(",")
    if value != _ALL and (unknown := [name for name in names if name not in set(EventType)]):
        known = ", ".join([*EventType, _ALL])
        raise PydanticCustomError("kind", "{name} is none of: {known}", {"name": repr(unknown[0][:50]), "known": known})
    return value


class DecisionsAsked(BaseModel):
    """Where to go on, how far, of what, and whether to wait."""

    after: WholeNumber = Field(
        0, ge=0, le=_LAST_POSITION, description="the cursor: `next` of the page before; begin with 0"
    )
    limit: WholeNumber = Field(_PAGE, ge=1, le=_LONGEST_PAGE, description="how many events at most")
    type: Annotated[str, AfterValidator(_known)] = Field(
        ",".join(DECISIONS),
        description=f"kinds of events, separated by commas, or `{_ALL}`",
        json_schema_extra={"pattern": f"^({_ALL}|({_ONE})(,({_ONE}))*)$"},
    )
    wait: WholeNumber = Field(0, ge=0, le=_LONGEST_WAIT, description="seconds to wait until there is something to tell")

    def kinds(self) -> list[str]:
        """The kinds of events that are asked for."""
        return [str(kind) for kind in EventType] if self.type == _ALL else self.type.split(",")


@dataclass(frozen=True, slots=True)
class _Page:
    """Events after the cursor. ``own`` is the site's newest position at that moment, ``head`` that of all sites."""

    events: Sequence[tuple[int, dict[str, Any]]]
    more: bool
    own: int
    head: int


@feed.get("/decisions")
@Operation(
    Scope.READ,
    "تصمیم‌ها و رویدادهای دیگر را به ترتیب می‌خواند.",
    query=DecisionsAsked,
    answers={200: DecisionsPage},
    example=Example(query={"after": "0", "limit": "100"}),
)
def decisions() -> Response:
    """Read decisions and other events, in order; wait for them.

    What was published after the cursor, oldest first. Keep `next` and ask with it the next time; with `more`, ask at once.
    Cursors only grow; they are not without gaps, and move on over kinds of events that were not asked for. With `wait` an
    empty page comes when the time is up, and news as soon as there are some. Few requests may wait at once: when an empty page
    comes early, pause a few seconds.
    """
    caller = require_site()
    asked = read_query(DecisionsAsked)
    kinds = asked.kinds()
    lookout: Lookout = current_app.extensions["nazer_lookout"]
    page = _read(caller.site_id, kinds, asked.after, asked.limit)
    end = time.monotonic() + asked.wait
    while not page.events and (left := end - time.monotonic()) > 0:
        if not lookout.wait(caller.site_id, kinds, since=page.head, seconds=left):
            break
        page = _read(caller.site_id, kinds, asked.after, asked.limit)
    last = page.events[-1][0] if page.events else asked.after
    return jsonify(  # the payloads are kept as they were sent (wire_events)
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
