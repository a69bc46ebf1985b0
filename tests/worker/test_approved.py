"""The approved comments that a site's threshold is set from."""

from __future__ import annotations

import pytest
from flask import Flask

from moderation import learning, lifecycle
from moderation.db import db
from moderation.lifecycle import Ruling
from moderation.models import DecisionOutcome, Person, RuleSetVersion, Site
from moderation.policy import Policies
from moderation.rules.rule_set import RuleSet
from moderation.settings import Settings
from tests.factories import make_approved, make_comment, make_person, make_site, make_story, make_waiting
from tests.fakes import FakeLearner, fake_models
from worker.screening import screen_claim


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site().site


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("sara", site)


def approved(site: Site) -> list[tuple[str, str]]:
    """Text and article of each comment that counts, in order."""
    return [(text, article.id) for text, article in learning.approved_under(learning.articles_of(site.id), site.id)]


def test_what_a_site_shows_counts_the_newest_first_each_with_its_article(site: Site, sara: Person) -> None:
    make_approved(site, sara, "a", "b")
    make_approved(site, sara, "c", under=2)
    assert approved(site) == [("c", "story-2"), ("b", "story-1"), ("a", "story-1")]


def test_what_is_reopened_withdrawn_erased_or_not_let_out_yet_does_not_count(site: Site, sara: Person) -> None:
    reopened, withdrawn, erased, _ = make_approved(site, sara, "reopened", "withdrawn", "erased", "stands")
    lifecycle.reopen(reopened)
    lifecycle.withdraw(site.id, withdrawn.id)
    lifecycle.erase(site.id, erased.id)
    make_approved(site, sara, "not out yet", publish=False)
    make_waiting(site, "waits", article=make_story(1))
    assert approved(site) == [("stands", "story-1")]


def test_an_answer_does_not_count(site: Site, sara: Person) -> None:
    [first] = make_approved(site, sara, "first")
    answer = make_waiting(site, "answer", article=make_story(1), parent_external_id=first.external_id)
    lifecycle.decide(answer, sara.id, Ruling(DecisionOutcome.APPROVED, answer.revision), 0)
    lifecycle.publish()
    assert answer.parent_id == first.id
    assert approved(site) == [("first", "story-1")]


def test_what_the_rules_let_through_by_themselves_does_not_count(site: Site, sara: Person, settings: Settings) -> None:
    make_approved(site, sara, "a person's")
    rules = RuleSet(approves_clean=True)
    db.session.commit()
    db.session.add(
        RuleSetVersion(site_id=site.id, number=2, state="live", content=rules.to_dict(), digest=rules.digest)
    )
    make_comment(site, "the rules'", article=make_story(1))
    screen_claim(fake_models(), Policies(), settings)
    lifecycle.publish()
    assert approved(site) == [("a person's", "story-1")]


def test_another_sites_comments_do_not_count(site: Site, sara: Person) -> None:
    other = make_site("kian").site
    make_approved(other, make_person("kian", other), "of another site")
    make_approved(site, sara, "ours")
    assert approved(site) == [("ours", "story-1")]


def test_only_the_newest_count_and_only_under_articles_that_are_learnt_from(
    site: Site, sara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_approved(site, sara, "old", "newer", "newest")
    make_approved(site, sara, "under the newest article", under=2)
    monkeypatch.setattr(learning, "MOST_APPROVED", 3)
    monkeypatch.setattr(learning, "MOST_ARTICLES", 1)
    assert approved(site) == [("under the newest article", "story-2")]


def test_a_fit_is_given_the_approved_comments(site: Site, sara: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = FakeLearner()
    monkeypatch.setattr(learning, "LEARNERS", {"relevance": learner})
    make_approved(site, sara, "a", "b")
    fitting = learning.claim(site.id)
    assert fitting is not None
    assert learning.learn(fitting)
    assert [[text for text, _ in given] for given in learner.approved] == [["b", "a"]]
