"""One entry of a word list: looked at on the last comments, then added, changed or removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import word_edits, word_lists
from moderation.admin.word_forms import KINDS, EntryForm, field, list_of, said, site_of, told
from moderation.admin.word_looks import looked_at
from moderation.db import db
from moderation.guards import for_rule_editors
from moderation.models import Site
from moderation.rules.word_lists import (
    LONGEST_NOTE,
    LONGEST_SECTION,
    ListRefused,
    SiteList,
    SiteWord,
)
from moderation.word_edits import EntryRefused
from moderation.word_lists import ListChanged


@for_rule_editors
def entry_page(slug: str) -> ResponseReturnValue:
    """An entry of a list with what it hits, or the form of a new one."""
    site = site_of(slug)
    words = list_of(site, request.args.get("name", ""))
    mark = request.args.get("entry", "")
    if not mark:
        return _Sheet(site, words, EntryForm(words.sha256, "", SiteWord(""), ())).draw()
    entry = word_edits.marked(words, mark)
    if entry is None:
        abort(404)
    return _Sheet(site, words, EntryForm(words.sha256, mark, entry, ())).draw(look=True)


@for_rule_editors
def keep(slug: str) -> ResponseReturnValue:
    """Look at an entry, or save or remove it, as the button says."""
    site = site_of(slug)
    words = list_of(site, field("name"))
    sheet = _Sheet(site, words, EntryForm.read())
    if field("do") == "remove":
        return sheet.remove()
    return sheet.save() if field("do") == "save" else sheet.try_out()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The page of an entry."""

    site: Site
    words: SiteList
    form: EntryForm

    def draw(self, *, look: bool = False, **more: Any) -> str:
        """The form, below it what the entry hits."""
        form = self.form
        shown = looked_at(self.site.id, [form.entry], form.allowing) if look else {}
        return render_template(
            "admin/word.html",
            site=self.site,
            words=self.words,
            form=form,
            entry=form.entry,
            kinds=KINDS,
            limits={"section": LONGEST_SECTION, "note": LONGEST_NOTE},
            **shown,
            **more,
        )

    def try_out(self) -> ResponseReturnValue:
        """Look at it, and save nothing."""
        if wrong := word_edits.wrong_in(self.form.entry):
            return self.draw(wrong=told(wrong, self.form.entry)), 422
        return self.draw(look=True)

    def save(self) -> ResponseReturnValue:
        """Put it on the list."""
        entry = self.form.entry
        before = word_edits.marked(self.words, self.form.was) if self.form.was else None
        try:
            after = word_edits.with_entry(
                self.words, entry, was=before.key if before else None, allowing=self.form.allowing
            )
            word_lists.put_list(self.site.id, after, seen=self.form.seen)
        except EntryRefused as refused:
            return self.draw(wrong=told(refused.wrong, entry)), 422
        except ListRefused as refused:
            return self.draw(problem=said(next(iter(refused.reasons.values())))), 422
        except ListChanged:
            return self._changed_meanwhile()
        flash(gettext("«%(word)s» در فهرست «%(name)s» ذخیره شد.", word=entry.text, name=self.words.name))
        return self._to_list()

    def remove(self) -> ResponseReturnValue:
        """Take it off the list."""
        entry = word_edits.marked(self.words, self.form.was)
        if entry is None:
            abort(404)
        try:
            word_lists.put_list(self.site.id, word_edits.without(self.words, entry.key), seen=self.form.seen)
        except ListChanged:
            return self._changed_meanwhile()
        flash(gettext("«%(word)s» از فهرست «%(name)s» برداشته شد.", word=entry.text, name=self.words.name))
        return self._to_list()

    def _changed_meanwhile(self) -> ResponseReturnValue:
        """Nothing was stored: the same form again over the list as it is now, with who changed it."""
        db.session.expire_all()
        words = list_of(self.site, self.words.name)
        form = EntryForm(words.sha256, self.form.was, self.form.entry, self.form.allowing)
        sheet = _Sheet(self.site, words, form)
        changed = word_edits.last_changes(self.site.id).get(words.name)
        return sheet.draw(changed=changed, standing=word_edits.marked(words, form.was) if form.was else None), 409

    def _to_list(self) -> ResponseReturnValue:
        return redirect(url_for("admin.word_list", slug=self.site.slug, name=self.words.name), 303)
