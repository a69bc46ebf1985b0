"""The site itself: its settings, its numbers, and who changed what."""

from __future__ import annotations

from flask import Blueprint, Response

from moderation import audit_trail, automation, numbers, site_settings
from moderation.api.answering import answer
from moderation.api.authorization import read, read_query, require_site
from moderation.api.operations import Example, Operation, Scope
from moderation.wire_numbers import NumbersAsked, NumbersTold, numbers_out
from moderation.wire_site import (
    Agreements,
    AuditAsked,
    AuditPage,
    SiteIn,
    SiteState,
    agreements_out,
    entry_out,
    site_out,
)

site = Blueprint("site", __name__)


@site.get("/site")
@Operation(Scope.ADMIN, "تنظیمات سایت را می‌گوید.", answers={200: SiteState})
def settings() -> Response:
    """Look at the site's settings.

    What the rules may decide without a person, and what they make of Finglish, is in the rules.
    """
    caller = require_site()
    return answer(site_out(site_settings.of(caller.site_id)))


@site.patch("/site")
@Operation(
    Scope.ADMIN,
    "تنظیمات سایت را عوض می‌کند.",
    body=SiteIn,
    answers={200: SiteState},
    example=Example(body={"undo_seconds": 30, "keep_rejected_days": 365}),
)
def change() -> Response:
    """Change the site's settings.

    What is left out stays as it is; null is a value. The change holds from the next decision, and from the next hour's round of
    forgetting. What was forgotten does not come back.
    """
    caller = require_site()
    sent = read(SiteIn)
    return answer(site_out(site_settings.change(caller.site_id, sent.changes)))


@site.get("/site/agreement")
@Operation(
    Scope.ADMIN,
    "می‌گوید ناظران با آنچه قاعده‌ها خود تصمیم می‌گرفتند چند بار همسان بوده‌اند.",
    answers={200: Agreements},
)
def agreement() -> Response:
    """Measure what the rules might decide without a person.

    For each switch of the rule set (`approves_clean`, `approves_trusted`, a rule's `rejects_at` at some scores): of the last 2,000
    decisions that people took one by one, how many it would have taken, and with how many of these people agreed. The
    switches themselves are changed with the rules: `PUT /v1/rules/draft`.
    """
    caller = require_site()
    return answer(agreements_out(automation.measure(caller.site_id)))


@site.get("/numbers")
@Operation(
    Scope.ADMIN,
    "آمار سایت را می‌گوید: چه رسیده، چه بررسی شده، و ماشین و ناظران چند بار هم‌نظر بوده‌اند.",
    query=NumbersAsked,
    answers={200: NumbersTold},
    example=Example(query={"days": 30}),
)
def figures() -> Response:
    """Read the site's numbers.

    What came and was decided by day and hour, how long it waited, what the rules objected to and people approved all the same,
    how often machine and people agreed, and what each person decided. Days that are over are counted once, by a job; `missing`
    says how many are not yet.
    """
    caller = require_site()
    return answer(numbers_out(numbers.read([caller.site_id], read_query(NumbersAsked).days)))


@site.get("/audit")
@Operation(
    Scope.ADMIN,
    "ثبت رویدادهای سایت را صفحه به صفحه می‌گوید.",
    query=AuditAsked,
    answers={200: AuditPage},
    example=Example(query={"action": "key"}),
)
def audit() -> Response:
    """Read the audit: every change and every decision, the newest first.

    Who did it, when, from where, and what was before and after. Nobody can change or remove an entry. Ask for what came before
    with `before`, the `next` of the page before.
    """
    caller = require_site()
    asked = read_query(AuditAsked)
    found = audit_trail.page([caller.site_id], asked.wanted, before=asked.before, limit=asked.limit + 1)
    shown, more = found[: asked.limit], len(found) > asked.limit
    return answer(AuditPage(entries=[entry_out(entry) for entry in shown], next=shown[-1].id if more else None))
