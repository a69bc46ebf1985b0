"""From draft to live or to shadow: what would change, what the replay says of it, for how long, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from persiantools.jdatetime import JalaliDateTime

from moderation.admin.lab_page import sent_edit
from moderation.admin.rule_changes import rules_of, told_changes
from moderation.admin.rule_form import read_number
from moderation.admin.rule_sites import site_of
from moderation.dates import TEHRAN, digits
from moderation.db import now
from moderation.guards import for_rule_editors
from moderation.models import Site
from moderation.replay.proof import Proof, proof
from moderation.rule_sets import drafts, publishing, versions
from moderation.rule_sets.checking import checked
from moderation.rule_sets.drafts import Draft
from moderation.rule_sets.refusals import Conflict, OverBudget, Unproven
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet

LASTING = {"": None, "6": timedelta(hours=6), "24": timedelta(hours=24), "72": timedelta(days=3)}
"""How long the new rules may hold; any other moment is typed."""

_TYPED = "until"
_MOMENT = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})[\sT،,]+(\d{1,2}):(\d{2})")
_JALALI_BEFORE = 1700
_PROBLEMS = {
    "note": lazy_gettext("بنویسید چرا: یادداشتی از ۱ تا ۱۰۰۰ نویسه."),
    "until": lazy_gettext("زمانی در آینده بنویسید، مانند ۱۴۰۵/۰۹/۱۵ ۱۸:۰۰ (به وقت تهران)."),
}


@dataclass
class Wish:
    """What the form of publishing says, as it was typed, and what is wrong with it by field."""

    note: str = ""
    lasts: str = ""
    until: str = ""
    confirmed: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls) -> Wish:
        """Read the form of this request."""
        lasts = request.form.get("lasts", "")
        return cls(
            note=sent_note(),
            lasts=lasts if lasts in LASTING or lasts == _TYPED else "",
            until=request.form.get("until", ""),
            confirmed=request.form.get("confirmed") == "1",
        )

    def ends(self) -> datetime | None:
        """When the rules shall end; None for never, or (with an error) for what cannot be read."""
        if self.lasts != _TYPED:
            length = LASTING[self.lasts]
            return now() + length if length else None
        moment = moment_typed(self.until)
        if moment is None or moment <= now():
            self.refuse("until")
        return moment

    def refuse(self, name: str) -> None:
        """Say at a field what is wrong."""
        self.errors[name] = str(_PROBLEMS[name])

    def blame(self, error: RuleSetError) -> list[str]:
        """Put what belongs to the fields there; returns what is wrong with the rules themselves."""
        for name in _PROBLEMS:
            if f"/{name}" in error.errors:
                self.refuse(name)
        return [f"{at}: {why}" for at, why in error.errors.items() if at.removeprefix("/") not in _PROBLEMS]


def sent_note() -> str:
    """Why, as this request's form says it."""
    return request.form.get("note", "").replace("\x00", "").replace("\r\n", "\n").strip()


def why_refused(error: RuleSetError) -> str:
    """Why a version does not go live."""
    if "/note" in error.errors:
        return str(_PROBLEMS["note"])
    return str(gettext("این نسخه دیگر پذیرفتنی نیست: %(why)s", why=str(error)))


def moment_typed(raw: str) -> datetime | None:
    """A moment in Tehran as people type it, ``۱۴۰۵/۰۹/۱۵ ۱۸:۰۰`` or ``2026-12-06 18:00``; None for anything else."""
    found = _MOMENT.fullmatch(raw.strip())
    if not found:
        return None
    year, *rest = map(int, found.groups())
    try:
        if year >= _JALALI_BEFORE:
            return datetime(year, *rest, tzinfo=TEHRAN)  # type: ignore[arg-type, misc]
        local: datetime = JalaliDateTime(year, *rest).to_gregorian()  # type: ignore[no-untyped-call]
    except ValueError:
        return None
    return local.replace(tzinfo=TEHRAN)


@for_rule_editors
def show(slug: str) -> ResponseReturnValue:
    """The difference between draft and live rules, and the form that publishes it."""
    site = site_of(slug)
    return _draw(site, drafts.of(site.id), Wish())


@for_rule_editors
def publish(slug: str) -> ResponseReturnValue:
    """Make the draft live, for good or for a time; or have it run in shadow."""
    site, wish = site_of(slug), Wish.sent()
    to_shadow = request.form.get("how") == "shadow"
    until = None if to_shadow else wish.ends()
    if wish.errors:
        return _draw(site, drafts.of(site.id), wish, 422)
    try:
        if to_shadow:
            version = publishing.to_shadow(site.id, edit=sent_edit(), note=wish.note)
        else:
            version = publishing.publish(
                site.id, edit=sent_edit(), note=wish.note, confirmed=wish.confirmed, until=until
            )
    except Conflict as conflict:
        told = gettext("در این میان پیش‌نویس عوض شده است و چیزی منتشر نشد؛ تفاوت‌های تازه را بخوانید.")
        return _draw(site, conflict.draft, wish, 409, problems=[told])
    except (Unproven, OverBudget) as refusal:
        return _draw(site, drafts.of(site.id), wish, 409, refusal=refusal_told(refusal))
    except RuleSetError as error:
        return _draw(site, drafts.of(site.id), wish, 422, problems=wish.blame(error))
    if to_shadow:
        flash(gettext("نسخهٔ %(number)s در سایه به کار افتاد؛ اثری بر پیام‌ها ندارد.", number=digits(version.number)))
        return redirect(url_for("admin.rules_shadow", slug=slug), 303)
    flash(gettext("نسخهٔ %(number)s منتشر شد و از همین پیام بعدی به کار می‌رود.", number=digits(version.number)))
    return redirect(url_for("admin.rule_versions", slug=slug), 303)


@for_rule_editors
def set_budget(slug: str) -> ResponseReturnValue:
    """Say which share of approved comments new rules may hold anew without being confirmed."""
    site = site_of(slug)
    percent = read_number(request.form.get("percent", ""))
    if percent is None or not 0 <= percent <= 100:
        told = gettext("سقف، درصدی از ۰ تا ۱۰۰ است.")
        return _draw(site, drafts.of(site.id), Wish(), 422, problems=[told])
    publishing.set_budget(site.id, percent / 100)
    flash(gettext("سقف ثبت شد."))
    return redirect(url_for("admin.publish_rules", slug=slug), 303)


def refusal_told(refusal: Unproven | OverBudget) -> str:
    """Why new rules need a second word, and what that word means."""
    if isinstance(refusal, OverBudget):
        return str(
            gettext(
                "به گفتهٔ بازپخش، %(held)s پیامی که ناظران تأیید کرده‌اند تازه نگه داشته می‌شد؛ سقف سایت %(budget)s است.",
                held=digits(refusal.wrongly_held),
                budget=digits(refusal.budget),
            )
        )
    if refusal.outdated:
        return str(
            gettext("از هنگامی که این پیش‌نویس آغاز شد، قواعد دیگری زنده شده است؛ با انتشار، آنها کنار گذاشته می‌شوند.")
        )
    return str(gettext("هیچ بازپخش پایان‌یافته‌ای نمی‌گوید که همین قواعد با تصمیم‌های گذشته چه می‌کرد."))


def _draw(site: Site, draft: Draft, wish: Wish, status: int = 200, **more: object) -> ResponseReturnValue:
    live = versions.live(site.id)
    problems = more.pop("problems", [])
    assert isinstance(problems, list)
    found: Proof | None = None
    try:
        found = proof(site.id, checked(site.id, draft.rules).rules.digest)
    except RuleSetError as error:
        problems = problems or [f"{at}: {why}" for at, why in error.errors.items()]
    page = render_template(
        "admin/publish.html",
        site=site,
        draft=draft,
        live=live,
        changes=told_changes(site.id, rules_of(live) or RuleSet(), draft.rules),
        wish=wish,
        lasting=list(LASTING),
        proof=found,
        allowed=publishing.allowed(found, publishing.budget(site.id)) if found else None,
        budget=publishing.budget(site.id),
        outdated=draft.base != live.number,
        replays="admin.start_replay" in current_app.view_functions,
        problems=problems,
        **more,
    )
    return page, status
