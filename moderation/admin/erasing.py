"""What is kept of a reader, at the reader's wish: handed over, or erased in two steps."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import author_export, dates, privacy, standing
from moderation.admin.site import site_of
from moderation.db import db
from moderation.guards import for_admins, sites
from moderation.models import Comment

_LINES = "application/x-ndjson"


@for_admins
def author_page(slug: str, author_id: str) -> ResponseReturnValue:
    """What would be erased of an author; nothing is yet."""
    return _ask_of_author(slug, author_id)


@for_admins
def erase_author(slug: str, author_id: str) -> ResponseReturnValue:
    """Erase everything of an author, some hundred comments at a time, once the person has said that it is meant."""
    site = site_of(slug)
    if not request.form.get("sure"):
        return _ask_of_author(slug, author_id, gettext("برای پاک کردن، خانهٔ «می‌دانم» را نشان کنید."))
    done = privacy.erase_author(site.id, author_id)
    if done.more:
        flash(gettext("%(number)s پیام پاک شد و هنوز پیام مانده است؛ دوباره بزنید.", number=dates.count(done.comments)))
        return redirect(url_for("admin.erase_author", slug=slug, author_id=author_id), 303)
    flash(gettext("همهٔ داده‌های این نویسنده پاک شد."))
    return redirect(url_for("dashboard.authors"), 303)


@for_admins
def export_author(slug: str, author_id: str) -> ResponseReturnValue:
    """All that is kept of an author as a file, a line of JSON for each comment."""
    site = site_of(slug)
    privacy.note_export(site.id, author_id)
    answer = Response(stream_with_context(author_export.lines(site.id, author_id)), mimetype=_LINES)
    answer.headers["Content-Disposition"] = 'attachment; filename="nazer-author.jsonl"'
    return answer


@for_admins
def comment_page(comment_id: uuid.UUID) -> ResponseReturnValue:
    """What would be erased with a comment; nothing is yet."""
    return _ask_of_comment(_comment(comment_id))


@for_admins
def erase_comment(comment_id: uuid.UUID) -> ResponseReturnValue:
    """Erase a comment, once the person has said that it is meant."""
    comment = _comment(comment_id)
    if not request.form.get("sure"):
        return _ask_of_comment(comment, gettext("برای پاک کردن، خانهٔ «می‌دانم» را نشان کنید."))
    privacy.erase_comment(comment.site_id, comment.id)
    flash(gettext("این دیدگاه پاک شد."))
    return redirect(url_for("dashboard.comment", comment_id=comment.id), 303)


_AUTHOR = "/erase/author/<slug>/<path:author_id>"
ROUTES = (
    (_AUTHOR, "GET", "erase_author", author_page),
    (_AUTHOR, "POST", "erase_author_now", erase_author),
    ("/export/author/<slug>/<path:author_id>", "POST", "export_author", export_author),
    ("/erase/comment/<uuid:comment_id>", "GET", "erase_comment", comment_page),
    ("/erase/comment/<uuid:comment_id>", "POST", "erase_comment_now", erase_comment),
)


def _ask_of_author(slug: str, author_id: str, problem: str | None = None) -> ResponseReturnValue:
    site = site_of(slug)
    author = None if "\x00" in author_id else standing.author(site, author_id, latest=1)
    if author is None:
        abort(404)
    page = render_template(
        "admin/erase.html", author=author, comments=sum(author.counts.values()), comment=None, problem=problem
    )
    return page, 422 if problem else 200


def _ask_of_comment(comment: Comment, problem: str | None = None) -> ResponseReturnValue:
    page = render_template("admin/erase.html", author=None, comment=comment, problem=problem)
    return page, 422 if problem else 200


def _comment(comment_id: uuid.UUID) -> Comment:
    """A comment of a site that the person administers; 404 for any other."""
    comment = db.session.get(Comment, comment_id, populate_existing=True)
    if comment is None or comment.site_id not in sites():
        abort(404)
    return comment
