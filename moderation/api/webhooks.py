"""A site's webhooks: add, change, test, send again, and what was delivered. Scope of every view: admin."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, Response, request, url_for

from moderation import endpoints
from moderation.api.answering import answer
from moderation.api.authorization import read, require_site
from moderation.api.problems import Problem
from moderation.models import Delivery, DeliveryState, Endpoint
from moderation.wire import Invalid, moment_out
from moderation.wire_webhooks import (
    LAST_POSITION,
    DeliveriesOut,
    RecoveredOut,
    RecoverIn,
    RotateIn,
    SecretOut,
    WebhookIn,
    WebhookPatch,
    WebhooksOut,
    delivery_detail_out,
    delivery_out,
    webhook_created_out,
    webhook_out,
)

webhooks = Blueprint("webhooks", __name__)

_PAGE, _LONGEST_PAGE = 50, 200
_CONFLICTS = {"taken": "webhook-taken", "too-many": "too-many-webhooks", "off": "webhook-off"}


@webhooks.get("/webhooks")
def listing() -> Response:
    """List the site's webhooks."""
    caller = require_site()
    return answer(WebhooksOut(webhooks=[webhook_out(each) for each in endpoints.of_site(caller.site_id)]))


@webhooks.post("/webhooks")
def add() -> Response:
    """Add a webhook.

    The answer holds its secret, which is not shown again.
    """
    caller = require_site()
    sent = read(WebhookIn)
    try:
        endpoint = endpoints.add(caller.site_id, sent.url, sent.events)
    except endpoints.Refused as error:
        raise _refusal(error) from None
    place = url_for("webhooks.show", webhook_id=str(endpoint.id))
    return answer(webhook_created_out(endpoint), 201, location=place)


@webhooks.get("/webhooks/<webhook_id>")
def show(webhook_id: str) -> Response:
    """Tell of a webhook: what it hears of, whether it is on, and whether it has missed something."""
    caller = require_site()
    return answer(webhook_out(_find(caller.site_id, webhook_id)))


@webhooks.patch("/webhooks/<webhook_id>")
def change(webhook_id: str) -> Response:
    """Change a webhook's address or choice of events, switch it on or off."""
    caller = require_site()
    sent = read(WebhookPatch)
    endpoint = _find(caller.site_id, webhook_id)
    try:
        endpoints.change(endpoint.id, url=sent.url, kinds=sent.events)
    except endpoints.Refused as error:
        raise _refusal(error) from None
    if sent.active is not None:
        endpoints.switch(endpoint.id, on=sent.active)
    return answer(webhook_out(_find(caller.site_id, webhook_id)))


@webhooks.delete("/webhooks/<webhook_id>")
def remove(webhook_id: str) -> Response:
    """Remove a webhook with what is known of its deliveries. The feed keeps the events."""
    caller = require_site()
    endpoints.remove(_find(caller.site_id, webhook_id).id)
    return Response(status=204)


@webhooks.post("/webhooks/<webhook_id>/rotate-secret")
def rotate_secret(webhook_id: str) -> Response:
    """Give a webhook a new secret.

    It is not shown again. Until the old one's time is over each delivery carries a signature by both.
    """
    caller = require_site()
    sent = read(RotateIn)
    endpoint = _find(caller.site_id, webhook_id)
    secret = endpoints.rotate_secret(endpoint.id, keep_old_for=timedelta(hours=sent.keep_old_for_hours))
    until = moment_out(_find(caller.site_id, webhook_id).old_secret_until) or ""
    return answer(SecretOut(secret=secret, old_secret_until=until))


@webhooks.post("/webhooks/<webhook_id>/test")
def test(webhook_id: str) -> Response:
    """Send a test to a webhook, on or off.

    It is posted once, within seconds; the delivery says what came of it.
    """
    caller = require_site()
    trial = endpoints.test(_find(caller.site_id, webhook_id).id)
    return _delivery_taken(caller.site_id, trial.id)


@webhooks.post("/webhooks/<webhook_id>/recover")
def recover(webhook_id: str) -> Response:
    """Send again what a webhook has missed: while it was off, and what was given up."""
    caller = require_site()
    sent = read(RecoverIn)
    after = None if sent.after is None else int(sent.after)
    if after is not None and after > LAST_POSITION:
        raise Invalid([{"pointer": "/after", "detail": "is no cursor of the feed"}])
    try:
        count, more = endpoints.recover(_find(caller.site_id, webhook_id).id, after)
    except endpoints.Refused as error:
        raise _refusal(error) from None
    return answer(RecoveredOut(deliveries=count, more=more), 202)


@webhooks.get("/webhooks/<webhook_id>/deliveries")
def deliveries(webhook_id: str) -> Response:
    """List what was posted to a webhook and what is on its way, the latest first."""
    caller = require_site()
    endpoint = _find(caller.site_id, webhook_id)
    limit = _limit(request.args.get("limit", ""))
    state, before = request.args.get("state", ""), request.args.get("before", "")
    if state and state not in set(DeliveryState):
        raise Invalid([{"pointer": "?state", "detail": "must be one of: " + ", ".join(DeliveryState)}])
    if before and _uuid(before) is None:
        raise Invalid([{"pointer": "?before", "detail": "must be the id of a delivery"}])
    rows = endpoints.deliveries(
        [endpoint.id], limit + 1, state=DeliveryState(state) if state else None, before=_uuid(before)
    )
    shown = rows[:limit]
    following = shown[-1].id if len(rows) > limit else None
    return answer(DeliveriesOut(deliveries=[delivery_out(each) for each in shown], next=following))


@webhooks.get("/webhooks/deliveries/<delivery_id>")
def delivery(delivery_id: str) -> Response:
    """Tell of one delivery, with the body that is posted and what was answered."""
    caller = require_site()
    return answer(delivery_detail_out(_find_delivery(caller.site_id, delivery_id)))


@webhooks.post("/webhooks/deliveries/<delivery_id>/replay")
def replay(delivery_id: str) -> Response:
    """Post a delivery again, whatever became of it.

    It has the same webhook-id and body and a signature of now. One that is pending is brought forward.
    """
    caller = require_site()
    known = _find_delivery(caller.site_id, delivery_id)
    try:
        again = endpoints.replay(known)
    except endpoints.Refused as error:
        raise _refusal(error) from None
    return _delivery_taken(caller.site_id, again.id)


def _delivery_taken(site_id: uuid.UUID, delivery_id: uuid.UUID) -> Response:
    place = url_for("webhooks.delivery", delivery_id=str(delivery_id))
    return answer(delivery_out(_find_delivery(site_id, str(delivery_id))), 202, location=place)


def _find(site_id: uuid.UUID, raw: str) -> Endpoint:
    """The site's webhook. Raises Problem 404: another site's is as unknown as one that never was."""
    known = _uuid(raw)
    endpoint = endpoints.find([site_id], known) if known else None
    if endpoint is None:
        raise Problem(404, "This site has no webhook with that id.", code="no-such-webhook")
    return endpoint


def _find_delivery(site_id: uuid.UUID, raw: str) -> Delivery:
    known = _uuid(raw)
    found = endpoints.delivery([site_id], known) if known else None
    if found is None:
        raise Problem(404, "This site has no delivery with that id.", code="no-such-delivery")
    return found


def _uuid(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw)
    except ValueError:
        return None


def _limit(raw: str) -> int:
    if not raw:
        return _PAGE
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 10) or not 1 <= int(raw) <= _LONGEST_PAGE:
        raise Invalid([{"pointer": "?limit", "detail": f"must be a whole number between 1 and {_LONGEST_PAGE}"}])
    return int(raw)


def _refusal(error: endpoints.Refused) -> Exception:
    if error.code in _CONFLICTS:
        return Problem(409, str(error), code=_CONFLICTS[error.code])
    return Invalid([{"pointer": f"/{error.code}", "detail": str(error)}])
