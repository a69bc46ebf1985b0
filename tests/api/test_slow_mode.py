"""Slow mode and a day of strictness: what may happen under an article, how long, and who changed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from moderation import lifecycle, standing
from moderation.db import db, id_from, new_id, now
from moderation.lifecycle import Change
from moderation.models import Article, ArticleChange, AuthorStanding, Comment, Commenting
from moderation.policy import Policies
from moderation.settings import Settings
from moderation.standing import Wish
from moderation.wire import ArticleBody
from tests.api.conftest import Backend, comment_body
from tests.factories import make_person
from tests.fakes import fake_models
from tests.statements import statements
from worker.screening import screen_claim


@pytest.fixture
def slow(backend: Backend) -> Backend:
    answer = backend.call("PUT", "/v1/articles/a-1", {"title": "خبر", "slow_mode_seconds": 60})
    assert answer.json["slow_mode_seconds"] == 60
    return backend


def test_an_author_may_send_one_comment_in_so_many_seconds(slow: Backend) -> None:
    assert slow.submit().status_code == 202
    refused = slow.submit(external_id="c-2")
    assert (refused.status_code, refused.json["type"]) == (429, "urn:nazer:problem:slow-mode")
    wait = int(refused.headers["Retry-After"])
    assert 50 < wait <= 60
    assert refused.json["retry_after"] == wait
    assert slow.submit().status_code == 200  # the same request again is the same comment
    assert slow.submit(external_id="c-2", author={"name": "کیان", "id": "u-8"}).status_code == 202
    elsewhere = {"external_id": "a-2", "title": "خبر دیگر"}
    assert slow.submit(external_id="c-3", article=elsewhere).status_code == 202
    assert db.session.execute(select(Comment.external_id).order_by(Comment.id)).scalars().all() == ["c-1", "c-2", "c-3"]


def test_when_the_time_is_over_the_next_one_is_taken(slow: Backend) -> None:
    slow.submit()
    before = now() - timedelta(seconds=61)
    db.session.execute(update(Comment).values(id=new_id(before), received_at=before))
    db.session.commit()
    assert slow.submit(external_id="c-2").status_code == 202
    assert slow.submit(external_id="c-3").status_code == 429


def test_without_an_id_an_author_is_known_by_the_name(slow: Backend) -> None:
    assert slow.submit(author={"name": "مریم"}).status_code == 202
    assert slow.submit(external_id="c-2", author={"name": "مریم"}).status_code == 429
    assert slow.submit(external_id="c-3", author={"name": "مریم", "id": "u-9"}).status_code == 202
    assert slow.submit(external_id="c-4", author={"name": "کیان"}).status_code == 202


def test_a_batch_is_held_to_the_pace_as_if_each_had_come_alone(slow: Backend) -> None:
    other = {"name": "کیان", "id": "u-8"}
    sent = [
        comment_body(external_id="c-1"),
        comment_body(external_id="c-2"),
        comment_body(external_id="c-3", author=other),
    ]
    answer = slow.call("POST", "/v1/comments/batch", {"comments": sent}).json
    assert [result["status"] for result in answer["results"]] == [202, 429, 202]
    assert answer["results"][1]["problem"]["type"] == "urn:nazer:problem:slow-mode"
    assert answer["results"][1]["problem"]["retry_after"] == 60
    again = slow.call("POST", "/v1/comments/batch", {"comments": sent}).json
    assert [result["status"] for result in again["results"]] == [200, 429, 200]


def test_the_pace_ends_when_it_is_set_to_nothing_and_stays_when_it_is_left_out(slow: Backend) -> None:
    slow.submit()
    assert slow.call("PUT", "/v1/articles/a-1", {"title": "خبر دوم"}).json["slow_mode_seconds"] == 60
    assert slow.submit(external_id="c-2").status_code == 429
    slow.call("PUT", "/v1/articles/a-1", {"title": "خبر دوم", "slow_mode_seconds": 0})
    assert slow.submit(external_id="c-2").status_code == 202


@pytest.mark.parametrize("wrong", [-1, 86_401, "60", 1.5, True])
def test_what_is_no_pace_is_refused(backend: Backend, wrong: object) -> None:
    answer = backend.call("PUT", "/v1/articles/a-1", {"title": "خبر", "slow_mode_seconds": wrong})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/slow_mode_seconds")


def test_a_closed_article_says_that_it_is_closed(slow: Backend) -> None:
    slow.submit()
    slow.call("PATCH", "/v1/articles/a-1", {"comments": "closed"})
    assert slow.submit(external_id="c-2").json["type"] == "urn:nazer:problem:article-closed"


def test_an_article_without_a_pace_costs_the_hot_path_no_statement(backend: Backend) -> None:
    backend.submit()
    with statements() as asked:
        backend.submit(external_id="c-2")
    assert len([sql for sql in asked if "comment" in sql.lower() or "article" in sql.lower()]) == 1


def test_ids_are_bounded_by_their_time() -> None:
    moment = now()
    assert id_from(moment) <= new_id(moment) < id_from(moment + timedelta(milliseconds=1))
    assert id_from(moment - timedelta(days=400_000)).int == 0


def test_tightened_an_open_article_is_strict_and_then_open_again(backend: Backend, settings: Settings) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    article_id = lifecycle.register_article(site.id, "a-1", ArticleBody(title="خبر")).id
    lifecycle.change_article(article_id, Change(strict_until=now() + timedelta(hours=24)), sara.id)
    told = backend.call("GET", "/v1/articles/a-1").json
    assert told["comments"] == "strict"
    assert told["strict_until"]
    backend.submit()
    screen_claim(fake_models(), Policies(), settings)
    assert db.session.execute(select(Comment.priority)).scalar_one() == 100
    db.session.execute(update(Article).values(strict_until=now() - timedelta(seconds=1)))
    db.session.commit()
    told = backend.call("GET", "/v1/articles/a-1").json
    assert (told["comments"], told["strict_until"]) == ("open", None)
    backend.submit(external_id="c-2", text="متنی دیگر")
    screen_claim(fake_models(), Policies(), settings)
    assert db.session.execute(select(Comment.priority).where(Comment.external_id == "c-2")).scalar_one() == 0


def test_every_change_is_kept_with_who_and_what_was_before(backend: Backend) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    backend.call("PUT", "/v1/articles/a-1", {"title": "خبر"})
    article_id = db.session.execute(select(Article.id)).scalar_one()
    lifecycle.change_article(article_id, Change(slow_seconds=30), sara.id)
    lifecycle.change_article(article_id, Change(slow_seconds=30), sara.id)  # nothing changes
    backend.call("PATCH", "/v1/articles/a-1", {"comments": "closed"})
    rows = db.session.execute(select(ArticleChange).order_by(ArticleChange.id)).scalars().all()
    assert [row.person_id for row in rows] == [sara.id, None]
    assert [(row.before["slow_seconds"], row.after["slow_seconds"]) for row in rows] == [(0, 30), (30, 30)]
    assert [(row.before["comments"], row.after["comments"]) for row in rows] == [("open", "open"), ("open", "closed")]


def test_opening_an_article_ends_what_tightened_it(backend: Backend) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    backend.call("PUT", "/v1/articles/a-1", {"title": "خبر"})
    article = db.session.execute(select(Article)).scalar_one()
    lifecycle.change_article(article.id, Change(strict_until=now() + timedelta(hours=24)), sara.id)
    assert backend.call("PUT", "/v1/articles/a-1", {"title": "خبر", "comments": "open"}).json["comments"] == "strict"
    assert backend.call("PATCH", "/v1/articles/a-1", {"comments": "open"}).json["comments"] == "open"
    article.comments, article.strict_until = str(Commenting.CLOSED), now() + timedelta(hours=1)
    assert article.commenting(now()) is Commenting.CLOSED


def test_a_preview_tells_a_blocked_author(backend: Backend, app: Flask) -> None:
    site = backend.credentials.site
    app.extensions["nazer_preview"].models = fake_models()
    standing.decide(site.id, "u-7", Wish("blocked"), make_person("sara", site).id)
    asked = {"text": "ممنون از گزارش خوبتان", "author": {"id": "u-7"}}
    (objection,) = backend.call("POST", "/v1/preview", asked).json["objections"]
    assert (objection["rule"], objection["code"]) == ("author-standing", "author-blocked")
    assert "sara" not in str(objection)  # who decided it stays inside
    assert backend.call("POST", "/v1/preview", asked | {"author": {"id": "u-8"}}).json["objections"] == []
    assert backend.call("POST", "/v1/preview", asked | {"author": None}).json["objections"] == []


def test_an_export_tells_the_standing_and_an_erasure_forgets_it(
    backend: Backend, other_backend: Callable[[], Backend]
) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    backend.submit()
    standing.decide(site.id, "u-7", Wish("trusted"), sara.id)
    standing.decide(site.id, "u-7", Wish("blocked", timedelta(days=1), "یادداشت"), sara.id)
    (line,) = backend.call("GET", "/v1/authors/u-7/export").text.splitlines()
    assert '"author_standings":[{"standing":"trusted"' in line
    assert "یادداشت" not in line
    other_backend().call("POST", "/v1/authors/u-7/erase")
    assert len(standing.history(site.id, "u-7")) == 2
    backend.call("POST", "/v1/authors/u-7/erase")
    assert standing.history(site.id, "u-7") == []
    kept = db.session.execute(select(AuthorStanding)).scalars().all()
    assert [(row.author_external_id, row.note) for row in kept] == [(None, None)] * 2
