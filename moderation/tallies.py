"""Keeps ``waiting`` and its counts in step with the comments: triggers that follow each change, and rebuilding from the comments.

Triggers, because whatever moves a comment, a list that misses it would lose it for people. A change appends rows to
``tally_change``; a job adds them up into ``tally``; whoever reads counts reads both in one statement.
"""

from __future__ import annotations

import uuid
from collections import Counter

from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql.expression import Exists

from moderation.db import db, transaction
from moderation.models import Tally, TallyChange
from moderation.triggers import SQLS, Dialect

ADDED_AT_ONCE = 5000
ENOUGH = 200
"""So many changes are worth adding up; below that reading them costs nothing."""


def worth_adding_up() -> Exists:
    """Whether so many changes have come together that reading them all becomes slow."""
    nth = select(TallyChange.id).offset(ENOUGH).limit(1).subquery()
    return exists().select_from(nth)


def add_up() -> int:
    """Add changes up into the tallies, the oldest first; returns how many, at most ``ADDED_AT_ONCE``."""
    oldest = select(TallyChange.id).order_by(TallyChange.id).limit(ADDED_AT_ONCE)
    taken = (
        delete(TallyChange)
        .where(TallyChange.id.in_(oldest))
        .returning(TallyChange.site_id, TallyChange.facet, TallyChange.value, TallyChange.n)
        .execution_options(synchronize_session=False)
    )
    with transaction():
        sums: Counter[tuple[uuid.UUID, str, str]] = Counter()
        rows = db.session.execute(taken).all()
        for row in rows:
            sums[row.site_id, row.facet, row.value] += row.n
        _keep(sums)
    return len(rows)


def _keep(sums: Counter[tuple[uuid.UUID, str, str]]) -> None:
    changed = [
        {"site_id": site_id, "facet": facet, "value": value, "n": n}
        for (site_id, facet, value), n in sorted(sums.items())  # in one order: two of us never wait for each other
        if n
    ]
    if not changed:
        return
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(Tally)
    kept = insert.on_conflict_do_update(
        index_elements=["site_id", "facet", "value"], set_={"n": Tally.n + insert.excluded.n}
    )
    db.session.execute(kept, changed)
    db.session.execute(delete(Tally).where(Tally.n == 0), execution_options={"synchronize_session": False})


def drop_triggers(connection: Connection) -> None:
    """Take the triggers away, as before a migration: SQLite makes a table anew, and may not find one that a trigger names."""
    for statement in _dialect(connection).dropped():
        connection.execute(text(statement))


def rebuild(connection: Connection) -> None:
    """Make ``waiting`` and all counts anew from the comments, within the caller's transaction; others wait meanwhile."""
    dialect = _dialect(connection)
    drop_triggers(connection)
    for statement in (*dialect.rebuilt(), *dialect.created()):
        connection.execute(text(statement))


def _dialect(connection: Connection) -> Dialect:
    return SQLS[connection.dialect.name]
