"""The feed: kinds of events, cursors that skip nothing, and requests that wait for news."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask

from moderation import lifecycle
from moderation.api.waiting import Lookout
from moderation.db import db
from moderation.models import DecisionOutcome, Site
from tests.api.conftest import Backend
from tests.factories import make_decided, make_person, make_waiting
from tests.statements import statements

ALL = ["comment.queued", "comment.approved", "comment.reopened", "comment.queued", "comment.withdrawn"]


def story(site: Site) -> None:
    """A comment that is approved and reopened, and another one that is taken back."""
    comment, _ = make_decided(site, make_person("sara", site))
    lifecycle.reopen(comment)
    lifecycle.publish()
    other = make_waiting(site, "دیگری")
    lifecycle.withdraw(site.id, other.id)
    lifecycle.withdraw(site.id, other.id)
    lifecycle.publish()


def kinds(backend: Backend, query: str = "") -> list[str]:
    return [event["type"] for event in backend.call("GET", f"/v1/decisions?{query}").json["decisions"]]


def test_the_feed_tells_of_decisions_unless_other_kinds_are_asked_for(backend: Backend) -> None:
    story(backend.credentials.site)
    assert kinds(backend) == ["comment.approved", "comment.reopened"]
    assert kinds(backend, "type=all") == ALL
    assert kinds(backend, "type=comment.queued,comment.withdrawn") == [ALL[0], ALL[3], ALL[4]]
    assert kinds(backend, "type=comment.withdrawn,comment.approved") == [ALL[1], ALL[4]]
    for wrong in ("comment.eaten", "all,comment.queued", "%00", "", "comment.withdrawn&type=comment.approved"):
        answer = backend.call("GET", f"/v1/decisions?type={wrong}")
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "?type")


def test_an_event_says_what_happened_and_only_a_queued_one_what_the_machine_said(backend: Backend) -> None:
    story(backend.credentials.site)
    told = backend.call("GET", "/v1/decisions?type=all").json["decisions"]
    assert [event["data"]["decision"] is not None for event in told] == [False, True, True, False, False]
    assert [event["data"]["screening"] is not None for event in told] == [True, False, False, True, False]
    assert [int(event["cursor"]) for event in told] == [1, 2, 3, 4, 5]


def test_erasing_what_waits_takes_it_back_and_erasing_what_is_decided_tells_nothing(backend: Backend) -> None:
    site = backend.credentials.site
    waiting, (decided, _) = make_waiting(site), make_decided(site, make_person("sara", site))
    for comment in (waiting, decided, waiting):
        lifecycle.erase(site.id, comment.id)
    lifecycle.publish()
    (told,) = backend.call("GET", "/v1/decisions?type=comment.withdrawn").json["decisions"]
    assert told["data"]["comment"]["id"] == str(waiting.id)


def test_a_cursor_moves_over_what_was_not_asked_for_and_skips_nothing_that_was(backend: Backend) -> None:
    site = backend.credentials.site
    story(site)
    page = backend.call("GET", "/v1/decisions?type=comment.rejected").json
    assert page == {"decisions": [], "next": "5", "more": False}
    make_decided(site, make_person("omid", site), DecisionOutcome.REJECTED)
    assert kinds(backend, f"type=comment.rejected&after={page['next']}") == ["comment.rejected"]
    first = backend.call("GET", "/v1/decisions?type=all&limit=2").json
    assert (first["next"], first["more"]) == ("2", True)
    assert kinds(backend, f"type=all&after={first['next']}")[:3] == ALL[2:]


def test_a_cursor_beyond_the_end_stays_where_it_is(backend: Backend) -> None:
    assert backend.call("GET", "/v1/decisions?after=99").json["next"] == "99"


def test_a_sites_cursor_does_not_follow_other_sites(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    story(other_backend().credentials.site)
    assert backend.call("GET", "/v1/decisions").json["next"] == "0"


@pytest.mark.parametrize("query", ["wait=26", "wait=-1", "wait=x", "wait=1.5"])
def test_a_wait_that_is_none_is_refused(backend: Backend, query: str) -> None:
    answer = backend.call("GET", f"/v1/decisions?{query}")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "?wait")


def test_a_request_that_finds_something_does_not_wait(backend: Backend) -> None:
    story(backend.credentials.site)
    started = time.monotonic()
    assert len(kinds(backend, "wait=25")) == 2
    assert time.monotonic() - started < 5


def test_a_request_that_finds_nothing_waits_as_long_as_it_said(backend: Backend) -> None:
    started = time.monotonic()
    assert backend.call("GET", "/v1/decisions?wait=1").json["decisions"] == []
    assert 0.9 < time.monotonic() - started < 10


def test_who_waits_is_told_as_soon_as_something_is_published(backend: Backend, app: Flask) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    found: list[tuple[float, list[str]]] = []

    def wait() -> None:
        with app.app_context():
            found.append((time.monotonic(), kinds(backend, "wait=25")))
            found.append((time.monotonic(), []))
            db.session.remove()

    waiting = threading.Thread(target=wait)
    waiting.start()
    make_waiting(site)
    time.sleep(1.2)
    assert waiting.is_alive(), "a queued comment is not what was asked for"
    make_decided(site, sara)
    published = time.monotonic()
    waiting.join(20)
    assert found[0][1] == ["comment.approved"]
    assert found[1][0] - published < 5


def test_more_than_the_places_are_answered_at_once(backend: Backend, app: Flask) -> None:
    app.extensions["nazer_lookout"] = Lookout(0)
    started = time.monotonic()
    assert backend.call("GET", "/v1/decisions?wait=25").json["decisions"] == []
    assert time.monotonic() - started < 10


def test_a_waiting_request_asks_the_database_seldom_and_holds_no_transaction(backend: Backend, app: Flask) -> None:
    app.extensions["nazer_lookout"] = Lookout(1, every=0.4)
    with statements() as asked:
        backend.call("GET", "/v1/decisions?wait=1")
    looks = [each for each in asked if "GROUP BY" in each]
    assert 1 <= len(looks) <= 4
    assert len([each for each in asked if "feed.position" in each]) == 1, "its page is read once"
