"""The rule lab: a site's draft, all rules in one page; saved, discarded, moved into a preset, said otherwise for a section."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation.admin import lab_page, lab_trial, rule_publishing, rule_shadow, rule_versions
from moderation.admin.lab_form import RuleSetForm
from moderation.admin.lab_page import Sheet, draw, sent_sheet, sheet_of
from moderation.admin.rule_changes import Told, told_changes
from moderation.admin.rule_sites import editable_sites, site_of
from moderation.guards import for_rule_editors
from moderation.models import Site
from moderation.rule_sets import drafts
from moderation.rule_sets.drafts import Draft
from moderation.rule_sets.presets import PRESETS
from moderation.rule_sets.refusals import Conflict
from moderation.rules import RULES
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet


@for_rule_editors
def rules_page() -> ResponseReturnValue:
    """The sites whose rules the person may change; with one alone, its lab."""
    known = editable_sites()
    if len(known) == 1:
        return redirect(url_for("admin.lab", slug=known[0].slug))
    return render_template("admin/rules.html", sites=known)


@for_rule_editors
def show(slug: str) -> ResponseReturnValue:
    """The draft of a site, or a section of it (``?section=``)."""
    site = site_of(slug)
    draft = drafts.of(site.id)
    section = lab_page.known_section(site, draft, request.args.get("section"))
    return draw(site, sheet_of(draft, section))


@for_rule_editors
def save(slug: str) -> ResponseReturnValue:
    """Save what the form says into the draft."""
    site = site_of(slug)
    sent = sent_sheet(site)
    if not sent.form.validate():
        return draw(site, sent, 422)
    return _save(site, sent, sent.form.rules(), gettext("پیش‌نویس ذخیره شد."))


@for_rule_editors
def move(slug: str) -> ResponseReturnValue:
    """Move what the form says into a preset, and save it."""
    site = site_of(slug)
    preset = next((each for each in PRESETS if each.slug == request.form.get("preset")), None) or abort(404)
    sent = sent_sheet(site)
    if not sent.form.validate():
        return draw(site, sent, 422)
    return _save(site, sent, preset(sent.form.rules()), gettext("پیش‌نویس به این حالت درآمد؛ تا منتشر نشود اثری ندارد."))


@for_rule_editors
def remove_section(slug: str) -> ResponseReturnValue:
    """Let a section be as the whole site is."""
    site = site_of(slug)
    sent = sent_sheet(site)
    left = {name: rules for name, rules in sent.began.sections.items() if name != sent.form.section}
    sent = replace(sent, form=RuleSetForm(RULES, sent.began))
    return _save(site, sent, replace(sent.began, sections=left), gettext("این بخش دوباره مانند همهٔ سایت است."))


@for_rule_editors
def discard(slug: str) -> ResponseReturnValue:
    """Drop the draft."""
    site = site_of(slug)
    try:
        drafts.discard(site.id, edit=lab_page.sent_edit())
    except Conflict as conflict:
        told = gettext("در این میان پیش‌نویس عوض شده است؛ چیزی دور ریخته نشد.")
        return draw(site, sheet_of(conflict.draft), 409, problems=[told])
    flash(gettext("پیش‌نویس دور ریخته شد؛ آنچه می‌بینید قواعد زنده است."))
    return redirect(url_for("admin.lab", slug=slug), 303)


def _save(site: Site, sent: Sheet, rules: RuleSet, said: str) -> ResponseReturnValue:
    try:
        drafts.save(site.id, rules, edit=sent.edit)
    except Conflict as conflict:
        return _both(site, sent, rules, conflict.draft)
    except RuleSetError as error:
        problems = sent.form.refuse(error.errors)
        return draw(site, sent, 422, problems=problems)
    flash(said)
    return redirect(url_for("admin.lab", slug=site.slug, section=sent.form.section), 303)


@dataclass(frozen=True, slots=True)
class Both:
    """Two people's changes of the same draft, in words; ``clashing`` are pointers of what both changed."""

    theirs: list[Told]
    mine: list[Told]
    clashing: frozenset[str]


def _both(site: Site, sent: Sheet, mine: RuleSet, now_is: Draft) -> ResponseReturnValue:
    """Nothing was saved: show what the other changed and what was sent, laid over the other's in the form, unsaved."""
    section = sent.form.section
    began = RuleSetForm(RULES, sent.began, section).values()
    changed = {
        pointer: value
        for pointer, value in RuleSetForm(RULES, mine, section).values().items()
        if value != began[pointer]
    }
    sheet = sheet_of(now_is, section)
    sheet.form.put(changed)
    theirs, sent_changes = told_changes(site.id, sent.began, now_is.rules), told_changes(site.id, sent.began, mine)
    clashing = {change.pointer for change in theirs} & {change.pointer for change in sent_changes}
    return draw(site, sheet, 409, both=Both(theirs, sent_changes, frozenset(clashing)))


_LAB = "/rules/<slug>"
_VERSION = f"{_LAB}/versions/<int:number>"
ROUTES = (
    ("/rules", "GET", "rules", rules_page),
    (_LAB, "GET", "lab", show),
    (_LAB, "POST", "save_draft", save),
    (f"{_LAB}/preset", "POST", "move_draft", move),
    (f"{_LAB}/section", "POST", "remove_rule_section", remove_section),
    (f"{_LAB}/discard", "POST", "discard_draft", discard),
    (f"{_LAB}/try", "POST", "try_draft", lab_trial.try_it),
    (f"{_LAB}/publish", "GET", "publish_rules", rule_publishing.show),
    (f"{_LAB}/publish", "POST", "publish_draft", rule_publishing.publish),
    (f"{_LAB}/budget", "POST", "set_held_budget", rule_publishing.set_budget),
    (f"{_LAB}/versions", "GET", "rule_versions", rule_versions.versions_page),
    (_VERSION, "GET", "rule_version", rule_versions.version_page),
    (f"{_VERSION}/restore", "POST", "roll_rules_back", rule_versions.roll_back),
    (f"{_LAB}/shadow", "GET", "rules_shadow", rule_shadow.shadow_page),
    (f"{_LAB}/shadow/promote", "POST", "promote_shadow", rule_shadow.promote),
    (f"{_LAB}/shadow/end", "POST", "end_shadow", rule_shadow.end),
)
