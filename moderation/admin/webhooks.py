"""The webhooks of a person's sites, what was delivered there, what is being tried again and what was given up."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy import func, select

from moderation import endpoints
from moderation.db import db, now
from moderation.guards import for_admins, sites
from moderation.models import DECISIONS, Delivery, DeliveryState, Endpoint, EventType, Site

_SHOWN = 100

EVENT_NAMES = {
    EventType.QUEUED: lazy_gettext("رسیدن به صف بررسی"),
    EventType.APPROVED: lazy_gettext("تأیید دیدگاه"),
    EventType.REJECTED: lazy_gettext("رد دیدگاه"),
    EventType.REOPENED: lazy_gettext("بازگشایی دیدگاه"),
    EventType.WITHDRAWN: lazy_gettext("پس‌گرفتن دیدگاه"),
}


@dataclass(frozen=True, slots=True)
class SiteDeliveries:
    """A site's endpoints, how many deliveries are in each state, and the latest ones."""

    site: Site
    endpoints: Sequence[Endpoint]
    counts: dict[str, int]
    latest: Sequence[Delivery]


@for_admins
def webhooks_page() -> ResponseReturnValue:
    """Webhooks and deliveries of the person's sites, latest first; ``?state=`` shows one state alone."""
    return draw_webhooks()


def draw_webhooks(
    *, problem: str = "", site_id: uuid.UUID | None = None, url: str = "", chosen: Sequence[str] = DECISIONS
) -> ResponseReturnValue:
    """The page of all webhooks; with a problem, the form of one site as it was sent."""
    state = _state()
    found = select(Site).where(Site.id.in_(sites())).order_by(Site.name)
    page = render_template(
        "admin/webhooks.html",
        deliveries=[_deliveries(site, state) for site in db.session.execute(found).scalars().all()],
        problem=problem,
        form_site=site_id,
        form_url=url,
        form_events=chosen,
        **_common(state),
    )
    return page, 422 if problem else 200


@for_admins
def webhook_page(endpoint_id: uuid.UUID) -> ResponseReturnValue:
    """One webhook: what it hears of, how it fares, and what can be done to it."""
    return draw_webhook(endpoint_of(endpoint_id))


def draw_webhook(endpoint: Endpoint, *, problem: str = "", secret: str = "") -> ResponseReturnValue:
    """The page of one webhook; with a secret, the only time that it is shown."""
    state = _state()
    page = render_template(
        "admin/webhook.html",
        endpoint=endpoint,
        site=db.session.get_one(Site, endpoint.site_id),
        counts=_counts([endpoint.id]),
        latest=endpoints.deliveries([endpoint.id], _SHOWN, state=state),
        problem=problem,
        secret=secret,
        **_common(state),
    )
    return page, 422 if problem else 200


@for_admins
def delivery_page(delivery_id: uuid.UUID) -> ResponseReturnValue:
    """One delivery with its body and what was answered."""
    delivery = delivery_of(delivery_id)
    body = json.dumps(delivery.body, ensure_ascii=False, indent=2)
    return render_template("admin/delivery.html", delivery=delivery, body=body, **_common(None))


def endpoint_of(endpoint_id: uuid.UUID) -> Endpoint:
    """A webhook of the person's sites; 404 for any other."""
    return endpoints.find(sites(), endpoint_id) or abort(404)


def delivery_of(delivery_id: uuid.UUID) -> Delivery:
    """A delivery to a webhook of the person's sites; 404 for any other."""
    return endpoints.delivery(sites(), delivery_id) or abort(404)


def _state() -> DeliveryState | None:
    asked = request.args.get("state", "")
    return DeliveryState(asked) if asked in set(DeliveryState) else None


def _common(state: DeliveryState | None) -> dict[str, object]:
    return {
        "state": state,
        "states": [str(known) for known in DeliveryState],
        "event_names": {str(kind): name for kind, name in EVENT_NAMES.items()}
        | {"webhook.test": lazy_gettext("آزمایش")},
        "kinds": [str(kind) for kind in EventType],
        "usual": [str(kind) for kind in DECISIONS],
        "now": now(),
        "shown": _SHOWN,
    }


def _deliveries(site: Site, state: DeliveryState | None) -> SiteDeliveries:
    known = endpoints.of_site(site.id)
    ids = [endpoint.id for endpoint in known]
    return SiteDeliveries(site, known, _counts(ids), endpoints.deliveries(ids, _SHOWN, state=state))


def _counts(of: Sequence[uuid.UUID]) -> dict[str, int]:
    counted = (
        select(Delivery.state, func.count().label("number"))
        .where(Delivery.endpoint_id.in_(of))
        .group_by(Delivery.state)
    )
    return {row.state: row.number for row in db.session.execute(counted)}
