"""For admins: what was delivered to the sites and what was not, and the sites' API keys."""

from __future__ import annotations

from flask import Blueprint, Flask

from moderation.admin import api_keys, webhooks
from moderation.pages import add_error_pages


def register(app: Flask) -> None:
    """Add the admin's pages."""
    blueprint = Blueprint("admin", __name__, url_prefix="/admin")
    add_error_pages(blueprint)
    blueprint.add_url_rule("/webhooks", endpoint="webhooks", view_func=webhooks.webhooks_page)
    for path, methods, name, view in (
        ("/keys", ["GET"], "keys", api_keys.keys_page),
        ("/keys", ["POST"], "give_key", api_keys.give),
        ("/keys/<uuid:key_id>/rotate", ["POST"], "rotate_key", api_keys.rotate),
        ("/keys/<uuid:key_id>/revoke", ["POST"], "revoke_key", api_keys.revoke),
    ):
        blueprint.add_url_rule(path, endpoint=name, view_func=view, methods=methods)
    app.register_blueprint(blueprint)
