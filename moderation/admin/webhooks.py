"""What was delivered to the sites, what is being tried again, and what was given up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from moderation.db import db, now
from moderation.guards import for_admins, sites
from moderation.models import Delivery, DeliveryState, Endpoint, Site

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class SiteDeliveries:
    """A site's endpoints, how many deliveries are in each state, and the latest ones."""

    site: Site
    endpoints: Sequence[Endpoint]
    counts: dict[str, int]
    latest: Sequence[Delivery]


@for_admins
def webhooks_page() -> ResponseReturnValue:
    """Deliveries of the person's sites, latest first; ``?state=`` shows one state alone."""
    asked = request.args.get("state", "")
    state = DeliveryState(asked) if asked in set(DeliveryState) else None
    found = select(Site).where(Site.id.in_(sites())).order_by(Site.name)
    return render_template(
        "admin/webhooks.html",
        deliveries=[_deliveries(site, state) for site in db.session.execute(found).scalars().all()],
        states=[str(known) for known in DeliveryState],
        state=state,
        now=now(),
        shown=_SHOWN,
    )


def _deliveries(site: Site, state: DeliveryState | None) -> SiteDeliveries:
    endpoints = db.session.execute(select(Endpoint).where(Endpoint.site_id == site.id).order_by(Endpoint.created_at))
    known = endpoints.scalars().all()
    ids = [endpoint.id for endpoint in known]
    return SiteDeliveries(site, known, _counts(ids), _latest(ids, state))


def _counts(endpoints: Sequence[uuid.UUID]) -> dict[str, int]:
    counted = (
        select(Delivery.state, func.count().label("number"))
        .where(Delivery.endpoint_id.in_(endpoints))
        .group_by(Delivery.state)
    )
    return {row.state: row.number for row in db.session.execute(counted)}


def _latest(endpoints: Sequence[uuid.UUID], state: DeliveryState | None) -> Sequence[Delivery]:
    found = (
        select(Delivery)
        .where(Delivery.endpoint_id.in_(endpoints))
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
        .limit(_SHOWN)
        .options(joinedload(Delivery.event), joinedload(Delivery.endpoint))
    )
    if state:
        found = found.where(Delivery.state == state)
    return db.session.execute(found).scalars().all()
