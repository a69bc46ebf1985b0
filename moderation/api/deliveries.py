"""What was posted to a site's webhooks and answered, and posting it again. Scope of every view: admin."""

from __future__ import annotations

from flask import Blueprint, Response

from moderation import endpoints
from moderation.api.answering import answer
from moderation.api.authorization import read_query, require_site
from moderation.api.finding import delivery_taken, find_delivery, find_webhook, refusal
from moderation.api.operations import DELIVERY_ID, WEBHOOK_ID, Example, Operation, Scope
from moderation.wire_webhooks import (
    DeliveriesAsked,
    DeliveriesOut,
    DeliveryDetailOut,
    DeliveryOut,
    delivery_detail_out,
    delivery_out,
)

deliveries = Blueprint("deliveries", __name__)

_WEBHOOK = {"webhook_id": WEBHOOK_ID}
_DELIVERY = {"delivery_id": DELIVERY_ID}
_PLACE = {"webhook_id": "01a2036d-9a10-7c11-8d3e-2f6a5b1c9e77"}
_SENT = {"delivery_id": "01a2036d-a4f2-7b60-8c1d-5e9f0a7b3c21"}


@deliveries.get("/webhooks/<webhook_id>/deliveries")
@Operation(
    Scope.ADMIN,
    "ارسال‌های یک وب‌هوک را فهرست می‌کند.",
    path=_WEBHOOK,
    query=DeliveriesAsked,
    answers={200: DeliveriesOut},
    problems=("no-such-webhook",),
    example=Example(path=_PLACE, query={"limit": "50"}),
)
def listing(webhook_id: str) -> Response:
    """List what was posted to a webhook and what is on its way, the latest first."""
    caller = require_site()
    asked = read_query(DeliveriesAsked)
    endpoint = find_webhook(caller.site_id, webhook_id)
    rows = endpoints.deliveries([endpoint.id], asked.limit + 1, state=asked.state, before=asked.before)
    shown = rows[: asked.limit]
    following = shown[-1].id if len(rows) > asked.limit else None
    return answer(DeliveriesOut(deliveries=[delivery_out(each) for each in shown], next=following))


@deliveries.get("/webhooks/deliveries/<delivery_id>")
@Operation(
    Scope.ADMIN,
    "یک ارسال را با متن و پاسخ آن نشان می‌دهد.",
    path=_DELIVERY,
    answers={200: DeliveryDetailOut},
    problems=("no-such-delivery",),
    example=Example(path=_SENT),
)
def show(delivery_id: str) -> Response:
    """Tell of one delivery, with the body that is posted and what was answered."""
    caller = require_site()
    return answer(delivery_detail_out(find_delivery(caller.site_id, delivery_id)))


@deliveries.post("/webhooks/deliveries/<delivery_id>/replay")
@Operation(
    Scope.ADMIN,
    "یک ارسال را دوباره می‌فرستد.",
    path=_DELIVERY,
    answers={202: DeliveryOut},
    problems=("no-such-delivery", "webhook-off"),
    located=True,
    example=Example(path=_SENT),
)
def replay(delivery_id: str) -> Response:
    """Post a delivery again, whatever became of it.

    It has the same webhook-id and body and a signature of now. One that is pending is brought forward.
    """
    caller = require_site()
    known = find_delivery(caller.site_id, delivery_id)
    try:
        again = endpoints.replay(known)
    except endpoints.Refused as error:
        raise refusal(error) from None
    return delivery_taken(caller.site_id, again.id)
