"""Searching author and text of everything that was ever received: kept when a comment is screened, blanked when it is erased.

Both sides are folded, so that «كتاب‌هاي» finds «کتاب های». Each word that is asked for may be the beginning of a word.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, Uuid, bindparam, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import TextualSelect

from classifiers.text import fold, words
from moderation.db import db, transaction
from moderation.models import Searchable

MOST_WORDS = 10
NEWEST = 5000
"""So many of the newest comments are looked through one by one on PostgreSQL: what is said often is found there at once."""
LONGEST = 20_000
"""Characters of a text, and of all that it was before together, that are searched: PostgreSQL's tsvector ends at a megabyte."""

type Found = tuple[int, uuid.UUID]
"""The number of a comment, which grows with time, and its id."""


def keep(comments: Iterable[tuple[uuid.UUID, uuid.UUID, str, str, Sequence[str]]]) -> None:
    """Make comments (id, site, author's name, text, earlier texts) searchable, inside the caller's transaction."""
    rows = [
        {"comment_id": comment_id, "site_id": site_id, "folded": folded(author, said, *before)}
        for comment_id, site_id, author, said, before in comments
    ]
    if not rows:
        return
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(Searchable)
    kept = insert.on_conflict_do_update(index_elements=["comment_id"], set_={"folded": insert.excluded.folded})
    db.session.execute(kept, rows)


def folded(author: str, said: str, *before: str) -> str:
    """What is searched of a comment: words alone, the author's on a line of their own, then each text's that it had."""
    earlier: list[str] = []
    room = LONGEST
    for part in before:
        earlier.append(part[:room])
        room -= len(earlier[-1])
    return "\n".join(" ".join(_words(part)) for part in (author, said, *filter(None, earlier)))


def blank(comment_ids: Sequence[uuid.UUID]) -> None:
    """Forget what erased comments said, inside the caller's transaction."""
    blanked = update(Searchable).where(Searchable.comment_id.in_(comment_ids)).values(folded="")
    db.session.execute(blanked, execution_options={"synchronize_session": False})


def tidy() -> None:
    """Have SQLite let go of the words of erased texts: until its lists are merged they lie there, although nothing finds them.

    A transaction of its own. PostgreSQL keeps no words beside the row.
    """
    if db.engine.dialect.name == "sqlite":
        with transaction():
            db.session.execute(text("INSERT INTO searchable_words (searchable_words) VALUES ('optimize')"))


def find(sites: Sequence[uuid.UUID], wanted: str, *, before: int | None = None, limit: int) -> list[Found]:
    """The newest comments of these sites in which every wanted word begins a word, newest first.

    ``before`` is the last number of the page before. Nothing is found when no word is wanted.
    """
    terms = _words(wanted)[:MOST_WORDS]
    if not terms or not sites:
        return []
    values = {"sites": list(sites), "before": before or 2**62, "limit": limit}
    if db.engine.dialect.name == "sqlite":
        return _rows(_FTS5, values | {"query": " AND ".join(f'"{term}" *' for term in terms)})
    values |= {"query": " & ".join(f"'{term}':*" for term in terms), "newest": NEWEST}
    found = _rows(_AMONG_NEWEST, values)
    return found if len(found) == limit else _rows(_AMONG_ALL, values)


def says(wanted: str, author: str, *said: str) -> bool:
    """Whether a comment with such an author and such texts would be found: every wanted word begins a word of them."""
    known = [word for part in (author, *said) for word in _words(part)]
    terms = _words(wanted)[:MOST_WORDS]
    return bool(terms) and all(any(word.startswith(term) for word in known) for term in terms)


def _words(part: str) -> list[str]:
    return [word.text for word in words(fold(part[:LONGEST]))]


def _rows(statement: TextualSelect, values: dict[str, object]) -> list[Found]:
    return [(row.number, row.comment_id) for row in db.session.execute(statement, values)]


def _statement(sql: str) -> TextualSelect:
    bound = text(sql).bindparams(bindparam("sites", type_=Uuid(), expanding=True))
    return bound.columns(number=BigInteger(), comment_id=Uuid())


# FTS5 keeps its lists in the order of the numbers, and walks them from the end.
_FTS5 = _statement(
    "SELECT s.number, s.comment_id FROM searchable_words AS w CROSS JOIN searchable AS s ON s.number = w.rowid"
    " WHERE w.folded MATCH :query AND w.rowid < :before AND s.site_id IN :sites ORDER BY w.rowid DESC LIMIT :limit"
)
# What is said often is among the newest; what is rare there is rare everywhere, so that all finds may be sorted. Left to
# itself, PostgreSQL walks the whole table backwards for a rare word.
_AMONG_NEWEST = _statement(
    "SELECT number, comment_id FROM (SELECT number, comment_id, words FROM searchable WHERE site_id IN :sites"
    " AND number < :before ORDER BY number DESC LIMIT :newest) AS newest"
    " WHERE words @@ to_tsquery('simple', :query) ORDER BY number DESC LIMIT :limit"
)
_AMONG_ALL = _statement(
    "WITH found AS MATERIALIZED (SELECT number, comment_id, site_id FROM searchable"
    " WHERE words @@ to_tsquery('simple', :query))"
    " SELECT number, comment_id FROM found WHERE site_id IN :sites AND number < :before ORDER BY number DESC LIMIT :limit"
)
