"""For admins: what was delivered to the sites and what was not."""

from __future__ import annotations

from flask import Blueprint, Flask

from moderation.admin import webhooks
from moderation.pages import add_error_pages


def register(app: Flask) -> None:
    """Add the admin's pages."""
    blueprint = Blueprint("admin", __name__, url_prefix="/admin")
    add_error_pages(blueprint)
    blueprint.add_url_rule("/webhooks", endpoint="webhooks", view_func=webhooks.webhooks_page)
    app.register_blueprint(blueprint)
