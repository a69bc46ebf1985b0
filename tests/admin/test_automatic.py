"""Navid lets the rules decide what people agree on: measured beside each switch, off at first, published as a version."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from moderation import automation, lifecycle
from moderation.automation import Drafted, Measured
from moderation.lifecycle import Ruling
from moderation.models import DecisionOutcome, Person, Role, Site
from moderation.policy import live_rule_set
from moderation.rule_sets import drafts, versions
from moderation.rules.rule_set import RuleSet
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_automatic, make_finding, make_person, make_site, make_waiting

APPROVED, REJECTED = DecisionOutcome.APPROVED, DecisionOutcome.REJECTED
LANGUAGES = {"language-finglish": "violation", "language-mixed": "accept", "language-uncertain": "suspect"}


def decide(site: Site, person: Person, outcome: DecisionOutcome, *found: tuple[str, str, float]) -> None:
    comment = make_waiting(site, findings=[make_finding(*each) for each in found])
    reason = "other" if outcome is REJECTED else None
    lifecycle.decide(comment, person.id, Ruling(outcome, 1, reason), 0)
    lifecycle.publish()


def send(visitor: Visitor, site: Site, **fields: Any) -> Any:
    return visitor.post("/admin/automatic", site=site.slug, edit=drafts.of(site.id).edit, **(LANGUAGES | fields))


def test_each_switch_is_measured_by_what_people_decided(site: Site, sara: Person, navid: Visitor) -> None:
    decide(site, sara, APPROVED)
    decide(site, sara, REJECTED)
    decide(site, sara, REJECTED, ("no-spam", "advert", 0.97))
    decide(site, sara, APPROVED, ("no-spam", "advert", 0.85))
    decide(site, sara, REJECTED, ("no-spam", "advert", 0.97), ("no-slander", "accusation", 0.9))  # a person's to decide
    decide(site, sara, REJECTED, ("no-insults", "threat", 0.99))  # so is a threat
    make_automatic(site, "no-spam")  # proves nothing
    found = automation.measure(site.id)
    assert found.decisions == 6
    assert found.clean == Measured(2, 1)
    assert found.trusted == Measured(0, 0)
    assert [found.rejects["no-spam", at] for at in (0.8, 0.9)] == [Measured(2, 1), Measured(1, 1)]
    assert found.rejects["no-insults", 0.7] == Measured(0, 0)
    page = navid.get("/admin/automatic")
    assert "۲ تصمیم، و ناظران در ۱ تا همین را گفته‌اند (٪۵۰)" in page
    assert "۱ تصمیم، و ناظران در ۱ تا همین را گفته‌اند (٪۱۰۰)" in page


def test_a_switch_publishes_a_version_with_its_author_and_note(site: Site, navid: Visitor) -> None:
    fields = {"approves_trusted": "y", "rejects-no-spam": "0.9", "note": "تبلیغ را آدم نخواند"}
    assert send(navid, site, **fields).status_code == 303
    rules = live_rule_set(site.id)
    assert (rules.approves_clean, rules.approves_trusted) == (False, True)
    assert rules.rules["no-spam"]["rejects_at"] == 0.9
    assert rules.rules["persian-only"]["options"]["finglish"] == "violation"
    newest = versions.of_site(site.id)[0]
    assert (newest.number, newest.person and newest.person.name, newest.note) == (2, "navid", "تبلیغ را آدم نخواند")
    page = navid.get("/admin/automatic")
    assert '<option value="0.9" selected>' in page
    send(navid, site, **fields)
    assert len(versions.of_site(site.id)) == 2  # nothing changed, nothing was published
    send(navid, site)
    assert "rejects_at" not in live_rule_set(site.id).rules["no-spam"]


@pytest.mark.parametrize(
    "wrong", [{"rejects-no-spam": "2"}, {"rejects-no-spam": "nan"}, {"language-finglish": "x"}, {"edit": "x"}]
)
def test_what_cannot_be_is_refused_and_nothing_is_published(site: Site, navid: Visitor, wrong: dict[str, str]) -> None:
    answer = navid.post("/admin/automatic", **({"site": "mehr", "edit": "0"} | LANGUAGES | wrong))
    assert answer.status_code == 422
    assert "چیزی عوض نشد" in answer.text
    assert len(versions.of_site(site.id)) == 1


def test_a_draft_of_somebody_is_not_published_along(site: Site, navid: Visitor) -> None:
    drafts.save(site.id, RuleSet({"no-spam": {"mode": "off"}}), edit=0)
    assert send(navid, site, approves_clean="y").status_code == 409
    with pytest.raises(Drafted):
        automation.switch(site.id, automation.Switches(), "x", edit=1)
    assert len(versions.of_site(site.id)) == 1
    assert "disabled" in navid.get("/admin/automatic")


def test_who_saw_older_rules_is_told(site: Site, navid: Visitor) -> None:
    seen = drafts.of(site.id).edit
    send(navid, site, approves_clean="y")
    answer = navid.post("/admin/automatic", site="mehr", edit=seen, **LANGUAGES)
    assert answer.status_code == 409
    assert live_rule_set(site.id).approves_clean


def test_kian_and_sara_switch_nothing(app: Flask, site: Site, sara: Person) -> None:
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    kian.get("/admin/automatic?site=mehr", 404)
    assert send(kian, site, approves_clean="y").status_code == 404
    assert send(signed_in(app, sara), site, approves_clean="y").status_code == 403
    assert not live_rule_set(site.id).approves_clean
