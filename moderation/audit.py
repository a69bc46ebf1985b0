"""The record of every change: written beside the change, in its transaction, and never again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from moderation import actors
from moderation.db import db
from moderation.models import AuditEntry


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
