"""The JSON of a site's webhooks and of what was delivered there."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from moderation.models import DECISIONS, Delivery, DeliveryState, Endpoint, EventType, SwitchedOff
from moderation.wire import WholeNumber
from moderation.wire_answers import Answer, Moment, OurId, moment_out

LONGEST_URL = 2000
LONGEST_KEPT_HOURS = 24 * 14
_PAGE, _LONGEST_PAGE = 50, 200

_WEBHOOK = "01a2036d-9a10-7c11-8d3e-2f6a5b1c9e77"
_EVENT = "evt_01a2036d82dc785297639afbcb362f76"
_SECRET = "whsec_bm90IGEgc2VjcmV0LCBqdXN0IGFuIGV4YW1wbGUhISE="  # noqa: S105 -- an example for the docs

_Url = Annotated[
    str,
    StringConstraints(max_length=LONGEST_URL),
    Field(
        description="an http or https address without a password",
        json_schema_extra={"format": "iri", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"},
    ),
]
_Events = Annotated[list[Annotated[EventType, Field(strict=False)]], Field(min_length=1, max_length=20)]


class _In(BaseModel):
    """What a site sends: types are taken literally, unknown fields are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class WebhookIn(_In):
    """A webhook to add."""

    url: _Url
    events: _Events = Field(list(DECISIONS), description="what it wants to hear of; the decisions, unless told")


class WebhookPatch(_In):
    """What is to change of a webhook; what is left out stays."""

    url: _Url | None = Field(None, description="where events are posted from now on")
    events: _Events | None = Field(None, description="what it wants to hear of from now on")
    active: bool | None = Field(None, description="switch it on, with a clean record, or off")


class RotateIn(_In):
    """A change of secrets."""

    keep_old_for_hours: float = Field(
        24, ge=0, le=LONGEST_KEPT_HOURS, description="how long the old secret signs as well"
    )


class RecoverIn(_In):
    """From where on to send again what was missed."""

    after: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")] | None = Field(
        None, description="a cursor of the feed; the webhook's missed_after, unless told"
    )


class DeliveriesAsked(BaseModel):
    """Which deliveries, and how many."""

    state: DeliveryState | None = Field(None, description="only those in this state")
    before: uuid.UUID | None = Field(None, description="`next` of the page before: older ones than this")
    limit: WholeNumber = Field(_PAGE, ge=1, le=_LONGEST_PAGE, description="how many at most")


class WebhookOut(Answer):
    """A webhook. Its secret is shown once, when it is made."""

    id: OurId = Field(examples=[_WEBHOOK])
    url: str = Field(description="where events are posted", examples=["https://news.example.com/nazer"])
    events: list[EventType] = Field(description="what it hears of", examples=[list(DECISIONS)])
    active: bool = Field(description="whether it is on", examples=[True])
    switched_off: SwitchedOff | None = Field(
        description="why Nazer switched it off: gone (it answered 410) or failing (nothing arrived for too long); else null",
        examples=[None],
    )
    switched_off_at: Moment | None = Field(description="when it was switched off", examples=[None])
    failing_since: Moment | None = Field(
        description="the first failure since the last event that arrived", examples=[None]
    )
    paused_until: Moment | None = Field(
        description="until when the site asked to be left alone (Retry-After)", examples=[None]
    )
    missed_after: str | None = Field(
        description="the cursor after which events may not have arrived: recover them, or read the feed from there",
        examples=[None],
    )
    old_secret_until: Moment | None = Field(description="until when the secret before signs as well", examples=[None])
    created_at: Moment = Field(description="when it was added")


class WebhookCreatedOut(WebhookOut):
    """A new webhook with its secret: it is not shown again."""

    secret: str = Field(description="the signing secret", examples=[_SECRET])


class WebhooksOut(Answer):
    """All webhooks of the site, the oldest first."""

    webhooks: list[WebhookOut]


class SecretOut(Answer):
    """The new secret: it is not shown again."""

    secret: str = Field(description="the signing secret", examples=[_SECRET])
    old_secret_until: Moment = Field(description="until when the secret before signs as well")


class RecoveredOut(Answer):
    """How many events are on their way again, and whether to ask again for more."""

    deliveries: int = Field(description="how many events are posted again", examples=[12])
    more: bool = Field(description="there are more: ask again", examples=[False])


class DeliveryOut(Answer):
    """An event on its way to a webhook."""

    id: OurId = Field(examples=["01a2036d-a4f2-7b60-8c1d-5e9f0a7b3c21"])
    webhook: OurId = Field(examples=[_WEBHOOK])
    event: str = Field(description="the event's id; also the header webhook-id", examples=[_EVENT])
    type: str = Field(description="the event's type", examples=["comment.rejected"])
    state: DeliveryState = Field(
        description="pending: on its way; delivered: it arrived; failed: it was given up; cancelled: the comment was taken back",
        examples=["delivered"],
    )
    tries: int = Field(description="how often it was posted", examples=[1])
    next_try_at: Moment | None = Field(description="when it is tried again, while it is pending", examples=[None])
    status: int | None = Field(description="what the site answered to the last try, if it did", examples=[204])
    error: str | None = Field(description="why the last try was no delivery", examples=[None])
    answer: str | None = Field(description="the beginning of the body of that answer", examples=[""])
    tried_at: Moment | None = Field(description="when it was posted last")
    delivered_at: Moment | None = Field(description="when it arrived")
    created_at: Moment = Field(description="when it was published for this webhook")


class DeliveryDetailOut(DeliveryOut):
    """A delivery with the body that is posted."""

    body: dict[str, Any] = Field(
        description="the event as it is posted", examples=[{"id": _EVENT, "type": "comment.rejected"}]
    )


class DeliveriesOut(Answer):
    """Deliveries to a webhook, the latest first."""

    deliveries: list[DeliveryOut]
    next: uuid.UUID | None = Field(
        description="ask with before=<this> for older ones; null when there are none", examples=[None]
    )


def webhook_out(endpoint: Endpoint) -> WebhookOut:
    """A webhook without its secret."""
    return WebhookOut(**_webhook(endpoint))


def webhook_created_out(endpoint: Endpoint) -> WebhookCreatedOut:
    """A webhook that was made a moment ago, with its secret."""
    return WebhookCreatedOut(**_webhook(endpoint), secret=endpoint.secret)


def _webhook(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": [EventType(kind) for kind in endpoint.events],
        "active": endpoint.active,
        "switched_off": SwitchedOff(endpoint.switched_off) if endpoint.switched_off else None,
        "switched_off_at": _told(endpoint.switched_off_at),
        "failing_since": _told(endpoint.failing_since),
        "paused_until": _told(endpoint.paused_until),
        "missed_after": None if endpoint.missed_after is None else str(endpoint.missed_after),
        "old_secret_until": _told(endpoint.old_secret_until),
        "created_at": moment_out(endpoint.created_at),
    }


def delivery_out(delivery: Delivery) -> DeliveryOut:
    """A delivery without its body."""
    return DeliveryOut(**_delivery(delivery))


def delivery_detail_out(delivery: Delivery) -> DeliveryDetailOut:
    """A delivery with its body."""
    return DeliveryDetailOut(**_delivery(delivery), body=delivery.body)


def _delivery(delivery: Delivery) -> dict[str, Any]:
    state = DeliveryState(delivery.state)
    return {
        "id": delivery.id,
        "webhook": delivery.endpoint_id,
        "event": delivery.body["id"],
        "type": delivery.body["type"],
        "state": state,
        "tries": delivery.tries,
        "next_try_at": moment_out(delivery.next_try_at) if state is DeliveryState.PENDING else None,
        "status": delivery.last_status,
        "error": delivery.last_error,
        "answer": delivery.last_answer,
        "tried_at": _told(delivery.tried_at),
        "delivered_at": _told(delivery.delivered_at),
        "created_at": moment_out(delivery.created_at),
    }


def _told(moment: datetime | None) -> str | None:
    return moment_out(moment) if moment else None
