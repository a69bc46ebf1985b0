"""What a site is told of comments that it sent, one or many: the same problems in the same words."""

from __future__ import annotations

import uuid

from flask import request

from moderation.api.operations import PREFIX
from moderation.api.problems import KINDS, Problem
from moderation.lifecycle import Outcome, Receipt

REFUSALS = frozenset({Outcome.OTHER_TEXT, Outcome.CLOSED, Outcome.UNKNOWN_ARTICLE, Outcome.TOO_SOON})


def place_of(comment_id: uuid.UUID) -> str:
    """Where a comment can be asked for."""
    return f"{request.script_root}{PREFIX}/comments/{comment_id}"  # url_for costs a twentieth of the whole request


def refusal(receipt: Receipt) -> Problem:
    """Why a comment was not taken."""
    if receipt.outcome is Outcome.CLOSED:
        return Problem(409, "This article takes no new comments.", code="article-closed")
    if receipt.outcome is Outcome.TOO_SOON:
        return Problem(
            429,
            f"This author may send the next comment under this article in {receipt.wait} seconds.",
            code="slow-mode",
            headers={"Retry-After": str(receipt.wait)},
            retry_after=receipt.wait,
        )
    if receipt.outcome is Outcome.OTHER_TEXT and receipt.comment_id is not None:
        place = place_of(receipt.comment_id)
        return Problem(
            409,
            f"This external_id is taken by a comment with another text. To change its text: PATCH {place}",
            code="external-id-taken",
            comment=place,
        )
    return invalid([{"pointer": "/article/title", "detail": "This article is not known yet: send its title along"}])


def invalid(errors: list[dict[str, str]]) -> Problem:
    """A comment with wrong fields."""
    return Problem(422, f"{KINDS['invalid'].title}; see 'errors'.", code="invalid", errors=errors)
