"""For website backends: JSON under ``/v1``, its contract, and the health of the process."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter, PathConverter

from moderation.api.articles import articles
from moderation.api.authors import authors
from moderation.api.comments import comments
from moderation.api.contract import contract
from moderation.api.deliveries import deliveries
from moderation.api.drafts import drafts
from moderation.api.feed import feed
from moderation.api.health import health
from moderation.api.history import history
from moderation.api.idempotency import register_replays
from moderation.api.keys import keys
from moderation.api.many import many
from moderation.api.models import models
from moderation.api.operations import PREFIX
from moderation.api.people import people
from moderation.api.preview import preview
from moderation.api.replays import replays
from moderation.api.rules import rules
from moderation.api.site import site
from moderation.api.trying import trying
from moderation.api.waiting import Lookout
from moderation.api.webhooks import webhooks
from moderation.api.words import words
from moderation.security import csrf
from moderation.settings import Settings


class CommentId(BaseConverter):
    """A comment's place in an address: whatever stands there, but the names of other addresses."""

    regex = r"(?!batch\Z)[^\x2f]+"


class AuthorId(PathConverter):
    """An author in an address that has nothing behind it: not the addresses of what can be done with one."""

    regex = r"(?!.*/(?:export|erase|standing)\Z)[^\x2f].*?"


def register(app: Flask) -> None:
    """Add the API; it is guarded by keys, so form tokens do not apply."""
    register_replays(app)
    app.url_map.converters |= {"comment": CommentId, "author": AuthorId}
    settings: Settings | None = app.config.get("NAZER")
    if settings:  # the contract is written without any
        app.extensions["nazer_lookout"] = Lookout(settings.feed_waiters)
    app.register_blueprint(health)
    app.register_blueprint(contract)
    backends = (articles, comments, many, history, authors, preview, feed, webhooks, deliveries, keys)
    admins = (drafts, rules, trying, replays, words, models, people, site)
    for blueprint in (*backends, *admins):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint, url_prefix=PREFIX)
