"""A site's webhooks and deliveries by the ids in a path, and why something cannot be done with them."""

from __future__ import annotations

import uuid

from flask import Response, url_for

from moderation import endpoints
from moderation.api.answering import answer
from moderation.api.problems import Problem
from moderation.models import Delivery, Endpoint
from moderation.wire import Invalid
from moderation.wire_webhooks import delivery_out

_CONFLICTS = {"taken": "webhook-taken", "too-many": "too-many-webhooks", "off": "webhook-off"}


def delivery_taken(site_id: uuid.UUID, delivery_id: uuid.UUID) -> Response:
    """202 with a delivery that is on its way, and where to ask for it."""
    place = url_for("deliveries.show", delivery_id=str(delivery_id))
    return answer(delivery_out(find_delivery(site_id, str(delivery_id))), 202, location=place)


def find_webhook(site_id: uuid.UUID, raw: str) -> Endpoint:
    """The site's webhook. Raises Problem 404: another site's is as unknown as one that never was."""
    known = _uuid(raw)
    endpoint = endpoints.find([site_id], known) if known else None
    if endpoint is None:
        raise Problem(404, "This site has no webhook with that id.", code="no-such-webhook")
    return endpoint


def find_delivery(site_id: uuid.UUID, raw: str) -> Delivery:
    """The site's delivery. Raises Problem 404."""
    known = _uuid(raw)
    found = endpoints.delivery([site_id], known) if known else None
    if found is None:
        raise Problem(404, "This site has no delivery with that id.", code="no-such-delivery")
    return found


def refusal(error: endpoints.Refused) -> Exception:
    """What to raise: Problem 409 where the state of things forbids it, else Invalid."""
    if error.code in _CONFLICTS:
        return Problem(409, str(error), code=_CONFLICTS[error.code])
    return Invalid([{"pointer": f"/{error.code}", "detail": str(error)}])


def _uuid(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw)
    except ValueError:
        return None
