"""Articles: what the comments stand under, whether it takes new ones, and how many it has."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from flask import Blueprint, Response, current_app, request

from moderation import heat, lifecycle, records
from moderation.api.answering import answer
from moderation.api.authorization import read, read_query, require_site
from moderation.api.limits import site_id_of
from moderation.api.operations import ARTICLE_ID, Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.settings import Settings
from moderation.wire import ArticleBody
from moderation.wire_answers import ArticleState, CountedArticle, article_out, counted_out
from moderation.wire_articles import ArticleList, ArticlesAsked, CommentingIn, hot_out

articles = Blueprint("articles", __name__)

_ARTICLE = {"external_id": ARTICLE_ID}
_PLACE = {"external_id": "a-17"}
_EXAMPLE = Example(
    path=_PLACE,
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
    path=_ARTICLE,
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
    return answer(article_out(lifecycle.register_article(caller.site_id, site_id_of(external_id), article)))


@articles.patch("/articles/<path:external_id>")
@Operation(
    Scope.SUBMIT,
    "دیدگاه‌های یک خبر را باز می‌کند، می‌بندد یا سخت‌گیرانه می‌کند.",
    path=_ARTICLE,
    body=CommentingIn,
    answers={200: ArticleState},
    problems=("no-such-article",),
    example=Example(path=_PLACE, body={"comments": "strict"}),
)
def open_or_close(external_id: str) -> Response:
    """Open or close an article for comments, or be strict.

    `closed` refuses new comments (409 `article-closed`); those that are there may still be edited, taken back and decided.
    `strict` lets no rule decide by itself under this article, and brings its comments before people one lane earlier. It
    holds for what is screened from now on. With `strict_until` it is strict for a time alone; without, no longer than `comments`
    says.
    """
    caller = require_site()
    sent = read(CommentingIn)
    sent.refuse_what_is_over()
    change = lifecycle.Change(sent.comments, sent.slow_mode_seconds, sent.strict_until or False)
    article = lifecycle.settle_article(caller.site_id, site_id_of(external_id), change)
    if article is None:
        raise _no_such_article()
    return answer(article_out(article))


@articles.get("/articles")
@Operation(
    Scope.READ,
    "خبرهای سایت را با آنچه زیرشان در انتظار است می‌گوید.",
    query=ArticlesAsked,
    answers={200: ArticleList},
    example=Example(query={"order": "waiting"}),
)
def listing() -> Response:
    """List the articles with what waits under them.

    How many comments wait for a person, since when, and how many came in the last hour. Ask for what follows with `after`, the
    `next` of the page before; while comments come, an article may move from one page to another.
    """
    caller = require_site()
    asked = read_query(ArticlesAsked)
    page = heat.page([caller.site_id], asked.order, after=asked.cursor, limit=asked.limit)
    following = str(page.following) if page.following else None
    return answer(ArticleList(articles=[hot_out(hot) for hot in page.articles], next=following))


@articles.get("/articles/<path:external_id>")
@Operation(
    Scope.READ,
    "یک خبر را با شمار دیدگاه‌هایش می‌گوید.",
    path=_ARTICLE,
    answers={200: CountedArticle},
    problems=("no-such-article", "invalid"),
    tagged=True,
    example=Example(path=_PLACE),
)
def counted(external_id: str) -> Response:
    """Look at an article and count its comments.

    Send the `ETag` of the last answer as `If-None-Match`: while nothing changed the answer is 304 without a body. A decision
    counts from the moment at which it was published.
    """
    caller = require_site()
    article = records.article(caller.site_id, site_id_of(external_id))
    if article is None:
        raise _no_such_article()
    told = answer(counted_out(article, **asdict(records.counts(article))))
    told.set_etag(hashlib.sha256(told.get_data()).hexdigest()[:32])
    told.headers["Cache-Control"] = "private, no-cache"
    told.make_conditional(request)
    return told


def _no_such_article() -> Problem:
    """Another site's article is as unknown as one that never was."""
    return Problem(404, "This site has no article with that id.", code="no-such-article")
