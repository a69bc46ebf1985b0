"""A rule set in shadow sees the live comments, says what it would have said, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from moderation import lifecycle
from moderation.db import db
from moderation.lifecycle import Ruling
from moderation.measure import Models
from moderation.models import Comment, DecisionOutcome, FindingRow, RuleSetVersion, ShadowScreening, Site
from moderation.policy import Policies
from moderation.rule_sets import drafts, publishing, versions
from moderation.rule_sets.shadow import Compared, compared
from moderation.rules import NoInsults
from moderation.rules.base import Verdict
from moderation.rules.no_spam import NoSpam
from moderation.settings import Settings
from tests.factories import make_comment, make_person, make_site
from tests.fakes import fake_models
from tests.rule_sets.changing import draft, publish, switch
from tests.statements import statements
from worker import screening as module
from worker.screening import screen_claim

INSULT = "تو احمق هستی"


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


def in_shadow(site: Site, mode: str = "off") -> RuleSetVersion:
    """Have the draft, with the rule against insults in this mode, run in shadow."""
    saved = switch(site.id, mode)
    return publishing.to_shadow(site.id, edit=saved.edit, note="to see")


def screen(settings: Settings, models: Models | None = None) -> None:
    screen_claim(models or fake_models(), Policies(), settings)


def fresh(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def kept(comment: Comment) -> Any:
    found = select(ShadowScreening).where(ShadowScreening.comment_id == comment.id)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def looked_at(site: Site) -> Compared:
    found = compared(site.id)
    assert found is not None
    return found


def test_what_the_shadow_says_is_kept_beside_and_changes_nothing(site: Site, settings: Settings) -> None:
    live = versions.live(site.id)
    shadow = in_shadow(site)
    comment = make_comment(site, INSULT)
    screen(settings)
    assert (fresh(comment).verdict, fresh(comment).screening.rule_set_id) == ("violation", live.id)
    row = kept(comment)
    assert (row.rule_set_id, row.verdict, row.findings) == (shadow.id, "clean", [])
    assert row.screening_id == fresh(comment).screening_id
    assert len(fresh(comment).screening.findings) == 1


def test_texts_are_measured_once_however_many_rule_sets_judge_them(site: Site, settings: Settings) -> None:
    in_shadow(site)
    make_comment(site, INSULT)
    models = fake_models()
    screen(settings, models)
    assert list(models.relevance.among) == [INSULT]


def test_rules_that_are_the_same_in_shadow_are_run_once(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(site.id, "no-spam", links="accept")
    publishing.to_shadow(site.id, edit=drafts.of(site.id).edit, note="to see")
    runs: list[str] = []
    for kind in (NoInsults, NoSpam):
        monkeypatch.setattr(kind, "check", _counted(kind.check, runs))
    comment = make_comment(site, INSULT)
    screen(settings)
    assert sorted(runs) == ["no-insults", "no-spam", "no-spam"]
    assert [one["code"] for one in kept(comment).findings] == ["insult"]


def _counted(check: Any, runs: list[str]) -> Any:
    return lambda rule, subject: (runs.append(rule.slug), check(rule, subject))[1]


def test_without_a_shadow_nothing_more_is_asked_of_the_database(site: Site, settings: Settings) -> None:
    policies, counts = Policies(), []
    for begin in (lambda: None, lambda: None, lambda: in_shadow(site)):
        begin()
        make_comment(site)
        with statements() as asked:
            screen_claim(fake_models(), policies, settings)
        counts.append(len([one for one in asked if "FROM rule_set" in one or "shadow_screening" in one]))
    assert counts == [2, 1, 3], "the version when it is new; which are in force; what the shadow is, and what it said"


@pytest.mark.parametrize("harm", ["it does not compile", "it cannot be read", "a rule raises", "judging raises"])
def test_a_shadow_that_is_broken_disturbs_no_comment(
    site: Site, settings: Settings, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(site.id, suspect_at=0.3)  # what is the same as the live rule is not run again
    shadow = in_shadow(site, "live")
    if harm in ("it does not compile", "it cannot be read"):
        content: Any = {"rules": {"a-rule-of-yesterday": {}}} if harm == "it does not compile" else {"rules": {"x": 1}}
        db.session.execute(update(RuleSetVersion).where(RuleSetVersion.id == shadow.id).values(content=content))
        db.session.commit()
    elif harm == "a rule raises":
        original, seen = NoInsults.check, []

        def second_time(self: NoInsults, subject: Any) -> Any:
            seen.append(subject)
            if len(seen) > 1:
                raise RuntimeError("broken on purpose")
            return original(self, subject)

        monkeypatch.setattr(NoInsults, "check", second_time)
    else:
        monkeypatch.setattr(module, "aside", lambda *_: 1 / 0)
    comment = make_comment(site, INSULT)
    screen(settings)
    comment = fresh(comment)
    assert (comment.status, comment.verdict, comment.attempts) == ("in_review", "violation", 1)
    assert [one.code for one in comment.screening.findings] == ["insult"]
    assert (kept(comment) is not None) == (harm == "a rule raises"), "a broken rule is what the shadow says"


def test_what_differs_is_told_by_rule_with_what_people_decided_and_which_comments(
    site: Site, settings: Settings
) -> None:
    sara = make_person("sara", site)
    switch(site.id, "off")
    publish(site.id)
    in_shadow(site, "live")
    bad, worse, good = (make_comment(site, text) for text in (INSULT, f"{INSULT}!", "ممنون از خبر"))
    screen(settings)
    lifecycle.decide(fresh(bad), sara.id, Ruling(DecisionOutcome.REJECTED, 1, "no-insults"), 0)
    lifecycle.decide(fresh(good), sara.id, Ruling(DecisionOutcome.APPROVED, 1), 0)
    found = looked_at(site)
    assert (found.total, found.compared, found.version.number) == (3, 3, 3)
    insults = next(one for one in found.rules if one.rule == "no-insults")
    only = insults.only_shadow
    assert (insults.both, only.comments, only.approved, only.rejected) == (0, 2, 0, 1)
    assert set(only.samples) == {bad.id, worse.id}
    assert insults.only_live.comments == 0
    assert {pair: one.comments for pair, one in found.verdicts.items()} == {(Verdict.CLEAN, Verdict.VIOLATION): 2}


def test_a_comment_that_is_screened_again_is_compared_once(site: Site, settings: Settings) -> None:
    in_shadow(site)
    comment = make_comment(site, INSULT)
    for _ in range(2):
        screen(settings)
        lifecycle.screen_again(site.id)
    screen(settings)
    found = looked_at(site)
    assert (found.total, next(one for one in found.rules if one.rule == "no-insults").only_live.comments) == (1, 1)
    assert kept(comment).screening_id == fresh(comment).screening_id


def test_a_section_has_its_own_rules_in_shadow_too(site: Site, settings: Settings) -> None:
    before = drafts.of(site.id)
    rules = type(before.rules).from_dict(
        before.rules.to_dict() | {"sections": {"ورزش": {"no-insults": {"mode": "off"}}}}
    )
    publishing.to_shadow(site.id, edit=drafts.save(site.id, rules, edit=before.edit).edit, note="n")
    comment = make_comment(site, INSULT)
    comment.article.section = "ورزش"
    db.session.commit()
    screen(settings)
    assert kept(comment).verdict == "clean"


def test_one_rule_set_runs_in_shadow_and_a_promoted_one_is_a_live_version_of_its_own(site: Site) -> None:
    first = in_shadow(site)
    second = in_shadow(site, "live")
    assert versions.in_shadow(site.id).number == second.number
    assert versions.numbered(site.id, first.number).state == "retired"
    switch(site.id, "off")
    third = publishing.to_shadow(site.id, edit=drafts.of(site.id).edit, note="n")
    live = publishing.promote(site.id, note="it is good", confirmed=True)
    assert (live.number, live.content, live.base, live.note) == (third.number + 1, third.content, 1, "it is good")
    assert versions.numbered(site.id, third.number).state == "retired"
    assert drafts.of(site.id).updated_at is None, "the draft is live now"
    assert compared(site.id) is None


def test_a_shadow_that_is_ended_judges_no_more(site: Site, settings: Settings) -> None:
    ended = in_shadow(site)
    assert publishing.end_shadow(site.id).number == ended.number
    comment = make_comment(site, INSULT)
    screen(settings)
    assert kept(comment) is None


def test_erasing_a_comment_erases_what_the_shadow_said(site: Site, settings: Settings) -> None:
    draft(site.id, suspect_at=0.3)
    publishing.to_shadow(site.id, edit=drafts.of(site.id).edit, note="n")
    comment = make_comment(site, INSULT)
    screen(settings)
    assert INSULT[3:7] in str(kept(comment).findings)
    lifecycle.erase(site.id, comment.id)
    assert kept(comment) is None
    assert db.session.execute(select(func.count()).select_from(FindingRow)).scalar_one() == 1


def test_sites_are_loaded_one_by_one_within_the_bound_on_words(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = [make_site(f"site-{number}").site for number in range(3)]
    comments = [make_comment(one, INSULT) for one in sites]
    order: list[str] = []
    compiled, opinions = Policies.compiled, module.opinions

    def loading(self: Policies, version_id: Any) -> Any:
        order.append("rules")
        return compiled(self, version_id)

    def judging(*given: Any) -> Any:
        order.append("judged")
        return opinions(*given)

    monkeypatch.setattr(Policies, "compiled", loading)
    monkeypatch.setattr(module, "opinions", judging)
    screen(settings)
    assert order == ["rules", "judged"] * 3
    assert {fresh(comment).verdict for comment in comments} == {"violation"}
