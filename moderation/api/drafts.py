"""The next rules of a site: drafted, tried in shadow, published."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Blueprint, Response

from moderation.api.answering import answer
from moderation.api.authorization import read, read_query, require_site
from moderation.api.operations import Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.api.rules import sections_of
from moderation.rule_sets import drafts as drawer
from moderation.rule_sets import publishing, versions
from moderation.rule_sets.refusals import Conflict, NoShadow, OverBudget, Unproven
from moderation.rule_sets.shadow import compared
from moderation.rules.compiling import RuleSetError, escaped
from moderation.rules.rule_set import RuleSet
from moderation.wire import Invalid
from moderation.wire_rules import (
    DraftIn,
    DraftTold,
    EditQuery,
    PromoteIn,
    PublishIn,
    ShadowCompared,
    ShadowEnded,
    ShadowIn,
    VersionTold,
    compared_out,
    draft_out,
    version_out,
)

drafts = Blueprint("drafts", __name__)

_RULE_SET = {"rules": {"no-insults": {"mode": "live", "options": {"suspect_at": 0.5}}}}


@drafts.get("/rules/draft")
@Operation(Scope.ADMIN, "پیش‌نویس قاعده‌های سایت را می‌گوید.", answers={200: DraftTold})
def read_draft() -> Response:
    """Read the draft of the site's next rules; where there is none, the live rules to begin from."""
    caller = require_site()
    return answer(draft_out(drawer.of(caller.site_id)))


@drafts.put("/rules/draft")
@Operation(
    Scope.ADMIN,
    "پیش‌نویس قاعده‌های سایت را می‌نویسد.",
    body=DraftIn,
    answers={200: DraftTold},
    problems=("draft-changed",),
    example=Example(body={"edit": 0, "rule_set": _RULE_SET}),
)
def write_draft() -> Response:
    """Write the draft.

    The whole rule set, with the `edit` that you have read. When somebody else changed the draft meanwhile nothing is overwritten:
    the answer is 409, with what is stored in its `draft`. Rules, options and sections that there are not, and values that are not
    allowed, are refused field by field.
    """
    caller = require_site()
    sent = read(DraftIn)
    with _refusals("/rule_set"):
        rules = RuleSet.from_dict(sent.rule_set)
        refuse_unknown_sections(caller.site_id, rules)
        return answer(draft_out(drawer.save(caller.site_id, rules, edit=sent.edit)))


@drafts.post("/rules/shadow")
@Operation(
    Scope.ADMIN,
    "پیش‌نویس را در سایه، کنار قاعده‌های جاری، اجرا می‌کند.",
    body=ShadowIn,
    answers={201: VersionTold},
    problems=("draft-changed",),
    example=Example(body={"edit": 1, "note": "a week beside the live rules"}),
)
def begin_shadow() -> Response:
    """Have the draft run in shadow.

    It judges every comment beside the live rules, and nothing follows from what it says. What ran in shadow before ends; the
    draft stays.
    """
    caller = require_site()
    sent = read(ShadowIn)
    with _refusals(""):
        version = publishing.to_shadow(caller.site_id, edit=sent.edit, note=sent.note)
    return answer(version_out(version, versions.live(caller.site_id).number), 201)


@drafts.get("/rules/shadow")
@Operation(
    Scope.ADMIN,
    "قاعده‌های در سایه را با قاعده‌های جاری مقایسه می‌کند.",
    answers={200: ShadowCompared},
    problems=("no-shadow",),
)
def compare_shadow() -> Response:
    """Compare what runs in shadow with what counts.

    Over the newest comments that it has seen: how often each rule objected on one side alone, which verdicts differ, what people
    decided of those comments meanwhile, and which they are.
    """
    caller = require_site()
    found = compared(caller.site_id)
    if found is None:
        raise _no_shadow()
    return answer(compared_out(found, versions.live(caller.site_id).number))


@drafts.post("/rules/shadow/promote")
@Operation(
    Scope.ADMIN,
    "قاعده‌های در سایه را قاعده جاری می‌کند.",
    body=PromoteIn,
    answers={201: VersionTold},
    problems=("no-shadow", "unproven", "over-budget"),
    example=Example(body={"note": "a week in shadow, two wrongly held", "confirmed": True}),
)
def promote() -> Response:
    """Make what runs in shadow live, as a new version.

    Held back like a draft that is published, unless `confirmed`.
    """
    caller = require_site()
    sent = read(PromoteIn)
    with _refusals(""):
        version = publishing.promote(caller.site_id, note=sent.note, confirmed=sent.confirmed)
    return answer(version_out(version, version.number), 201)


@drafts.post("/rules/publish")
@Operation(
    Scope.ADMIN,
    "پیش‌نویس را قاعده جاری سایت می‌کند.",
    body=PublishIn,
    answers={201: VersionTold},
    problems=("draft-changed", "unproven", "over-budget"),
    example=Example(body={"edit": 2, "note": "quieter on swear words at nobody", "confirmed": True}),
)
def publish() -> Response:
    """Make the draft live.

    For the next comment, in every process; what waits is screened again. With `until` for a time alone: then what was live before
    is live again. Refused when no finished replay of these very rules says what they would have done (409 `unproven`), or when
    they would have held more approved comments anew than the site's budget allows (409 `over-budget`, with `wrongly_held` and
    `budget`), unless `confirmed`.
    """
    caller = require_site()
    sent = read(PublishIn)
    with _refusals(""):
        version = publishing.publish(
            caller.site_id, edit=sent.edit, note=sent.note, confirmed=sent.confirmed, until=sent.until
        )
    return answer(version_out(version, version.number), 201)


@drafts.delete("/rules/draft")
@Operation(
    Scope.ADMIN,
    "پیش‌نویس قاعده‌های سایت را دور می‌اندازد.",
    query=EditQuery,
    answers={200: DraftTold},
    problems=("draft-changed",),
    example=Example(query={"edit": "4"}),
)
def discard_draft() -> Response:
    """Discard the draft; the answer is what the next one begins from."""
    caller = require_site()
    asked = read_query(EditQuery)
    with _refusals(""):
        drawer.discard(caller.site_id, edit=asked.edit)
    return answer(draft_out(drawer.of(caller.site_id)))


@drafts.delete("/rules/shadow")
@Operation(Scope.ADMIN, "اجرای در سایه را پایان می‌دهد.", answers={200: ShadowEnded})
def end_shadow() -> Response:
    """End the run in shadow; again is the same."""
    caller = require_site()
    version = publishing.end_shadow(caller.site_id)
    live = versions.live(caller.site_id).number
    return answer(ShadowEnded(version=version_out(version, live) if version else None))


@contextmanager
def _refusals(place: str) -> Iterator[None]:
    """Tell why rules are not changed; ``place`` is where they stand in the body."""
    try:
        yield
    except RuleSetError as error:
        raise refused(error.errors, place) from None
    except Conflict as conflict:
        told = draft_out(conflict.draft).model_dump(mode="json")
        raise Problem(409, f"It is edit {conflict.draft.edit} now.", code="draft-changed", draft=told) from None
    except Unproven as unproven:
        raise Problem(409, f"Not confirmed, and {unproven}.", code="unproven", outdated=unproven.outdated) from None
    except OverBudget as over:
        counted = f"Not confirmed, and {over}."
        raise Problem(409, counted, code="over-budget", wrongly_held=over.wrongly_held, budget=over.budget) from None
    except NoShadow:
        raise _no_shadow() from None


def refused(errors: Mapping[str, str], place: str) -> Invalid:
    """Each wrong field of a rule set; ``place`` is where it stands in the body."""
    return Invalid([{"pointer": place + pointer, "detail": message} for pointer, message in errors.items()])


def refuse_unknown_sections(site_id: uuid.UUID, rules: RuleSet) -> None:
    """A section is named exactly as articles name it: a slip would change nothing, silently. Raises RuleSetError.

    What the draft says already may stay.
    """
    known = known_sections(site_id) if rules.sections else set()
    unknown = [name for name in rules.sections if name not in known]
    if unknown:
        raise RuleSetError({f"/sections/{escaped(name)}": "no article of the site stands in it" for name in unknown})


def known_sections(site_id: uuid.UUID) -> set[str]:
    """The sections that articles or the draft name."""
    return {*drawer.of(site_id).rules.sections, *sections_of(site_id)}


def _no_shadow() -> Problem:
    return Problem(404, "No rules run in shadow at this site.", code="no-shadow")
