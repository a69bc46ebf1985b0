"""What leaves the house: events, and the one publisher that lets them out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import joinedload

from moderation.db import db, new_id, now, transaction
from moderation.jobs import DELIVER, PUBLISH, ring_after_commit
from moderation.models import Comment, Decision, Delivery, DeliveryState, Endpoint, Event, EventType, Feed
from moderation.wire_events import event_payload

PUBLISH_BATCH = 500
_DECIDED = (EventType.APPROVED, EventType.REJECTED)
_UNSYNCED = {"synchronize_session": False}


def announce(comment: Comment, kind: EventType, due_at: datetime, decision: Decision | None = None) -> None:
    """Have the site told of a comment from ``due_at`` on. Call inside a transaction that holds the comment."""
    told = Event(site_id=comment.site_id, comment_id=comment.id, type=str(kind), due_at=due_at)
    told.decision_id = decision.id if decision else None
    db.session.add(told)
    ring_after_commit(PUBLISH)


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
        for event, comment, decision in due:
            position += 1
            event.position, event.published_at = position, moment
            event.payload = event_payload(event, comment, decision)
            if event.type in _DECIDED:
                comment.published_decision_id = event.decision_id
        if due:
            db.session.execute(update(Feed).where(Feed.id == 1).values(position=position), execution_options=_UNSYNCED)
            _address([event for event, _, _ in due], moment)
        if len(due) == PUBLISH_BATCH:
            ring_after_commit(PUBLISH)
    return len(due)


def _due_events(moment: datetime) -> Sequence[tuple[Event, Comment, Decision | None]]:
    due = (Event.position.is_(None), Event.due_at <= moment)
    first = select(Event.comment_id).where(*due).order_by(Event.due_at, Event.id).limit(PUBLISH_BATCH)
    waiting = db.session.execute(first).scalars().all()
    # Comments are locked before their events are read, the order in which everybody locks: whoever undoes or revises one at
    # this moment either was before us (its event is gone) or waits and is too late.
    lock = (
        select(Comment)
        .where(Comment.id.in_(waiting))
        .order_by(Comment.id)
        .options(joinedload(Comment.article))
        .with_for_update(of=Comment)
    )
    comments = {
        row.id: row for row in db.session.execute(lock, execution_options={"populate_existing": True}).scalars()
    }
    rows = db.session.execute(
        select(Event, Decision)
        .outerjoin(Decision, Decision.id == Event.decision_id)
        .where(*due, Event.comment_id.in_(comments))
        .order_by(Event.due_at, Event.id)
        .limit(PUBLISH_BATCH),
        execution_options={"populate_existing": True},
    )
    return [(event, comments[event.comment_id], decision) for event, decision in rows]


def _address(events: Sequence[Event], moment: datetime) -> None:
    """A delivery of each event to each endpoint of its site that is on and wants its kind."""
    wanting: dict[tuple[uuid.UUID, str], list[uuid.UUID]] = {}
    sites = {event.site_id for event in events}
    for row in db.session.execute(
        select(Endpoint.site_id, Endpoint.id, Endpoint.events).where(Endpoint.site_id.in_(sites), Endpoint.active)
    ):
        for kind in row.events:
            wanting.setdefault((row.site_id, kind), []).append(row.id)
    rows = [
        delivery_row(event, endpoint_id, moment)
        for event in events
        for endpoint_id in wanting.get((event.site_id, event.type), ())
    ]
    if rows:
        db.session.execute(insert(Delivery), rows)
        ring_after_commit(DELIVER)


def delivery_row(event: Event, endpoint_id: uuid.UUID, moment: datetime) -> dict[str, object]:
    """A row of the delivery table: this published event to that endpoint, now."""
    return {
        "id": new_id(),
        "event_id": event.id,
        "endpoint_id": endpoint_id,
        "comment_id": event.comment_id,
        "position": event.position,
        "next_try_at": moment,
    }


def drop_unpublished(comment_id: uuid.UUID) -> None:
    """Forget what nobody outside has heard of yet. Call inside a transaction."""
    unheard = delete(Event).where(Event.comment_id == comment_id, Event.position.is_(None))
    db.session.execute(unheard, execution_options=_UNSYNCED)


def cancel_unsent(comment_id: uuid.UUID) -> None:
    """Drop what was not published yet, and cancel deliveries that have not reached the site. Call inside a transaction."""
    drop_unpublished(comment_id)
    unsent = select(Event.id).where(Event.comment_id == comment_id)
    db.session.execute(
        update(Delivery)
        .where(Delivery.event_id.in_(unsent), Delivery.state == DeliveryState.PENDING)
        .values(state=DeliveryState.CANCELLED),
        execution_options=_UNSYNCED,
    )
