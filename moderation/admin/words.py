"""A site's word lists: all of them, one of them with its entries, their names, and out as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from moderation import removed_words, word_edits, word_lists
from moderation.admin import word_entry, word_import
from moderation.admin.word_forms import KINDS, field, kind_of, list_of, said, site_of
from moderation.db import db
from moderation.guards import for_rule_editors, sites
from moderation.models import Site
from moderation.rules.word_lists import LONGEST_NAME, ListRefused, SiteList, why_name_refused
from moderation.word_csv import write_words
from moderation.word_lists import ListChanged

_DIGITS = 6  # of the number of a page


@dataclass(frozen=True, slots=True)
class SiteWords:
    """A site with its lists, and those that were removed."""

    site: Site
    lists: list[word_edits.Overview]
    removed: list[removed_words.Removed]


@for_rule_editors
def words_page() -> ResponseReturnValue:
    """The lists of the person's sites."""
    return _overview()


def _overview(**more: object) -> str:
    found = db.session.execute(select(Site).where(Site.id.in_(sites())).order_by(Site.name)).scalars().all()
    groups = [SiteWords(site, word_edits.overviews(site.id), removed_words.removed(site.id)) for site in found]
    return render_template("admin/words.html", groups=groups, kinds=KINDS, longest=LONGEST_NAME, **more)


@for_rule_editors
def add_list() -> ResponseReturnValue:
    """A new list, empty at first."""
    site = site_of(field("site"))
    name = field("name")
    if why := why_name_refused(name):
        return _overview(problem=said(why), site=site, name=name), 422
    try:
        word_lists.put_list(site.id, SiteList(name, ()), seen="")
    except ListChanged:
        return _overview(problem=gettext("فهرستی با این نام هست."), site=site, name=name), 409
    except ListRefused as refused:
        return _overview(problem=_first(refused), site=site, name=name), 422
    return redirect(url_for("admin.word_list", slug=site.slug, name=name), 303)


@for_rule_editors
def list_page(slug: str) -> ResponseReturnValue:
    """One list: its entries page by page, or those that are searched for."""
    site = site_of(slug)
    return _draw(site, list_of(site, request.args.get("name", "")))


def _draw(site: Site, words: SiteList, **more: object) -> str:
    wanted = request.args.get("q", "").replace("\x00", "").strip()[:100]
    kind = kind_of(request.args.get("kind", ""))
    number = _number(request.args.get("page", ""))
    shown = word_edits.page(words, wanted, kind, start=(number - 1) * word_edits.PAGE)
    return render_template(
        "admin/word_list.html",
        site=site,
        words=words,
        shown=shown,
        wanted=wanted,
        kind=kind,
        number=number,
        pages=max(1, -(-shown.matching // word_edits.PAGE)),
        kinds=KINDS,
        counts={each: sum(one.kind is each for one in words.entries) for each in KINDS},
        mark_of=word_edits.mark_of,
        changed=word_edits.last_changes(site.id).get(words.name),
        longest=LONGEST_NAME,
        **more,
    )


def _number(raw: str) -> int:
    return max(1, int(raw)) if raw.isascii() and raw.isdigit() and len(raw) <= _DIGITS else 1


@for_rule_editors
def change_list(slug: str) -> ResponseReturnValue:
    """Another name for a list, or one kind for all its entries."""
    site = site_of(slug)
    words = list_of(site, field("name"))
    new_name, kind = field("new_name") or words.name, kind_of(field("kind"))
    if why := why_name_refused(new_name):
        return _draw(site, words, problem=said(why)), 422
    changed = replace(word_edits.all_of(words, kind) if kind else words, name=new_name)
    try:
        word_lists.put_list(site.id, changed, instead_of=words.name, seen=field("seen"))
    except ListChanged:
        return _changed_meanwhile(site, words.name)
    except ListRefused as refused:
        return _draw(site, words, problem=_first(refused)), 422
    flash(gettext("فهرست «%(name)s» ذخیره شد.", name=new_name))
    return redirect(url_for("admin.word_list", slug=slug, name=new_name), 303)


@for_rule_editors
def remove_list(slug: str) -> ResponseReturnValue:
    """Take a list out of the rules; earlier versions of the rules keep it."""
    site = site_of(slug)
    words = list_of(site, field("name"))
    try:
        word_lists.remove_list(site.id, words.name, seen=field("seen"))
    except ListChanged:
        return _changed_meanwhile(site, words.name)
    flash(gettext("فهرست «%(name)s» برداشته شد؛ پایین همین صفحه با یک دکمه برمی‌گردد.", name=words.name))
    return redirect(url_for("admin.words"), 303)


@for_rule_editors
def restore_list(slug: str) -> ResponseReturnValue:
    """Put a removed list back, as it was."""
    site, name = site_of(slug), field("name")
    try:
        removed_words.restore(site.id, name)
    except LookupError:
        abort(404)
    except ListChanged:
        return _overview(problem=gettext("فهرستی با این نام هست.")), 409
    except ListRefused as refused:
        return _overview(problem=_first(refused)), 422
    flash(gettext("فهرست «%(name)s» برگشت و به کار افتاد.", name=name))
    return redirect(url_for("admin.word_list", slug=slug, name=name), 303)


def _changed_meanwhile(site: Site, name: str) -> ResponseReturnValue:
    return _draw(site, list_of(site, name), changed_meanwhile=True), 409


@for_rule_editors
def export_list(slug: str) -> ResponseReturnValue:
    """A list as CSV."""
    site = site_of(slug)
    words = list_of(site, request.args.get("name", ""))
    answer = Response(write_words(words.entries), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"words.csv\"; filename*=UTF-8''{quote(words.name, safe='')}.csv"
    )
    return answer


def _first(refused: ListRefused) -> str:
    return said(next(iter(refused.reasons.values())))


def room_for_files(endpoint: str | None, _values: Mapping[str, object] | None) -> None:
    """Let files in where they are sent: asked before the form is read, which checking its token does."""
    if endpoint == "admin.import_words":
        request.max_content_length = word_import.MOST_SENT


ROUTES = (
    ("/words", "GET", "words", words_page),
    ("/words", "POST", "add_words", add_list),
    ("/words/<slug>", "GET", "word_list", list_page),
    ("/words/<slug>", "POST", "change_words", change_list),
    ("/words/<slug>/remove", "POST", "remove_words", remove_list),
    ("/words/<slug>/restore", "POST", "restore_words", restore_list),
    ("/words/<slug>/export", "GET", "export_words", export_list),
    ("/words/<slug>/entry", "GET", "word", word_entry.entry_page),
    ("/words/<slug>/entry", "POST", "keep_word", word_entry.keep),
    ("/words/<slug>/import", "POST", "import_words", word_import.upload),
    ("/words/staged/<uuid:staged_id>", "GET", "staged_words", word_import.staged_page),
    ("/words/staged/<uuid:staged_id>", "POST", "confirm_words", word_import.confirm),
)
