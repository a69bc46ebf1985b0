"""Idempotency-Key: a request that is sent again gets the answer that it had, and is not done twice."""

from __future__ import annotations

import hashlib
import logging
import re
import uuid

from flask import Flask, Response, after_this_request, request

from moderation import answered
from moderation.api.operations import REPEATABLE, Operation
from moderation.api.problems import Problem
from moderation.models import AnsweredRequest

IDEMPOTENCY_KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_NAME = re.compile(
    r'(?P<quote>"?)(?P<name>[A-Za-z0-9._:+/=-]{1,200})(?P=quote)'
)  # the draft quotes it, clients seldom do
_RETRY_SECONDS = 1

log = logging.getLogger(__name__)


class Replayed(Exception):
    """A request that was answered before."""

    def __init__(self, row: AnsweredRequest) -> None:
        super().__init__(row.key)
        self.row = row


def register_replays(app: Flask) -> None:
    """Answer what was answered before as it was."""
    app.register_error_handler(Replayed, lambda error: _again(error.row))


def begin(site_id: uuid.UUID, operation: Operation, body: bytes) -> None:
    """Take the request at hand on, if it is marked; what it is answered with is kept, unless it is an error.

    Raises Replayed when it was answered before, Problem 409 while it is being answered, 422 when its name was used for
    another request, 400 for a name that cannot be one. Asks the database nothing when the request is not marked.
    """
    given = request.headers.get(IDEMPOTENCY_KEY)
    if given is None or request.method not in REPEATABLE or operation.secret:
        return
    name = _NAME.fullmatch(given.strip())
    if name is None:
        raise Problem(
            400,
            f"{IDEMPOTENCY_KEY} is 1 to 200 Latin letters, digits and . _ : + / = -, such as a UUID.",
            code="idempotency-key-wrong",
        )
    try:
        taken = answered.take(site_id, name["name"], _hash(body))
    except answered.OtherRequest:
        raise Problem(
            422, f"This {IDEMPOTENCY_KEY} was used for another request.", code="idempotency-key-reused"
        ) from None
    except answered.InFlight:
        raise Problem(
            409,
            "The same request is being answered. Send it again in a moment.",
            code="idempotency-key-in-flight",
            headers={"Retry-After": str(_RETRY_SECONDS)},
        ) from None
    if isinstance(taken, AnsweredRequest):
        raise Replayed(taken)
    after_this_request(lambda response: _kept(taken, response))


def _hash(body: bytes) -> str:
    """Of what makes it the same request: method, address and body."""
    address = f"{request.method} {request.full_path}\n"
    return hashlib.sha256(address.encode("utf-8", "surrogatepass") + body).hexdigest()


def _kept(mine: answered.Mine, response: Response) -> Response:
    """Keep the answer, or let the request go; the answer leaves even if that fails."""
    try:
        if 200 <= response.status_code < 300 and response.mimetype == "application/json" and not response.is_streamed:
            answered.keep(mine, response.status_code, response.get_data(as_text=True), response.headers.get("Location"))
        else:
            answered.let_go(mine)
    except Exception:  # it counts as being answered for a minute then, and may be sent again
        log.exception("the answer to a repeatable request was not kept")
    return response


def _again(row: AnsweredRequest) -> Response:
    response = Response(row.body, row.status, mimetype="application/json")
    response.headers[REPLAYED] = "true"
    if row.location:
        response.headers["Location"] = row.location
    return response
