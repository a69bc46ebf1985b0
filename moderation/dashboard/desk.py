"""Several people at one queue: who reads which card, which one is next, and what came meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import leases, queue
from moderation.dashboard.forms import SeenForm
from moderation.dates import count
from moderation.db import now
from moderation.guards import for_moderators, person, sites
from moderation.models import Comment, Lease
from moderation.queue import Cursor, Filters

CARDS = 25  # a card is tall: more of them only make the page slow


@for_moderators
def lease(comment_id: uuid.UUID) -> ResponseReturnValue:
    """Say that one reads this card, or (``release``) that one does not any more. Tells who reads it when it is somebody else."""
    if queue.find(sites(), comment_id) is None:
        abort(404)
    if request.form.get("release"):
        leases.release(person().id, comment_id)
        return "", 204
    mine = leases.take(person().id, comment_id) is not None
    told = None if mine else read_by_others().get(comment_id)
    return jsonify(mine=mine, told=told, seconds=leases.SECONDS / 3)


@for_moderators
def news() -> ResponseReturnValue:
    """How many comments came into this part of the queue since the page was drawn, and who reads what."""
    fresh = queue.fresh(sites(), Filters.parse(request.args), _moment(request.args.get("since", "")))
    told = gettext("%(count)s پیام تازه", count=count(fresh))
    return jsonify(fresh=fresh, told=told, read_by={str(one): name for one, name in read_by_others().items()})


def settle(comments: Sequence[Comment]) -> dict[uuid.UUID, str]:
    """Sit down at a page: hold the first of its cards that is free, unless one holds one of them already.

    Returns what others read, by the comment's id, each with a sentence that says who.
    """
    held = leases.held(sites())
    if not any(_mine(held.get(comment.id)) for comment in comments):
        leases.take_first(person().id, [comment.id for comment in comments if comment.id not in held])
        held = leases.held(sites())
    return _told(held)


def read_by_others() -> dict[uuid.UUID, str]:
    """Who else reads which card: a sentence by the comment's id."""
    return _told(leases.held(sites()))


def next_page(decided: Comment, form: SeenForm) -> str:
    """Where a person goes on after a decision: the same page of the queue, at the next card that nobody else reads.

    That card is the person's from now on, and the other one nobody's. When the page does not reach so far, the next page begins with it.
    """
    filters = Filters.parse(dict(parse_qsl(form.filters.data or "")))
    after = Cursor.parse(form.after.data or "")
    leases.release(person().id, decided.id)
    following = _take_next(decided, form, filters)
    if following and following not in _on_page(filters, after):
        after = queue.place(decided, filters.order)
    anchor = f"c-{following}" if following else None
    return queue_url(filters, after=str(after) if after else None, _anchor=anchor)


def queue_url(filters: Filters, **more: str | None) -> str:
    """The address of a part of the queue."""
    told: dict[str, Any] = {**filters.query, **more}
    return url_for("dashboard.queue", **told)


def _take_next(decided: Comment, form: SeenForm, filters: Filters) -> uuid.UUID | None:
    """The card that the page showed next, if it is free; else the next one in the queue, else the first one."""
    mine = person().id
    wanted = _uuid(form.onward.data)
    comment = queue.find(sites(), wanted) if wanted else None
    if comment and leases.take(mine, comment.id):
        return comment.id
    behind = queue.free(sites(), mine, filters, after=queue.place(decided, filters.order))
    others = [one for one in queue.free(sites(), mine, filters) if one != decided.id]
    return leases.take_first(mine, behind) or leases.take_first(mine, others)


def _on_page(filters: Filters, after: Cursor | None) -> Sequence[uuid.UUID]:
    return queue.keys(sites(), filters, after=after, limit=CARDS)


def _told(held: Mapping[uuid.UUID, Lease]) -> dict[uuid.UUID, str]:
    return {
        comment_id: gettext("%(name)s این پیام را می‌خواند.", name=lease.person.name)
        for comment_id, lease in held.items()
        if not _mine(lease)
    }


def _mine(lease: Lease | None) -> bool:
    return lease is not None and lease.person_id == person().id


def _uuid(raw: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw or "")
    except ValueError:
        return None


def _moment(raw: str) -> datetime:
    """A moment out of an address; this one when it is none."""
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        return now()
    return moment if moment.tzinfo else now()
