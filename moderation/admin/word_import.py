"""A word list out of a file: read and reported, looked at on the last comments, then confirmed."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import staged_words, word_edits
from moderation.admin.word_forms import KINDS, field, kind_of, said, site_of
from moderation.admin.word_looks import looked_at
from moderation.db import db
from moderation.guards import for_rule_editors, person, sites
from moderation.languages import ENGLISH, language
from moderation.models import Site
from moderation.rules.word_lists import Kind, ListRefused, why_name_refused
from moderation.staged_words import Staged, Upload
from moderation.word_csv import LARGEST_FILE, NotReadable
from moderation.word_lists import ListChanged

MOST_SENT = LARGEST_FILE + 64 * 1024
"""Bytes of a form with a file."""


@for_rule_editors
def upload(slug: str) -> ResponseReturnValue:
    """Read a file and keep what it holds; nothing of the list changes yet."""
    site = site_of(slug)
    name, sent = field("name"), request.files.get("file")
    if why := why_name_refused(name):
        return _refused(site, name, said(why))
    content = sent.read(LARGEST_FILE + 1) if sent else b""
    if not content:
        return _refused(site, name, gettext("پرونده‌ای برگزینید که خالی نباشد."))
    chosen = Upload(name, content, kind_of(field("kind")) or Kind.BLOCK, field("mode") == "add")
    try:
        staged_id = staged_words.stage(site.id, person().id, chosen)
    except NotReadable as error:
        return _refused(site, name, said(error.reason))
    return redirect(url_for("admin.staged_words", staged_id=staged_id), 303)


def _refused(site: Site, name: str, problem: str) -> ResponseReturnValue:
    return render_template("admin/word_refused.html", site=site, name=name, problem=problem), 422


@for_rule_editors
def staged_page(staged_id: uuid.UUID) -> ResponseReturnValue:
    """What the file holds, what of it was refused, and what its words would have hit."""
    return _draw(_staged(staged_id))


@for_rule_editors
def confirm(staged_id: uuid.UUID) -> ResponseReturnValue:
    """Put the list in its place."""
    found = _staged(staged_id)
    try:
        staged_words.confirm(found, seen=field("seen"))
    except ListChanged:
        db.session.expire_all()
        return _draw(_staged(staged_id), changed_meanwhile=True), 409
    except ListRefused as refused:
        return _draw(found, problem=said(next(iter(refused.reasons.values())))), 422
    name = found.words.name
    flash(gettext("فهرست «%(name)s» از پرونده ذخیره شد.", name=name))
    return redirect(url_for("admin.word_list", slug=_site(found).slug, name=name), 303)


def _draw(found: Staged, **more: object) -> str:
    differs = word_edits.difference(found.before, found.after)
    return render_template(
        "admin/word_staged.html",
        site=_site(found),
        staged=found,
        report=found.row.report,
        differs=differs,
        seen=found.before.sha256 if found.before else "",
        **looked_at(found.row.site_id, [*differs.added, *differs.changed]),
        changed=word_edits.last_changes(found.row.site_id).get(found.words.name),
        kinds=KINDS,
        english=language() == ENGLISH,
        **more,
    )


def _staged(staged_id: uuid.UUID) -> Staged:
    found = staged_words.staged(staged_id, person().id, sites())
    if found is None:
        abort(404)
    return found


def _site(found: Staged) -> Site:
    return db.session.get_one(Site, found.row.site_id)
