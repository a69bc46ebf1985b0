"""Articles with their heat, and what may happen under one: open, closed, strict, at a pace, tightened for a day."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import heat, lifecycle, records
from moderation.dashboard.choosing import chosen_site
from moderation.dashboard.setting_forms import PACES, ArticleForm
from moderation.db import now
from moderation.guards import for_moderators, for_seniors, person, sees_personal_data, settles_at, sites
from moderation.heat import Cursor, Hot, Order
from moderation.models import ArticleChange, Commenting
from moderation.shown import read


@for_moderators
def articles_page() -> ResponseReturnValue:
    """The articles of the person's sites, the hottest first."""
    choice = chosen_site()
    asked = request.args.get("order", "")
    order = Order(asked) if asked in set(Order) else Order.WAITING
    after = Cursor.parse(request.args.get("after", ""))
    page = heat.page(choice.ids, order, after=after)
    moment = now()
    return render_template(
        "dashboard/articles.html",
        page=page,
        order=order,
        orders=list(Order),
        after=after,
        choice=choice,
        commenting={hot.article.id: hot.article.commenting(moment) for hot in page.articles},
    )


@for_moderators
def article_page(article_id: uuid.UUID) -> ResponseReturnValue:
    """One article with what waits under it, its counters and its settings."""
    return _show(_found(article_id))


@for_seniors
def change_article(article_id: uuid.UUID) -> ResponseReturnValue:
    """Change a setting of an article."""
    hot = _found(article_id)
    form = ArticleForm()
    if not form.validate_on_submit():
        return _show(hot, 422, gettext("این تنظیم شناخته نشد؛ چیزی تغییر نکرد."))
    lifecycle.change_article(article_id, form.change(now()), person().id)
    flash(gettext("تنظیم خبر ثبت شد."))
    return redirect(url_for("dashboard.article", article_id=article_id), 303)


def _found(article_id: uuid.UUID) -> Hot:
    hot = heat.of_article(sites(), article_id)
    if hot is None:
        abort(404)
    return hot


def _show(hot: Hot, status: int = 200, problem: str | None = None) -> ResponseReturnValue:
    article, moment = hot.article, now()
    waiting, bare = heat.waiting_comments(article), sees_personal_data(article.site_id)
    page = render_template(
        "dashboard/article.html",
        hot=hot,
        commenting=article.commenting(moment),
        tightened=article.strict_until if article.strict_until and article.strict_until > moment else None,
        counts=records.counts(article),
        waiting=[(comment, read(comment.text, bare=bare)) for comment in waiting],
        changes=[(change, _told(change)) for change in heat.changes(article.id)],
        settings=list(Commenting) if settles_at(article.site_id) else [],
        paces=sorted({*PACES, article.slow_seconds}),
        problem=problem,
    )
    return page, status


def _told(change: ArticleChange) -> list[tuple[str, object, object]]:
    """What a change changed: the setting, before and after; moments are read back."""
    names = [name for name in change.after if change.before.get(name) != change.after[name]]
    return [(name, _value(name, change.before.get(name)), _value(name, change.after[name])) for name in names]


def _value(name: str, value: object) -> object:
    return datetime.fromisoformat(str(value)) if name == "strict_until" and value else value
