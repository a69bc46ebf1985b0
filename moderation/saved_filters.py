"""Filters of the queue that people keep under names of their own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from urllib.parse import parse_qs

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from moderation.db import db, new_id, now, transaction
from moderation.models import Membership, SavedFilter

MOST = 30


def of(person_id: uuid.UUID) -> Sequence[SavedFilter]:
    """A person's filters, by name."""
    found = select(SavedFilter).where(SavedFilter.person_id == person_id).order_by(SavedFilter.name)
    return db.session.execute(found).scalars().all()


def save(person_id: uuid.UUID, name: str, query: str) -> bool:
    """Keep a filter; the same name again is changed. False when the person keeps too many already."""
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(SavedFilter)
    values = {"id": new_id(), "person_id": person_id, "name": name, "query": query, "created_at": now()}
    with transaction():
        mine = select(func.count()).where(SavedFilter.person_id == person_id, SavedFilter.name != name)
        if db.session.execute(mine).scalar_one() >= MOST:
            return False
        kept = insert.values(values).on_conflict_do_update(index_elements=["person_id", "name"], set_={"query": query})
        db.session.execute(kept)
    return True


def forget_author(site_id: uuid.UUID, author: str) -> None:
    """Remove the filters that people of a site keep over one author (``models.author_key``), inside the caller's transaction."""
    here = select(Membership.person_id).where(Membership.site_id == site_id)
    kept = select(SavedFilter).where(SavedFilter.person_id.in_(here), SavedFilter.query.contains("author="))
    for each in db.session.execute(kept).scalars():
        if author in parse_qs(each.query).get("author", ()):
            db.session.delete(each)


def remove(person_id: uuid.UUID, filter_id: uuid.UUID) -> None:
    """Forget a person's filter; of somebody else's nothing happens."""
    with transaction():
        gone = delete(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.person_id == person_id)
        db.session.execute(gone, execution_options={"synchronize_session": False})
