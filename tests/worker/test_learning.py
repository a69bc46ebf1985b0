"""What a site learns: when it is due, who fits it, and what becomes of a fit that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError

from classifiers import store
from moderation import learning
from moderation.db import db
from moderation.jobs import LEARN
from moderation.models import LearnedModel, LearnedState, Site
from moderation.settings import Settings
from tests.factories import make_articles, make_site
from tests.fakes import CountingBell, FakeLearner
from worker import tasks


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A site learns from ten articles on, and as often as it likes."""
    return settings.model_copy(update={"learn_first_articles": 10, "learn_growth": 0.2, "learn_pause": 0.0})


@pytest.fixture
def learner(monkeypatch: pytest.MonkeyPatch) -> FakeLearner:
    made = FakeLearner()
    monkeypatch.setattr(learning, "LEARNERS", {"relevance": made})
    return made


def versions(site: Site) -> list[tuple[int, str]]:
    found = select(LearnedModel.number, LearnedModel.state).where(LearnedModel.site_id == site.id)
    db.session.commit()  # a view that is still open does not see what other threads did
    return [tuple(row) for row in db.session.execute(found.order_by(LearnedModel.number))]


def due(settings: Settings) -> list[object]:
    db.session.commit()
    return list(db.session.execute(learning.due_sites(settings)).scalars())


def earlier(seconds: float) -> None:
    """Let time pass: every fit was so much longer ago."""
    rows = db.session.execute(select(LearnedModel.id, LearnedModel.created_at)).all()
    for row in rows:
        moved = {"created_at": row.created_at - timedelta(seconds=seconds)}
        db.session.execute(update(LearnedModel).where(LearnedModel.id == row.id).values(**moved))
    db.session.commit()


def together[T](app: Flask, work: Callable[[], T], times: int = 2) -> list[T]:
    """Do it in several threads at the same moment, each with a database session of its own."""
    start, found = threading.Barrier(times), []

    def one() -> None:
        with app.app_context():
            start.wait()
            found.append(work())

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_site_is_due_with_its_first_articles_and_then_with_each_growth_by_a_fifth(
    app: Flask, settings: Settings, learner: FakeLearner
) -> None:
    site, other = make_site("mehr").site, make_site("kian").site
    make_articles(other, 3)
    make_articles(site, 9)
    assert due(settings) == []
    make_articles(site, 1, first=10)
    assert due(settings) == [site.id]
    tasks.learn()
    assert versions(site) == [(1, "live")]
    assert due(settings) == []
    make_articles(site, 1, first=11)
    assert due(settings) == []
    make_articles(site, 1, first=12)
    assert due(settings) == [site.id]
    tasks.learn()
    assert versions(site) == [(1, "retired"), (2, "live")]
    assert versions(other) == []
    assert [len(articles) for articles in learner.seen] == [10, 12]


def test_a_site_is_fitted_at_most_once_in_the_pause(app: Flask, settings: Settings, learner: FakeLearner) -> None:
    hourly = settings.model_copy(update={"learn_pause": 3600.0})
    site = make_site().site
    make_articles(site, 10)
    assert due(hourly) == [site.id]
    tasks.learn()
    make_articles(site, 10, first=11)
    assert due(hourly) == []
    assert due(settings) == [site.id]
    earlier(3601)
    assert due(hourly) == [site.id]


def test_a_site_without_articles_learns_nothing(app: Flask, settings: Settings) -> None:
    site = make_site().site
    assert due(settings) == []
    tasks.learn()
    assert versions(site) == []
    fitting = learning.claim(site.id)
    assert fitting is not None
    assert learning.learn(fitting) is False, "not even when it is told to"
    assert versions(site) == [(1, "failed")]


def test_a_version_says_what_it_was_fitted_on(app: Flask, settings: Settings, learner: FakeLearner) -> None:
    site = make_site().site
    make_articles(site, 12)
    tasks.learn()
    row = db.session.execute(select(LearnedModel)).scalar_one()
    assert (row.site_id, row.name, row.articles, row.size) == (site.id, "relevance", 12, len(row.blob))
    assert set(row.metrics) == {"articles", "fitted_at", "ms"}
    store.unpack(row.blob)
    assert {article.id for article in learner.seen[0]} == {f"n-{number}" for number in range(1, 13)}


def test_only_the_newest_articles_are_read_and_of_a_long_one_its_beginning(
    app: Flask, settings: Settings, learner: FakeLearner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "MOST_ARTICLES", 4)
    monkeypatch.setattr(learning, "LONGEST_BODY", 50)
    make_articles(make_site().site, 11)
    tasks.learn()
    [seen] = learner.seen
    assert {article.id for article in seen} == {"n-8", "n-9", "n-10", "n-11"}
    assert {len(article.body) for article in seen} == {50}


def test_of_two_workers_at_once_one_fits_and_the_other_returns_quietly(
    app: Flask, settings: Settings, learner: FakeLearner
) -> None:
    site = make_site().site
    make_articles(site, 10)
    claims = together(app, lambda: learning.claim(site.id), 4)
    assert sorted(claim is None for claim in claims) == [False, True, True, True]
    assert due(settings) == [], "somebody is at it"
    [fitting] = [claim for claim in claims if claim]
    assert sorted(together(app, lambda: learning.learn(fitting))) == [False, True]
    assert versions(site) == [(1, "live")]


def test_two_workers_that_empty_the_queue_together_fit_each_site_once(
    app: Flask, settings: Settings, learner: FakeLearner
) -> None:
    sites = [make_site(f"site-{number}").site for number in range(3)]
    for site in sites:
        make_articles(site, 10)
    together(app, tasks.learn)
    tasks.learn()
    assert [versions(site) for site in sites] == [[(1, "live")]] * 3
    assert len(learner.seen) == 3


def test_the_database_allows_one_live_version_of_a_site(app: Flask, settings: Settings) -> None:
    site, other = make_site("mehr").site, make_site("kian").site
    for owner in (site, other):
        db.session.add(LearnedModel(site_id=owner.id, name="relevance", number=1, state=LearnedState.LIVE))
    db.session.add(LearnedModel(site_id=site.id, name="insult", number=1, state=LearnedState.LIVE))
    db.session.commit()
    db.session.add(LearnedModel(site_id=site.id, name="relevance", number=2, state=LearnedState.LIVE))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_a_fit_that_fails_leaves_the_version_before_and_says_why(
    app: Flask, settings: Settings, learner: FakeLearner, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site().site
    make_articles(site, 10)
    tasks.learn()
    make_articles(site, 5, first=11)
    learner.error = MemoryError("too many words")
    fitting = learning.claim_due(settings)
    assert fitting is not None
    assert learning.learn(fitting) is False
    assert versions(site) == [(1, "live"), (2, "failed")]
    assert "could not be fitted" in caplog.text
    failed = db.session.execute(select(LearnedModel.metrics).where(LearnedModel.number == 2)).scalar_one()
    assert failed == {"error": "MemoryError: too many words"}
    hourly = settings.model_copy(update={"learn_pause": 3600.0})
    assert due(hourly) == [], "it is not tried again at every sweep"
    learner.error = None
    tasks.learn()
    assert versions(site) == [(1, "retired"), (2, "failed"), (3, "live")]


def test_a_fit_that_died_holds_up_the_next_one_for_a_while_and_never_more(
    app: Flask, settings: Settings, learner: FakeLearner
) -> None:
    site = make_site().site
    make_articles(site, 10)
    tasks.learn()
    make_articles(site, 5, first=11)
    dead = learning.claim_due(settings)
    assert dead is not None
    assert (due(settings), learning.claim(site.id)) == ([], None)
    assert versions(site) == [(1, "live"), (2, "fitting")]
    earlier(learning.ABANDONED_AFTER + 1)
    tasks.learn()
    assert versions(site) == [(1, "retired"), (2, "failed"), (3, "live")]
    assert learning.learn(dead) is False, "it comes back from the dead"
    assert versions(site) == [(1, "retired"), (2, "failed"), (3, "live")]


def test_old_versions_are_kept_to_a_small_number(app: Flask, settings: Settings, learner: FakeLearner) -> None:
    site, other = make_site("mehr").site, make_site("kian").site
    make_articles(site, 10)
    make_articles(other, 10)
    tasks.learn()
    for number in range(5):
        fitting = learning.claim(site.id)
        assert fitting is not None
        learner.error = RuntimeError("no") if number == 3 else None
        learning.learn(fitting)
    assert versions(site) == [(3, "retired"), (4, "retired"), (5, "failed"), (6, "live")]
    assert versions(other) == [(1, "live")]


def test_the_sweep_rings_when_a_site_is_due_and_asks_once(
    app: Flask, settings: Settings, bell: CountingBell, learner: FakeLearner
) -> None:
    site = make_site().site
    make_articles(site, 9)
    tasks.sweep()
    assert LEARN not in bell.rings
    make_articles(site, 1, first=10)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    tasks.sweep()
    assert bell.rings[LEARN] == 1
    assert len([sql for sql in asked if sql != "BEGIN"]) == 1
    learning.claim(site.id)
    tasks.sweep()
    assert bell.rings[LEARN] == 1


def test_the_question_which_site_is_due_reads_indexes_alone(app: Flask, settings: Settings) -> None:
    site = make_site().site
    make_articles(site, 30)
    db.session.add(LearnedModel(site_id=site.id, name="relevance", number=1, state=LearnedState.LIVE, articles=30))
    db.session.commit()
    statement = learning.due_sites(settings).compile(db.engine, compile_kwargs={"literal_binds": False})
    prefix = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        if prefix == "EXPLAIN":
            connection.exec_driver_sql("SET enable_seqscan = off")  # so few rows are scanned otherwise
        plan = str(connection.exec_driver_sql(f"{prefix} {statement}", _values(statement)).all())
    assert "ix_article_newest" in plan
    assert "SCAN article" not in plan


def _values(statement: object) -> object:
    processed = statement.construct_params()  # type: ignore[attr-defined]
    processors = statement._bind_processors  # type: ignore[attr-defined]
    values = {name: processors.get(name, lambda value: value)(value) for name, value in processed.items()}
    names = statement.positiontup  # type: ignore[attr-defined]
    return tuple(values[name] for name in names) if names else values
