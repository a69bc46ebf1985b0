"""For moderators: sign in, read the queue, decide, take back."""

from __future__ import annotations

from flask import Blueprint, Flask

from moderation.dashboard import articles, authors, deciding, numbers, reading, sign_in
from moderation.dashboard.cards import covered
from moderation.pages import add_error_pages, register_pages


def register(app: Flask) -> None:
    """Add the review dashboard."""
    register_pages(app)
    app.jinja_env.filters["covered"] = covered
    blueprint = Blueprint("dashboard", __name__)
    add_error_pages(blueprint)
    for path, methods, name, view in (
        ("/sign-in", ["GET", "POST"], "sign_in", sign_in.sign_in),
        ("/sign-out", ["POST"], "sign_out", sign_in.sign_out),
        ("/", ["GET"], "home", reading.home),
        ("/review", ["GET"], "queue", reading.queue_page),
        ("/review/<uuid:comment_id>", ["GET"], "comment", reading.comment_page),
        ("/decided", ["GET"], "decided", reading.decided_page),
        ("/review/<uuid:comment_id>", ["POST"], "decide", deciding.decide),
        ("/review/undo/<uuid:decision_id>", ["POST"], "undo", deciding.undo),
        ("/review/<uuid:comment_id>/reopen", ["POST"], "reopen", deciding.reopen),
        ("/numbers", ["GET"], "numbers", numbers.numbers_page),
        ("/numbers.csv", ["GET"], "numbers_csv", numbers.numbers_csv),
        ("/articles", ["GET"], "articles", articles.articles_page),
        ("/articles/<uuid:article_id>", ["GET"], "article", articles.article_page),
        ("/articles/<uuid:article_id>", ["POST"], "change_article", articles.change_article),
        ("/authors", ["GET"], "authors", authors.authors_page),
        ("/authors/<slug>/<path:author_id>", ["GET"], "author", authors.author_page),
        ("/authors/<slug>/<path:author_id>", ["POST"], "decide_author", authors.decide_author),
    ):
        blueprint.add_url_rule(path, endpoint=name, view_func=view, methods=methods)
    app.register_blueprint(blueprint)
