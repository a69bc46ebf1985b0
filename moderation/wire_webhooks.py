"""The JSON of a site's webhooks and of what was delivered there."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from moderation.models import DECISIONS, Delivery, DeliveryState, Endpoint, EventType, SwitchedOff
from moderation.wire import moment_out

LONGEST_URL = 2000
LONGEST_KEPT_HOURS = 24 * 14
LAST_POSITION = 2**63 - 1

_Url = Annotated[
    str, StringConstraints(max_length=LONGEST_URL), Field(description="an http or https address without a password")
]
_Events = Annotated[list[Annotated[EventType, Field(strict=False)]], Field(min_length=1, max_length=20)]


class _In(BaseModel):
    """What a site sends: types are taken literally, unknown fields are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Out(BaseModel):
    """What a site is told. Every field is always there."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class WebhookIn(_In):
    """A webhook to add."""

    url: _Url
    events: _Events = Field(list(DECISIONS), description="what it wants to hear of; the decisions, unless told")


class WebhookPatch(_In):
    """What is to change of a webhook; what is left out stays."""

    url: _Url | None = None
    events: _Events | None = None
    active: bool | None = Field(None, description="switch it on, with a clean record, or off")


class RotateIn(_In):
    """A change of secrets."""

    keep_old_for_hours: float = Field(
        24, ge=0, le=LONGEST_KEPT_HOURS, description="how long the old secret signs as well"
    )


class RecoverIn(_In):
    """From where on to send again what was missed."""

    after: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,19}$")] | None = Field(
        None, description="a cursor of the feed; the webhook's missed_after, unless told"
    )


class WebhookOut(_Out):
    """A webhook. Its secret is shown once, when it is made."""

    id: uuid.UUID
    url: str
    events: list[EventType]
    active: bool
    switched_off: SwitchedOff | None = Field(
        description="why Nazer switched it off: gone (it answered 410) or failing (nothing arrived for too long); else null"
    )
    switched_off_at: str | None
    failing_since: str | None = Field(description="the first failure since the last event that arrived")
    paused_until: str | None = Field(description="until when the site asked to be left alone (Retry-After)")
    missed_after: str | None = Field(
        description="the cursor after which events may not have arrived: recover them, or read the feed from there"
    )
    old_secret_until: str | None = Field(description="until when the secret before signs as well")
    created_at: str


class WebhookCreatedOut(WebhookOut):
    """A new webhook with its secret: it is not shown again."""

    secret: str


class WebhooksOut(_Out):
    """All webhooks of the site, the oldest first."""

    webhooks: list[WebhookOut]


class SecretOut(_Out):
    """The new secret: it is not shown again."""

    secret: str
    old_secret_until: str


class RecoveredOut(_Out):
    """How many events are on their way again, and whether to ask again for more."""

    deliveries: int
    more: bool


class DeliveryOut(_Out):
    """An event on its way to a webhook."""

    id: uuid.UUID
    webhook: uuid.UUID
    event: str = Field(description="the event's id; also the header webhook-id")
    type: str
    state: DeliveryState
    tries: int
    next_try_at: str | None = Field(description="when it is tried again, while it is pending")
    status: int | None = Field(description="what the site answered to the last try, if it did")
    error: str | None = Field(description="why the last try was no delivery")
    answer: str | None = Field(description="the beginning of the body of that answer")
    tried_at: str | None
    delivered_at: str | None
    created_at: str


class DeliveryDetailOut(DeliveryOut):
    """A delivery with the body that is posted."""

    body: dict[str, Any]


class DeliveriesOut(_Out):
    """Deliveries to a webhook, the latest first."""

    deliveries: list[DeliveryOut]
    next: uuid.UUID | None = Field(description="ask with before=<this> for older ones; null when there are none")


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
        "switched_off_at": moment_out(endpoint.switched_off_at),
        "failing_since": moment_out(endpoint.failing_since),
        "paused_until": moment_out(endpoint.paused_until),
        "missed_after": None if endpoint.missed_after is None else str(endpoint.missed_after),
        "old_secret_until": moment_out(endpoint.old_secret_until),
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
        "tried_at": moment_out(delivery.tried_at),
        "delivered_at": moment_out(delivery.delivered_at),
        "created_at": moment_out(delivery.created_at),
    }
