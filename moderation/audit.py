"""The record of every change: written beside the change, in its transaction, and never again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from moderation import actors
from moderation.db import db
from moderation.models import AuditEntry, Endpoint


def note(
    action: str,
    site_id: uuid.UUID | None,
    subject: object = None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Record what whoever is acting does. Call inside the transaction of the change itself.

    Args:
        action: a kind of thing and what was done to it, ``"key.given"``.
        site_id: whose it is; None for the whole service.
        subject: the thing's id or name; never a reader's name, address or words.
        before: what mattered of it before, as JSON; ``after`` the same after. Never a secret.
    """
    actor = actors.current()
    db.session.add(
        AuditEntry(
            site_id=site_id,
            channel=str(actor.channel),
            person_id=actor.person_id,
            key_id=actor.key_id,
            address=actor.address,
            action=action,
            subject=None if subject is None else str(subject)[:200],
            before=None if before is None else dict(before),
            after=None if after is None else dict(after),
        )
    )


def change(
    action: str, site_id: uuid.UUID | None, subject: object, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Record what of a thing became something else, and only that; nothing where nothing did. Call like :func:`note`."""
    moved = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if moved:
        was, became = ({name: told.get(name) for name in moved} for told in (before, after))
        note(action, site_id, subject, before=was, after=became)


def webhook(endpoint: Endpoint) -> dict[str, Any]:
    """What an entry tells of a webhook: its address without what may be a secret in it, and what it hears of."""
    parts = urlsplit(endpoint.url)
    hidden = "?…" if parts.query or parts.fragment else ""
    return {"url": f"{parts.scheme}://{parts.netloc}{parts.path}{hidden}", "events": list(endpoint.events)}
