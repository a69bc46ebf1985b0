"""For website backends: JSON under ``/v1``, and the health of the process."""

from __future__ import annotations

from flask import Flask

from moderation.api.articles import articles
from moderation.api.comments import comments
from moderation.api.feed import feed
from moderation.api.health import health
from moderation.api.waiting import Lookout
from moderation.api.webhooks import webhooks
from moderation.security import csrf
from moderation.settings import Settings


def register(app: Flask) -> None:
    """Add the API; it is guarded by keys, so form tokens do not apply."""
    settings: Settings = app.config["NAZER"]
    app.extensions["nazer_lookout"] = Lookout(settings.feed_waiters)
    app.register_blueprint(health)
    for blueprint in (articles, comments, feed, webhooks):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint, url_prefix="/v1")
