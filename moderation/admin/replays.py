"""Replays: what rules that somebody tries would have said of a site's last decisions, and thresholds by what they shall reach."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from moderation import replay
from moderation.admin.replay_goals import Asked, asked_goal, drawn
from moderation.db import db, now
from moderation.guards import for_rule_editors, sees_personal_data, sites
from moderation.highlight import Clipped
from moderation.models import Replay, ReplayState, RuleSetVersion, Site
from moderation.replay import examples, results
from moderation.replay.examples import Example
from moderation.replay.tally import EXAMPLES, KINDS, WRONGLY_HELD
from moderation.rule_sets import drafts, versions
from moderation.rule_sets.refusals import Conflict
from moderation.rules.compiling import RuleSetError
from moderation.rules.no_personal_data import NoPersonalData
from moderation.rules.options import with_option
from moderation.rules.rule_set import RuleSet
from moderation.shown import Told, beneath, marked, marks, private, told

COUNTS = (1_000, 5_000, 20_000, replay.MOST)
DRAFT = "draft"
_PERSONAL = NoPersonalData.slug
_PROBLEMS = {
    "last": lazy_gettext("شمار تصمیم‌ها عددی از ۱ تا ۱۰۰٬۰۰۰ است."),
    "rules": lazy_gettext("این قاعده‌ها درست نیستند؛ نخست آنها را در پیش‌نویس درست کنید."),
    "too-many-replays": lazy_gettext("پنج بازپخش این سایت هنوز تمام نشده‌اند؛ یکی را متوقف کنید یا کمی صبر کنید."),
}


@dataclass(frozen=True, slots=True)
class SiteReplays:
    """A site with its replays, newest first, its draft if one was saved, and its versions."""

    site: Site
    replays: Sequence[Replay]
    has_draft: bool
    versions: Sequence[RuleSetVersion]


@for_rule_editors
def replays_page() -> ResponseReturnValue:
    """What was replayed at the person's sites, and the forms to start."""
    return _draw()


@for_rule_editors
def start() -> ResponseReturnValue:
    """Start a replay of the draft, or of a version."""
    site_id = _id_of(request.form.get("site", ""))
    if site_id not in sites():
        abort(404)
    last = request.form.get("last", str(replay.USUAL)).strip()
    rules = _rules_of(site_id, request.form.get("rules", DRAFT))
    try:
        row = replay.start(site_id, rules, last=int(last[:9]))  # Python reads Persian digits itself
    except RuleSetError:
        return _draw(problem="rules", site_id=site_id), 422
    except ValueError:
        return _draw(problem="last", site_id=site_id), 422
    except replay.Refused as refused:
        return _draw(problem=refused.code, site_id=site_id), 409
    return redirect(url_for("admin.replay", replay_id=row.id), 303)


@for_rule_editors
def replay_page(replay_id: uuid.UUID) -> ResponseReturnValue:
    """A replay: how far it is, or what it says."""
    return _draw_one(_replay_of(replay_id))


@for_rule_editors
def progress(replay_id: uuid.UUID) -> ResponseReturnValue:
    """How far a replay is, as a part of its page."""
    row = _replay_of(replay_id)
    told = render_template("admin/replay_progress.html", replay=row, left=replay.expected_end(row, now()))
    return told, 200, {"Cache-Control": "no-store"}


@for_rule_editors
def cancel(replay_id: uuid.UUID) -> ResponseReturnValue:
    """Stop a replay."""
    row = _replay_of(replay_id)
    stopped = replay.cancel(row.site_id, row.id)
    if stopped is not None and stopped.state == ReplayState.CANCELLED:
        flash(gettext("بازپخش متوقف شد."))
    return redirect(url_for("admin.replay", replay_id=row.id), 303)


@for_rule_editors
def comments(replay_id: uuid.UUID) -> ResponseReturnValue:
    """The comments behind a number, to be read."""
    row = _replay_of(replay_id)
    kind, slug = request.args.get("kind", WRONGLY_HELD), request.args.get("rule", "")
    if row.result is None or kind not in KINDS:
        abort(404)
    result = results.read(row.result)
    figures = result.whole if not slug else next((each for each in result.rules if each.slug == slug), None)
    if figures is None:
        abort(404)
    bare = sees_personal_data(row.site_id)
    return render_template(
        "admin/replay_comments.html",
        replay=row,
        kind=kind,
        rule=slug,
        number=getattr(figures, kind),
        kept=len(figures.examples[kind]),
        most=EXAMPLES,
        examples=[_shown(one, bare=bare) for one in examples.read(row, figures, kind)],
    )


@for_rule_editors
def apply_goal(replay_id: uuid.UUID) -> ResponseReturnValue:
    """Write a threshold that reaches a goal into the draft; a draft that changed meanwhile stays as it is."""
    row = _replay_of(replay_id)
    asked = asked_goal(_result(row), request.form)
    if asked is None or asked.reached is None:
        abort(404)
    edit = request.form.get("edit", "")
    draft = drafts.of(row.site_id)
    try:
        rules = with_option(draft.rules, asked.curve.slug, asked.curve.option, asked.reached.threshold)
        drafts.save(row.site_id, rules, edit=int(edit) if edit.isascii() and edit.isdecimal() else -1)
    except Conflict:
        problem = gettext(
            "پیش‌نویس در این میان عوض شده است؛ چیزی نوشته نشد. دوباره نگاه کنید و اگر هنوز می‌خواهید بنویسید."
        )
        return _draw_one(row, asked=asked, problem=problem), 409
    except RuleSetError:
        return _draw_one(row, asked=asked, problem=str(_PROBLEMS["rules"])), 422
    flash(gettext("آستانهٔ تازه در پیش‌نویس نوشته شد؛ تا منتشر نشود چیزی عوض نمی‌شود."))
    return redirect(url_for("admin.replay", replay_id=row.id), 303)


def _draw(*, problem: str | None = None, site_id: uuid.UUID | None = None) -> str:
    found = db.session.execute(select(Site).where(Site.id.in_(sites())).order_by(Site.name)).scalars().all()
    rows = replay.listed(sites())
    groups = [
        SiteReplays(
            site,
            [row for row in rows if row.site_id == site.id],
            drafts.of(site.id).updated_at is not None,
            versions.of_site(site.id, limit=20),
        )
        for site in found
    ]
    told = _PROBLEMS.get(problem or "")
    return render_template(
        "admin/replays.html", groups=groups, problem=told, site_id=site_id, counts=COUNTS, usual=replay.USUAL
    )


def _draw_one(row: Replay, *, asked: Asked | None = None, problem: str | None = None) -> str:
    result = results.read(row.result) if row.result is not None else None
    if result is not None and asked is None:
        asked = asked_goal(result, request.args)
    return render_template(
        "admin/replay.html",
        replay=row,
        site=db.session.get_one(Site, row.site_id),
        result=result,
        left=replay.expected_end(row, now()),
        draft=drafts.of(row.site_id),
        asked=asked,
        problem=problem,
        kinds=KINDS,
        curves=drawn(result, asked) if result is not None else [],
    )


def _rules_of(site_id: uuid.UUID, wanted: str) -> RuleSet:
    """The site's draft, or one of its versions by number; 404 for any other."""
    if wanted == DRAFT:
        return drafts.of(site_id).rules
    version = (
        versions.numbered(site_id, int(wanted)) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 9 else None
    )
    if version is None:
        abort(404)
    return RuleSet.from_dict(version.content)


def _replay_of(replay_id: uuid.UUID) -> Replay:
    """A replay of one of the person's sites; 404 for any other."""
    known = db.session.get(Replay, replay_id)
    if known is None or known.site_id not in sites():
        abort(404)
    row = replay.of(known.site_id, replay_id)
    assert row is not None
    return row


def _result(row: Replay) -> results.Result:
    if row.result is None:
        abort(404)
    return results.read(row.result)


@dataclass(frozen=True, slots=True)
class ShownExample:
    """A comment to read, with what the tried rules alone say of it, what the live ones alone, and what both do."""

    example: Example
    text: Clipped
    new: Sequence[Told]
    gone: Sequence[Told]
    both: Sequence[Told]


def _shown(one: Example, *, bare: bool) -> ShownExample:
    """The example as the person may see it."""
    findings = (*one.new, *one.gone, *one.both)
    found = [*private(one.text), *(mark for finding in findings for mark in marks(finding) if mark.rule == _PERSONAL)]
    hidden = "" if bare else beneath(one.text, found)
    sides = ([told(finding, hidden) for finding in side] for side in (one.new, one.gone, one.both))
    return ShownExample(one, marked(one.text, found, bare=bare), *sides)


def _id_of(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError:
        abort(404)


ROUTES = (
    ("/replays", "GET", "replays", replays_page),
    ("/replays", "POST", "start_replay", start),
    ("/replays/<uuid:replay_id>", "GET", "replay", replay_page),
    ("/replays/<uuid:replay_id>/progress", "GET", "replay_progress", progress),
    ("/replays/<uuid:replay_id>/comments", "GET", "replay_comments", comments),
    ("/replays/<uuid:replay_id>/cancel", "POST", "cancel_replay", cancel),
    ("/replays/<uuid:replay_id>/goal", "POST", "apply_goal", apply_goal),
)
