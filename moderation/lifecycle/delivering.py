"""Deliveries on their way: which are due, in which order, what came of a try, and when an endpoint is switched off."""

from __future__ import annotations

import logging
import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select, update
from sqlalchemy.orm import aliased

from moderation import audit
from moderation.db import db, new_id, now, transaction
from moderation.models import Delivery, DeliveryState, Endpoint, Event, Feed, SwitchedOff
from moderation.settings import Settings

ENDPOINT_SHARE = 4
"""Deliveries to one endpoint in one claim: a site that hangs must leave room for the others."""
LONGEST_PAUSE = 86_400.0
"""Seconds that a site may ask us to wait (``Retry-After``); more is taken for this."""
_GONE = 410
_UNSYNCED = {"synchronize_session": False}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery that this worker alone may try until its claim expires. A trial is a test of the endpoint."""

    id: uuid.UUID
    token: uuid.UUID
    endpoint_id: uuid.UUID
    position: int | None
    url: str
    secrets: tuple[str, ...]
    tries: int
    payload: dict[str, Any]

    @property
    def is_trial(self) -> bool:
        """Whether it only tests the endpoint: tried once, and it says nothing of the endpoint's health."""
        return self.position is None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try: ``error`` is None when it arrived. ``retry_after`` are seconds that the site asked for."""

    status: int | None = None
    error: str | None = None
    excerpt: str | None = None
    retry_after: float | None = None


def deliverable(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Delivery, joined with its Endpoint: what may be posted at this moment.

    A delivery waits for the earlier ones of its comment at the same endpoint until they arrived, were given up or were
    cancelled; one that was cancelled while somebody was posting it counts until that try has ended.
    """
    earlier = aliased(Delivery)
    on_the_way = exists().where(
        earlier.endpoint_id == Delivery.endpoint_id,
        earlier.comment_id == Delivery.comment_id,
        earlier.position < Delivery.position,
        # said in the words of the partial index, so that both databases use it
        or_(earlier.state == literal_column("'pending'"), earlier.claim_token.is_not(None)),
        or_(earlier.state == literal_column("'pending'"), earlier.claim_until > moment),
    )
    listens = and_(Endpoint.active, or_(Endpoint.paused_until.is_(None), Endpoint.paused_until <= moment))
    return *_due(moment), or_(listens, Delivery.event_id.is_(None)), ~on_the_way


def _due(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.state == DeliveryState.PENDING,
        Delivery.next_try_at <= moment,
        or_(Delivery.claim_until.is_(None), Delivery.claim_until < moment),
    )


def due_deliveries(limit: int, seconds: float) -> list[Outgoing]:
    """Claim deliveries whose time has come, for ``seconds``, at most ENDPOINT_SHARE of one endpoint and one of a comment."""
    moment, token = now(), new_id()
    oldest_first = (Delivery.next_try_at, Delivery.id)
    turn = func.row_number().over(partition_by=Delivery.endpoint_id, order_by=oldest_first).label("turn")
    queue = (
        select(Delivery.id, Delivery.next_try_at, turn)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(*deliverable(moment))
        .subquery()
    )
    fair = select(queue.c.id).where(queue.c.turn <= ENDPOINT_SHARE).order_by(queue.c.next_try_at).limit(limit)
    # PostgreSQL locks no rows of a select with a window. What is due is asked again with the lock, since another worker may
    # have claimed a row after the window was read.
    free = select(Delivery.id).where(Delivery.id.in_(fair), *_due(moment)).with_for_update(skip_locked=True)
    with transaction():
        db.session.execute(
            update(Delivery)
            .where(Delivery.id.in_(free))
            .values(claim_token=token, claim_until=moment + timedelta(seconds=seconds), tries=Delivery.tries + 1),
            execution_options=_UNSYNCED,
        )
    claimed = _claimed(token, moment)
    db.session.commit()  # posting takes seconds; no transaction stays open meanwhile
    return claimed


def _claimed(token: uuid.UUID, moment: datetime) -> list[Outgoing]:
    rows = db.session.execute(
        select(Delivery, Endpoint, Event.payload)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .outerjoin(Event, Event.id == Delivery.event_id)
        .where(Delivery.claim_token == token)
        .order_by(Delivery.position),
        execution_options={"populate_existing": True},
    )
    return [
        Outgoing(
            delivery.id,
            token,
            endpoint.id,
            delivery.position,
            url=endpoint.url,
            secrets=endpoint.secrets(moment),
            tries=delivery.tries,
            payload=delivery.payload or payload or {},
        )
        for delivery, endpoint, payload in rows
    ]


def delivery_tried(out: Outgoing, answer: Answer, settings: Settings) -> None:
    """Record what came of a try: it arrived (2xx), is tried again by the schedule, or is given up, visibly.

    An endpoint that answers 410, or at which nothing has arrived for too long, is switched off.
    """
    moment = now()
    last = out.is_trial or answer.status == _GONE or out.tries >= len(settings.delivery_schedule)
    values: dict[str, Any] = {}
    if answer.error is None:
        values = {"state": DeliveryState.DELIVERED, "delivered_at": moment}
    elif last:
        values = {"state": DeliveryState.FAILED}
    else:
        wait = settings.delivery_schedule[out.tries] * random.uniform(1.0, 1.2)  # noqa: S311 -- jitter, no secret
        values = {"next_try_at": moment + timedelta(seconds=max(wait, _asked(answer)))}
    with transaction():
        if not out.is_trial:
            _note_health(out, answer, settings, given_up=last)
        _let_go(out, answer, values, moment)


def _asked(answer: Answer) -> float:
    return min(max(answer.retry_after or 0.0, 0.0), LONGEST_PAUSE)


def _let_go(out: Outgoing, answer: Answer, values: dict[str, Any], moment: datetime) -> None:
    """End the claim, if it is still ours; one that was cancelled meanwhile stays so."""
    mine = Delivery.id == out.id, Delivery.claim_token == out.token
    ended: dict[str, Any] = {
        "last_status": answer.status,
        "last_error": answer.error,
        "last_answer": answer.excerpt,
        "tried_at": moment,
        "claim_token": None,
        "claim_until": None,
    }
    for condition, change in (
        (Delivery.state == DeliveryState.PENDING, ended | values),
        (Delivery.state != DeliveryState.PENDING, ended),
    ):
        statement = update(Delivery).where(*mine, condition).values(**change)
        db.session.execute(statement, execution_options=_UNSYNCED)


def _note_health(out: Outgoing, answer: Answer, settings: Settings, *, given_up: bool) -> None:
    """What a try says of its endpoint. The endpoint is locked before the delivery, the order in which everybody locks."""
    if answer.error is None:
        ailing = or_(Endpoint.failing_since.is_not(None), Endpoint.given_up > 0)
        well = update(Endpoint).where(Endpoint.id == out.endpoint_id, ailing).values(failing_since=None, given_up=0)
        db.session.execute(well, execution_options=_UNSYNCED)
        return
    found = select(Endpoint).where(Endpoint.id == out.endpoint_id).with_for_update()
    endpoint = db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()
    if endpoint is None:  # removed meanwhile
        return
    moment = now()
    endpoint.failing_since = endpoint.failing_since or moment
    if asked := _asked(answer):
        endpoint.paused_until = moment + timedelta(seconds=asked)
    if given_up:
        endpoint.given_up += 1
        before = (out.position or 1) - 1
        endpoint.missed_after = before if endpoint.missed_after is None else min(before, endpoint.missed_after)
    if not endpoint.active:
        return
    failing = moment - endpoint.failing_since > timedelta(days=settings.webhook_dead_days)
    if answer.status == _GONE:
        switch_off(endpoint, SwitchedOff.GONE)
    elif failing or endpoint.given_up >= settings.webhook_dead_after:
        switch_off(endpoint, SwitchedOff.FAILING)


def switch_off(endpoint: Endpoint, why: SwitchedOff | None = None) -> None:
    """Post nothing more to an endpoint; ``why`` is None when a person wishes it. Call inside a transaction that holds it.

    What waits for it stays waiting. What is published from now on gets no delivery: ``missed_after`` says from where on.
    """
    endpoint.active = False
    endpoint.switched_off = str(why) if why else None
    endpoint.switched_off_at = now()
    if endpoint.missed_after is None:
        endpoint.missed_after = db.session.execute(select(Feed.position)).scalar_one()
    audit.note("webhook.switched_off", endpoint.site_id, endpoint.id, after={"why": str(why) if why else None})
    if why:
        log.error("the webhook %s of site %s is switched off: %s", endpoint.id, endpoint.site_id, why)
