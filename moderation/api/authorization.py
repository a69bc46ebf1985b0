"""The first and second line of every view of the API: whose key is this, and what did they send."""

from __future__ import annotations

import uuid

from flask import current_app, request
from pydantic import BaseModel

from moderation.access import Caller, KeyRing
from moderation.api.problems import Problem
from moderation.wire import parse, parse_query


def require_site() -> Caller:
    """The site that is asking. Raises Problem 401, or 400 for an address that is not UTF-8: it would be read as another one."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        raise Problem(401, "Send the site's API key as 'Authorization: Bearer <key>'.", code="key-missing")
    keys: KeyRing = current_app.extensions["nazer_keys"]
    caller = keys.caller(key.strip())
    if caller is None:
        raise Problem(401, "This API key is unknown, revoked or expired.", code="key-unknown")
    try:
        request.environ["PATH_INFO"].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "The percent-encoded bytes of the path are not UTF-8.", code="not-utf-8") from None
    return caller


def read[Model: BaseModel](kind: type[Model]) -> Model:
    """The request's body. Raises Problem 415, NotJson, Invalid, or 413 from Werkzeug."""
    if request.mimetype != "application/json":
        raise Problem(415, "Send the body as 'Content-Type: application/json'.", code="not-json-type")
    return parse(kind, request.get_data(cache=False))


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
