"""What is kept of a reader, at the reader's wish: erased everywhere, one comment or all of an author's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.sql.dml import Update

from moderation import answered, audit, lifecycle, records, saved_filters, search, standing, tallies
from moderation.db import db, transaction
from moderation.models import Comment, author_key
from moderation.pseudonyms import PSEUDONYM, pseudonym

AT_ONCE = 200
"""Comments that one request erases of an author; whoever wants more gone asks again."""

_NAMES = 100


@dataclass(frozen=True, slots=True)
class Erased:
    """How many comments were erased, and whether more of the author's are left."""

    comments: int
    more: bool


def author_mark(site_id: uuid.UUID, author_id: str) -> str:
    """What the audit calls an author."""
    return pseudonym(site_id, "author", author_id)[:PSEUDONYM]


def erase_author(site_id: uuid.UUID, author_id: str, *, most: int = AT_ONCE) -> Erased:
    """Erase an author's comments, the oldest ``most`` of them, and everything else that names the author.

    That there were comments, and what was decided of them, stays without words and name; so does that somebody erased them.
    """
    erased = erase_some(site_id, author_id, most=most)
    with transaction():
        after = {"comments": erased.comments, "more": erased.more}
        audit.note("author.erased", site_id, author_mark(site_id, author_id), after=after)
    let_go()
    return erased


def erase_some(
    site_id: uuid.UUID, author_id: str, *, most: int = AT_ONCE, count: Callable[[int], Update] | None = None
) -> Erased:
    """The same without a word of it: whoever calls writes it down, and calls :func:`let_go` at the end.

    ``count`` makes of the number of comments a statement that counts them, in the transaction that erases them.
    """
    found = records.of_author(site_id, author_id, after=None, limit=most + 1)
    ids = [comment.id for comment in found[:most]]
    lifecycle.erase_many(site_id, ids, beside=count(len(ids)) if count else None)
    with transaction():
        standing.forget(site_id, author_id)
        saved_filters.forget_author(site_id, author_key(author_id, ""))
        answered.forget_naming(site_id, author_id)
    return Erased(len(ids), len(found) > most)


def erase_comment(site_id: uuid.UUID, comment_id: uuid.UUID) -> None:
    """Erase one comment, with its author's name on it. Raises LookupError when the site has none such."""
    lifecycle.erase(site_id, comment_id)
    with transaction():
        audit.note("comment.erased", site_id, comment_id)
    let_go()


def note_export(site_id: uuid.UUID, author_id: str) -> None:
    """Write down that an author's data were handed over."""
    with transaction():
        audit.note("author.exported", site_id, author_mark(site_id, author_id))


def other_names(comment: Comment) -> int:
    """How many other names wrote from the same e-mail or network address at the site; 0 where neither came along."""
    hashes = {Comment.author_email_hash: comment.author_email_hash, Comment.author_ip_hash: comment.author_ip_hash}
    names: set[str] = set()
    for column, kept in hashes.items():
        if kept:
            same = select(Comment.author_name).where(Comment.site_id == comment.site_id, column == kept)
            names.update(db.session.execute(same.distinct().limit(_NAMES)).scalars())
    return len(names - {comment.author_name, ""})


def let_go() -> None:
    """Have what was erased leave the counts by author that are not added up yet, and the lists of SQLite's search."""
    while tallies.add_up():
        pass
    search.tidy()
