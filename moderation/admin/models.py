"""What each site's classifiers learnt: versions with their cards, candidates promoted by a person and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from moderation import dates, drift, residuals
from moderation.admin import drifting
from moderation.db import db
from moderation.guards import for_admins, person, sites
from moderation.models import AuditEntry, LearnedModel, LearnedState, Site
from moderation.numbers import day_of

NAMES = {"language": lazy_gettext("زبان"), "insult": lazy_gettext("توهین"), "relevance": lazy_gettext("ارتباط با خبر")}
REASONS = {
    "too-few-held": lazy_gettext("تصمیم‌های دیده‌نشده کمتر از آن است که بتوان داوری کرد."),
    "not-better": lazy_gettext("از آنچه به کار است بهتر نیست: سود آن می‌تواند از بخت باشد."),
    "flags-more-approved": lazy_gettext("دیدگاه‌های تأییدشدهٔ بیشتری را نشان می‌کند."),
    "shipped-examples": lazy_gettext("نمونه‌های همراه را بدتر از هم بازمی‌شناسد."),
    "shipped-recall": lazy_gettext("توهین‌های نمونه‌های همراه را از دست می‌دهد."),
}
LEFT_OUT = {
    "repeated": lazy_gettext("متن تکراری"),
    "disputed": lazy_gettext("متنی که دو گونه دربارهٔ آن تصمیم گرفته شده"),
    "author": lazy_gettext("بیش از سهم یک نویسنده"),
    "person": lazy_gettext("بیش از سهم یک ناظر"),
    "contradicts": lazy_gettext("از ناظری که بسیار بیش از همکارانش خلاف امتیازهای بی‌گمان تصمیم گرفته"),
}
PROBLEMS = {
    "fit-at-work": lazy_gettext("آموختن از پیش در صف یا در حال انجام است."),
    "not-a-candidate": lazy_gettext("این نسخه نامزد نیست."),
    "not-better": lazy_gettext("این نامزد به کار گرفته نمی‌شود؛ دلیل در شناسنامهٔ آن است."),
    "live-changed": lazy_gettext("نامزد با نسخه‌ای سنجیده شده که دیگر به کار نیست؛ دوباره بیاموزید."),
    "other-base": lazy_gettext("این نسخه بر مدل همراه دیگری استوار است؛ دوباره بیاموزید."),
    "never-live": lazy_gettext("تنها به نسخه‌ای می‌توان برگشت که پیش‌تر به کار بوده است."),
    "nothing-live": lazy_gettext("هم‌اکنون مدل همراه به‌تنهایی به کار است."),
}
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class SiteModels:
    """A site with the versions of its models by classifier, and what was done to them last."""

    site: Site
    versions: Mapping[str, Sequence[LearnedModel]]
    done: Sequence[AuditEntry]

    def one(self, state: LearnedState, name: str = residuals.INSULT) -> LearnedModel | None:
        """The newest version in a state."""
        return next((row for row in self.versions[name] if row.state == state), None)

    @property
    def at_work(self) -> LearnedModel | None:
        """The fit that is asked for, or under way."""
        return self.one(LearnedState.FITTING) or self.one(LearnedState.WANTED)


@for_admins
def models_page() -> ResponseReturnValue:
    """The models of the person's sites."""
    return _draw()


@for_admins
def card_page(slug: str, number: int) -> ResponseReturnValue:
    """The card of a version."""
    site = _site(slug)
    row = _version(site, number)
    metrics = row.metrics
    return render_template(
        "admin/model_card.html",
        site=site,
        row=row,
        card=metrics if "data" in metrics else None,
        reasons=REASONS,
        left_out=LEFT_OUT,
        day=lambda raw: day_of(datetime.fromisoformat(raw)),
        promotable=row.state == LearnedState.CANDIDATE and not metrics.get("refused", True),
    )


@for_admins
def fit(slug: str) -> ResponseReturnValue:
    """Ask for a fit on the site's decisions."""
    site = _site(slug)
    imported = bool(request.form.get("imported"))
    return _done(
        lambda: residuals.wish(site.id, person().id, imported=imported),
        gettext("آموختن در صف است؛ چند دقیقه بعد نتیجه را ببینید."),
    )


@for_admins
def promote(slug: str, number: int) -> ResponseReturnValue:
    """Make a candidate live."""
    site = _site(slug)
    _version(site, number)
    return _done(
        lambda: residuals.promote(site.id, number),
        gettext("نسخهٔ %(number)s از دیدگاه بعدی به کار است.", number=dates.digits(number)),
    )


@for_admins
def revert(slug: str) -> ResponseReturnValue:
    """Go back to the shipped model, or to an earlier version."""
    site = _site(slug)
    raw = request.form.get("to", "")
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 8 else None
    if raw and number is None:
        abort(404)
    if number is not None:
        _version(site, number)
    told = gettext("مدل همراه از دیدگاه بعدی به‌تنهایی به کار است.")
    if number is not None:
        told = gettext("نسخهٔ %(number)s از دیدگاه بعدی به کار است.", number=dates.digits(number))
    return _done(lambda: residuals.revert(site.id, number), told)


@for_admins
def drift_page() -> ResponseReturnValue:
    """Calibration, drift and alarms of the person's sites."""
    return render_template("admin/drift.html", drawn=[drifting.drawn(site) for site in _sites()], drift=drift)


@for_admins
def see_alarms(slug: str) -> ResponseReturnValue:
    """Mark a site's alarms as seen."""
    drift.see(_site(slug).id)
    return redirect(url_for("admin.drift"), 303)


ROUTES = (
    ("/models", "GET", "models", models_page),
    ("/models/drift", "GET", "drift", drift_page),
    ("/models/<slug>/<int:number>", "GET", "model_card", card_page),
    ("/models/<slug>/fit", "POST", "fit_model", fit),
    ("/models/<slug>/<int:number>/promote", "POST", "promote_model", promote),
    ("/models/<slug>/revert", "POST", "revert_model", revert),
    ("/models/<slug>/alarms/seen", "POST", "see_alarms", see_alarms),
)


def _done(work: Callable[[], object], told: str) -> ResponseReturnValue:
    try:
        work()
    except residuals.Refused as error:
        return _draw(problem=PROBLEMS[error.code]), 409
    flash(told)
    return redirect(url_for("admin.models"), 303)


def _draw(*, problem: object = None) -> str:
    found = [
        SiteModels(site, {name: residuals.of_site(site.id, name) for name in residuals.SHIPPED}, _history(site))
        for site in _sites()
    ]
    return render_template(
        "admin/models.html",
        groups=found,
        problem=problem,
        names=NAMES,
        reasons=REASONS,
        states=LearnedState,
        shipped={name: tell() for name, tell in residuals.SHIPPED.items()},
        shown=_SHOWN,
        waiting=any(group.at_work for group in found),
    )


def _history(site: Site) -> Sequence[AuditEntry]:
    found = select(AuditEntry).where(AuditEntry.site_id == site.id, AuditEntry.action.startswith("model."))
    return db.session.execute(found.order_by(AuditEntry.id.desc()).limit(_SHOWN)).scalars().all()


def _sites() -> Sequence[Site]:
    return db.session.execute(select(Site).where(Site.id.in_(sites())).order_by(Site.name)).scalars().all()


def _site(slug: str) -> Site:
    """One of the person's sites; 404 for any other."""
    site = next((one for one in _sites() if one.slug == slug), None)
    if site is None:
        abort(404)
    return site


def _version(site: Site, number: int) -> LearnedModel:
    if number > 1_000_000:
        abort(404)
    try:
        return residuals.numbered(site.id, number)
    except LookupError:
        abort(404)
