"""Articles: what the comments stand under."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from moderation import lifecycle
from moderation.api.answering import answer
from moderation.api.authorization import read, require_site
from moderation.api.operations import ARTICLE_ID, Example, Operation, Scope
from moderation.settings import Settings
from moderation.wire import ArticleBody, Invalid
from moderation.wire_answers import ArticleState, article_out

articles = Blueprint("articles", __name__)

_LONGEST_ID = 200
_EXAMPLE = Example(
    path={"external_id": "a-17"},
    body={
        "title": "آب رودآباد از یکشنبه جیره‌بندی می‌شود",
        "url": "https://news.example.com/a-17",
        "section": "اجتماعی",
        "body": "هر محله در شبانه‌روز شش ساعت آب خواهد داشت …",
        "published_at": "2026-11-20T08:30:00+03:30",
    },
)


@articles.put("/articles/<path:external_id>")
@Operation(
    Scope.SUBMIT,
    "خبری را ثبت می‌کند یا دانسته‌های آن را تغییر می‌دهد.",
    path={"external_id": ARTICLE_ID},
    body=ArticleBody,
    answers={200: ArticleState},
    example=_EXAMPLE,
)
def register(external_id: str) -> Response:
    """Register an article, or change what is known of it.

    `title` is required; what is left out stays as it was. The rules on-topic and no-slander read title and body: the more of
    the article is known, the better they see. A comment may bring its article along instead.
    """
    caller = require_site()
    settings: Settings = current_app.config["NAZER"]
    request.max_content_length = settings.max_article_bytes
    article = read(ArticleBody)
    external_id = external_id.strip()
    if not 0 < len(external_id) <= _LONGEST_ID or "\x00" in external_id:
        raise Invalid([{"pointer": "/external_id", "detail": f"must have 1 to {_LONGEST_ID} characters, without NUL"}])
    return answer(article_out(lifecycle.register_article(caller.site_id, external_id, article)))
