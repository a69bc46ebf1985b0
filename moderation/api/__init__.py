"""For website backends: JSON under ``/v1``, its contract, and the health of the process."""

from __future__ import annotations

from flask import Flask

from moderation.api.articles import articles
from moderation.api.comments import comments
from moderation.api.contract import contract
from moderation.api.feed import feed
from moderation.api.health import health
from moderation.api.operations import PREFIX
from moderation.api.preview import preview
from moderation.security import csrf


def register(app: Flask) -> None:
    """Add the API; it is guarded by keys, so form tokens do not apply."""
    app.register_blueprint(health)
    app.register_blueprint(contract)
    for blueprint in (articles, comments, preview, feed):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint, url_prefix=PREFIX)
