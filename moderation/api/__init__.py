"""For website backends: JSON under ``/v1``, and the health of the process."""

from __future__ import annotations

from flask import Flask

from moderation.api.articles import articles
from moderation.api.comments import comments
from moderation.api.feed import feed
from moderation.api.health import health
from moderation.security import csrf


def register(app: Flask) -> None:
    """Add the API; it is guarded by keys, so form tokens do not apply."""
    app.register_blueprint(health)
    for blueprint in (articles, comments, feed):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint, url_prefix="/v1")
