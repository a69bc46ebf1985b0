"""Articles: ``PUT /v1/articles/{external_id}``."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request

from moderation import lifecycle
from moderation.api.authorization import read, require_site
from moderation.settings import Settings
from moderation.wire import ArticleBody, Invalid, article_out

articles = Blueprint("articles", __name__)

_LONGEST_ID = 200


@articles.put("/articles/<path:external_id>")
def register(external_id: str) -> Response:
    """Register an article, or change what is known of it."""
    caller = require_site()
    settings: Settings = current_app.config["NAZER"]
    request.max_content_length = settings.max_article_bytes
    article = read(ArticleBody)
    if article.title is None:
        raise Invalid([{"pointer": "/title", "detail": "Field required"}])
    external_id = external_id.strip()
    if not 0 < len(external_id) <= _LONGEST_ID or "\x00" in external_id:
        raise Invalid([{"pointer": "/external_id", "detail": f"must have 1 to {_LONGEST_ID} characters, without NUL"}])
    stored = lifecycle.register_article(caller.site_id, external_id, article)
    return jsonify(article_out(stored))
