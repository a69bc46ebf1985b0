"""What would become of a text: answered at once, and nothing is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from moderation import preview
from moderation.api.openapi import document
from moderation.db import db
from moderation.models import Article, Comment, RuleSetVersion, Screening
from moderation.preview import PreviewDesk
from moderation.rules import RULES
from moderation.rules.to_readers import SENTENCES, sentence
from tests.api.conftest import Backend
from tests.factories import make_approved, make_person, make_waiting
from tests.fakes import fake_models


@pytest.fixture(autouse=True)
def _quick_models(app: Flask) -> None:
    desk: PreviewDesk = app.extensions["nazer_preview"]
    desk.models = fake_models()


def ask(backend: Backend, text: str = "ممنون از خبر", **more: object) -> dict[str, object]:
    answer = backend.call("POST", "/v1/preview", {"text": text, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def test_a_clean_text_has_no_objections_and_a_person_would_decide(backend: Backend) -> None:
    assert ask(backend) == {"verdict": "clean", "expected": "in_review", "complete": True, "objections": []}


def test_an_insult_is_told_with_a_sentence_for_the_reader_and_without_scores(backend: Backend) -> None:
    told = ask(backend, "تو احمق هستی")
    (objection,) = told["objections"]
    assert (objection["rule"], objection["code"]) == ("no-insults", "insult")
    assert objection["to_reader"] == {"fa": "لطفاً بی‌توهین بنویسید.", "en": "Please write without insults."}
    assert "score" not in str(told)
    assert "۰٫" not in str(told)


def test_finglish_is_asked_to_be_written_in_persian_letters(backend: Backend, app: Flask) -> None:
    app.extensions["nazer_preview"].models = preview.preload()
    (objection,) = ask(backend, "salam, in khabar kheili khoob bood mamnoon az shoma")["objections"]
    assert objection["code"] == "finglish"
    assert objection["to_reader"]["fa"].startswith("لطفاً فارسی")


def test_nothing_is_stored(backend: Backend) -> None:
    ask(backend, article={"external_id": "new", "title": "خبر تازه", "body": "متن خبر"}, parent_external_id="c-9")
    for table in (Comment, Article, Screening):
        assert db.session.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_the_sites_live_rules_count_and_may_decide(backend: Backend) -> None:
    site = backend.credentials.site
    content = {"version": 1, "rules": {"no-insults": {"rejects_at": 0.9}}, "approves_clean": True}
    db.session.add(RuleSetVersion(site_id=site.id, number=2, state="live", content=content, digest="x"))
    db.session.commit()
    assert ask(backend)["expected"] == "approved"
    assert ask(backend, "تو احمق هستی")["expected"] == "rejected"


def test_a_model_that_fails_says_that_the_preview_is_incomplete(backend: Backend) -> None:
    told = ask(backend, "بشکن")
    assert (told["verdict"], told["complete"], told["expected"]) == ("suspect", False, "in_review")


def test_rules_that_cannot_be_applied_leave_it_to_a_person(backend: Backend) -> None:
    site = backend.credentials.site
    content = {"version": 1, "rules": {"no-such-rule": {}}}
    db.session.add(RuleSetVersion(site_id=site.id, number=2, state="live", content=content, digest="x"))
    db.session.commit()
    told = ask(backend)
    assert (told["complete"], told["objections"]) == (False, [])


def test_a_parent_counts_only_where_every_reader_can_see_it(backend: Backend, app: Flask) -> None:
    site = backend.credentials.site
    (shown,) = make_approved(site, make_person("sara", site), "پیام منتشرشده")
    hidden = make_waiting(site, "پیام پنهان", article=None)
    seen: list[object] = []
    desk: PreviewDesk = app.extensions["nazer_preview"]
    measure = desk.models.relevance.measure
    desk.models.relevance.measure = lambda *given: seen.append(given[2]) or measure(*given)
    ask(backend, article={"external_id": "story-1"}, parent_external_id=shown.external_id)
    ask(backend, article={"external_id": "a-1"}, parent_external_id=hidden.external_id)
    ask(backend, article={"external_id": "a-1"}, parent_external_id=shown.external_id)
    assert [parent and parent.original for parent in seen] == ["پیام منتشرشده", None, None]


def test_another_sites_article_is_as_unknown_as_any(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    backend.call("PUT", "/v1/articles/a-1", {"title": "خبری از مهر"})
    other = other_backend()
    assert ask(other, article={"external_id": "a-1"}) == ask(other, article={"external_id": "never"})


def test_one_too_many_is_answered_503_at_once_with_when_to_come_back(backend: Backend, app: Flask) -> None:
    desk: PreviewDesk = app.extensions["nazer_preview"]
    for _ in range(desk.slots):
        assert desk._free.acquire(blocking=False)
    answer = backend.call("POST", "/v1/preview", {"text": "سلام"})
    assert (answer.status_code, answer.json["type"]) == (503, "urn:nazer:problem:busy")
    assert int(answer.headers["Retry-After"]) >= 1
    desk._free.release()
    assert backend.call("POST", "/v1/preview", {"text": "سلام"}).status_code == 200


def test_a_preview_waits_for_its_turn_no_longer_than_told(backend: Backend, app: Flask) -> None:
    app.extensions["nazer_preview"].seconds = 0.05
    with app.extensions["nazer_preview"]._turn:
        assert backend.call("POST", "/v1/preview", {"text": "سلام"}).status_code == 503
    assert backend.call("POST", "/v1/preview", {"text": "سلام"}).status_code == 200


def test_a_preview_that_breaks_gives_its_slot_back(backend: Backend, app: Flask) -> None:
    desk: PreviewDesk = app.extensions["nazer_preview"]
    desk.models = "no models"
    for _ in range(desk.slots + 1):
        assert backend.call("POST", "/v1/preview", {"text": "سلام"}).status_code == 500
    desk.models = fake_models()
    assert backend.call("POST", "/v1/preview", {"text": "سلام"}).status_code == 200


def test_many_at_once_are_all_answered(backend: Backend, app: Flask) -> None:
    statuses: list[int] = []

    def one() -> None:
        answer = app.test_client().post(
            "/v1/preview",
            json={"text": "ممنون از خبر"},
            headers={"Authorization": f"Bearer {backend.credentials.api_key}"},
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 503}
    assert 200 in statuses
    assert len(statuses) == 12


@pytest.mark.parametrize(
    "body",
    [{}, {"text": " "}, {"text": "a\x00b"}, {"text": 5}, {"text": "ا" * 10_001}, {"text": "a", "article": "a-1"}],
)
def test_what_is_no_text_is_named(backend: Backend, body: dict[str, object]) -> None:
    answer = backend.call("POST", "/v1/preview", body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_a_body_without_end_is_refused(backend: Backend) -> None:
    assert backend.call("POST", "/v1/preview", raw=b'{"text": "' + b"x" * 3_000_000 + b'"}').status_code == 413
    assert backend.call("POST", "/v1/preview", raw=b'{"text": "\\ud800"}').status_code == 400


def test_every_code_of_every_rule_has_words_for_readers(app: Flask) -> None:
    known = {rule.slug: set(rule.codes) for rule in RULES}
    for slug, codes in SENTENCES.items():
        assert set(codes) <= known[slug]
    for rule in RULES:
        for code in rule.codes:
            fa, en = sentence(RULES, rule.slug, code)
            assert any("\u0600" < letter < "\u06ff" for letter in fa)
            assert en
    assert sentence(RULES, "service", "model-failed") is None
    assert "Preview" in document(app)["components"]["schemas"]
