"""Comments: submit, look, edit, withdraw."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from moderation import lifecycle
from moderation.api.answering import answer
from moderation.api.authorization import comment_id_of, no_such_comment, read, require_site
from moderation.api.limits import refuse_too_long
from moderation.api.operations import COMMENT_ID, Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.api.receipts import REFUSALS, place_of, refusal
from moderation.db import db
from moderation.lifecycle import Conflict, Outcome
from moderation.models import Comment
from moderation.wire import CommentIn, TextIn
from moderation.wire_answers import CommentReceipt, CommentState, comment_out

comments = Blueprint("comments", __name__)

_COMMENT = {"comment_id": COMMENT_ID}
_PLACE = {"comment_id": "01a2036d-8267-7efb-bd79-6c9011e6767b"}
_SUBMITTED = {
    "external_id": "c-1001",
    "article": {"external_id": "a-17", "title": "آب رودآباد از یکشنبه جیره‌بندی می‌شود"},
    "author": {"name": "کیان", "id": "u-52"},
    "text": "برنامهٔ محلهٔ ما کجا منتشر می‌شود؟",
    "submitted_at": "2026-11-20T09:12:44+03:30",
}


@comments.post("/comments")
@Operation(
    Scope.SUBMIT,
    "دیدگاهی را می‌پذیرد.",
    body=CommentIn,
    answers={202: CommentReceipt, 200: CommentState},
    problems=("external-id-taken", "article-closed", "slow-mode"),
    located=True,
    example=Example(body=_SUBMITTED),
)
def submit() -> Response:
    """Submit a comment.

    202 means stored: whatever happens to broker and workers, it will be screened and reach a person. The same request again is
    the same comment: 200, with its state. The same `external_id` with another text is 409. After a network error, send the
    request again. An article that is not known yet needs its title.
    """
    caller = require_site()
    sent = read(CommentIn)
    refuse_too_long(sent.text)
    receipt = lifecycle.receive(caller.site_id, sent)
    if receipt.outcome in REFUSALS or receipt.comment_id is None:
        raise refusal(receipt)
    place = place_of(receipt.comment_id)
    if receipt.outcome is Outcome.SAME:
        return answer(comment_out(_find(caller.site_id, receipt.comment_id)), location=place)
    return answer(CommentReceipt(id=receipt.comment_id, external_id=sent.external_id), 202, location=place)


@comments.get("/comments/<comment:comment_id>")
@Operation(
    Scope.READ,
    "وضع یک دیدگاه را می‌گوید.",
    path=_COMMENT,
    answers={200: CommentState},
    problems=("no-such-comment",),
    example=Example(path=_PLACE),
)
def state(comment_id: str) -> Response:
    """Ask for a comment's state.

    A decision can be undone for some seconds. Until then it does not exist outside: the state says `in_review`, and neither
    feed nor webhook knows of it.
    """
    caller = require_site()
    return answer(comment_out(_find(caller.site_id, comment_id_of(comment_id))))


@comments.patch("/comments/<comment:comment_id>")
@Operation(
    Scope.SUBMIT,
    "متن یک دیدگاه را عوض می‌کند.",
    path=_COMMENT,
    body=TextIn,
    answers={202: CommentState},
    problems=("no-such-comment", "withdrawn"),
    example=Example(path=_PLACE, body={"text": "برنامهٔ قطع آب محلهٔ ما کجا منتشر می‌شود؟"}),
)
def edit(comment_id: str) -> Response:
    """Give a comment a new text.

    A new revision: it is screened and decided again, and a decision that has not left the house is taken back. A published
    approval of the earlier revision stands until the new one is decided. The same text again changes nothing.
    """
    caller = require_site()
    sent = read(TextIn)
    refuse_too_long(sent.text)
    comment = _find(caller.site_id, comment_id_of(comment_id))
    try:
        lifecycle.revise(caller.site_id, comment.id, sent.text)
    except Conflict:
        raise Problem(409, "A withdrawn or erased comment cannot be edited.", code="withdrawn") from None
    return answer(comment_out(_find(caller.site_id, comment.id)), 202)


@comments.delete("/comments/<comment:comment_id>")
@Operation(
    Scope.SUBMIT,
    "یک دیدگاه را پس می‌گیرد.",
    path=_COMMENT,
    answers={200: CommentState},
    problems=("no-such-comment",),
    example=Example(path=_PLACE),
)
def withdraw(comment_id: str) -> Response:
    """Take a comment back.

    Nobody is asked to decide it any more, and what was not sent yet is not sent. Again is the same.
    """
    caller = require_site()
    comment = _find(caller.site_id, comment_id_of(comment_id))
    lifecycle.withdraw(caller.site_id, comment.id)
    return answer(comment_out(_find(caller.site_id, comment.id)))


def _find(site_id: uuid.UUID, comment_id: uuid.UUID) -> Comment:
    found = (
        select(Comment)
        .where(Comment.id == comment_id, Comment.site_id == site_id)
        .options(joinedload(Comment.article), joinedload(Comment.published_decision))
    )
    comment = db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()
    if comment is None:
        raise no_such_comment()
    return comment
