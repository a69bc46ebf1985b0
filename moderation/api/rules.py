"""A site's rules: what they may say, their versions, what differs, and the way back."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response
from sqlalchemy import select

from moderation.api.answering import answer
from moderation.api.authorization import read, read_query, require_site
from moderation.api.operations import VERSION, Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.db import db
from moderation.models import Article, RuleSetVersion
from moderation.rule_sets import difference, drafts, publishing, versions
from moderation.rule_sets.presets import PRESETS
from moderation.rule_sets.refusals import NoSuchVersion
from moderation.rules.rule_set import RuleSet
from moderation.wire_rule_sets import OptionsTold, options_out
from moderation.wire_rules import (
    BudgetIn,
    BudgetTold,
    DifferenceQuery,
    DifferenceTold,
    PresetList,
    RollBackIn,
    VersionList,
    VersionsQuery,
    VersionTold,
    WholeVersion,
    changes_out,
    preset_out,
    version_out,
    whole_out,
)

rules = Blueprint("rules", __name__)

_GREATEST = VERSION["maximum"]
_PATH = {"number": VERSION}
_PLACE = {"number": "1"}


@rules.get("/rules/options")
@Operation(Scope.ADMIN, "همهٔ قاعده‌ها و گزینه‌هایشان را می‌گوید.", answers={200: OptionsTold})
def options() -> Response:
    """List the rules with their options.

    With label, limits, choices and default of each, and the sections for which rules may differ.
    """
    caller = require_site()
    return answer(options_out(sections_of(caller.site_id)))


@rules.get("/rules/presets")
@Operation(Scope.ADMIN, "حالت‌های آماده را، نهاده بر پیش‌نویس، می‌گوید.", answers={200: PresetList})
def presets() -> Response:
    """List the presets: normal, strict (war, elections) and relaxed.

    Each with the draft put into it: send that back as the draft to use it. Options stay where they are already stricter, or more
    relaxed; rules that are off stay off.
    """
    caller = require_site()
    drafted = drafts.of(caller.site_id).rules
    moved = [(preset, preset(drafted)) for preset in PRESETS]
    told = [preset_out(preset, new, difference.between(drafted, new)) for preset, new in moved]
    return answer(PresetList(presets=told))


@rules.get("/rules/difference")
@Operation(
    Scope.ADMIN,
    "تفاوت دو نسخه، یا نسخهٔ جاری و پیش‌نویس، را می‌گوید.",
    query=DifferenceQuery,
    answers={200: DifferenceTold},
    problems=("no-such-version",),
)
def differences() -> Response:
    """Compare two versions, or one with the draft, field by field."""
    caller = require_site()
    asked = read_query(DifferenceQuery)
    before = _version(caller.site_id, asked.before).content if asked.before else versions.live(caller.site_id).content
    after = _version(caller.site_id, asked.after).content if asked.after else drafts.of(caller.site_id).rules.to_dict()
    return answer(DifferenceTold(changes=changes_out(_between(caller.site_id, before, after))))


@rules.get("/rules/versions")
@Operation(Scope.ADMIN, "نسخه‌های قاعده‌های سایت را می‌گوید.", query=VersionsQuery, answers={200: VersionList})
def listing() -> Response:
    """List the versions of the site's rules, newest first."""
    caller = require_site()
    asked = read_query(VersionsQuery)
    live = versions.live(caller.site_id).number
    found = versions.of_site(caller.site_id, before=asked.before, limit=asked.limit + 1)
    page = found[: asked.limit]
    told = [version_out(version, live) for version in page]
    return answer(VersionList(versions=told, next=page[-1].number if len(found) > len(page) else None))


@rules.get("/rules/versions/<number>")
@Operation(
    Scope.ADMIN,
    "یک نسخه را با قاعده‌هایش می‌گوید.",
    path=_PATH,
    answers={200: WholeVersion},
    problems=("no-such-version",),
    example=Example(path=_PLACE),
)
def one(number: str) -> Response:
    """Read a version with its rules, and what it changed."""
    caller = require_site()
    version = _version(caller.site_id, number)
    base = versions.numbered(caller.site_id, version.base) if version.base else None
    changes = _between(caller.site_id, base.content, version.content) if base else []
    return answer(whole_out(version, versions.live(caller.site_id).number, changes))


@rules.post("/rules/versions/<number>/roll-back")
@Operation(
    Scope.ADMIN,
    "به قاعده‌های یک نسخهٔ پیشین برمی‌گردد.",
    path=_PATH,
    body=RollBackIn,
    answers={201: VersionTold},
    problems=("no-such-version",),
    example=Example(path=_PLACE, body={"note": "the new thresholds held too much"}),
)
def roll_back(number: str) -> Response:
    """Go back to an older version.

    Its rules go live as a new version, for the next comment; what waits is screened again.
    """
    caller = require_site()
    sent = read(RollBackIn)
    try:
        version = publishing.roll_back(caller.site_id, _number(number), note=sent.note)
    except NoSuchVersion:
        raise _no_such_version() from None
    return answer(version_out(version, version.number), 201)


@rules.get("/rules/budget")
@Operation(Scope.ADMIN, "بودجهٔ نسخه‌های تازه را می‌گوید.", answers={200: BudgetTold})
def budget() -> Response:
    """Read how many approved comments a new version may hold unconfirmed."""
    caller = require_site()
    return answer(BudgetTold(share=publishing.budget(caller.site_id)))


@rules.put("/rules/budget")
@Operation(
    Scope.ADMIN,
    "بودجهٔ نسخه‌های تازه را تعیین می‌کند.",
    body=BudgetIn,
    answers={200: BudgetTold},
    example=Example(body={"share": 0.02}),
)
def set_budget() -> Response:
    """Set how many approved comments a new version may hold unconfirmed, as a share of those of its replay."""
    caller = require_site()
    sent = read(BudgetIn)
    publishing.set_budget(caller.site_id, sent.share)
    return answer(BudgetTold(share=sent.share))


def sections_of(site_id: uuid.UUID) -> list[str]:
    """The sections in which articles of the site stand."""
    found = select(Article.section).where(Article.site_id == site_id, Article.section.is_not(None)).distinct()
    return sorted(section for section in db.session.execute(found).scalars() if section)


def _between(site_id: uuid.UUID, before: object, after: object) -> list[difference.Change]:
    pair = RuleSet.from_dict(before), RuleSet.from_dict(after)
    return difference.between(*pair, names=versions.list_names(site_id))


def _version(site_id: uuid.UUID, number: str | int) -> RuleSetVersion:
    """A version of the site. Raises Problem 404: another site's is as unknown as one that never was."""
    version = versions.numbered(site_id, _number(number))
    if version is None:
        raise _no_such_version()
    return version


def _number(raw: str | int) -> int:
    if isinstance(raw, str) and not (raw.isascii() and raw.isdigit() and len(raw) <= len(str(_GREATEST))):
        raise _no_such_version()
    if not 1 <= int(raw) <= _GREATEST:
        raise _no_such_version()
    return int(raw)


def _no_such_version() -> Problem:
    return Problem(404, "This site has no version of its rules with that number.", code="no-such-version")
