"""A text that nobody sent, tried by the draft beside the live rules; and nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from moderation import preview, standing
from moderation.db import db
from moderation.measure import Measurable
from moderation.models import Article, Comment, RuleSetDraft, Scope, Screening
from moderation.preview import PreviewDesk
from moderation.rule_sets import drafts
from moderation.rules.rule_set import RuleSet
from moderation.standing import Wish
from tests.api.conftest import Backend
from tests.factories import make_key, make_person
from tests.fakes import fake_models

INSULT = "این داور احمق است"
OFF: dict[str, Any] = {"rules": {"no-insults": {"mode": "off"}}}
IN_SHADOW = {"rules": {"no-insults": {"mode": "shadow"}}}
SPORT = {"rules": {"no-insults": {}}, "sections": {"ورزش": {"no-insults": {"mode": "off"}}}}


@pytest.fixture(autouse=True)
def _quick_models(app: Flask) -> None:
    desk: PreviewDesk = app.extensions["nazer_preview"]
    desk.models = fake_models()


def ask(backend: Backend, text: str = INSULT, status: int = 200, **more: Any) -> Any:
    answer = backend.call("POST", "/v1/rules/try", {"text": text, **more})
    assert answer.status_code == status, answer.text
    return answer.json


def rules_of(side: dict[str, Any]) -> list[str]:
    return [finding["rule"] for finding in side["findings"]]


def pointers(told: Any) -> list[str]:
    return [error["pointer"] for error in told["errors"]]


def save(backend: Backend, rule_set: dict[str, Any]) -> None:
    site_id = backend.credentials.site.id
    drafts.save(site_id, RuleSet.from_dict(rule_set), edit=drafts.of(site_id).edit)


def test_both_sides_tell_findings_with_score_reasons_and_places(backend: Backend) -> None:
    told = ask(backend)
    assert told["live"] == told["draft"]
    assert (told["live"]["verdict"], told["live"]["decides"], told["live"]["shadow"]) == ("violation", None, [])
    (finding,) = told["live"]["findings"]
    assert (finding["rule"], finding["code"], finding["outcome"]) == ("no-insults", "insult", "violation")
    assert 0.6 <= finding["score"] <= 1
    assert "احمق" in finding["reason"]["fa"]
    assert finding["reason"]["en"].isascii() or "احمق" in finding["reason"]["en"]
    ((start, end),) = finding["spans"]
    assert INSULT[start:end] == "احمق"


def test_the_stored_draft_is_tried_unless_rules_come_along(backend: Backend) -> None:
    save(backend, OFF)
    told = ask(backend)
    assert (rules_of(told["live"]), rules_of(told["draft"])) == (["no-insults"], [])
    assert (told["live"]["verdict"], told["draft"]["verdict"]) == ("violation", "clean")
    told = ask(backend, rule_set=IN_SHADOW)
    assert rules_of(told["draft"]) == []
    assert [finding["rule"] for finding in told["draft"]["shadow"]] == ["no-insults"]


def test_what_would_be_decided_without_a_person_is_told(backend: Backend) -> None:
    rejecting = {"rules": {"no-insults": {"rejects_at": 0.5}}, "approves_clean": True}
    told = ask(backend, rule_set=rejecting)
    assert (told["live"]["decides"], told["draft"]["decides"]) == (None, "rejected")
    assert ask(backend, "ممنون از خبر", rule_set=rejecting)["draft"]["decides"] == "approved"


def test_a_section_is_that_of_the_article_or_the_one_that_is_named(backend: Backend) -> None:
    backend.call("PUT", "/v1/articles/a-1", {"title": "بازی دو تیم", "section": "ورزش"})
    backend.call("PUT", "/v1/articles/a-2", {"title": "خبر شهر", "section": "شهر"})
    for under, found in (
        ({}, ["no-insults"]),
        ({"article": {"external_id": "a-1"}}, []),
        ({"section": "ورزش"}, []),
        ({"article": {"external_id": "a-1"}, "section": "شهر"}, ["no-insults"]),
        ({"article": {"external_id": "unknown", "title": "خبر تازه"}, "section": "ورزش"}, []),
    ):
        assert rules_of(ask(backend, rule_set=SPORT, **under)["draft"]) == found, under
    assert pointers(ask(backend, section="ورزشش", status=422)) == ["/section"]


def test_the_standing_of_an_author_counts(backend: Backend) -> None:
    site = backend.credentials.site
    standing.decide(site.id, "u-7", Wish("blocked"), make_person("sara", site).id)
    told = ask(backend, "ممنون", author={"id": "u-7"}, rule_set={"rules": {"author-standing": {"mode": "off"}}})
    assert (rules_of(told["live"]), rules_of(told["draft"])) == (["author-standing"], [])
    assert rules_of(ask(backend, "ممنون", author={"id": "u-8"})["live"]) == []


def test_the_article_and_the_answered_text_are_measured(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Measurable] = []
    measure = preview.measure
    monkeypatch.setattr(preview, "measure", lambda batch, models: seen.extend(batch) or measure(batch, models))
    backend.call("PUT", "/v1/articles/a-1", {"title": "بازی دو تیم", "body": "متن بازی"})
    ask(backend, article={"external_id": "new", "title": "خبر تازه", "body": "متن خبر"}, parent_text="پیام پیشین")
    ask(backend, article={"external_id": "a-1"})
    ask(backend, article={"external_id": "new"})
    assert [(each.article and (each.article.title, each.article.body), each.parent_text) for each in seen] == [
        (("خبر تازه", "متن خبر"), "پیام پیشین"),
        (("بازی دو تیم", "متن بازی"), None),
        (None, None),
    ]


def test_nothing_is_stored(backend: Backend) -> None:
    ask(backend, article={"external_id": "new", "title": "خبر تازه"}, rule_set=OFF)
    for table in (Comment, Article, Screening, RuleSetDraft):
        assert db.session.execute(select(func.count()).select_from(table)).scalar_one() == 0, table
    assert backend.call("GET", "/v1/audit?action=draft").json["entries"] == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"text": " "}, ["/text"]),
        ({"text": "ا" * 10_001}, ["/text"]),
        ({"section": 7, "parent_text": "ا" * 10_001}, ["/section", "/parent_text"]),
        ({"article": {"external_id": " "}, "author": {"id": ""}}, ["/article/external_id", "/author/id"]),
        ({"rule_set": []}, ["/rule_set"]),
        ({"rule_set": {}}, ["/rule_set/rules"]),
        ({"rule_set": {"rules": {"no-such": {}}}}, ["/rule_set/rules/no-such"]),
        (
            {"rule_set": {"rules": {"no-insults": {"options": {"suspect_at": 1.5}}}}},
            ["/rule_set/rules/no-insults/options/suspect_at"],
        ),
        ({"rule_set": {"rules": {}, "sections": {"ورزشش": {"on-topic": {}}}}}, ["/rule_set/sections/ورزشش"]),
        ({"rule_set": {"rules": {}, "word_lists": [{"sha256": "00"}]}}, ["/rule_set/word_lists/0/sha256"]),
    ],
)
def test_what_is_wrong_is_named_by_its_place(backend: Backend, body: dict[str, Any], found: list[str]) -> None:
    answer = backend.call("POST", "/v1/rules/try", {"text": INSULT, **body})
    assert (answer.status_code, pointers(answer.json)) == (422, found)


def test_a_stored_draft_that_cannot_be_used_says_where(backend: Backend) -> None:
    save(backend, OFF)
    row = db.session.get_one(RuleSetDraft, backend.credentials.site.id)
    row.content = {"version": 1, "rules": {"no-insults": {"options": {"suspect_at": 7}}}}
    db.session.commit()
    assert pointers(ask(backend, status=422)) == ["/rules/no-insults/options/suspect_at"]


def test_one_too_many_is_answered_503_at_once(backend: Backend, app: Flask) -> None:
    desk: PreviewDesk = app.extensions["nazer_preview"]
    for _ in range(desk.slots):
        assert desk._free.acquire(blocking=False)
    answer = backend.call("POST", "/v1/rules/try", {"text": INSULT})
    assert (answer.status_code, answer.json["type"]) == (503, "urn:nazer:problem:busy")
    assert int(answer.headers["Retry-After"]) >= 1


def test_another_sites_draft_and_articles_are_not_looked_at(
    backend: Backend, other_backend: Callable[[], Backend]
) -> None:
    backend.call("PUT", "/v1/articles/a-1", {"title": "بازی دو تیم", "section": "ورزش"})
    save(backend, OFF)
    kian = other_backend()
    told = ask(kian, article={"external_id": "a-1"})
    assert rules_of(told["draft"]) == ["no-insults"]
    assert told == ask(kian, article={"external_id": "never"})
    assert pointers(ask(kian, section="ورزش", status=422)) == ["/section"]


def test_only_a_key_that_may_administer_tries(backend: Backend) -> None:
    key = make_key(backend.credentials.site, Scope.SUBMIT, Scope.READ, Scope.ERASE)
    answer = backend.call("POST", "/v1/rules/try", {"text": INSULT}, Authorization=f"Bearer {key}")
    assert (answer.status_code, json.loads(answer.data)["scope"]) == (403, "admin")
