"""The approved comments of an article, among which others are measured."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import select, text

from moderation import learned, lifecycle
from moderation.db import db
from moderation.learned import LearnedModels, approved_peers
from moderation.lifecycle import Ruling
from moderation.measure import Models
from moderation.models import Article, Comment, DecisionOutcome, Person, Site
from moderation.policy import Policies
from moderation.settings import Settings
from tests.factories import make_approved, make_comment, make_person, make_site, make_story, make_waiting
from tests.fakes import FakeInsult, FakeLanguage, FakeRelevance
from tests.statements import statements
from worker.screening import screen_claim


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site().site


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("sara", site)


@pytest.fixture
def model() -> FakeRelevance:
    return FakeRelevance()


@pytest.fixture
def models(model: FakeRelevance) -> Models:
    return Models(FakeLanguage(), FakeInsult(), model)


def among(site: Site, models: Models, settings: Settings, *, under: int = 1) -> list[str]:
    """The approved comments that a new comment was measured among."""
    said = f"پیام {uuid.uuid4()}"
    make_comment(site, said, article=make_story(under))
    screen_claim(models, Policies(), settings, LearnedModels())
    return sorted(models.relevance.among[said])  # type: ignore[attr-defined]


def test_a_comment_is_measured_among_the_approved_ones_of_its_article(
    site: Site, sara: Person, models: Models, settings: Settings
) -> None:
    make_approved(site, sara, "یک", "دو", "سه", "چهار", "پنج")
    make_approved(site, sara, "شش", "هفت", "هشت", "نه", "ده", under=2)
    assert among(site, models, settings) == sorted(["یک", "دو", "سه", "چهار", "پنج"])
    assert among(site, models, settings, under=2) == sorted(["شش", "هفت", "هشت", "نه", "ده"])
    assert among(site, models, settings, under=3) == []


def test_fewer_than_five_say_nothing(site: Site, sara: Person, models: Models, settings: Settings) -> None:
    make_approved(site, sara, "یک", "دو", "سه", "چهار")
    assert among(site, models, settings) == []


def test_the_newest_thirty_count(site: Site, sara: Person, models: Models, settings: Settings) -> None:
    texts = [f"شماره {number}" for number in range(35)]
    make_approved(site, sara, *texts)
    assert among(site, models, settings) == sorted(texts[5:])


def test_only_what_was_let_out_and_still_stands_counts(
    site: Site, sara: Person, models: Models, settings: Settings
) -> None:
    good = make_approved(site, sara, *"abcde")
    assert len(good) == 5
    make_waiting(site, "waits", article=make_story(1))
    make_approved(site, sara, "not out yet", publish=False)
    rejected = make_waiting(site, "rejected", article=make_story(1))
    lifecycle.decide(rejected, sara.id, Ruling(DecisionOutcome.REJECTED, 1, "no-insults"), 0)
    reopened, withdrawn, erased, revised, again = make_approved(
        site, sara, "reopened", "withdrawn", "erased", "old", "again"
    )
    lifecycle.reopen(reopened)
    lifecycle.withdraw(site.id, withdrawn.id)
    lifecycle.erase(site.id, erased.id)
    lifecycle.revise(site.id, revised.id, "new and not decided")
    lifecycle.reopen(again)
    lifecycle.decide(again, sara.id, Ruling(DecisionOutcome.APPROVED, 1), 0)
    lifecycle.publish()
    assert among(site, models, settings) == ["a", "again", "b", "c", "d", "e"]


def test_what_stops_standing_is_gone_with_the_next_batch_and_from_memory(
    site: Site, sara: Person, models: Models, settings: Settings
) -> None:
    approved = make_approved(site, sara, *"abcdefg")
    assert among(site, models, settings) == list("abcdefg")
    lifecycle.erase(site.id, approved[0].id)
    lifecycle.reopen(approved[1])
    assert among(site, models, settings) == list("cdefg")
    [kept] = models._peers._known.values()
    assert sorted(kept.values()) == list("cdefg")


def test_each_approved_comment_is_measured_once_and_anew_when_it_was_revised(
    site: Site, sara: Person, models: Models, model: FakeRelevance, settings: Settings
) -> None:
    approved = make_approved(site, sara, *"abcde")
    for _ in range(3):
        among(site, models, settings)
    assert sorted(model.kept) == list("abcde")
    lifecycle.revise(site.id, approved[0].id, "z")
    screen_claim(models, Policies(), settings)
    revised = db.session.get_one(Comment, approved[0].id, populate_existing=True)
    lifecycle.decide(revised, sara.id, Ruling(DecisionOutcome.APPROVED, revised.revision), 0)
    lifecycle.publish()
    assert among(site, models, settings) == ["b", "c", "d", "e", "z"]
    assert model.kept.count("b") == 1


def test_a_comment_is_never_measured_against_itself(site: Site, sara: Person) -> None:
    approved = make_approved(site, sara, *"abcdef")
    [peers] = approved_peers([approved[0].article_id]).values()
    assert [peer.text for peer in peers.comments] == list("abcdef")
    assert [peer.text for peer in peers.without(approved[2].id).comments] == list("abdef")
    assert peers.without(uuid.uuid4()) is peers


def test_the_number_of_statements_does_not_grow_with_the_batch(
    site: Site, sara: Person, models: Models, settings: Settings
) -> None:
    for number in range(8):
        make_approved(site, sara, *[f"{letter}{number}" for letter in "abcde"], under=number)
    policies, mine = Policies(), LearnedModels()
    counts = []
    for size in (1, 1, 8, 40):
        for number in range(size):
            make_comment(site, f"پیام {size}-{number}", article=make_story(number % 8))
        with statements() as asked:
            assert screen_claim(models, policies, settings, mine) == size
        counts.append(len(asked))
    assert counts[1] == counts[2] == counts[3] <= counts[0]
    assert len([statement for statement in asked if "AS newer" in statement]) == 1


def test_the_approved_comments_are_found_by_their_index(site: Site, sara: Person) -> None:
    make_approved(site, sara, *"abcdef")
    article_id = db.session.execute(select(Article.id)).scalars().first()
    db.session.commit()
    sqlite = db.engine.dialect.name == "sqlite"
    shown = text(f"{'EXPLAIN QUERY PLAN' if sqlite else 'EXPLAIN'} {learned._APPROVED.element.text}")
    shown = shown.bindparams(*learned._APPROVED.element._bindparams.values())
    if not sqlite:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))  # so few rows are scanned otherwise
        db.session.execute(text("SET LOCAL enable_bitmapscan = off"))
    plan = str(db.session.execute(shown, {"articles": [article_id], "nobody": uuid.UUID(int=0)}).all())
    assert plan.count("ix_comment_stands_approved") == 2, plan
