"""The versions of a site's rules, each with what it changed; and back to an older one."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation.admin.rule_changes import Told, rules_of, told_changes
from moderation.admin.rule_publishing import sent_note, why_refused
from moderation.admin.rule_sites import site_of
from moderation.dates import digits
from moderation.guards import for_rule_editors
from moderation.models import RuleSetVersion, Site
from moderation.rule_sets import publishing, versions
from moderation.rule_sets.refusals import NoSuchVersion
from moderation.rules.compiling import RuleSetError

_A_PAGE = 50


@for_rule_editors
def versions_page(slug: str) -> ResponseReturnValue:
    """All versions, the newest first; those before ``?before=``."""
    site = site_of(slug)
    raw = request.args.get("before", "")
    before = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None
    found = versions.of_site(site.id, before=before, limit=_A_PAGE + 1)
    return render_template(
        "admin/versions.html",
        site=site,
        versions=found[:_A_PAGE],
        more=len(found) > _A_PAGE,
        live=versions.live(site.id),
    )


@for_rule_editors
def version_page(slug: str, number: int) -> ResponseReturnValue:
    """One version: what it changed, and what going back to it would change now."""
    site = site_of(slug)
    return _draw(site, _found(site, number))


@for_rule_editors
def roll_back(slug: str, number: int) -> ResponseReturnValue:
    """Make an older version live again, as a new one."""
    site = site_of(slug)
    version, note = _found(site, number), sent_note()
    try:
        made = publishing.roll_back(site.id, number, note=note)
    except NoSuchVersion:
        abort(404)
    except RuleSetError as error:
        return _draw(site, version, 422, problem=why_refused(error), note=note)
    flash(gettext("آنچه در نسخهٔ %(old)s بود، با نسخهٔ %(new)s زنده شد.", old=digits(number), new=digits(made.number)))
    return redirect(url_for("admin.rule_versions", slug=slug), 303)


def _found(site: Site, number: int) -> RuleSetVersion:
    return (versions.numbered(site.id, number) if number < 2**31 else None) or abort(404)


def _draw(
    site: Site, version: RuleSetVersion, status: int = 200, *, problem: str = "", note: str = ""
) -> ResponseReturnValue:
    live = versions.live(site.id)
    before = versions.numbered(site.id, version.base or version.number - 1)
    page = render_template(
        "admin/version.html",
        site=site,
        version=version,
        live=live,
        before=before,
        changes=_between(site, before, version) if before else None,
        back=_between(site, live, version) if version.number != live.number else None,
        problem=problem,
        note=note,
    )
    return page, status


def _between(site: Site, before: RuleSetVersion, after: RuleSetVersion) -> list[Told] | None:
    """What differs, in words; None where one of the two cannot be read."""
    was, now_is = rules_of(before), rules_of(after)
    return None if was is None or now_is is None else told_changes(site.id, was, now_is)
