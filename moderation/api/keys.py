"""API keys: several with names and scopes, two alive while one is replaced."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, Response

from moderation import keys as ring
from moderation.api.answering import answer
from moderation.api.authorization import read, require_site
from moderation.api.operations import KEY_ID, Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.wire_keys import KeyGiven, KeyIn, KeyList, KeyState, RotateKeyIn, given_out, key_out

keys = Blueprint("keys", __name__)

_PATH = {"key_id": KEY_ID}
_PLACE = {"key_id": "01a2036d-9a01-7c55-8d2e-0d7f7a0c9b11"}


@keys.get("/keys")
@Operation(Scope.ADMIN, "کلیدهای سایت را می‌گوید.", answers={200: KeyList})
def listing() -> Response:
    """List the site's keys.

    With their scopes, when each was used last and when it ends. Ended ones stay in the list.
    """
    caller = require_site()
    return answer(KeyList(keys=[key_out(row) for row in ring.of_site(caller.site_id)]))


@keys.post("/keys")
@Operation(
    Scope.ADMIN,
    "کلید تازه‌ای می‌دهد.",
    body=KeyIn,
    answers={201: KeyGiven},
    secret=True,
    problems=("key-name-taken", "too-many-keys"),
    example=Example(body={"name": "web server", "scopes": ["submit", "read"]}),
)
def give() -> Response:
    """Add a key.

    The answer holds the key, which is not shown again. A name belongs to one living key, so the same request sent twice gives
    one key: after a network error, rotate the one that you find in the list.
    """
    caller = require_site()
    sent = read(KeyIn)
    try:
        return answer(given_out(ring.give(caller.site_id, sent.name, sent.scopes)), 201)
    except ring.Refused as error:
        raise Problem(409, str(error), code=error.code) from None


@keys.post("/keys/<key_id>/rotate")
@Operation(
    Scope.ADMIN,
    "به جای یک کلید، کلید تازه‌ای می‌دهد.",
    path=_PATH,
    body=RotateKeyIn,
    answers={201: KeyGiven},
    secret=True,
    problems=("no-such-key", "key-ends"),
    example=Example(path=_PLACE, body={"keep_old_for_hours": 24}),
)
def rotate(key_id: str) -> Response:
    """Replace a key.

    The new key has the name and scopes of the old one, which goes on working for a day, or as long as you say: put the new
    one into your servers meanwhile. The answer holds the new key, which is not shown again.
    """
    caller = require_site()
    sent = read(RotateKeyIn)
    try:
        given = ring.rotate(caller.site_id, _id_of(key_id), keep_old_for=timedelta(hours=sent.keep_old_for_hours))
    except ring.Refused as error:
        raise Problem(409, str(error), code=error.code) from None
    if given is None:
        raise _no_such_key()
    return answer(given_out(given), 201)


@keys.delete("/keys/<key_id>")
@Operation(
    Scope.ADMIN,
    "یک کلید را همین اکنون پایان می‌دهد.",
    path=_PATH,
    answers={200: KeyState},
    problems=("no-such-key",),
    example=Example(path=_PLACE),
)
def revoke(key_id: str) -> Response:
    """End a key now.

    Processes that have seen it within the last seconds take it a few seconds longer. Again is the same.
    """
    caller = require_site()
    row = ring.revoke(caller.site_id, _id_of(key_id))
    if row is None:
        raise _no_such_key()
    return answer(key_out(row))


def _id_of(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError:
        raise _no_such_key() from None


def _no_such_key() -> Problem:
    """Another site's key is as unknown as one that never was."""
    return Problem(404, "This site has no key with that id.", code="no-such-key")
