"""What a site's insult model learns from its people: asked for, fitted, promoted by a person, taken back, and used at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from classifiers import insult, insult_residual
from classifiers.insult_decisions import Judged
from classifiers.learn import Cuts
from classifiers.text import fold
from moderation import learning, lifecycle, residuals, teaching
from moderation.db import db, now, transaction
from moderation.jobs import LEARN
from moderation.learned import LearnedModels
from moderation.lifecycle import Ruling
from moderation.measure import Models
from moderation.models import (
    AuditEntry,
    Comment,
    DayFigure,
    Decision,
    DecisionOutcome,
    LearnedModel,
    LearnedState,
    Person,
    Site,
)
from moderation.numbers import day_of
from moderation.numbers.scores import JUDGED
from moderation.policy import Policies
from moderation.settings import Settings
from tests.factories import make_automatic, make_comment, make_decided, make_person, make_site, make_waiting
from tests.factories_models import TEXT, residual_that_knows
from tests.fakes import CountingBell, FakeLanguage, FakeRelevance
from worker import tasks
from worker.screening import screen_claim


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Two decisions of a kind are enough."""
    few = {"learn_first_insults": 2, "learn_first_approvals": 2, "learn_insult_pause": 3600.0}
    return settings.model_copy(update=few)


@dataclass
class FakeCorrector:
    """Takes no time to learn, and may fail, or find its candidate no better."""

    error: BaseException | None = None
    refused: list[str] = field(default_factory=list)
    base: str | None = None
    seen: list[tuple[Sequence[Judged], bytes | None, Cuts]] = field(default_factory=list)

    def __call__(self, rows: Sequence[Judged], current: bytes | None, cuts: Cuts) -> tuple[bytes, dict[str, Any]]:
        self.seen.append((rows, current, cuts))
        if self.error:
            raise self.error
        counted = {"insults": 2, "approved": 2}
        base = self.base or residuals.shipped()
        card = {"base": base, "refused": self.refused, "data": {"fitted_on": counted, "judged_by": counted}}
        return insult_residual.pack(residual_that_knows(TEXT, base)), card


@pytest.fixture(autouse=True)
def corrector(monkeypatch: pytest.MonkeyPatch) -> FakeCorrector:
    made = FakeCorrector()
    monkeypatch.setattr(residuals, "CORRECTORS", {"insult": made})
    return made


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("sara", site)


def decide(site: Site, sara: Person, insults: int = 2, approved: int = 2) -> None:
    for number in range(insults):
        make_decided(site, sara, DecisionOutcome.REJECTED, text=f"توهین {number}")
    for number in range(approved):
        make_decided(site, sara, text=f"سپاس {number}")


def fitted(site: Site, settings: Settings) -> LearnedModel:
    """What becomes of a fit that is asked for now."""
    row = residuals.wish(site.id)
    claimed = residuals.claim_wanted()
    assert claimed is not None
    residuals.fit_told(claimed, settings)
    db.session.expire_all()
    return residuals.numbered(site.id, row.number)


def states(site: Site) -> list[tuple[int, str]]:
    db.session.expire_all()
    return sorted((row.number, row.state) for row in residuals.of_site(site.id))


def actions(site: Site) -> list[str]:
    found = select(AuditEntry.action).where(AuditEntry.site_id == site.id, AuditEntry.action.startswith("model."))
    return list(db.session.execute(found.order_by(AuditEntry.id)).scalars())


def test_a_fit_that_is_asked_for_becomes_a_candidate_and_measures_nothing_yet(
    site: Site, sara: Person, settings: Settings, bell: CountingBell, corrector: FakeCorrector
) -> None:
    decide(site, sara)
    row = residuals.wish(site.id, sara.id)
    assert row.state == LearnedState.WANTED
    assert bell.rings[LEARN] == 1
    tasks.learn()
    assert states(site) == [(1, "candidate")]
    assert LearnedModels().live([site.id]) == {}
    [(rows, current, cuts)] = corrector.seen
    assert sorted((one.text, one.insult) for one in rows) == [
        *((f"توهین {number}", True) for number in range(2)),
        *((f"سپاس {number}", False) for number in range(2)),
    ]
    assert (current, cuts) == (None, (0.6, 0.6))
    assert actions(site) == ["model.fit-asked", "model.fitted"]


def test_only_a_better_candidate_is_promoted_and_it_can_be_taken_back(
    site: Site, sara: Person, settings: Settings, corrector: FakeCorrector
) -> None:
    decide(site, sara)
    corrector.refused = ["not-better"]
    worse = fitted(site, settings)
    with pytest.raises(residuals.Refused) as refused:
        residuals.promote(site.id, worse.number)
    assert (refused.value.code, refused.value.reasons) == ("not-better", ("not-better",))
    corrector.refused = []
    better = fitted(site, settings)
    assert states(site) == [(1, "retired"), (2, "candidate")]
    residuals.promote(site.id, better.number)
    assert states(site) == [(1, "retired"), (2, "live")]
    third = fitted(site, settings)
    residuals.promote(site.id, third.number)
    assert states(site) == [(1, "retired"), (2, "retired"), (3, "live")]
    residuals.revert(site.id, 2)
    assert states(site) == [(1, "retired"), (2, "live"), (3, "retired")]
    residuals.revert(site.id, None)
    assert states(site) == [(1, "retired"), (2, "retired"), (3, "retired")]
    assert actions(site)[-2:] == ["model.reverted", "model.reverted"]
    last = db.session.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).scalar_one()
    assert (last.before, last.after) == ({"live": f"site-2-{better.sha256[:8]}"}, {"live": "shipped"})


def test_what_was_never_live_cannot_be_gone_back_to(
    site: Site, sara: Person, settings: Settings, corrector: FakeCorrector
) -> None:
    decide(site, sara)
    first = fitted(site, settings)
    for wanted, code in ((first.number, "never-live"), (None, "nothing-live")):
        with pytest.raises(residuals.Refused) as refused:
            residuals.revert(site.id, wanted)
        assert refused.value.code == code
    with pytest.raises(LookupError):
        residuals.revert(site.id, 99)
    with pytest.raises(LookupError):
        residuals.promote(make_site("kian").site.id, first.number)


def test_a_candidate_that_was_compared_with_another_version_is_refused(
    site: Site, sara: Person, settings: Settings, corrector: FakeCorrector
) -> None:
    decide(site, sara)
    residuals.promote(site.id, fitted(site, settings).number)
    second = fitted(site, settings)
    residuals.revert(site.id, None)
    with pytest.raises(residuals.Refused) as refused:
        residuals.promote(site.id, second.number)
    assert refused.value.code == "live-changed"
    corrector.base = "1"
    old = fitted(site, settings)
    with pytest.raises(residuals.Refused) as refused:
        residuals.promote(site.id, old.number)
    assert refused.value.code == "other-base"


def test_promote_and_revert_take_effect_with_the_next_claim(
    app: Flask, site: Site, sara: Person, settings: Settings
) -> None:
    decide(site, sara)
    row = fitted(site, settings)
    models = Models(FakeLanguage(), insult.load(), FakeRelevance())
    policies, mine = Policies(), LearnedModels()

    def screened(owner: Site) -> tuple[float, str | None]:
        comment = make_comment(owner, TEXT)
        screen_claim(models, policies, settings, mine)
        signals = db.session.get_one(Comment, comment.id, populate_existing=True).screening.signals
        assert signals["models"]["insult"] == models.insult.version
        return signals["insult"], signals["models"].get("insult-site")

    shipped = models.insult.measure(fold(TEXT)).score
    assert screened(site) == (shipped, None)
    residuals.promote(site.id, row.number)
    score, version = screened(site)
    assert score > shipped
    assert version == f"site-{row.number}-{row.sha256[:8]}"
    assert screened(make_site("kian").site) == (shipped, None), "another site's model is never used"
    residuals.revert(site.id, None)
    assert screened(site) == (shipped, None)


@pytest.mark.parametrize("change", [{"blob": b"broken"}, {"blob": None}, {"sha256": "0" * 64}])
def test_a_broken_residual_costs_nothing_but_itself(
    app: Flask, site: Site, sara: Person, settings: Settings, change: dict[str, object]
) -> None:
    decide(site, sara)
    row = fitted(site, settings)
    residuals.promote(site.id, row.number)
    with transaction():
        db.session.execute(update(LearnedModel).where(LearnedModel.id == row.id).values(**change))
    models = Models(FakeLanguage(), insult.load(), FakeRelevance())
    comment = make_comment(site, TEXT)
    screen_claim(models, Policies(), settings)
    signals = db.session.get_one(Comment, comment.id, populate_existing=True).screening.signals
    assert signals["insult"] == models.insult.measure(fold(TEXT)).score
    assert signals["models"]["insult-refused"].startswith(f"site-{row.number}-")


def test_only_what_people_decided_and_what_stands_teaches(site: Site, sara: Person) -> None:
    decide(site, sara, insults=1, approved=1)
    lifecycle.decide(make_waiting(site, "رد به دلیلی دیگر"), sara.id, Ruling(DecisionOutcome.REJECTED, 1, "no-spam"), 0)
    lifecycle.undo(lifecycle.decide(make_waiting(site, "پس‌گرفته"), sara.id, Ruling(DecisionOutcome.APPROVED, 1), 60))
    make_automatic(site)
    imported, _ = make_decided(site, sara, text="پیش از ناظر")
    with transaction():
        brought = Decision(site_id=site.id, comment_id=imported.id, revision=1, outcome="approved", imported=True)
        brought.decided_at = brought.effective_at = now()
        db.session.add(brought)
        db.session.flush()
        db.session.execute(update(Comment).where(Comment.id == imported.id).values(decision_id=brought.id))
    erased, _ = make_decided(site, sara, text="پاک‌شده")
    with transaction():
        db.session.execute(update(Comment).where(Comment.id == erased.id).values(erased_at=func.now(), text=""))
    assert sorted(row.text for row in teaching.decisions_of(site.id)) == ["توهین 0", "سپاس 0"]
    with_imported = teaching.decisions_of(site.id, imported=True)
    assert sorted(row.text for row in with_imported) == sorted(["توهین 0", "سپاس 0", "پیش از ناظر"])
    assert teaching.decisions_of(make_site("kian").site.id) == []


def test_one_fit_is_asked_for_at_a_time_and_one_that_died_holds_nothing_up_for_ever(
    site: Site, sara: Person, settings: Settings
) -> None:
    decide(site, sara)
    residuals.wish(site.id)
    with pytest.raises(residuals.Refused):
        residuals.wish(site.id)
    dead = residuals.claim_wanted()
    assert dead is not None
    assert residuals.claim_wanted() is None
    with pytest.raises(residuals.Refused):
        residuals.wish(site.id)
    with transaction():
        long_ago = LearnedModel.created_at == db.session.get_one(LearnedModel, dead.id).created_at
        moved = {"created_at": db.session.get_one(LearnedModel, dead.id).created_at - timedelta(hours=1)}
        db.session.execute(update(LearnedModel).where(long_ago).values(**moved))
    assert fitted(site, settings).state == LearnedState.CANDIDATE
    assert states(site) == [(1, "failed"), (2, "candidate")]
    assert residuals.fit(dead, settings) is False, "it comes back from the dead"
    assert states(site) == [(1, "failed"), (2, "candidate")]


def test_a_fit_that_fails_leaves_the_live_version_and_says_why(
    site: Site, sara: Person, settings: Settings, corrector: FakeCorrector
) -> None:
    decide(site, sara)
    residuals.promote(site.id, fitted(site, settings).number)
    corrector.error = MemoryError("too many words")
    row = fitted(site, settings)
    assert (row.state, row.metrics) == ("failed", {"error": "MemoryError: too many words"})
    assert states(site)[0] == (1, "live")


def test_too_few_decisions_are_no_fit(site: Site, sara: Person, settings: Settings, corrector: FakeCorrector) -> None:
    decide(site, sara, insults=1)
    row = fitted(site, settings)
    assert row.state == LearnedState.FAILED
    assert row.metrics["error"] == "ValueError: too few decisions: 1 insults of 2, 2 approvals of 2"
    assert corrector.seen == []


def figures(site: Site, insults: int, approved: int) -> None:
    """What was counted of a day that is over."""
    day = day_of(site.created_at) + timedelta(days=1)
    with transaction():
        for said, number in (("insult", insults), ("approved", approved)):
            db.session.add(DayFigure(site_id=site.id, day=day, figure=JUDGED, part=f"07|{said}", count=number))


def test_the_service_asks_for_a_fit_by_itself_once_in_the_pause_and_promotes_nothing(
    app: Flask, site: Site, sara: Person, settings: Settings, bell: CountingBell
) -> None:
    residuals.wish_where_due(settings)
    assert states(site) == [], "nothing was counted"
    figures(site, 2, 2)
    residuals.wish_where_due(settings)
    residuals.wish_where_due(settings)
    assert states(site) == [(1, "wanted")]
    bell.rings.clear()
    tasks.sweep()
    assert bell.rings[LEARN] == 1, "a ring that was lost is made up for"
    decide(site, sara)
    claimed = residuals.claim_wanted()
    assert claimed is not None
    residuals.fit(claimed, settings)
    residuals.wish_where_due(settings)
    assert states(site) == [(1, "candidate")]
    with transaction():
        learning.change(LearnedModel.site_id == site.id, created_at=site.created_at - timedelta(hours=2))
    residuals.wish_where_due(settings)
    assert states(site) == [(1, "candidate"), (2, "wanted")]


def test_how_far_a_fit_is_stands_in_its_row(site: Site, sara: Person, settings: Settings) -> None:
    decide(site, sara)
    residuals.wish(site.id)
    claimed = residuals.claim_wanted()
    assert claimed is not None
    residuals._teller(claimed)("fitting on 3 decisions", 0.5)
    assert residuals.numbered(site.id, 1).progress == {"doing": "fitting on 3 decisions", "share": 0.5}
    assert isinstance(claimed.id, uuid.UUID)
