"""What is kept for a time and then forgotten: a site's own days where it says so, in slices, and how much is written down."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, TextClause, delete, or_, select, text, update

from moderation import audit, lifecycle
from moderation.db import db, id_from, now, transaction
from moderation.models import AuditEntry, Comment, Decision, Delivery, DeliveryState, Endpoint, Site
from moderation.models.comment import REJECTED_TEXT, WITHDRAWN_TEXT
from moderation.privacy import let_go

TEXTS_AT_ONCE = 100
ROWS_AT_ONCE = 2_000
_UNSYNCED = {"synchronize_session": False}


def forget_secrets() -> None:
    """Forget secrets of webhooks that sign no more."""
    spent = update(Endpoint).where(Endpoint.old_secret_until < now())
    with transaction():
        db.session.execute(spent.values(old_secret=None, old_secret_until=None), execution_options=_UNSYNCED)


def forget_deliveries(keep_days: float) -> int:
    """Forget a slice of the deliveries that were made long ago; ``keep_days`` where a site says nothing. Returns how many.

    What waits for a webhook that is on stays, however old it is.
    """
    moment = now()
    waits = Endpoint.active & (Delivery.state == DeliveryState.PENDING)
    own = select(Site.id, Site.keep_deliveries_days).where(Site.keep_deliveries_days.is_not(None))
    days = {row.id: row.keep_deliveries_days for row in db.session.execute(own)}
    over = [
        (Endpoint.site_id == site_id) & (Delivery.created_at < moment - timedelta(days=kept))
        for site_id, kept in days.items()
    ]
    usual = Endpoint.site_id.not_in(days) & (Delivery.created_at < moment - timedelta(days=keep_days))
    old = (
        select(Delivery.id)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(or_(usual, *over), Delivery.claim_token.is_(None), ~waits)
        .limit(ROWS_AT_ONCE)
    )
    with transaction():
        gone = delete(Delivery).where(Delivery.id.in_(old)).returning(Delivery.endpoint_id)
        endpoints = db.session.execute(gone, execution_options=_UNSYNCED).scalars().all()
        if named := [endpoint_id for endpoint_id in endpoints if days]:
            _note_deliveries(named, days)
    return len(endpoints)


def _note_deliveries(endpoints: Sequence[uuid.UUID], days: dict[uuid.UUID, int]) -> None:
    """Write down what a site's own days made go; what the service's setting did is no site's doing."""
    whose = select(Endpoint.id, Endpoint.site_id).where(Endpoint.id.in_(set(endpoints)), Endpoint.site_id.in_(days))
    sites = {row.id: row.site_id for row in db.session.execute(whose)}
    counts: dict[uuid.UUID, int] = {}
    for endpoint_id in endpoints:
        if site_id := sites.get(endpoint_id):
            counts[site_id] = counts.get(site_id, 0) + 1
    for site_id, count in counts.items():
        _note(site_id, "deliveries", count)


def forget_old() -> int:
    """Forget a slice of everything whose time is over at some site. Returns how many rows; ask again until it is none."""
    found = select(Site.id, Site.keep_rejected_days, Site.keep_withdrawn_days, Site.keep_addresses_days)
    gone = 0
    for site in db.session.execute(found).all():
        for days, forget in (
            (site.keep_rejected_days, _rejected),
            (site.keep_withdrawn_days, _withdrawn),
            (site.keep_addresses_days, _addresses),
        ):
            if days is not None:
                gone += forget(site.id, now() - timedelta(days=days))
    return gone


def _rejected(site_id: uuid.UUID, before: datetime) -> int:
    """Erase texts that were rejected before; a decision's id tells its time."""
    old = (Comment.decision_id < id_from(before), text(REJECTED_TEXT))
    return _erase(site_id, "rejected", Comment.published_decision_id == Comment.decision_id, *old)


def _withdrawn(site_id: uuid.UUID, before: datetime) -> int:
    """Erase texts that came before and were taken back."""
    return _erase(site_id, "withdrawn", Comment.id < id_from(before), text(WITHDRAWN_TEXT))


def _erase(site_id: uuid.UUID, kind: str, *which: ColumnElement[bool] | TextClause) -> int:
    found = select(Comment.id).where(Comment.site_id == site_id, *which).limit(TEXTS_AT_ONCE)
    ids = db.session.execute(found).scalars().all()
    if not ids:
        return 0
    lifecycle.erase_many(site_id, ids)
    with transaction():
        _note(site_id, kind, len(ids))
    if len(ids) < TEXTS_AT_ONCE:  # the last slice
        let_go()
    return len(ids)


def _addresses(site_id: uuid.UUID, before: datetime) -> int:
    """Forget network addresses of people who acted, and the hashes of readers' ones."""
    gone = 0
    for kind, column in (
        (AuditEntry, AuditEntry.address),
        (Decision, Decision.address),
        (Comment, Comment.author_ip_hash),
    ):
        old = select(kind.id).where(kind.site_id == site_id, kind.id < id_from(before), column.is_not(None))
        forgotten = update(kind).where(kind.id.in_(old.limit(ROWS_AT_ONCE))).values({column.key: None})
        with transaction():
            rows = db.session.execute(forgotten.returning(kind.id), execution_options=_UNSYNCED).all()
            if rows:
                _note(site_id, "addresses", len(rows))
        gone += len(rows)
    return gone


def _note(site_id: uuid.UUID, kind: str, count: int) -> None:
    audit.note("retention.applied", site_id, after={kind: count})
