"""The first and second line of every view of the API: whose key is this, and what did they send."""

from __future__ import annotations

import uuid

from flask import Response, after_this_request, current_app, g, request
from pydantic import BaseModel

from moderation.access import Caller, KeyRing
from moderation.actors import Actor, Channel, act_as
from moderation.api import idempotency
from moderation.api.operations import Operation
from moderation.api.problems import Problem
from moderation.keys import KeyUse
from moderation.rate_limits import RateLimits
from moderation.wire import parse, parse_query


def require_site() -> Caller:
    """The site that is asking, with a key for what the view's Operation is.

    Raises Problem 401 or 403, or 400 for an address that is not UTF-8: it would be read as another one.
    """
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        raise Problem(401, "Send the site's API key as 'Authorization: Bearer <key>'.", code="key-missing")
    keys: KeyRing = current_app.extensions["nazer_keys"]
    caller = keys.caller(key.strip())
    if caller is None:
        raise Problem(401, "This API key is unknown, revoked or expired.", code="key-unknown")
    _note_use(caller)
    _refuse_too_many(caller)
    try:
        request.environ["PATH_INFO"].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "The percent-encoded bytes of the path are not UTF-8.", code="not-utf-8") from None
    operation = _operation_at_hand()
    if not caller.may(operation.scope):
        raise Problem(
            403, f"This API key has not the scope '{operation.scope}'.", code="scope-missing", scope=operation.scope
        )
    g.caller = caller
    act_as(Actor(Channel.API, key_id=caller.key_id, address=request.remote_addr))
    if operation.body is None and not _sends_something():
        idempotency.begin(caller.site_id, operation, b"")
    return caller


def _operation_at_hand() -> Operation:
    """What the view that is answering declares of itself."""
    found: Operation = vars(current_app.view_functions[request.endpoint or ""])["operation"]
    return found


def _sends_something() -> bool:
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def _refuse_too_many(caller: Caller) -> None:
    """Count the request; the answer tells how many are left. Raises Problem 429."""
    limits: RateLimits = current_app.extensions["nazer_rate_limits"]
    standing = limits.count(caller.key_id)
    if standing is None:
        return

    @after_this_request
    def with_what_is_left(response: Response) -> Response:
        response.headers.extend(standing.headers())
        return response

    if standing.over:
        raise Problem(
            429,
            f"This key may send {standing.limit} requests in {standing.window} seconds.",
            code="too-many-requests",
            headers={"Retry-After": str(standing.reset)},
        )


def _note_use(caller: Caller) -> None:
    """Have the use of the key noted once the answer has left."""
    use: KeyUse = current_app.extensions["nazer_key_use"]
    if not use.due(caller):
        return

    @after_this_request
    def when_it_has_left(response: Response) -> Response:
        response.call_on_close(lambda: use.write(caller.key_id))
        return response


def read[Model: BaseModel](kind: type[Model]) -> Model:
    """The request's body. Raises Problem 415, NotJson, Invalid, or 413 from Werkzeug.

    From here on a request with an Idempotency-Key counts as being answered; one that was answered before goes no further.
    """
    if request.mimetype != "application/json":
        raise Problem(415, "Send the body as 'Content-Type: application/json'.", code="not-json-type")
    body = request.get_data(cache=False)
    sent = parse(kind, body)
    caller: Caller = g.caller
    idempotency.begin(caller.site_id, _operation_at_hand(), body)
    return sent


def read_query[Model: BaseModel](kind: type[Model]) -> Model:
    """The request's query parameters; unknown ones are ignored. Raises Invalid."""
    return parse_query(kind, request.args.to_dict(flat=False))


def comment_id_of(raw: str) -> uuid.UUID:
    """A comment's id out of the path. Raises Problem 404 for anything else: it cannot be one of ours."""
    try:
        return uuid.UUID(raw)
    except ValueError:
        raise no_such_comment() from None


def no_such_comment() -> Problem:
    """Another site's comment is as unknown as one that never was."""
    return Problem(404, "This site has no comment with that id.", code="no-such-comment")
