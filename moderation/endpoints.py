"""The webhooks of a site: add, change, switch, give a new secret, test, send again. What leads there is checked when it is posted."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select
from sqlalchemy.orm import joinedload

from moderation import audit
from moderation.db import db, new_id, now, transaction
from moderation.jobs import DELIVER, ring_after_commit
from moderation.lifecycle import delivery_row, switch_off
from moderation.models import DECISIONS, Comment, Delivery, DeliveryState, Endpoint, Event, EventType, Site, Status
from moderation.wire_events import trial_payload

MOST_ENDPOINTS = 20
"""Webhooks of one site at most: each event goes to each of them."""
MOST_RECOVERED = 5_000
"""Missed events that are sent again at once; the rest is asked for again."""
LONGEST_URL = 2000
_FORGOTTEN_AT_ONCE = 2_000
_UNSYNCED = {"synchronize_session": False}


class Refused(ValueError):
    """A webhook that cannot be had so; ``code`` says why in a word, the message in a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check_url(url: str) -> None:
    """Raise Refused for what is no http or https URL with a host, or has a password in it."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # brackets that do not close, a port that is none
        fits = False
    if not fits or len(url) > LONGEST_URL or any(char.isspace() or not char.isprintable() for char in url):
        raise Refused(
            "url", f"a webhook needs an http or https URL of at most {LONGEST_URL} characters, not {url[:200]!r}"
        )
    if "@" in parts.netloc:
        raise Refused("url", "a webhook's URL must not hold a user name or password: the signature says who sends")


def chosen(kinds: Iterable[str] | None) -> list[str]:
    """The events to be told of, each once and in the usual order; the decisions when nothing is said. Raises Refused."""
    if kinds is None:
        return [str(kind) for kind in DECISIONS]
    wanted = set(kinds)
    known = [str(kind) for kind in EventType if kind in wanted]
    if not known or len(known) != len(wanted):
        raise Refused("events", "choose at least one of: " + ", ".join(EventType))
    return known


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it: 256 random bits in Base64 behind ``whsec_``."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def of_site(site_id: uuid.UUID) -> Sequence[Endpoint]:
    """A site's webhooks, the oldest first."""
    found = select(Endpoint).where(Endpoint.site_id == site_id).order_by(Endpoint.created_at, Endpoint.id)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalars().all()


def by_id(endpoint_id: uuid.UUID) -> Endpoint | None:
    """A webhook of any site."""
    return db.session.get(Endpoint, endpoint_id, populate_existing=True)


def find(sites: Iterable[uuid.UUID], endpoint_id: uuid.UUID) -> Endpoint | None:
    """A webhook of one of these sites."""
    found = select(Endpoint).where(Endpoint.id == endpoint_id, Endpoint.site_id.in_(list(sites)))
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def add(site_id: uuid.UUID, url: str, kinds: Iterable[str] | None = None) -> Endpoint:
    """Add a webhook with a secret of its own. Raises Refused."""
    check_url(url)
    events = chosen(kinds)
    with transaction():
        db.session.execute(select(Site.id).where(Site.id == site_id).with_for_update())  # one at a time
        known = of_site(site_id)
        if any(endpoint.url == url for endpoint in known):
            raise Refused("taken", "this URL is a webhook of the site already")
        if len(known) >= MOST_ENDPOINTS:
            raise Refused("too-many", f"a site has at most {MOST_ENDPOINTS} webhooks")
        endpoint = Endpoint(site_id=site_id, url=url, events=events, secret=new_secret())
        db.session.add(endpoint)
        db.session.flush()
        audit.note("webhook.added", site_id, endpoint.id, after=audit.webhook(endpoint))
    return endpoint


def change(endpoint_id: uuid.UUID, *, url: str | None = None, kinds: Iterable[str] | None = None) -> None:
    """Give a webhook another URL, or another choice of events, from now on. Raises Refused."""
    if url is not None:
        check_url(url)
    events = None if kinds is None else chosen(kinds)
    with transaction():
        endpoint = _lock(endpoint_id)
        before = audit.webhook(endpoint)
        if url is not None and url != endpoint.url:
            if any(other.url == url for other in of_site(endpoint.site_id)):
                raise Refused("taken", "this URL is a webhook of the site already")
            endpoint.url = url
        if events is not None:
            endpoint.events = events
        audit.change("webhook.changed", endpoint.site_id, endpoint.id, before, audit.webhook(endpoint))


def switch(endpoint_id: uuid.UUID, *, on: bool) -> None:
    """Switch a webhook on, with a clean record, or off. What waited for it while it was off is posted."""
    with transaction():
        endpoint = _lock(endpoint_id)
        if on and not endpoint.active:
            endpoint.active, endpoint.switched_off, endpoint.switched_off_at = True, None, None
            endpoint.failing_since, endpoint.given_up, endpoint.paused_until = None, 0, None
            audit.note("webhook.switched_on", endpoint.site_id, endpoint.id)
            ring_after_commit(DELIVER)
        elif not on and endpoint.active:
            switch_off(endpoint)


def rotate_secret(endpoint_id: uuid.UUID, *, keep_old_for: timedelta) -> str:
    """Give a webhook a new secret and return it; the one before signs as well until its time is over."""
    with transaction():
        endpoint = _lock(endpoint_id)
        endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, now() + keep_old_for
        endpoint.secret = new_secret()
        until = {"old_signs_until": endpoint.old_secret_until.isoformat()}
        audit.note("webhook.secret_rotated", endpoint.site_id, endpoint.id, after=until)
        return endpoint.secret


def remove(endpoint_id: uuid.UUID) -> None:
    """Remove a webhook with everything that was delivered there; the feed keeps the events."""
    with transaction():
        endpoint = _lock(endpoint_id)
        audit.note("webhook.removed", endpoint.site_id, endpoint_id, before=audit.webhook(endpoint))
        for statement in (
            delete(Delivery).where(Delivery.endpoint_id == endpoint_id),
            delete(Endpoint).where(Endpoint.id == endpoint_id),
        ):
            db.session.execute(statement, execution_options=_UNSYNCED)
    db.session.expire_all()


def test(endpoint_id: uuid.UUID) -> Delivery:
    """Post a test to a webhook, on or off, once. One that has not been posted yet is brought forward instead."""
    moment = now()
    with transaction():
        endpoint = _lock(endpoint_id)
        audit.note("webhook.tested", endpoint.site_id, endpoint_id)
        trial = _waiting(Delivery.endpoint_id == endpoint_id, Delivery.event_id.is_(None))
        if trial is None:
            trial_id = new_id()
            trial = Delivery(id=trial_id, endpoint_id=endpoint_id, payload=trial_payload(trial_id, endpoint_id, moment))
            db.session.add(trial)
        trial.next_try_at = moment
        ring_after_commit(DELIVER)
    return trial


def replay(delivery: Delivery) -> Delivery:
    """Post a delivery again, whatever became of it; one that waits is brought forward. Raises Refused for one switched off."""
    moment = now()
    with transaction():
        endpoint = _lock(delivery.endpoint_id)
        if delivery.event is not None and not endpoint.active:
            raise Refused("off", "the webhook is switched off: switch it on first")
        again = _waiting(Delivery.endpoint_id == endpoint.id, Delivery.event_id == delivery.event_id)
        if again is None:
            same = (
                delivery_row(delivery.event, endpoint.id, moment)
                if delivery.event
                else {"endpoint_id": endpoint.id, "payload": delivery.payload}
            )
            again = Delivery(**same)
            db.session.add(again)
        again.next_try_at = moment
        endpoint.paused_until = None
        audit.note("delivery.sent_again", endpoint.site_id, delivery.id, after={"webhook": str(endpoint.id)})
        ring_after_commit(DELIVER)
    return again


def recover(endpoint_id: uuid.UUID, after: int | None = None) -> tuple[int, bool]:
    """Post what a webhook has missed since a position of the feed (by default, since it began to miss).

    Missed is what it wants to hear of and what neither arrived nor is on its way nor was cancelled, of comments that the site has
    not taken back. Returns how many deliveries were made and whether there are more; ask again for these. Raises Refused for
    one that is switched off.
    """
    moment = now()
    with transaction():
        endpoint = _lock(endpoint_id)
        if not endpoint.active:
            raise Refused("off", "the webhook is switched off: switch it on first")
        since = endpoint.missed_after if after is None else after
        if since is None:
            return 0, False
        settled = exists().where(
            Delivery.event_id == Event.id,
            Delivery.endpoint_id == endpoint.id,
            Delivery.state != DeliveryState.FAILED,
        )
        stands = or_(Event.type == EventType.WITHDRAWN, Comment.status != Status.WITHDRAWN)
        missed = (
            select(Event)
            .join(Comment, Comment.id == Event.comment_id)
            .where(Event.site_id == endpoint.site_id, Event.position > since, Event.type.in_(endpoint.events))
            .where(stands, ~settled)
            .order_by(Event.position)
            .limit(MOST_RECOVERED + 1)
        )
        events = db.session.execute(missed).scalars().all()
        more = len(events) > MOST_RECOVERED
        if rows := [delivery_row(event, endpoint.id, moment) for event in events[:MOST_RECOVERED]]:
            db.session.execute(insert(Delivery), rows)
        if more or after is None:
            endpoint.missed_after = events[MOST_RECOVERED - 1].position if more else None
        audit.note("webhook.recovered", endpoint.site_id, endpoint.id, after={"after": since, "sent": len(rows)})
        ring_after_commit(DELIVER)
    return len(rows), more


def delivery(sites: Iterable[uuid.UUID], delivery_id: uuid.UUID) -> Delivery | None:
    """A delivery to a webhook of one of these sites."""
    found = (
        select(Delivery)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(Delivery.id == delivery_id, Endpoint.site_id.in_(list(sites)))
    )
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def deliveries(
    of: Iterable[uuid.UUID], limit: int, *, state: DeliveryState | None = None, before: uuid.UUID | None = None
) -> Sequence[Delivery]:
    """Deliveries to webhooks with their events, the latest first; ``before`` is the last one of the page before."""
    found = select(Delivery).where(Delivery.endpoint_id.in_(list(of)))
    if state:
        found = found.where(Delivery.state == state)
    if before:
        found = found.where(Delivery.id < before)
    latest = (
        found.order_by(Delivery.id.desc())
        .limit(limit)
        .options(joinedload(Delivery.event), joinedload(Delivery.endpoint))
    )
    return db.session.execute(latest, execution_options={"populate_existing": True}).scalars().all()


def silenced(sites: Iterable[uuid.UUID]) -> int:
    """How many webhooks of these sites were switched off because nobody answered there."""
    off = Endpoint.site_id.in_(list(sites)), ~Endpoint.active, Endpoint.switched_off.is_not(None)
    return db.session.execute(select(func.count()).select_from(Endpoint).where(*off)).scalar_one()


def _lock(endpoint_id: uuid.UUID) -> Endpoint:
    """The webhook, locked until the transaction ends. Raises sqlalchemy.exc.NoResultFound when it was removed."""
    found = select(Endpoint).where(Endpoint.id == endpoint_id).with_for_update()
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one()


def _waiting(*conditions: ColumnElement[bool]) -> Delivery | None:
    found = select(Delivery).where(*conditions, Delivery.state == DeliveryState.PENDING).limit(1)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalars().first()
