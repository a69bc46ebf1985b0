"""What a site has learnt, as the screening worker uses it: a live model, and what happens when it is broken."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from classifiers import relevance, relevance_fitting, relevance_learning, store
from classifiers.relevance import ArticleText
from moderation import learned, learning
from moderation.db import db
from moderation.learned import LearnedModels
from moderation.measure import Models
from moderation.models import Comment, LearnedModel, Site
from moderation.policy import Policies
from moderation.rules import OnTopic
from moderation.rules.base import Signals, Subject
from moderation.settings import Settings
from tests.factories import make_articles, make_comment, make_site
from tests.fakes import FakeInsult, FakeLanguage, FakeLearner, packed_model
from tests.statements import statements
from worker.screening import screen_claim

ROOT = Path(__file__).parents[2]
TEXT = "امیدوارم گذرگاه مرزی زودتر باز شود و رانندگان کامیون منتظر نمانند"


@pytest.fixture
def shipped() -> Models:
    """Real relevance between fakes."""
    return Models(FakeLanguage(), FakeInsult(), relevance.load())


@pytest.fixture(autouse=True)
def learner(monkeypatch: pytest.MonkeyPatch) -> FakeLearner:
    made = FakeLearner()
    monkeypatch.setattr(learning, "LEARNERS", {"relevance": made})
    return made


def learn(site: Site) -> str:
    """Give a site a model of its own; returns the name of its version."""
    fitting = learning.claim(site.id)
    assert fitting is not None
    assert learning.learn(fitting)
    return LearnedModels().live([site.id])[site.id].relevance.version


def signals(comment: Comment) -> dict[str, object]:
    return db.session.get_one(Comment, comment.id, populate_existing=True).screening.signals


def measured_by(comment: Comment) -> str:
    return signals(comment)["models"]["relevance"]  # type: ignore[index]


def test_a_new_version_takes_effect_with_the_next_batch_of_a_running_process(
    app: Flask, settings: Settings, shipped: Models
) -> None:
    site = make_site().site
    make_articles(site, 3)
    policies, mine = Policies(), LearnedModels()
    found = []
    for version in (shipped.relevance.version, learn, learn):
        expected = version if isinstance(version, str) else version(site)
        comment = make_comment(site, TEXT)
        screen_claim(shipped, policies, settings, mine)
        assert measured_by(comment) == expected
        found.append(expected)
    assert [version.partition("-")[0] for version in found] == [store.newest("relevance"), "site", "site"]
    assert found[1].startswith("site-1-")
    assert found[2].startswith("site-2-")


def test_a_sites_own_model_gives_what_it_would_give_by_itself(app: Flask, settings: Settings, shipped: Models) -> None:
    site = make_site().site
    before = make_comment(site, TEXT)
    screen_claim(shipped, Policies(), settings)
    make_articles(site, 1)
    learn(site)
    after = make_comment(site, TEXT)
    screen_claim(shipped, Policies(), settings)
    keys = ("relevance", "relevance_outcome", "relevance_why", "relevance_words")
    assert [signals(before)[key] for key in keys] == [signals(after)[key] for key in keys]
    assert measured_by(before) != measured_by(after)


def test_another_sites_model_is_never_used(app: Flask, settings: Settings, shipped: Models) -> None:
    sara, kian = make_site("mehr").site, make_site("kian").site
    make_articles(sara, 3)
    version = learn(sara)
    ours, theirs = make_comment(sara, TEXT), make_comment(kian, TEXT)
    screen_claim(shipped, Policies(), settings, LearnedModels())
    assert measured_by(ours) == version
    assert measured_by(theirs) == shipped.relevance.version
    assert LearnedModels().live([kian.id]) == {}


def test_a_model_is_read_once_and_only_its_version_asked_for_with_each_batch(
    app: Flask, settings: Settings, shipped: Models
) -> None:
    site = make_site().site
    make_articles(site, 3)
    learn(site)
    mine = LearnedModels()
    with statements() as asked:
        for _ in range(3):
            make_comment(site, TEXT)
            screen_claim(shipped, Policies(), settings, mine)
    assert len([statement for statement in asked if "learned_model.blob" in statement.partition("FROM")[0]]) == 1
    assert len([statement for statement in asked if "learned_model.sha256" in statement]) == 3


def _cut(blob: bytes) -> bytes:
    return blob[: len(blob) // 2]


def _other(blob: bytes) -> bytes:
    return store.pack({"anything": store.unpack(blob)[0]["gram_idf"]}, {})


def _unfit(blob: bytes) -> bytes:
    """Every part is there, and they do not fit together."""
    arrays, meta = store.unpack(blob)
    return store.pack(arrays | {"title_starts": arrays["title_starts"][:7], "gram_idf": arrays["gram_idf"][:99]}, meta)


@pytest.mark.parametrize("spoil", [_cut, _other, _unfit, lambda _: b"", lambda _: None, lambda blob: blob * 9])
@pytest.mark.parametrize("knowingly", [False, True])
def test_a_broken_model_is_refused_once_and_the_shipped_one_measures(
    app: Flask, settings: Settings, shipped: Models, caplog: pytest.LogCaptureFixture, spoil, knowingly: bool
) -> None:
    site = make_site().site
    make_articles(site, 3)
    learn(site)
    blob = spoil(packed_model())
    values = {"blob": blob}
    if knowingly:  # by somebody who can write a checksum, too
        values |= {"sha256": hashlib.sha256(blob or b"").hexdigest(), "size": 5}
    db.session.execute(update(LearnedModel).values(**values))
    db.session.commit()
    mine = LearnedModels()
    refused = mine.live([site.id])[site.id].relevance.version
    comments = []
    for _ in range(2):
        comments.append(make_comment(site, TEXT))
        screen_claim(shipped, Policies(), settings, mine)
    for comment in comments:
        assert signals(comment)["failed"] == []
        assert signals(comment)["models"] == shipped.versions | {"relevance-refused": refused}
    assert len([record for record in caplog.records if "is refused" in record.message]) == 1
    fitting = learning.claim(site.id)
    assert fitting is not None
    learning.learn(fitting)
    comment = make_comment(site, TEXT)
    screen_claim(shipped, Policies(), settings, mine)
    assert "relevance-refused" not in signals(comment)["models"], "the next version is whole"


def test_a_process_keeps_no_more_models_than_its_bound(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = [make_site(f"site-{number}").site for number in range(3)]
    for site in sites:
        make_articles(site, 1)
        learn(site)
    mine = LearnedModels()
    live = mine.live([site.id for site in sites])
    own = {site.id: live[site.id].relevance for site in sites}
    [size] = {mine._known.setdefault(one.id, learned._load("relevance", one))[1] for one in own.values()}
    mine._known.clear()
    monkeypatch.setattr(learned, "KEPT_BYTES", 2 * size)
    for site in (*sites, sites[1]):
        assert mine.take(live[site.id]).relevance is not None
    assert list(mine._known) == [own[sites[2].id].id, own[sites[1].id].id]


def test_a_better_article_is_named_by_its_title(app: Flask, settings: Settings, shipped: Models) -> None:
    site = make_site().site
    make_articles(site, 1)
    learn(site)
    [live] = LearnedModels().live([site.id]).values()
    learnt = LearnedModels().take(live)
    name = store.load("relevance").meta["background"][0]
    assert learnt.titles[name] == f"title of {name}"


_SCREENS = """
import sys
from moderation.app import core_context, create_app
from moderation.settings import read_settings
from worker import tasks
settings = read_settings()
create_app(settings).test_client().get("/readyz")
with core_context(settings):
    tasks.screen()
    tasks.sweep()
print(sorted(set(sys.modules) & {"sklearn", "scipy", "hazm", "nltk"}))
"""


def test_screening_and_web_load_neither_scikit_learn_nor_hazm_while_a_sites_model_is_live(
    app: Flask, settings: Settings
) -> None:
    site = make_site().site
    make_articles(site, 3)
    version = learn(site)
    comment = make_comment(site, TEXT)
    db.session.commit()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NAZER_")},
        "NAZER_MODE": "embedded",
        "NAZER_DATA_DIR": str(settings.data_dir),
        "NAZER_SECRET_KEY": settings.secret_key.get_secret_value(),
        "NAZER_DATABASE_URL": settings.database_url,
        "NAZER_BROKER_URL": "memory://",
    }
    done = subprocess.run([sys.executable, "-c", _SCREENS], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert measured_by(comment) == version


def test_a_person_reads_the_title_of_a_better_article_and_the_api_its_id() -> None:
    measured = Signals(
        language="fa",
        relevance=-1.0,
        relevance_outcome="off_topic_suspect",
        better_article="n-7",
        better_title="گزارشی از بندر",
    )
    finding = OnTopic().check(Subject(TEXT, measured))
    assert finding is not None
    assert "«گزارشی از بندر» سازگارتر است" in finding.reason
    assert "'n-7' fits better" in finding.reason_en


def test_a_model_that_would_be_too_large_is_fitted_on_the_newer_half(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [
        ArticleText(str(number), f"گزارش {number}", " ".join(f"کشتی{number + other} در بندر" for other in range(20)))
        for number in range(400)
    ]
    for module in (relevance_learning, relevance_fitting):
        monkeypatch.setattr(module, "BACKGROUND", 100)
    whole, _ = relevance_learning.learn(articles)
    monkeypatch.setattr(store, "LARGEST_BLOB", len(whole) - 1)
    smaller, metrics = relevance_learning.learn(articles)
    assert len(smaller) < len(whole)
    assert metrics["articles"] in (200, 100)
    monkeypatch.setattr(store, "LARGEST_BLOB", 1000)
    with pytest.raises(store.RefusedModel):
        relevance_learning.learn(articles)
