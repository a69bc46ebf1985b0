"""Deciding many comments at once: those that were chosen, or those whose score lies in a band; and taking them back."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from moderation import bulk, dates, lifecycle
from moderation.bulk import DECIDED_UNSEEN, MODEL, Band
from moderation.dashboard import history
from moderation.dashboard.bulk_forms import BulkForm, told
from moderation.dashboard.cards import cards
from moderation.dashboard.dots import chart
from moderation.dashboard.forms import REASONS
from moderation.db import new_id, now
from moderation.guards import for_moderators, person, sites
from moderation.lifecycle import MOST_AT_ONCE, Conflict
from moderation.models import Site
from moderation.rules import RULES
from moderation.settings import Settings

_MEASURES = (MODEL, *(rule.slug for rule in RULES))


@for_moderators
def bulk_page() -> ResponseReturnValue:
    """The scores of what waits at a site, and what lies in the band that was chosen."""
    site, measure, band = _asked(request.args)
    scored = bulk.waiting_scores(site.id, measure)
    inside = [one.comment_id for one in scored if one.score in band]
    sample = bulk.to_look_at(inside, uuid.UUID(int=len(inside)))
    return render_template(
        "dashboard/bulk.html",
        site=site,
        places=bulk.places(sites()),
        measure=measure,
        measures=_MEASURES,
        band=band,
        scored=len(scored),
        most=bulk.MOST_LOOKED_AT,
        at_once=MOST_AT_ONCE,
        chart=chart([one.score for one in scored], band.lower, band.upper),
        inside=len(inside),
        precision=bulk.precision(bulk.past_scores(site.id, measure), band),
        cards=cards(bulk.comments(sites(), sample), person()),
        undoable=history.undoable(person().id, sites()),
        reasons=REASONS,
        several_sites=False,
        now=now(),
    )


@for_moderators
def decide_band() -> ResponseReturnValue:
    """Name the comments of a band as they stand now, with a sample to look at before they are decided."""
    site, measure, band = _asked(request.form)
    form = BulkForm()
    inside = [one for one in bulk.waiting_scores(site.id, measure) if one.score in band][:MOST_AT_ONCE]
    seen = {one.comment_id: one.revision for one in inside}
    return _confirm(form, seen, new_id(), () if form.validate_on_submit() else form.told_errors())


@for_moderators
def decide_many() -> ResponseReturnValue:
    """Decide the comments that were chosen; more than a few only when a sample of them was looked at."""
    form = BulkForm()
    seen = bulk.of_sites(sites(), form.seen())
    if not seen:
        flash(_("هیچ پیامی برگزیده نشده است."))
        return _onward()
    bulk_id = form.bulk_id() or new_id()
    if not form.validate_on_submit():
        return _confirm(form, seen, bulk_id, form.told_errors())
    if not form.looked().issuperset(_sample(seen, bulk_id)):
        return _confirm(form, seen, bulk_id)
    if bulk.was_decided(person().id, bulk_id):  # the same form sent twice
        return _onward()
    settings: Settings = current_app.config["NAZER"]
    done = lifecycle.decide_many(seen, person().id, form.ruling(), settings.undo_seconds, bulk_id)
    for sentence in told(done):
        flash(sentence)
    return _onward()


@for_moderators
def undo_many(bulk_id: uuid.UUID) -> ResponseReturnValue:
    """Take one's own bulk back, whole, before it leaves the house."""
    if not bulk.was_decided(person().id, bulk_id):
        abort(404)
    try:
        back = lifecycle.undo_many(bulk_id, person().id)
    except Conflict:
        flash(_("مهلت بازگرداندن گذشته و تصمیم‌ها به سایت گفته شده است؛ هیچ‌یک بازنگشت."))
    else:
        flash(_("%(number)s پیام دوباره در صف است.", number=dates.count(back)))
    return redirect(url_for("dashboard.queue"), 303)


def _confirm(
    form: BulkForm, seen: dict[uuid.UUID, int], bulk_id: uuid.UUID, errors: Iterable[str] = ()
) -> ResponseReturnValue:
    """The page that shows a sample of what is about to be decided, and asks once more."""
    page = render_template(
        "dashboard/bulk_confirm.html",
        form=form,
        seen=seen,
        bulk_id=bulk_id,
        errors=list(errors),
        cards=cards(bulk.comments(sites(), _sample(seen, bulk_id)), person()),
        band={name: request.form[name] for name in ("site", "by", "from", "to") if name in request.form},
        reasons=REASONS,
        several_sites=len(sites()) > 1,
    )
    return page, 422 if errors else 200


def _sample(seen: dict[uuid.UUID, int], bulk_id: uuid.UUID) -> list[uuid.UUID]:
    """Which comments have to be looked at: of a few that were chosen one by one, none."""
    unseen = len(seen) > DECIDED_UNSEEN or "by" in request.form
    return bulk.to_look_at(seen, bulk_id) if unseen else []


def _asked(fields: Mapping[str, str]) -> tuple[Site, str, Band]:
    """Which site, measure and band a request names; what it does not name is chosen for it."""
    places = bulk.places(sites())
    site = next((place for place in places if place.slug == fields.get("site")), places[0])
    measure = fields.get("by", "")
    ends = sorted((_score(fields.get("from"), 0.9), _score(fields.get("to"), 1.0)))
    return site, measure if measure in _MEASURES else MODEL, Band(*ends)


def _score(raw: str | None, otherwise: float) -> float:
    try:
        score = float(raw or "")
    except ValueError:
        return otherwise
    return min(max(score, 0.0), 1.0) if math.isfinite(score) else otherwise


def _onward() -> ResponseReturnValue:
    """Back to where the bulk came from: a band, or the queue."""
    if "by" not in request.form:
        return redirect(url_for("dashboard.queue"), 303)
    site, measure, band = _asked(request.form)
    asked: dict[str, Any] = {"site": site.slug, "by": measure, "from": band.lower, "to": band.upper}
    return redirect(url_for("dashboard.bulk", **asked), 303)
