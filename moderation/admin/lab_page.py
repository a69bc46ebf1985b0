"""What every answer of the lab has in common: what was sent, read, and the page, drawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from moderation.admin.lab_form import RuleSetForm
from moderation.admin.rule_changes import rules_in, rules_of, told_changes
from moderation.admin.rule_sites import newest_articles, sections_of
from moderation.db import db
from moderation.models import Person, Site
from moderation.rule_sets import drafts, versions
from moderation.rule_sets.checking import checked
from moderation.rule_sets.drafts import Draft
from moderation.rule_sets.presets import PRESETS
from moderation.rules import RULES
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet

_GREATEST_EDIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form of the lab as it is drawn or was sent: of which edit of the draft, from which rules, and its fields.

    ``draft`` is what is stored now; of a form that was sent it may be another edit.
    """

    draft: Draft
    edit: int
    began: RuleSet
    form: RuleSetForm


def sheet_of(draft: Draft, section: str | None = None) -> Sheet:
    """A form of the draft as it is stored."""
    return Sheet(draft, draft.edit, draft.rules, RuleSetForm(RULES, draft.rules, section))


def sent_sheet(site: Site) -> Sheet:
    """Read the form of this request."""
    draft, edit = drafts.of(site.id), sent_edit()
    began = draft.rules if edit == draft.edit else _began() or draft.rules
    section = known_section(site, draft, request.form.get("section"))
    return Sheet(draft, edit, began, RuleSetForm(RULES, began, section, request.form))


def sent_edit() -> int:
    """The edit of the draft from which this request's form was drawn; one that never was for anything unreadable."""
    raw = request.form.get("edit", "")
    return int(raw) if raw.isascii() and raw.isdigit() and int(raw) <= _GREATEST_EDIT else -1


def known_section(site: Site, draft: Draft, name: str | None) -> str | None:
    """A section of the site's articles or of its rules; None for the whole site, 404 for anything else."""
    if not name:
        return None
    if (
        name not in draft.rules.sections
        and name not in (_began() or draft.rules).sections
        and name not in sections_of(site.id)
    ):
        abort(404)
    return name


def draw(
    site: Site, sheet: Sheet, status: int = 200, *, problems: Sequence[str] = (), **more: object
) -> ResponseReturnValue:
    """The page of the lab."""
    draft, form = sheet.draft, sheet.form
    live = versions.live(site.id)
    rules = rules_of(live) or RuleSet()
    if not problems and status == 200:
        problems = _why_not(site, draft, form)
    page = render_template(
        "admin/lab.html",
        site=site,
        draft=draft,
        edit=sheet.edit,
        began=json.dumps(sheet.began.to_dict(), ensure_ascii=False),
        live=live,
        form=form,
        parts=list(form.parts(rules)),
        differing=form.differing_approvals(rules),
        changes=told_changes(site.id, rules, draft.rules),
        by=db.session.get(Person, draft.person_id) if draft.person_id else None,
        presets=[(preset, told_changes(site.id, draft.rules, preset(draft.rules))) for preset in PRESETS],
        sections=list(dict.fromkeys([*draft.rules.sections, *([form.section] if form.section else [])])),
        other_sections=[name for name in sections_of(site.id) if name not in draft.rules.sections],
        articles=newest_articles(site.id),
        problems=problems,
        **more,
    )
    return page, status


def _why_not(site: Site, draft: Draft, form: RuleSetForm) -> list[str]:
    """Why the draft cannot be published, where no field says it; what a field can say is put there."""
    try:
        checked(site.id, draft.rules)
    except RuleSetError as error:
        return form.refuse(error.errors)
    return []


def _began() -> RuleSet | None:
    """The rules from which the form was drawn, as it carries them; None when it carries nothing readable. Never stored."""
    try:
        return rules_in(json.loads(request.form.get("began", "")))
    except (ValueError, RecursionError):
        return None
