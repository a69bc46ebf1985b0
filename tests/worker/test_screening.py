"""Claims, measured and judged by the worker."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from moderation import lifecycle
from moderation.db import db
from moderation.jobs import DELIVER, PUBLISH, SCREEN
from moderation.learned import LearnedModels
from moderation.measure import Models
from moderation.models import Comment, RuleSetVersion, Screening, Status
from moderation.policy import Policies
from moderation.rules import RULES, NoInsults
from moderation.settings import Settings
from tests.factories import make_comment, make_decided, make_person, make_site
from tests.fakes import CountingBell, FakeLanguage, fake_models
from worker import tasks
from worker.screening import screen_claim


def screen(settings: Settings, models: Models | None = None) -> int:
    return screen_claim(models or fake_models(), Policies(), settings)


def fresh(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def test_every_pending_comment_reaches_the_queue_with_signals_and_model_versions(
    app: Flask, settings: Settings
) -> None:
    site = make_site().site
    insult, clean = make_comment(site, "تو احمق هستی"), make_comment(site, "ممنون از خبر")
    assert screen(settings) == 2
    assert screen(settings) == 0
    assert (fresh(insult).status, fresh(insult).verdict) == (Status.IN_REVIEW, "violation")
    assert (fresh(clean).status, fresh(clean).verdict) == (Status.IN_REVIEW, "clean")
    screening = fresh(insult).screening
    assert screening.signals["models"] == {
        "language": "language-fake",
        "insult": "insult-fake",
        "relevance": "relevance-fake",
    }
    assert [finding.rule for finding in screening.findings] == ["no-insults"]
    assert [3, 7] in screening.findings[0].spans


def test_a_model_that_raises_holds_the_comment_for_a_person_and_says_so(app: Flask, settings: Settings) -> None:
    site = make_site().site
    broken, whole = make_comment(site, "این را بشکن"), make_comment(site, "ممنون")
    screen(settings)
    comment = fresh(broken)
    assert (comment.status, comment.verdict) == (Status.IN_REVIEW, "suspect")
    assert [finding.code for finding in comment.screening.findings] == ["model-failed"]
    assert "insult" in comment.screening.findings[0].reason
    assert comment.screening.signals["language"] == "fa", "what the other models measured is kept"
    assert fresh(whole).verdict == "clean"


def test_a_rule_that_raises_holds_the_comment_for_a_person_and_says_so(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(NoInsults, "check", broken)
    comment = make_comment(make_site().site)
    screen(settings)
    comment = fresh(comment)
    assert (comment.status, comment.verdict) == (Status.IN_REVIEW, "suspect")
    assert [(finding.rule, finding.code) for finding in comment.screening.findings] == [("no-insults", "rule-failed")]


def test_a_model_that_cannot_be_loaded_holds_every_comment_for_a_person(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from classifiers import insult
    from moderation.measure import load_models

    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError("weights.npz")

    monkeypatch.setattr(insult, "load", missing)
    comment = make_comment(make_site().site)
    screen(settings, load_models())
    comment = fresh(comment)
    assert (comment.status, comment.verdict) == (Status.IN_REVIEW, "suspect")
    assert [finding.code for finding in comment.screening.findings] == ["model-failed"]


@dataclass
class Poison(FakeLanguage):
    """Breaks the whole batch: its version cannot be read while the bad comment is measured."""

    @property
    def version(self) -> str:  # type: ignore[override]
        raise MemoryError("the batch is lost")

    @version.setter
    def version(self, value: str) -> None: ...


def test_a_comment_that_fails_three_times_reaches_a_person_marked(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.screening.RETRY_SECONDS", -1.0)
    comment = make_comment(make_site().site)
    models = Models(Poison(), fake_models().insult, fake_models().relevance)
    for attempt in (1, 2):
        assert screen(settings, models) == 1
        assert (fresh(comment).status, fresh(comment).attempts) == (Status.PENDING, attempt)
    screen(settings, models)
    comment = fresh(comment)
    assert (comment.status, comment.verdict) == (Status.IN_REVIEW, "suspect")
    assert [finding.code for finding in comment.screening.findings] == ["screening-failed"]


def test_one_bad_comment_does_not_hold_up_its_batch(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worker import screening as module

    site = make_site().site
    good, bad = [make_comment(site) for _ in range(5)], make_comment(site, "زهر")
    original = module.opinions

    def picky(batch, rules, models):
        if any(item.text == "زهر" for item in batch):
            raise MemoryError("too much")
        return original(batch, rules, models)

    monkeypatch.setattr(module, "opinions", picky)
    screen(settings)
    assert {fresh(comment).status for comment in good} == {Status.IN_REVIEW}
    assert fresh(bad).status == Status.PENDING


def test_a_comment_that_kills_its_worker_again_and_again_is_not_measured_a_fourth_time(
    app: Flask, settings: Settings
) -> None:
    comment = make_comment(make_site().site, "تو احمق هستی")
    for _ in range(3):
        lifecycle.claim(10, -1)  # claimed, and never heard of again
    assert screen(settings) == 1
    assert [finding.code for finding in fresh(comment).screening.findings] == ["screening-failed"]


def test_a_change_of_the_rules_takes_effect_on_the_next_comment(app: Flask, settings: Settings) -> None:
    site = make_site().site
    policies, models = Policies(), fake_models()
    before = make_comment(site, "تو احمق هستی")
    screen_claim(models, policies, settings)
    off = {"rules": {rule.slug: {"mode": "off"} for rule in RULES}}
    with app.app_context():
        db.session.add(RuleSetVersion(site_id=site.id, number=2, state="live", content=off, digest="x"))
        db.session.commit()
    after = make_comment(site, "تو احمق هستی")
    screen_claim(models, policies, settings)
    assert (fresh(before).verdict, fresh(after).verdict) == ("violation", "clean")
    assert fresh(before).screening.rule_set_id != fresh(after).screening.rule_set_id


def test_findings_of_a_rule_in_shadow_are_stored_and_do_not_count(app: Flask, settings: Settings) -> None:
    site = make_site().site
    shadow = {"rules": {"no-insults": {"mode": "shadow"}}}
    db.session.add(RuleSetVersion(site_id=site.id, number=2, state="live", content=shadow, digest="x"))
    db.session.commit()
    comment = make_comment(site, "تو احمق هستی")
    screen(settings)
    comment = fresh(comment)
    assert comment.verdict == "clean"
    assert [(finding.rule, finding.live) for finding in comment.screening.findings] == [("no-insults", False)]


def test_the_screening_job_empties_the_queue_batch_after_batch(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_site().site
    for _ in range(70):
        make_comment(site)
    monkeypatch.setattr(tasks, "preload", lambda: (fake_models(), Policies(), LearnedModels()))
    tasks.screen()
    assert db.session.execute(select(func.count()).select_from(Screening)).scalar_one() == 70


def test_a_job_that_has_had_its_slice_rings_for_itself_and_lets_others_in(
    app: Flask, bell: CountingBell, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site().site
    for _ in range(70):
        make_comment(site)
    bell.rings.clear()
    monkeypatch.setattr(tasks, "SLICE", -1.0)
    monkeypatch.setattr(tasks, "preload", lambda: (fake_models(), Policies(), LearnedModels()))
    tasks.screen()
    assert db.session.execute(select(func.count()).select_from(Screening)).scalar_one() == 64
    assert bell.rings[SCREEN] == 1


def test_the_sweep_rings_for_what_was_forgotten_and_for_nothing_else(app: Flask, bell: CountingBell) -> None:
    site = make_site(webhook="http://127.0.0.1:9/").site
    sara = make_person("sara", site)
    bell.rings.clear()
    tasks.sweep()
    assert not bell.rings
    make_decided(site, sara)  # leaves a delivery that is due
    make_decided(site, sara, undo_seconds=60)  # not due
    bell.rings.clear()
    tasks.sweep()
    assert bell.rings == {DELIVER: 1}
    make_comment(site)
    lifecycle.claim(10, 60)  # somebody is at it
    bell.rings.clear()
    tasks.sweep()
    assert SCREEN not in bell.rings
    make_comment(site)
    tasks.sweep()
    assert bell.rings[SCREEN] == 2, "one ring of the comment itself, one of the sweep"
    assert PUBLISH not in bell.rings


def test_a_sites_unreadable_rules_stop_no_other_site(app: Flask, settings: Settings) -> None:
    kian, mehr = make_site("kian").site, make_site("mehr").site
    gone = {"rules": {"a-rule-of-yesterday": {}}}
    db.session.add(RuleSetVersion(site_id=kian.id, number=2, state="live", content=gone, digest="x"))
    db.session.commit()
    theirs, ours = make_comment(kian, "تو احمق هستی"), make_comment(mehr, "تو احمق هستی")
    screen(settings)
    assert [finding.code for finding in fresh(theirs).screening.findings] == ["screening-failed"]
    assert fresh(ours).verdict == "violation"


def test_nothing_is_measured_inside_a_transaction(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worker import screening as module

    make_comment(make_site().site)
    open_transactions: list[bool] = []
    original = module.opinions

    def watched(*arguments):
        open_transactions.append(db.session().in_transaction())
        return original(*arguments)

    monkeypatch.setattr(module, "opinions", watched)
    screen(settings)
    assert open_transactions == [False]
