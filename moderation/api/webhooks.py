"""A site's webhooks: add, change, test, recover, remove. Scope of every view: admin."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, url_for

from moderation import endpoints
from moderation.api.answering import answer
from moderation.api.authorization import read, require_site
from moderation.api.finding import delivery_taken, find_webhook, refusal
from moderation.api.operations import WEBHOOK_ID, Example, Operation, Scope
from moderation.db import now
from moderation.wire_answers import moment_out
from moderation.wire_webhooks import (
    DeliveryOut,
    RecoveredOut,
    RecoverIn,
    RotateIn,
    SecretOut,
    WebhookCreatedOut,
    WebhookIn,
    WebhookOut,
    WebhookPatch,
    WebhooksOut,
    webhook_created_out,
    webhook_out,
)

webhooks = Blueprint("webhooks", __name__)

_WEBHOOK = {"webhook_id": WEBHOOK_ID}
_PLACE = {"webhook_id": "01a2036d-9a10-7c11-8d3e-2f6a5b1c9e77"}
_ADDED = {
    "url": "https://news.example.com/nazer",
    "events": ["comment.approved", "comment.rejected", "comment.reopened", "comment.withdrawn"],
}


@webhooks.get("/webhooks")
@Operation(Scope.ADMIN, "وب‌هوک‌های سایت را فهرست می‌کند.", answers={200: WebhooksOut})
def listing() -> Response:
    """List the site's webhooks."""
    caller = require_site()
    return answer(WebhooksOut(webhooks=[webhook_out(each) for each in endpoints.of_site(caller.site_id)]))


@webhooks.post("/webhooks")
@Operation(
    Scope.ADMIN,
    "وب‌هوکی به سایت می‌افزاید.",
    body=WebhookIn,
    answers={201: WebhookCreatedOut},
    problems=("webhook-taken", "too-many-webhooks"),
    located=True,
    secret=True,
    example=Example(body=_ADDED),
)
def add() -> Response:
    """Add a webhook.

    The answer holds its secret, which is not shown again.
    """
    caller = require_site()
    sent = read(WebhookIn)
    try:
        endpoint = endpoints.add(caller.site_id, sent.url, sent.events)
    except endpoints.Refused as error:
        raise refusal(error) from None
    place = url_for("webhooks.show", webhook_id=str(endpoint.id))
    return answer(webhook_created_out(endpoint), 201, location=place)


@webhooks.get("/webhooks/<webhook_id>")
@Operation(
    Scope.ADMIN,
    "یک وب‌هوک را نشان می‌دهد.",
    path=_WEBHOOK,
    answers={200: WebhookOut},
    problems=("no-such-webhook",),
    example=Example(path=_PLACE),
)
def show(webhook_id: str) -> Response:
    """Tell of a webhook: what it hears of, whether it is on, and whether it has missed something."""
    caller = require_site()
    return answer(webhook_out(find_webhook(caller.site_id, webhook_id)))


@webhooks.patch("/webhooks/<webhook_id>")
@Operation(
    Scope.ADMIN,
    "نشانی یا رویدادهای یک وب‌هوک را عوض می‌کند، یا آن را روشن و خاموش می‌کند.",
    path=_WEBHOOK,
    body=WebhookPatch,
    answers={200: WebhookOut},
    problems=("no-such-webhook", "webhook-taken"),
    example=Example(path=_PLACE, body={"events": ["comment.approved", "comment.rejected"], "active": True}),
)
def change(webhook_id: str) -> Response:
    """Change a webhook's address or choice of events, switch it on or off.

    What is left out stays. Switched on, it begins with a clean record, and what waited for it is posted.
    """
    caller = require_site()
    sent = read(WebhookPatch)
    endpoint = find_webhook(caller.site_id, webhook_id)
    try:
        endpoints.change(endpoint.id, url=sent.url, kinds=sent.events)
    except endpoints.Refused as error:
        raise refusal(error) from None
    if sent.active is not None:
        endpoints.switch(endpoint.id, on=sent.active)
    return answer(webhook_out(find_webhook(caller.site_id, webhook_id)))


@webhooks.delete("/webhooks/<webhook_id>")
@Operation(
    Scope.ADMIN,
    "یک وب‌هوک را برمی‌دارد.",
    path=_WEBHOOK,
    answers={200: WebhookOut},
    problems=("no-such-webhook",),
    example=Example(path=_PLACE),
)
def remove(webhook_id: str) -> Response:
    """Remove a webhook with what is known of its deliveries.

    The feed keeps the events. The answer is the webhook as it was.
    """
    caller = require_site()
    removed = webhook_out(find_webhook(caller.site_id, webhook_id))
    endpoints.remove(removed.id)
    return answer(removed)


@webhooks.post("/webhooks/<webhook_id>/rotate-secret")
@Operation(
    Scope.ADMIN,
    "به یک وب‌هوک رمز امضای تازه‌ای می‌دهد.",
    path=_WEBHOOK,
    body=RotateIn,
    answers={200: SecretOut},
    problems=("no-such-webhook",),
    secret=True,
    example=Example(path=_PLACE, body={"keep_old_for_hours": 24}),
)
def rotate_secret(webhook_id: str) -> Response:
    """Give a webhook a new secret.

    It is not shown again. Until the old one's time is over each delivery carries a signature by both.
    """
    caller = require_site()
    sent = read(RotateIn)
    endpoint = find_webhook(caller.site_id, webhook_id)
    secret = endpoints.rotate_secret(endpoint.id, keep_old_for=timedelta(hours=sent.keep_old_for_hours))
    until = find_webhook(caller.site_id, webhook_id).old_secret_until or now()
    return answer(SecretOut(secret=secret, old_secret_until=moment_out(until)))


@webhooks.post("/webhooks/<webhook_id>/test")
@Operation(
    Scope.ADMIN,
    "رویدادی آزمایشی به یک وب‌هوک می‌فرستد.",
    path=_WEBHOOK,
    answers={202: DeliveryOut},
    problems=("no-such-webhook",),
    located=True,
    example=Example(path=_PLACE),
)
def test(webhook_id: str) -> Response:
    """Send a test to a webhook, on or off.

    It is posted once, within seconds; the delivery says what came of it.
    """
    caller = require_site()
    trial = endpoints.test(find_webhook(caller.site_id, webhook_id).id)
    return delivery_taken(caller.site_id, trial.id)


@webhooks.post("/webhooks/<webhook_id>/recover")
@Operation(
    Scope.ADMIN,
    "آنچه به یک وب‌هوک نرسیده است را دوباره می‌فرستد.",
    path=_WEBHOOK,
    body=RecoverIn,
    answers={202: RecoveredOut},
    problems=("no-such-webhook", "webhook-off"),
    example=Example(path=_PLACE, body={"after": "0"}),
)
def recover(webhook_id: str) -> Response:
    """Send again what a webhook has missed.

    That is what was published while it was off, and what was given up; not what is on its way, and nothing of comments that
    were taken back. With `more`, ask again.
    """
    caller = require_site()
    sent = read(RecoverIn)
    after = None if sent.after is None else int(sent.after)
    try:
        count, more = endpoints.recover(find_webhook(caller.site_id, webhook_id).id, after)
    except endpoints.Refused as error:
        raise refusal(error) from None
    return answer(RecoveredOut(deliveries=count, more=more), 202)
