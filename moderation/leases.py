"""Who reads which card, so that two people do not read the same one. A lease is no lock: whoever decides, decides.

It ends by itself a minute after it was last renewed. Triggers end it when its comment leaves the queue or gets a vote.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from moderation.db import db, now, transaction
from moderation.models import Comment, Decision, Lease, Status

SECONDS = 60
"""How long a card is held after the last sign that somebody reads it."""


def take(person_id: uuid.UUID, comment_id: uuid.UUID) -> Lease | None:
    """Let a person read a comment of the queue, and no other one meanwhile; None when somebody else is reading it.

    Renews a lease of one's own. A comment that does not wait for this person is not leased: None.
    """
    moment = now()
    made = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(Lease)
    voted = exists().where(
        Decision.comment_id == Comment.id,
        Decision.person_id == person_id,
        Decision.revision == Comment.revision,
        Decision.vote.is_(True),
        Decision.undone_at.is_(None),
    )
    waits = select(Comment.site_id).where(Comment.id == comment_id, Comment.status == Status.IN_REVIEW, ~voted)
    with transaction():
        site_id = db.session.execute(waits).scalar_one_or_none()
        if site_id is None:
            return None
        until = moment + timedelta(seconds=SECONDS)
        values = {"comment_id": comment_id, "site_id": site_id, "person_id": person_id, "until": until}
        taken = made.values(values).on_conflict_do_update(
            index_elements=["comment_id"],
            set_={"person_id": person_id, "until": until},
            where=or_(Lease.person_id == person_id, Lease.until <= moment),
        )
        lease = db.session.execute(
            taken.returning(Lease), execution_options={"populate_existing": True}
        ).scalar_one_or_none()
        if lease is not None:
            others = delete(Lease).where(Lease.person_id == person_id, Lease.comment_id != comment_id)
            db.session.execute(others, execution_options={"synchronize_session": False})
    return lease


def take_first(person_id: uuid.UUID, comment_ids: Iterable[uuid.UUID]) -> uuid.UUID | None:
    """Lease the first of these that nobody else holds; None when there is none."""
    return next((comment_id for comment_id in comment_ids if take(person_id, comment_id)), None)


def release(person_id: uuid.UUID, comment_id: uuid.UUID) -> None:
    """Let go of a card; of somebody else's nothing happens."""
    with transaction():
        gone = delete(Lease).where(Lease.comment_id == comment_id, Lease.person_id == person_id)
        db.session.execute(gone, execution_options={"synchronize_session": False})


def held(sites: Sequence[uuid.UUID]) -> dict[uuid.UUID, Lease]:
    """Every card of these sites that somebody reads now, by the comment's id; at most one a person."""
    found = select(Lease).where(Lease.site_id.in_(sites), Lease.until > now()).options(joinedload(Lease.person))
    leases = db.session.execute(found, execution_options={"populate_existing": True}).scalars()
    return {lease.comment_id: lease for lease in leases}
