"""What a site's rules decide without a person: nothing, until the site says so, and then only what is sure."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from moderation import lifecycle
from moderation.db import db
from moderation.models import Comment, Decision, Event, RuleSetVersion, Site
from moderation.policy import Policies
from moderation.rules import RULES
from moderation.rules.base import Finding, Outcome
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import ByItself, RuleSet, decided, defaults
from moderation.settings import Settings
from tests.factories import make_comment, make_finding, make_site
from tests.fakes import fake_models
from worker.screening import screen_claim

SURE = {"no-insults": {"rejects_at": 0.9}}


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site().site


def use(site: Site, rules: RuleSet) -> None:
    """A new live version of the site's rules."""
    db.session.add(
        RuleSetVersion(site_id=site.id, number=2, state="live", content=rules.to_dict(), digest=rules.digest)
    )
    db.session.commit()


def screened(site: Site, text: str, settings: Settings) -> Comment:
    comment = make_comment(site, text)
    screen_claim(fake_models(), Policies(), settings)
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def test_at_first_every_comment_waits_for_a_person(site: Site, settings: Settings) -> None:
    assert screened(site, "ممنون از گزارش خوبتان", settings).status == "in_review"
    assert screened(site, "داور احمق", settings).status == "in_review"


def test_a_sure_violation_is_rejected_where_the_site_says_so(site: Site, settings: Settings) -> None:
    use(site, RuleSet(SURE))
    comment = screened(site, "داور احمق", settings)
    assert comment.status == "rejected"
    decision = db.session.get_one(Decision, comment.decision_id)
    assert (decision.person_id, decision.reason, decision.revision) == (None, "no-insults", 1)
    lifecycle.publish()
    event = db.session.execute(select(Event).where(Event.comment_id == comment.id)).scalar_one()
    assert event.payload is not None
    assert event.payload["data"]["decision"]["reason"] == "no-insults"


def test_an_unsure_one_waits_for_a_person(site: Site, settings: Settings) -> None:
    use(site, RuleSet({"no-insults": {"rejects_at": 0.995}}))
    assert screened(site, "داور احمق", settings).status == "in_review"


def test_a_clean_comment_is_approved_where_the_site_says_so_and_can_be_reopened(site: Site, settings: Settings) -> None:
    use(site, RuleSet(approves_clean=True))
    comment = screened(site, "ممنون از گزارش خوبتان", settings)
    assert comment.status == "approved"
    lifecycle.publish()
    lifecycle.reopen(db.session.get_one(Comment, comment.id, populate_existing=True))
    assert db.session.get_one(Comment, comment.id, populate_existing=True).status == "in_review"


def test_it_leaves_the_house_after_the_undo_window(site: Site, settings: Settings) -> None:
    use(site, RuleSet(approves_clean=True))
    comment = screened(site, "ممنون از گزارش خوبتان", settings.model_copy(update={"undo_seconds": 60}))
    assert comment.status == "approved"
    assert lifecycle.publish() == 0


def test_a_model_that_fails_leaves_the_comment_to_a_person(site: Site, settings: Settings) -> None:
    use(site, RuleSet(SURE, approves_clean=True))
    assert screened(site, "بشکن", settings).status == "in_review"


def finding(rule: str, code: str = "x", outcome: Outcome = Outcome.VIOLATION, score: float = 0.99) -> Finding:
    return make_finding(rule=rule, code=code, outcome=outcome, score=score)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([finding("no-insults", "insult")], "no-insults"),
        (
            [finding("no-insults", "insult"), finding("persian-only", "uncertain-language", Outcome.SUSPECT)],
            "no-insults",
        ),
        ([finding("no-insults", "insult", score=0.89)], None),
        ([finding("no-insults", "insult", Outcome.SUSPECT)], None),
        ([finding("no-insults", "threat")], None),
        ([finding("no-insults", "insult"), finding("no-slander", "accusation")], None),
        ([finding("no-insults", "insult"), finding("on-topic", "unrelated", Outcome.SUSPECT)], None),
        ([finding("no-insults", "insult"), finding("service", "model-failed", Outcome.SUSPECT, 0.0)], None),
        ([finding("persian-only", "other-language")], None),
    ],
)
def test_conflicts_failures_threats_and_accusations_go_to_a_person(
    findings: list[Finding], expected: str | None
) -> None:
    said = decided(findings, RuleSet(SURE, approves_clean=True).compile(RULES))
    assert said == (ByItself(expected) if expected else None)


@pytest.mark.parametrize("slug", ["no-slander", "on-topic"])
def test_slander_and_relevance_never_decide_whatever_the_settings(slug: str) -> None:
    with pytest.raises(RuleSetError) as refused:
        RuleSet({slug: {"rejects_at": 0.99}}).compile(RULES)
    assert refused.value.errors == {f"/rules/{slug}/rejects_at": "this rule never decides by itself"}


@pytest.mark.parametrize("wrong", [True, "0.9", -0.1, 1.1, [], float("nan")])
def test_a_wrong_score_is_told_field_by_field(wrong: object) -> None:
    with pytest.raises(RuleSetError, match="/rules/no-insults/rejects_at: must be a number between 0 and 1"):
        RuleSet({"no-insults": {"rejects_at": wrong}}).compile(RULES)
    with pytest.raises(RuleSetError, match="/approves_clean: must be true or false"):
        RuleSet.from_dict({"rules": {}, "approves_clean": "yes"})


def test_what_decides_survives_the_json_of_a_rule_set() -> None:
    rules = RuleSet(SURE, approves_clean=True)
    assert RuleSet.from_dict(rules.to_dict()) == rules
    assert rules.digest != RuleSet(SURE).digest
    assert "approves_clean" not in defaults(RULES).to_dict()
