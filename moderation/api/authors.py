"""What is kept of one author or in one comment: export it, erase it."""

from __future__ import annotations

from flask import Blueprint, Response, stream_with_context

from moderation import author_export, privacy, records
from moderation.api.answering import answer
from moderation.api.authorization import comment_id_of, no_such_comment, require_site
from moderation.api.limits import site_id_of
from moderation.api.operations import AUTHOR_ID, COMMENT_ID, LINES, Example, Operation, Scope
from moderation.wire_answers import CommentState, comment_out
from moderation.wire_many import AuthorErased, ExportedComment

authors = Blueprint("authors", __name__)

_AUTHOR = {"author_id": AUTHOR_ID}
_PLACE = {"author_id": "u-7"}


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

    A line of JSON for each comment that came with this `author.id`, oldest first, with its earlier texts, what the machine said
    of it, what was decided of it, and what people decided of the author. An author of whom nothing is kept has none. The names
    and notes of moderators stay inside.
    """
    caller = require_site()
    author_id = site_id_of(author_id, "author_id")
    privacy.note_export(caller.site_id, author_id)
    return Response(stream_with_context(author_export.lines(caller.site_id, author_id)), mimetype=LINES)


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
    done = privacy.erase_author(caller.site_id, site_id_of(author_id, "author_id"))
    return answer(AuthorErased(erased=done.comments, more=done.more))


@authors.post("/comments/<comment:comment_id>/erase")
@Operation(
    Scope.ERASE,
    "متن و نام نویسندهٔ یک دیدگاه را پاک می‌کند.",
    path={"comment_id": COMMENT_ID},
    answers={200: CommentState},
    problems=("no-such-comment",),
    example=Example(path={"comment_id": "01a2036d-8267-7efb-bd79-6c9011e6767b"}),
)
def erase_comment(comment_id: str) -> Response:
    """Erase one comment: its texts, the author's name and id on it, and what the machine said of it.

    That there was a comment, and what was decided, stays; what nobody decided yet is withdrawn. Again is the same. It cannot
    be undone.
    """
    caller = require_site()
    known = comment_id_of(comment_id)
    try:
        privacy.erase_comment(caller.site_id, known)
    except LookupError:
        raise no_such_comment() from None
    return answer(comment_out(records.one(caller.site_id, known)))
