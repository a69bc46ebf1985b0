"""What is kept of one author: export it, erase it."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Iterator

from flask import Blueprint, Response, stream_with_context

from moderation import lifecycle, records, standing
from moderation.access import Caller
from moderation.api.answering import answer
from moderation.api.authorization import require_site
from moderation.api.limits import site_id_of
from moderation.api.operations import AUTHOR_ID, LINES, Example, Operation, Scope
from moderation.db import db
from moderation.models import AuthorStanding, Comment, Revision
from moderation.wire_answers import comment_out, moment_out
from moderation.wire_many import AuthorErased, EarlierText, ExportedComment, StandingTold

authors = Blueprint("authors", __name__)
audit = logging.getLogger("nazer.audit")
audit.setLevel(logging.INFO)

_AUTHOR = {"author_id": AUTHOR_ID}
_PLACE = {"author_id": "u-7"}
_PAGE = 200


@authors.get("/authors/<path:author_id>/export")
@Operation(
    Scope.ADMIN,
    "همهٔ دانسته‌ها از یک نویسنده را می‌دهد.",
    path=_AUTHOR,
    answers={200: ExportedComment},
    problems=("invalid",),
    lines_out=True,
    example=Example(path=_PLACE),
)
def export(author_id: str) -> Response:
    """Export all that is kept of an author.

    A line of JSON for each comment that came with this `author.id`, oldest first, with its earlier texts and with what people
    decided of the author. An author of whom nothing is kept has none. The names and notes of moderators stay inside.
    """
    caller = require_site()
    author_id = site_id_of(author_id, "author_id")
    _note(caller, author_id, "exported")
    return Response(stream_with_context(_lines(caller.site_id, author_id)), mimetype=LINES)


@authors.post("/authors/<path:author_id>/erase")
@Operation(
    Scope.ERASE,
    "متن‌ها و نام یک نویسنده را پاک می‌کند.",
    path=_AUTHOR,
    answers={200: AuthorErased},
    problems=("invalid",),
    example=Example(path=_PLACE),
)
def erase(author_id: str) -> Response:
    """Erase an author: the texts of all comments, the name and the id.

    That there were comments, and what was decided, stays without them; what nobody decided yet is withdrawn. Whether the author
    is trusted or blocked is forgotten, too. A request erases
    200 comments at most: with `more`, ask again. It cannot be undone.
    """
    caller = require_site()
    author_id = site_id_of(author_id, "author_id")
    found = records.of_author(caller.site_id, author_id, after=None, limit=_PAGE + 1)
    ids = [comment.id for comment in found]
    for comment_id in ids[:_PAGE]:
        lifecycle.erase(caller.site_id, comment_id)
    standing.forget(caller.site_id, author_id)
    _note(caller, author_id, f"erased ({len(ids[:_PAGE])} comments)")
    return answer(AuthorErased(erased=len(ids[:_PAGE]), more=len(ids) > _PAGE))


def _note(caller: Caller, author_id: str, deed: str) -> None:
    """Who did what to whom; the id itself would survive in the log what was erased."""
    mark = hashlib.sha256(f"{caller.site_id}/{author_id}".encode()).hexdigest()[:16]
    audit.info("author %s of site %s was %s with key %s", mark, caller.site_id, deed, caller.key_id)


def _lines(site_id: uuid.UUID, author_id: str) -> Iterator[str]:
    after: uuid.UUID | None = None
    standings = [_standing(decided) for decided in reversed(standing.history(site_id, author_id))]
    while found := records.of_author(site_id, author_id, after=after, limit=_PAGE):
        earlier = records.earlier_texts([comment.id for comment in found])
        db.session.rollback()  # whoever reads slowly holds no transaction
        for comment in found:
            yield _exported(comment, earlier.get(comment.id, []), standings).model_dump_json() + "\n"
        after = found[-1].id


def _standing(decided: AuthorStanding) -> StandingTold:
    until = moment_out(decided.until) if decided.until else None
    return StandingTold(standing=decided.standing, decided_at=moment_out(decided.decided_at), until=until)


def _exported(comment: Comment, earlier: list[Revision], standings: list[StandingTold]) -> ExportedComment:
    return ExportedComment(
        **comment_out(comment).model_dump(),
        text=comment.text,
        author_name=comment.author_name,
        author_id=comment.author_external_id or "",
        submitted_at=moment_out(comment.submitted_at) if comment.submitted_at else None,
        earlier_texts=[EarlierText(text=each.text, written_at=moment_out(each.created_at)) for each in earlier],
        author_standings=standings,
    )
