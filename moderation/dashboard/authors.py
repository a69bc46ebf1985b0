"""Authors: what somebody wrote at a site, and whether a person trusts or has blocked them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import lifecycle, privacy, standing
from moderation.dashboard.choosing import chosen_site, id_of, site_of
from moderation.dashboard.setting_forms import LASTING, StandingForm
from moderation.db import now
from moderation.guards import for_moderators, for_seniors, person, sees_personal_data, settles_at
from moderation.shown import read
from moderation.standing import Author

_LONGEST_ID = 200


@for_moderators
def authors_page() -> ResponseReturnValue:
    """The authors with a standing; or, by the site's id of an author, that author's page."""
    choice = chosen_site()
    asked = request.args.get("id", "").replace("\x00", "").strip()[:_LONGEST_ID]
    site = choice.chosen or (choice.known[0] if len(choice.known) == 1 else None)
    if asked and site:
        return redirect(url_for("dashboard.author", slug=site.slug, author_id=asked), 303)
    rows = standing.listed(choice.ids, after=id_of(request.args.get("after", "")), limit=standing.PAGE + 1)
    shown, moment = rows[: standing.PAGE], now()
    return render_template(
        "dashboard/authors.html",
        authors=[(row, row.holds(moment)) for row in shown],
        slugs={site.id: site for site in choice.known},
        following=shown[-1].id if len(rows) > standing.PAGE else None,
        choice=choice,
    )


@for_moderators
def author_page(slug: str, author_id: str) -> ResponseReturnValue:
    """What is known of an author at a site."""
    return _show(_found(slug, author_id))


@for_seniors
def decide_author(slug: str, author_id: str) -> ResponseReturnValue:
    """Trust an author, block one, or lift either; what waits of the author is looked at again."""
    author = _found(slug, author_id)
    form = StandingForm()
    if not form.validate_on_submit():
        return _show(author, 422, next((str(each[0]) for each in form.errors.values()), ""))
    standing.decide(author.site.id, author_id, form.wish(), person().id)
    lifecycle.screen_again(author.site.id, author_id)
    flash(gettext("تصمیم شما دربارهٔ این نویسنده ثبت شد."))
    return redirect(url_for("dashboard.author", slug=slug, author_id=author_id), 303)


def _found(slug: str, author_id: str) -> Author:
    author = None if "\x00" in author_id else standing.author(site_of(slug), author_id)
    if author is None:
        abort(404)
    return author


def _show(author: Author, status: int = 200, problem: str | None = None) -> ResponseReturnValue:
    history, moment = standing.history(author.site.id, author.external_id), now()
    bare = sees_personal_data(author.site.id)
    page = render_template(
        "dashboard/author.html",
        author=author,
        current=next((row for row in history if row.holds(moment)), None),
        history=history,
        latest=[(comment, read(comment.text, bare=bare)) for comment in author.latest],
        lasting=list(LASTING) if settles_at(author.site.id) else [],
        problem=problem,
        other_names=privacy.other_names(author.latest[0]) if author.latest else 0,
    )
    return page, status
