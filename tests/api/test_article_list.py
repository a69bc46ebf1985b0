"""Where comments wait, article by article; and an article that is tightened for a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from moderation.db import db, now
from moderation.models import ArticleChange, Scope
from tests.api.conftest import Backend
from tests.factories import make_comment, make_key, make_story, make_waiting


@pytest.fixture
def told(backend: Backend) -> Backend:
    """Three articles: one with two comments in the queue, one with one, one with none."""
    for number, waiting in ((1, 1), (2, 2), (3, 0)):
        backend.call("PUT", f"/v1/articles/story-{number}", {"title": f"خبر {number}"})
        for _ in range(waiting):
            make_waiting(backend.credentials.site, article=make_story(number))
    return backend


def listed(backend: Backend, query: str = "") -> list[tuple[str, int]]:
    answer = backend.call("GET", f"/v1/articles{query}")
    assert answer.status_code == 200, answer.text
    return [(each["external_id"], each["waiting"]) for each in answer.json["articles"]]


def test_articles_are_listed_in_the_order_that_is_asked(told: Backend) -> None:
    assert listed(told) == [("story-3", 0), ("story-2", 2), ("story-1", 1)]
    assert listed(told, "?order=waiting") == [("story-2", 2), ("story-1", 1)]
    assert listed(told, "?order=oldest") == [("story-1", 1), ("story-2", 2)]
    first = told.call("GET", "/v1/articles?order=rate").json["articles"][0]
    assert (first["external_id"], first["last_hour"], first["comments"]) == ("story-2", 2, "open")
    assert first["waiting_since"]


@pytest.mark.parametrize("order", ["newest", "waiting", "oldest", "rate"])
def test_the_list_turns_its_pages(told: Backend, order: str) -> None:
    whole, seen, after = listed(told, f"?order={order}"), [], ""
    while True:
        page = told.call("GET", f"/v1/articles?order={order}&limit=1{after}").json
        seen += [(each["external_id"], each["waiting"]) for each in page["articles"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == whole


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("order=hot", "?order"),
        ("limit=0", "?limit"),
        ("limit=201", "?limit"),
        ("after=x", "?after"),
        (f"after={'9' * 25}_{'0' * 32}", "?after"),
    ],
)
def test_what_is_no_list_is_refused(told: Backend, query: str, pointer: str) -> None:
    answer = told.call("GET", f"/v1/articles?{query}")
    assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [pointer])


def test_another_site_and_another_scope_see_no_articles(told: Backend, other_backend: Callable[[], Backend]) -> None:
    make_comment(told.credentials.site)
    assert listed(other_backend()) == []
    key = make_key(told.credentials.site, Scope.SUBMIT)
    assert told.call("GET", "/v1/articles", Authorization=f"Bearer {key}").status_code == 403


def test_an_article_is_tightened_for_a_time_and_set_a_pace(told: Backend) -> None:
    until = (now() + timedelta(hours=24)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    sent = {"comments": "open", "strict_until": until, "slow_mode_seconds": 60}
    state = told.call("PATCH", "/v1/articles/story-1", sent).json
    assert (state["comments"], state["strict_until"], state["slow_mode_seconds"]) == ("strict", until, 60)
    state = told.call("PATCH", "/v1/articles/story-1", {"comments": "open"}).json
    assert (state["comments"], state["strict_until"], state["slow_mode_seconds"]) == ("open", None, 60)
    entries = told.call("GET", "/v1/audit?action=article").json["entries"]
    assert [entry["key"] for entry in entries] == ["first key", "first key"]
    assert db.session.query(ArticleChange).count() == 2


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"strict_until": "2020-01-01T00:00:00Z"}, "/strict_until"),
        ({"strict_until": 7}, "/strict_until"),
        ({"slow_mode_seconds": -1}, "/slow_mode_seconds"),
        ({"slow_mode_seconds": 86_401}, "/slow_mode_seconds"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_changes_nothing(
    told: Backend, wrong: dict[str, object], pointer: str
) -> None:
    answer = told.call("PATCH", "/v1/articles/story-1", {"comments": "strict", **wrong})
    assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [pointer])
    assert told.call("GET", "/v1/articles/story-1").json["comments"] == "open"
