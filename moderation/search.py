"""Searching author and text of everything that was ever received: kept when a comment is screened, blanked when it is erased.

Both sides are folded, so that «كتاب‌هاي» finds «کتاب های». Each word that is asked for may be the beginning of a word.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import func, literal_column, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ColumnElement, Select

from classifiers.text import fold, words
from moderation.db import db
from moderation.models import Comment, Searchable

MOST_WORDS = 10
NEWEST = 5000
"""So many of the newest comments are looked through one by one: what is said often is found there at once."""
LONGEST = 20_000
"""Characters of a text that are searched: PostgreSQL's tsvector ends at a megabyte."""


def keep(comments: Iterable[tuple[uuid.UUID, uuid.UUID, str, str]]) -> None:
    """Make comments (id, site, author's name, text) searchable as they are now, inside the caller's transaction."""
    rows = [
        {"comment_id": comment_id, "site_id": site_id, "folded": folded(author, said)}
        for comment_id, site_id, author, said in comments
    ]
    if not rows:
        return
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(Searchable)
    kept = insert.on_conflict_do_update(index_elements=["comment_id"], set_={"folded": insert.excluded.folded})
    db.session.execute(kept, rows)


def folded(author: str, said: str) -> str:
    """What is searched of a comment: words alone, the author's on a line of their own."""
    return "\n".join(" ".join(word.text for word in words(fold(part[:LONGEST]))) for part in (author, said))


def blank(comment_id: uuid.UUID) -> None:
    """Forget what an erased comment said, inside the caller's transaction."""
    blanked = update(Searchable).where(Searchable.comment_id == comment_id).values(folded="")
    db.session.execute(blanked, execution_options={"synchronize_session": False})


def find(sites: Sequence[uuid.UUID], wanted: str, *, before: int | None = None, limit: int) -> list[tuple[int, uuid.UUID]]:
    """The newest comments in which every wanted word begins a word: pairs of their number and id, newest first.

    ``before`` is the last number of the page before. Nothing is found when no word is wanted.
    """
    terms = [word.text for word in words(fold(wanted[:LONGEST]))][:MOST_WORDS]
    if not terms or not sites:
        return []
    newest = select(Searchable.number, Searchable.comment_id).where(Searchable.site_id.in_(sites))
    if before is not None:
        newest = newest.where(Searchable.number < before)
    newest = newest.order_by(Searchable.number.desc())
    look = _postgresql if db.engine.dialect.name == "postgresql" else _sqlite
    return [(row.number, row.comment_id) for row in look(newest, terms, limit)]


def _sqlite(newest: Select[tuple[int, uuid.UUID]], terms: Sequence[str], limit: int) -> Sequence[Any]:
    """FTS5 keeps its lists in the order of the numbers, and walks them from the end."""
    query = " AND ".join(f'"{term}" *' for term in terms)
    matches = select(literal_column("rowid")).select_from(text("searchable_words")).where(
        text("searchable_words MATCH :query")
    )
    found = newest.where(Searchable.number.in_(matches)).limit(limit)
    return db.session.execute(found, {"query": query}).all()


def _postgresql(newest: Select[tuple[int, uuid.UUID]], terms: Sequence[str], limit: int) -> Sequence[Any]:
    """Words that are often said are among the newest; what is rare there is rare everywhere, so that all finds may be sorted.

    Left to itself, PostgreSQL walks the whole table backwards for a rare word.
    """
    matches = literal_column("words").op("@@")(func.to_tsquery("simple", " & ".join(f"'{term}':*" for term in terms)))
    ...
