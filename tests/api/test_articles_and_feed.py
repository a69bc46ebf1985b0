"""Articles, the decisions feed, health."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from moderation.db import db
from moderation.models import DecisionOutcome
from tests.api.conftest import Backend
from tests.factories import make_decided, make_person


def test_an_article_is_registered_and_changed_by_its_external_id(backend: Backend) -> None:
    first = backend.call("PUT", "/v1/articles/news/42", {"title": "عنوان", "body": "متن", "section": "اقتصادی"})
    assert (first.status_code, first.json["external_id"]) == (200, "news/42")
    again = backend.call("PUT", "/v1/articles/news/42", {"title": "عنوان تازه", "url": "https://mehr.example/42"})
    assert again.json["id"] == first.json["id"]
    assert (again.json["title"], again.json["section"]) == ("عنوان تازه", "اقتصادی")


def test_an_article_needs_a_title(backend: Backend) -> None:
    answer = backend.call("PUT", "/v1/articles/42", {"body": "متن"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/title")


def test_a_long_article_is_taken_and_an_endless_one_is_not(backend: Backend) -> None:
    body = "متن بلند خبر. " * 10_000
    assert backend.call("PUT", "/v1/articles/42", {"title": "t", "body": body}).status_code == 200
    assert backend.call("PUT", "/v1/articles/42", {"title": "t", "body": body * 2}).status_code == 422
    assert backend.call("PUT", "/v1/articles/42", {"title": "t", "body": body * 20}).status_code == 413


@pytest.mark.parametrize("external_id", ["x" * 201, "a%00b", "%20%20"])
def test_an_article_id_that_cannot_be_kept_is_refused(backend: Backend, external_id: str) -> None:
    assert backend.call("PUT", f"/v1/articles/{external_id}", {"title": "t"}).status_code == 422


def test_a_comment_may_stand_under_an_article_known_only_by_its_id(backend: Backend) -> None:
    backend.call("PUT", "/v1/articles/42", {"title": "عنوان"})
    assert backend.submit(article={"external_id": "42"}).status_code == 202


def test_the_feed_gives_every_decision_once_in_order_over_pages(backend: Backend) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    outcomes = [DecisionOutcome.APPROVED, DecisionOutcome.REJECTED, DecisionOutcome.APPROVED]
    made = [make_decided(site, sara, outcome)[0] for outcome in outcomes]
    seen, cursor = [], "0"
    while True:
        page = backend.call("GET", f"/v1/decisions?after={cursor}&limit=2").json
        seen += [(item["data"]["comment"]["id"], item["type"]) for item in page["decisions"]]
        cursor = page["next"]
        if not page["more"]:
            break
    assert seen == [(str(comment.id), f"comment.{outcome}") for comment, outcome in zip(made, outcomes, strict=True)]
    assert backend.call("GET", f"/v1/decisions?after={cursor}").json == {"decisions": [], "next": cursor, "more": False}


def test_a_decision_that_can_still_be_undone_is_not_in_the_feed(backend: Backend) -> None:
    site = backend.credentials.site
    make_decided(site, make_person("sara", site), undo_seconds=60)
    assert backend.call("GET", "/v1/decisions").json["decisions"] == []


def test_a_site_sees_only_its_own_decisions(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    site = backend.credentials.site
    make_decided(site, make_person("sara", site))
    assert other_backend().call("GET", "/v1/decisions").json["decisions"] == []


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=-1",
        "after=1e3",
        "limit=999999",
        "limit=0",
        "after=" + "0" * 20 + "9" * 30,
        "limit=" + "0" * 20 + "99999999",
        "after=۱",
        "after=" + "9" * 40,
    ],
)
def test_a_cursor_that_is_none_is_refused(backend: Backend, query: str) -> None:
    answer = backend.call("GET", f"/v1/decisions?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_health_needs_no_key_and_notices_a_database_without_migrations(client: FlaskClient, app: Flask) -> None:
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 200
    db.session.execute(db.text("DELETE FROM alembic_version"))
    db.session.commit()
    assert client.get("/readyz").status_code == 503
