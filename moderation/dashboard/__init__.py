"""For moderators: sign in, read the queue, decide, take back."""

from __future__ import annotations

from flask import Blueprint, Flask

from moderation.dashboard import (
    account,
    account_factor,
    articles,
    authors,
    bulk,
    codes,
    comfort,
    deciding,
    desk,
    filtering,
    groups,
    joining,
    numbers,
    reading,
    searching,
    sign_in,
    trimming,
)
from moderation.guards import lead_to_factor
from moderation.pages import add_error_pages, register_pages
from moderation.shown import covered

_PAGES = (
    ("/sign-in", ["GET", "POST"], "sign_in", sign_in.sign_in),
    ("/sign-out", ["POST"], "sign_out", sign_in.sign_out),
    ("/sign-in/code", ["GET", "POST"], "sign_in_code", codes.sign_in_code),
    ("/sign-in/set-up", ["GET", "POST"], "sign_in_set_up", codes.sign_in_set_up),
    ("/invitation/<invitation_token>", ["GET", "POST"], "invitation", joining.invitation),
    ("/new-password/<link_token>", ["GET", "POST"], "password_link", joining.password_link),
    ("/", ["GET"], "home", reading.home),
    ("/review", ["GET"], "queue", reading.queue_page),
    ("/review/news", ["GET"], "news", desk.news),
    ("/review/filters", ["POST"], "save_filter", filtering.save),
    ("/review/filters/<uuid:filter_id>/remove", ["POST"], "remove_filter", filtering.remove),
    ("/review/<uuid:comment_id>/lease", ["POST"], "lease", desk.lease),
    ("/search", ["GET"], "search", searching.search_page),
    ("/review/<uuid:comment_id>", ["GET"], "comment", reading.comment_page),
    ("/settings", ["GET", "POST"], "comfort", comfort.comfort),
    ("/account/password", ["GET", "POST"], "password", account.change_password),
    ("/account/second-factor", ["GET"], "second_factor", account_factor.factor_page),
    ("/account/second-factor", ["POST"], "change_factor", account_factor.change_factor),
    ("/account/second-factor/set-up", ["GET", "POST"], "set_up_factor", account_factor.set_up_factor),
    ("/account/sessions", ["GET"], "sessions", account.sessions_page),
    ("/account/sessions/others/end", ["POST"], "end_other_sessions", account.end_other_sessions),
    ("/account/sessions/<uuid:sign_in_id>/end", ["POST"], "end_session", account.end_session),
    ("/decided", ["GET"], "decided", reading.decided_page),
    ("/review/<uuid:comment_id>", ["POST"], "decide", deciding.decide),
    ("/review/<uuid:comment_id>/escalate", ["POST"], "escalate", deciding.escalate),
    ("/review/<uuid:comment_id>/trim", ["GET"], "trim_page", trimming.trim_page),
    ("/review/<uuid:comment_id>/trim", ["POST"], "trim", trimming.trim),
    ("/review/undo/<uuid:decision_id>", ["POST"], "undo", deciding.undo),
    ("/groups/<uuid:first_id>", ["GET"], "group", groups.group_page),
    ("/bulk", ["GET"], "bulk", bulk.bulk_page),
    ("/bulk", ["POST"], "decide_many", bulk.decide_many),
    ("/bulk/band", ["POST"], "decide_band", bulk.decide_band),
    ("/bulk/undo/<uuid:bulk_id>", ["POST"], "undo_many", bulk.undo_many),
    ("/review/<uuid:comment_id>/reopen", ["POST"], "reopen", deciding.reopen),
    ("/numbers", ["GET"], "numbers", numbers.numbers_page),
    ("/numbers.csv", ["GET"], "numbers_csv", numbers.numbers_csv),
    ("/articles", ["GET"], "articles", articles.articles_page),
    ("/articles/<uuid:article_id>", ["GET"], "article", articles.article_page),
    ("/articles/<uuid:article_id>", ["POST"], "change_article", articles.change_article),
    ("/authors", ["GET"], "authors", authors.authors_page),
    ("/authors/<slug>/<path:author_id>", ["GET"], "author", authors.author_page),
    ("/authors/<slug>/<path:author_id>", ["POST"], "decide_author", authors.decide_author),
)


def register(app: Flask) -> None:
    """Add the review dashboard."""
    register_pages(app)
    app.jinja_env.filters["covered"] = covered
    blueprint = Blueprint("dashboard", __name__)
    add_error_pages(blueprint)
    blueprint.before_request(lead_to_factor)
    for path, methods, name, view in _PAGES:
        blueprint.add_url_rule(path, endpoint=name, view_func=view, methods=methods)
    app.register_blueprint(blueprint)
