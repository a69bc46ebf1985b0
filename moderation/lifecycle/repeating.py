"""What is kept of comments so that copies find each other: kept before it is compared, and forgotten again.

Of two copies the one that is kept later finds the other, whichever worker has it and whether both are in one batch.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b
from itertools import groupby
from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, select, union
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import ColumnElement, Exists, Select

from classifiers.repeats import Sketch
from moderation.db import db, now, transaction
from moderation.models import Comment, Fingerprint, FingerprintKey, Site, Status
from moderation.repeats import KEPT, MOST_COPIES, Known, Said, compare
from moderation.rules.base import Repeats

_FORGOTTEN_AT_ONCE = 1000
_MARGIN = timedelta(hours=1)


def keep_prints(comments: Iterable[Comment], sketches: Mapping[uuid.UUID, Sketch]) -> dict[uuid.UUID, int]:
    """Keep what is known of the texts of a claim, in one transaction. Returns the number of each that is kept.

    The transactions of one site queue behind a lock on its row, so that a print with a greater number was committed later.
    A text that was edited or erased meanwhile is not kept; one that is kept already stays where it is.
    """
    claimed = [comment for comment in comments if comment.id in sketches]
    if not claimed:
        return {}
    with transaction():
        kept = _kept(claimed)
        fresh = [comment for comment in claimed if comment.id in kept and kept[comment.id] is None]
        if fresh:
            made = db.session.execute(
                insert(Fingerprint).returning(Fingerprint.comment_id, Fingerprint.id),
                [_print(comment, sketches[comment.id]) for comment in fresh],
            )
            kept |= {row.comment_id: row.id for row in made}
            db.session.execute(
                insert(FingerprintKey),
                [
                    {"site_id": comment.site_id, "key": key, "fingerprint_id": kept[comment.id]}
                    for comment in fresh
                    for key in sketches[comment.id].keys
                ],
            )
    return {comment_id: number for comment_id, number in kept.items() if number is not None}


def _kept(claimed: Sequence[Comment]) -> dict[uuid.UUID, int | None]:
    """The comments whose text is still the claimed one, locked against edits and erasure, with the number of a print kept before."""
    sites = {comment.site_id for comment in claimed}
    # FOR NO KEY UPDATE and FOR KEY SHARE on PostgreSQL: neither holds up a comment that comes in; SQLite has one writer anyway
    db.session.execute(select(Site.id).where(Site.id.in_(sites)).order_by(Site.id).with_for_update(key_share=True))
    revisions = {comment.id: comment.revision for comment in claimed}
    current = db.session.execute(
        select(Comment.id, Comment.revision)
        .where(Comment.id.in_(revisions), Comment.erased_at.is_(None))
        .order_by(Comment.id)
        .with_for_update(read=True, key_share=True)
    ).all()
    before = db.session.execute(
        select(Fingerprint.comment_id, Fingerprint.id).where(Fingerprint.comment_id.in_(revisions))
    )
    numbers = {row.comment_id: row.id for row in before}
    return {row.id: numbers.get(row.id) for row in current if row.revision == revisions[row.id]}


def _print(comment: Comment, sketch: Sketch) -> dict[str, Any]:
    return {"comment_id": comment.id, "author": _author(comment), "imprint": sketch.imprint, "kept_at": now()}


def _author(comment: Comment) -> int:
    """A number that stands for an author: by the site's id where it gives one, else by the name."""
    by_id = comment.author_external_id is not None
    known_as = f"{comment.site_id}:{by_id}:{comment.author_external_id if by_id else comment.author_name}"
    return int.from_bytes(blake2b(known_as.encode(), digest_size=8).digest(), "little", signed=True)


def find_repeats(
    comments: Iterable[Comment], sketches: Mapping[uuid.UUID, Sketch], numbers: Mapping[uuid.UUID, int]
) -> dict[uuid.UUID, Repeats]:
    """The comments of a claim that say what was said before at their site; one query, bounded however often it was said.

    ``numbers`` is what :func:`keep_prints` returned.
    """
    if not numbers:
        return {}
    mine = {numbers[comment.id]: comment for comment in comments if comment.id in numbers}
    rows = db.session.execute(candidates(list(mine)))
    found: dict[uuid.UUID, Repeats] = {}
    for number, group in groupby(rows, key=lambda row: row.mine):
        comment = mine[number]
        said = Said(str(comment.id), _author(comment), comment.revised_at, sketches[comment.id])
        if repeats := compare(said, list(_known(group, found))):
            found[comment.id] = repeats
    return found


def _known(rows: Iterable[Any], found: Mapping[uuid.UUID, Repeats]) -> Iterator[Known]:
    """The candidates of one comment; what those of its own batch repeat is not in the database yet."""
    for row in rows:
        first = found[row.comment_id].first if row.comment_id in found else row.repeats_of and str(row.repeats_of)
        stands = row.status != Status.WITHDRAWN
        yield Known(str(row.comment_id), row.author, row.revised_at, row.imprint, first, stands)


def candidates(numbers: Sequence[int]) -> Select[Any]:
    """For each of these prints those before it that share a key: of each key the newest MOST_COPIES + 1 and the first."""
    mine, other, newer, first = (aliased(FingerprintKey) for _ in range(4))

    def shared(with_: Any) -> ColumnElement[bool]:
        return and_(with_.site_id == mine.site_id, with_.key == mine.key)

    reach = (
        select(newer.fingerprint_id)
        .where(shared(newer), newer.fingerprint_id < mine.fingerprint_id)
        .order_by(newer.fingerprint_id.desc())
        .offset(MOST_COPIES)
        .limit(1)
        .scalar_subquery()
    )
    newest = (
        select(mine.fingerprint_id.label("mine"), other.fingerprint_id.label("other"))
        .join(other, shared(other))
        .where(mine.fingerprint_id.in_(numbers), other.fingerprint_id < mine.fingerprint_id)
        .where(other.fingerprint_id >= func.coalesce(reach, 0))
    )
    earliest = select(func.min(first.fingerprint_id)).where(shared(first)).scalar_subquery()
    oldest = select(mine.fingerprint_id, earliest).where(mine.fingerprint_id.in_(numbers))
    pairs = union(newest, oldest).subquery()
    return (
        select(pairs.c.mine, Fingerprint.comment_id, Fingerprint.author, Fingerprint.imprint)
        .add_columns(Comment.revised_at, Comment.status, Comment.repeats_of)
        .join(Fingerprint, Fingerprint.id == pairs.c.other)
        .join(Comment, Comment.id == Fingerprint.comment_id)
        .where(pairs.c.other < pairs.c.mine)
        .order_by(pairs.c.mine, pairs.c.other)
    )


def forget_print(*comment_ids: uuid.UUID) -> None:
    """Forget the texts of comments that are edited or erased, within the transaction of whoever does it."""
    gone = delete(Fingerprint).where(Fingerprint.comment_id.in_(comment_ids))
    db.session.execute(gone, execution_options={"synchronize_session": False})


def forgettable() -> Exists:
    """Whether there are prints that no rule may ask for any more; true an hour late, so that it is not true each second."""
    return exists().where(Fingerprint.kept_at < now() - KEPT - _MARGIN)


def forget_old() -> int:
    """Forget prints that no rule may ask for any more, the oldest first; returns how many, at most a thousand at once."""
    old = select(Fingerprint.id).where(Fingerprint.kept_at < now() - KEPT).order_by(Fingerprint.kept_at)
    gone = delete(Fingerprint).where(Fingerprint.id.in_(old.limit(_FORGOTTEN_AT_ONCE))).returning(Fingerprint.id)
    with transaction():
        return len(db.session.execute(gone, execution_options={"synchronize_session": False}).all())
