"""What leaves the house: the one publisher, and the deliveries to the sites."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from moderation.db import db, new_id, now, transaction
from moderation.jobs import DELIVER, PUBLISH, ring_after_commit
from moderation.models import Comment, Decision, Delivery, DeliveryState, Endpoint, Event, EventType, Feed
from moderation.wire_events import event_payload

PUBLISH_BATCH = 500
ENDPOINT_SHARE = 4
"""Deliveries to one endpoint in one claim: a site that hangs must leave room for the others."""
_UNSYNCED = {"synchronize_session": False}


def publish(moment: datetime | None = None) -> int:
    """Let out what is due: give each event its position in the feed and its deliveries, in one transaction under a lock.

    The lock on the feed's one row makes positions appear in the order in which they are given, so that a reader's cursor
    never skips one. Returns how many events were published.
    """
    moment = moment or now()
    with transaction():
        locked = update(Feed).where(Feed.id == 1).values(position=Feed.position).returning(Feed.position)
        position = db.session.execute(locked, execution_options=_UNSYNCED).scalar_one()
        due = _due_events(moment)
        endpoints = _endpoints({event.site_id for event, _, _ in due})
        for event, comment, decision in due:
            position += 1
            event.position, event.published_at = position, moment
            event.payload = event_payload(event, comment, decision)
            if event.type != EventType.REOPENED:
                comment.published_decision_id = decision.id
            for endpoint_id in endpoints.get(event.site_id, ()):
                db.session.add(Delivery(event_id=event.id, endpoint_id=endpoint_id, next_try_at=moment))
        if due:
            db.session.execute(update(Feed).where(Feed.id == 1).values(position=position), execution_options=_UNSYNCED)
            ring_after_commit(DELIVER)
        if len(due) == PUBLISH_BATCH:
            ring_after_commit(PUBLISH)
    return len(due)


def _due_events(moment: datetime) -> Sequence[tuple[Event, Comment, Decision]]:
    due = (Event.position.is_(None), Event.due_at <= moment)
    first = select(Event.comment_id).where(*due).order_by(Event.due_at, Event.id).limit(PUBLISH_BATCH)
    waiting = db.session.execute(first).scalars().all()
    # Comments are locked before their events are read, the order in which everybody locks: whoever undoes or revises one at
    # this moment either was before us (its event is gone) or waits and is too late.
    lock = select(Comment).where(Comment.id.in_(waiting)).order_by(Comment.id).with_for_update()
    comments = {
        row.id: row for row in db.session.execute(lock, execution_options={"populate_existing": True}).scalars()
    }
    rows = db.session.execute(
        select(Event, Decision)
        .join(Decision, Decision.id == Event.decision_id)
        .where(*due, Event.comment_id.in_(comments))
        .order_by(Event.due_at, Event.id)
        .limit(PUBLISH_BATCH),
        execution_options={"populate_existing": True},
    )
    return [(event, comments[event.comment_id], decision) for event, decision in rows]


def _endpoints(sites: set[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in db.session.execute(
        select(Endpoint.site_id, Endpoint.id).where(Endpoint.site_id.in_(sites), Endpoint.active)
    ):
        found.setdefault(row.site_id, []).append(row.id)
    return found


def cancel_unsent(comment_id: uuid.UUID) -> None:
    """Drop what was not published yet, and cancel deliveries that have not reached the site. Call inside a transaction."""
    unsent = select(Event.id).where(Event.comment_id == comment_id)
    for statement in (
        delete(Event).where(Event.comment_id == comment_id, Event.position.is_(None)),
        update(Delivery)
        .where(Delivery.event_id.in_(unsent), Delivery.state == DeliveryState.PENDING)
        .values(state=DeliveryState.CANCELLED),
    ):
        db.session.execute(statement, execution_options=_UNSYNCED)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery that this worker alone may try until its claim expires."""

    id: uuid.UUID
    token: uuid.UUID
    url: str
    secret: str
    tries: int
    payload: dict[str, Any]


def due_deliveries(limit: int, seconds: float) -> list[Outgoing]:
    """Claim deliveries whose time has come, for ``seconds``, at most ENDPOINT_SHARE of one endpoint."""
    moment, token = now(), new_id()
    due = (
        Delivery.state == DeliveryState.PENDING,
        Delivery.next_try_at <= moment,
        or_(Delivery.claim_until.is_(None), Delivery.claim_until < moment),
    )
    oldest_first = (Delivery.next_try_at, Delivery.id)
    turn = func.row_number().over(partition_by=Delivery.endpoint_id, order_by=oldest_first).label("turn")
    queue = (
        select(Delivery.id, Delivery.next_try_at, turn)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(*due, Endpoint.active)
        .subquery()
    )
    fair = select(queue.c.id).where(queue.c.turn <= ENDPOINT_SHARE).order_by(queue.c.next_try_at).limit(limit)
    # PostgreSQL locks no rows of a select with a window. What is due is asked again with the lock, since another worker may
    # have claimed a row after the window was read.
    free = select(Delivery.id).where(Delivery.id.in_(fair), *due).with_for_update(skip_locked=True)
    with transaction():
        db.session.execute(
            update(Delivery)
            .where(Delivery.id.in_(free))
            .values(claim_token=token, claim_until=moment + timedelta(seconds=seconds), tries=Delivery.tries + 1),
            execution_options=_UNSYNCED,
        )
    rows = db.session.execute(
        select(Delivery.id, Delivery.tries, Endpoint.url, Endpoint.secret, Event.payload)
        .join(Event, Event.id == Delivery.event_id)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(Delivery.claim_token == token)
        .order_by(Event.position)
    ).all()
    db.session.commit()  # posting takes seconds; no transaction stays open meanwhile
    return [Outgoing(row.id, token, row.url, row.secret, row.tries, row.payload) for row in rows]


def delivery_tried(out: Outgoing, *, status: int | None, error: str | None, schedule: Sequence[float]) -> None:
    """Record the outcome of a try: delivered (2xx), to be tried again by the schedule, or given up, visibly."""
    moment = now()
    values: dict[str, Any] = {"last_status": status, "last_error": error, "claim_token": None, "claim_until": None}
    if error is None:
        values |= {"state": DeliveryState.DELIVERED, "delivered_at": moment}
    elif out.tries >= len(schedule):
        values |= {"state": DeliveryState.FAILED}
    else:
        wait = schedule[out.tries] * random.uniform(1.0, 1.2)  # noqa: S311 -- jitter, no secret
        values |= {"next_try_at": moment + timedelta(seconds=wait)}
    with transaction():
        db.session.execute(
            update(Delivery)
            .where(Delivery.id == out.id, Delivery.claim_token == out.token, Delivery.state == DeliveryState.PENDING)
            .values(**values),
            execution_options=_UNSYNCED,
        )
