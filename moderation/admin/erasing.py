"""What is kept of a reader, at the reader's wish: handed over, or erased in two steps."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import author_export, erasures, privacy, standing
from moderation.admin.site import site_of
from moderation.db import db
from moderation.guards import for_admins, sites
from moderation.models import Comment, Erasure, Site
from moderation.standing import Author

_LINES = "application/x-ndjson"


@for_admins
def author_page(slug: str, author_id: str) -> ResponseReturnValue:
    """What would be erased of an author, nothing is yet; or how far it is where somebody has said so."""
    under_way = None if "\x00" in author_id else erasures.running(site_of(slug).id, author_id)
    return _to_erasure(under_way) if under_way else _ask_of_author(slug, author_id)


@for_admins
def erase_author(slug: str, author_id: str) -> ResponseReturnValue:
    """Have everything of an author erased in the background, once the person has said that it is meant."""
    site = site_of(slug)
    if not request.form.get("sure"):
        return _ask_of_author(slug, author_id, gettext("برای پاک کردن، خانهٔ «می‌دانم» را نشان کنید."))
    return _to_erasure(erasures.start(site.id, _known(site, author_id).external_id))


@for_admins
def erasure_page(erasure_id: uuid.UUID) -> ResponseReturnValue:
    """How far the erasing of an author is, or that it is done."""
    return render_template("admin/erasure.html", erasure=_erasure(erasure_id))


@for_admins
def erasure_progress(erasure_id: uuid.UUID) -> ResponseReturnValue:
    """The same as a part of its page."""
    return render_template("admin/erasure_progress.html", erasure=_erasure(erasure_id))


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
    ("/erasures/<uuid:erasure_id>", "GET", "erasure", erasure_page),
    ("/erasures/<uuid:erasure_id>/progress", "GET", "erasure_progress", erasure_progress),
    ("/export/author/<slug>/<path:author_id>", "POST", "export_author", export_author),
    ("/erase/comment/<uuid:comment_id>", "GET", "erase_comment", comment_page),
    ("/erase/comment/<uuid:comment_id>", "POST", "erase_comment_now", erase_comment),
)


def _ask_of_author(slug: str, author_id: str, problem: str | None = None) -> ResponseReturnValue:
    site = site_of(slug)
    author = _known(site, author_id)
    page = render_template(
        "admin/erase.html", author=author, comments=sum(author.counts.values()), comment=None, problem=problem
    )
    return page, 422 if problem else 200


def _ask_of_comment(comment: Comment, problem: str | None = None) -> ResponseReturnValue:
    page = render_template("admin/erase.html", author=None, comment=comment, problem=problem)
    return page, 422 if problem else 200


def _known(site: Site, author_id: str) -> Author:
    """An author of whom the site knows something; 404 for any other."""
    author = None if "\x00" in author_id else standing.author(site, author_id, latest=1)
    if author is None:
        abort(404)
    return author


def _erasure(erasure_id: uuid.UUID) -> Erasure:
    """An erasure at a site that the person administers; 404 for any other."""
    found = erasures.of(erasure_id, sites())
    if found is None:
        abort(404)
    return found


def _to_erasure(row: Erasure) -> ResponseReturnValue:
    return redirect(url_for("admin.erasure", erasure_id=row.id), 303)


def _comment(comment_id: uuid.UUID) -> Comment:
    """A comment of a site that the person administers; 404 for any other."""
    comment = db.session.get(Comment, comment_id, populate_existing=True)
    if comment is None or comment.site_id not in sites():
        abort(404)
    return comment
