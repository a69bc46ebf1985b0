"""For admins and rule editors: rules, words, replays, models, people, the site, its audit, webhooks and API keys."""

from __future__ import annotations

from flask import Blueprint, Flask

from moderation.admin import (
    api_keys,
    audit,
    automatic,
    endpoints,
    erasing,
    lab,
    models,
    people,
    replays,
    site,
    webhooks,
    words,
)
from moderation.guards import lead_to_factor
from moderation.pages import add_error_pages


def register(app: Flask) -> None:
    """Add the admin's pages."""
    blueprint = Blueprint("admin", __name__, url_prefix="/admin")
    add_error_pages(blueprint)
    blueprint.before_request(lead_to_factor)
    one, sent = "/webhooks/<uuid:endpoint_id>", "/webhooks/deliveries/<uuid:delivery_id>"
    for path, method, name, view in (
        ("/webhooks", "GET", "webhooks", webhooks.webhooks_page),
        ("/webhooks", "POST", "add_webhook", endpoints.add),
        (one, "GET", "webhook", webhooks.webhook_page),
        (one, "POST", "change_webhook", endpoints.change),
        (f"{one}/switch", "POST", "switch_webhook", endpoints.switch),
        (f"{one}/secret", "POST", "rotate_webhook_secret", endpoints.rotate_secret),
        (f"{one}/test", "POST", "test_webhook", endpoints.test),
        (f"{one}/recover", "POST", "recover_webhook", endpoints.recover),
        (f"{one}/remove", "POST", "remove_webhook", endpoints.remove),
        (sent, "GET", "delivery", webhooks.delivery_page),
        (f"{sent}/replay", "POST", "replay_delivery", endpoints.replay),
        ("/keys", "GET", "keys", api_keys.keys_page),
        ("/keys", "POST", "give_key", api_keys.give),
        ("/keys/<uuid:key_id>/rotate", "POST", "rotate_key", api_keys.rotate),
        ("/keys/<uuid:key_id>/revoke", "POST", "revoke_key", api_keys.revoke),
        *replays.ROUTES,
        *lab.ROUTES,
        *words.ROUTES,
        *models.ROUTES,
        *people.ROUTES,
        *audit.ROUTES,
        *site.ROUTES,
        *automatic.ROUTES,
        *erasing.ROUTES,
    ):
        blueprint.add_url_rule(path, endpoint=name, view_func=view, methods=[method])
    blueprint.url_value_preprocessor(words.room_for_files)
    app.register_blueprint(blueprint)
