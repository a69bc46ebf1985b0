"""Comments: submit, look, edit, withdraw."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, jsonify, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from moderation import lifecycle
from moderation.api.authorization import comment_id_of, no_such_comment, read, require_site
from moderation.api.problems import Problem
from moderation.db import db
from moderation.lifecycle import Conflict, Outcome
from moderation.models import Comment
from moderation.settings import Settings
from moderation.wire import CommentIn, Invalid, TextIn, comment_out

comments = Blueprint("comments", __name__)


@comments.post("/comments")
def submit() -> tuple[Response, int]:
    """Take a comment in: 202 and where to ask for its state."""
    caller = require_site()
    sent = read(CommentIn)
    _refuse_too_long(sent.text)
    receipt = lifecycle.receive(caller.site_id, sent)
    if receipt.outcome is Outcome.UNKNOWN_ARTICLE or receipt.comment_id is None:
        raise Invalid([{"pointer": "/article/title", "detail": "This article is not known yet: send its title along"}])
    place = url_for("comments.state", comment_id=str(receipt.comment_id))
    if receipt.outcome is Outcome.OTHER_TEXT:
        raise Problem(
            409,
            f"This external_id is taken by a comment with another text. To change its text: PATCH {place}",
            code="external-id-taken",
            comment=place,
        )
    if receipt.outcome is Outcome.SAME:
        answer = jsonify(comment_out(_find(caller.site_id, receipt.comment_id)))
        answer.headers["Location"] = place
        return answer, 200
    answer = jsonify(id=str(receipt.comment_id), external_id=sent.external_id, status="pending")
    answer.headers["Location"] = place
    return answer, 202


@comments.get("/comments/<comment_id>")
def state(comment_id: str) -> Response:
    """Tell a comment's state."""
    caller = require_site()
    return jsonify(comment_out(_find(caller.site_id, comment_id_of(comment_id))))


@comments.patch("/comments/<comment_id>")
def edit(comment_id: str) -> tuple[Response, int]:
    """Give a comment a new text: it is screened and decided again."""
    caller = require_site()
    sent = read(TextIn)
    _refuse_too_long(sent.text)
    comment = _find(caller.site_id, comment_id_of(comment_id))
    try:
        lifecycle.revise(caller.site_id, comment.id, sent.text)
    except Conflict:
        raise Problem(409, "A withdrawn or erased comment cannot be edited.", code="withdrawn") from None
    return jsonify(comment_out(_find(caller.site_id, comment.id))), 202


@comments.delete("/comments/<comment_id>")
def withdraw(comment_id: str) -> Response:
    """Take a comment back: it is not shown to anybody any more."""
    caller = require_site()
    comment = _find(caller.site_id, comment_id_of(comment_id))
    lifecycle.withdraw(caller.site_id, comment.id)
    return jsonify(comment_out(_find(caller.site_id, comment.id)))


def _refuse_too_long(text: str) -> None:
    settings: Settings = current_app.config["NAZER"]
    if len(text) > settings.max_comment_chars:
        raise Invalid([{"pointer": "/text", "detail": f"must be at most {settings.max_comment_chars} characters"}])


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
