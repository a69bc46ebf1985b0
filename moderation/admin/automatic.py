"""What the rules of a site may decide without a person, with how often people agreed; and what becomes of other languages."""

from __future__ import annotations

from dataclasses import fields

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import automation
from moderation.admin.site import chosen, known_sites
from moderation.automation import DECIDING, LANGUAGES, MOST, THRESHOLDS, Drafted, Switches
from moderation.guards import for_admins
from moderation.languages import ENGLISH, language
from moderation.models import Site
from moderation.rule_sets import drafts
from moderation.rule_sets.refusals import Conflict
from moderation.rules.base import Choice
from moderation.rules.compiling import RuleSetError
from moderation.rules.persian_only import PersianOnly

_LONGEST_NOTE = 200
_OPTIONS = {each.name: each.metadata for each in fields(PersianOnly) if each.name in LANGUAGES}


@for_admins
def automatic_page() -> ResponseReturnValue:
    """The switches as they stand, each with what people decided where it would have."""
    return _draw(chosen(request.args.get("site", "")))


@for_admins
def switch() -> ResponseReturnValue:
    """Publish a version of the rules in which they stand as the person wants."""
    site = chosen(request.form.get("site", ""))
    wanted, edit = _wanted(), request.form.get("edit", "")
    note = request.form.get("note", "").replace("\x00", "").strip()[:_LONGEST_NOTE]
    if wanted is None or not edit.isdecimal():
        return _draw(site, gettext("این مقدار در فهرست نیست؛ چیزی عوض نشد."), 422)
    try:
        version = automation.switch(site.id, wanted, note or gettext("تصمیم‌های خودکار"), edit=int(edit))
    except (Drafted, Conflict):
        return _draw(site, gettext("کسی پیش‌نویس قاعده‌های دیگری دارد؛ نخست آن را منتشر کنید یا دور بریزید."), 409)
    except RuleSetError as error:
        return _draw(site, "، ".join(f"{pointer}: {told}" for pointer, told in error.errors.items()), 422)
    flash(gettext("نسخهٔ تازهٔ قاعده‌ها منتشر شد.") if version else gettext("چیزی عوض نشد."))
    return redirect(url_for("admin.automatic", site=site.slug), 303)


ROUTES = (
    ("/automatic", "GET", "automatic", automatic_page),
    ("/automatic", "POST", "switch_automatic", switch),
)


def _draw(site: Site, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    draft = drafts.of(site.id)
    page = render_template(
        "admin/automatic.html",
        site=site,
        known=known_sites(),
        edit=draft.edit,
        drafted=draft.updated_at is not None,
        switches=automation.switches_of(draft.rules),
        measures=automation.measure(site.id),
        deciding=DECIDING,
        thresholds=THRESHOLDS,
        languages=_OPTIONS,
        label=_label,
        most=MOST,
        problem=problem,
    )
    return page, status


def _label(choice: Choice) -> str:
    return (choice.en or choice.label) if language() == ENGLISH else choice.label


def _wanted() -> Switches | None:
    """The switches as they were sent; None for one that cannot be."""
    told = request.form
    try:
        rejects = {rule.slug: _score(told.get(f"rejects-{rule.slug}", "")) for rule in DECIDING}
    except ValueError:
        return None
    chosen_languages = {name: told.get(f"language-{name}", "") for name in LANGUAGES}
    for name, value in chosen_languages.items():
        if value not in {choice.value for choice in _OPTIONS[name]["choices"]}:
            return None
    return Switches("approves_clean" in told, "approves_trusted" in told, rejects, chosen_languages)


def _score(raw: str) -> float | None:
    """A score, or None for a person; raises ValueError for anything else."""
    if not raw:
        return None
    score = float(raw)
    if not 0 <= score <= 1:
        raise ValueError(raw)
    return score
