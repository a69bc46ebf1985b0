"""What runs in shadow beside what counts: where they differ, what people decided there, and the shadow's end or its promotion."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from moderation.admin.rule_changes import rules_of, told_changes
from moderation.admin.rule_publishing import refusal_told, sent_note, why_refused
from moderation.admin.rule_sites import site_of
from moderation.dates import digits
from moderation.db import db
from moderation.guards import for_rule_editors
from moderation.models import Comment, Site
from moderation.rule_sets import publishing, shadow, versions
from moderation.rule_sets.refusals import NoShadow, OverBudget, Unproven
from moderation.rule_sets.shadow import Compared, Found
from moderation.rules.compiling import RuleSetError


@for_rule_editors
def shadow_page(slug: str) -> ResponseReturnValue:
    """The version in shadow compared with the live one, rule by rule."""
    return _draw(site_of(slug))


@for_rule_editors
def promote(slug: str) -> ResponseReturnValue:
    """Make what runs in shadow live."""
    site = site_of(slug)
    note = sent_note()
    try:
        made = publishing.promote(site.id, note=note, confirmed=request.form.get("confirmed") == "1")
    except NoShadow:
        return _draw(site, 409, problem=gettext("در این میان سایه پایان یافته است."), note=note)
    except (Unproven, OverBudget) as refusal:
        return _draw(site, 409, refusal=refusal_told(refusal), note=note)
    except RuleSetError as error:
        return _draw(site, 422, problem=why_refused(error), note=note)
    flash(gettext("آنچه در سایه بود با نسخهٔ %(number)s زنده شد.", number=digits(made.number)))
    return redirect(url_for("admin.rule_versions", slug=slug), 303)


@for_rule_editors
def end(slug: str) -> ResponseReturnValue:
    """End the shadow; what it said is kept."""
    ended = publishing.end_shadow(site_of(slug).id)
    flash(gettext("سایه پایان یافت.") if ended else gettext("چیزی در سایه نبود."))
    return redirect(url_for("admin.rules_shadow", slug=slug), 303)


def _draw(site: Site, status: int = 200, **more: object) -> ResponseReturnValue:
    found = shadow.compared(site.id)
    live = versions.live(site.id)
    began = rules_of(live)
    tried = rules_of(found.version) if found else None
    page = render_template(
        "admin/shadow.html",
        site=site,
        live=live,
        compared=found,
        changes=told_changes(site.id, began, tried) if began and tried else [],
        comments=_comments(site.id, found) if found else {},
        **more,
    )
    return page, status


def _comments(site_id: uuid.UUID, compared: Compared) -> Mapping[uuid.UUID, Comment]:
    """The comments to read, by id."""
    wanted = {comment_id for each in _differing(compared) for comment_id in each.samples}
    found = select(Comment).where(Comment.site_id == site_id, Comment.id.in_(wanted))
    return {comment.id: comment for comment in db.session.execute(found).scalars()}


def _differing(compared: Compared) -> Iterable[Found]:
    yield from compared.verdicts.values()
    for rule in compared.rules:
        yield rule.only_live
        yield rule.only_shadow
