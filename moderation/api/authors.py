"""A site's authors: whom it trusts or has blocked, what is kept of one; export it, erase it."""

from __future__ import annotations

from flask import Blueprint, Response, stream_with_context

from moderation import author_export, lifecycle, privacy, records, standing
from moderation.api.answering import answer
from moderation.api.authorization import comment_id_of, no_such_comment, read, read_query, require_site
from moderation.api.limits import site_id_of
from moderation.api.operations import AUTHOR_ID, COMMENT_ID, LINES, Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.db import db
from moderation.models import Site
from moderation.wire_answers import CommentState, comment_out
from moderation.wire_authors import (
    AuthorList,
    AuthorsAsked,
    AuthorState,
    StandingIn,
    StandingState,
    author_out,
    standing_out,
)
from moderation.wire_many import AuthorErased, ExportedComment

authors = Blueprint("authors", __name__)

_AUTHOR = {"author_id": AUTHOR_ID}
_PLACE = {"author_id": "u-7"}


@authors.get("/authors")
@Operation(
    Scope.ADMIN,
    "نویسندگانی را می‌گوید که سایت به آنان اعتماد دارد یا آنان را بسته است.",
    query=AuthorsAsked,
    answers={200: AuthorList},
)
def listing() -> Response:
    """List the authors who are trusted or blocked.

    Also those whose time is over (`holds` is false), but not those of whom it was lifted. What was decided last comes first; ask
    for what follows with `before`, the `next` of the page before.
    """
    caller = require_site()
    asked = read_query(AuthorsAsked)
    found = standing.listed([caller.site_id], after=asked.before, limit=asked.limit + 1)
    shown = found[: asked.limit]
    told = [standing_out(row.author_external_id or "", row) for row in shown]
    return answer(AuthorList(authors=told, next=shown[-1].id if len(found) > len(shown) else None))


@authors.get("/authors/<author:author_id>")
@Operation(
    Scope.ADMIN,
    "یک نویسنده را می‌گوید: نام‌ها، شمار دیدگاه‌ها، و آنچه دربارهٔ او تصمیم گرفته شده است.",
    path=_AUTHOR,
    answers={200: AuthorState},
    problems=("no-such-author", "invalid"),
    example=Example(path=_PLACE),
)
def look(author_id: str) -> Response:
    """Look at an author.

    Names, comments by status, standing with everything that was decided, and the latest comments.
    """
    caller = require_site()
    author_id = site_id_of(author_id, "author_id")
    found = standing.author(db.session.get_one(Site, caller.site_id), author_id)
    if found is None:
        raise Problem(404, "This site has no author with that id.", code="no-such-author")
    history = standing.history(caller.site_id, author_id, limit=standing.PAGE)
    others = privacy.other_names(found.latest[0]) if found.latest else 0
    return answer(author_out(found, next(iter(history), None), history, others))


@authors.get("/authors/<path:author_id>/standing")
@Operation(
    Scope.ADMIN,
    "می‌گوید که نویسنده‌ای مورد اعتماد یا بسته است، تا کی و چرا.",
    path=_AUTHOR,
    answers={200: StandingState},
    problems=("invalid",),
    example=Example(path=_PLACE),
)
def read_standing(author_id: str) -> Response:
    """Read an author's standing.

    Of whom nothing was ever decided it is `none`, also of an author whom the site does not know.
    """
    caller = require_site()
    author_id = site_id_of(author_id, "author_id")
    return answer(standing_out(author_id, standing.current(caller.site_id, author_id)))


@authors.put("/authors/<path:author_id>/standing")
@Operation(
    Scope.ADMIN,
    "به نویسنده‌ای اعتماد می‌کند، او را می‌بندد، یا تصمیم دربارهٔ او را برمی‌دارد.",
    path=_AUTHOR,
    body=StandingIn,
    answers={200: StandingState},
    example=Example(path=_PLACE, body={"standing": "blocked", "note": "three warnings"}),
)
def write_standing(author_id: str) -> Response:
    """Trust an author, block one, or lift either.

    It holds for the next comment; what waits of the author is screened again. The author need not have written yet. What was
    decided before stays to be read; the same again changes nothing.
    """
    caller = require_site()
    author_id = site_id_of(author_id, "author_id")
    if standing.settle(caller.site_id, author_id, read(StandingIn).wish, caller.key_id):
        lifecycle.screen_again(caller.site_id, author_id)
    return answer(standing_out(author_id, standing.current(caller.site_id, author_id)))


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
    of it, what was decided of it, and what was decided of the author. An author of whom nothing is kept has none. The names
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


@authors.get("/comments/<comment:comment_id>/record")
@Operation(
    Scope.ADMIN,
    "همهٔ دانسته‌ها از یک دیدگاه را می‌دهد.",
    path={"comment_id": COMMENT_ID},
    answers={200: ExportedComment},
    problems=("no-such-comment",),
    example=Example(path={"comment_id": "01a2036d-8267-7efb-bd79-6c9011e6767b"}),
)
def record(comment_id: str) -> Response:
    """Read all that is kept of a comment.

    What an export tells of it, whoever wrote it: its texts, what the machine said of each, and every decision, also one that can
    still be undone. Who decided is in the audit.
    """
    caller = require_site()
    found = author_export.record(caller.site_id, comment_id_of(comment_id))
    if found is None:
        raise no_such_comment()
    return answer(found)


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
