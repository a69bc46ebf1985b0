"""Whom a site trusts or has blocked, over the API: decided with a key, for the next comment, and never at another site."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from moderation import lifecycle, standing
from moderation.db import db, now
from moderation.models import AuditEntry, AuthorStanding, FindingRow, Role, Scope
from moderation.policy import Policies
from moderation.settings import Settings
from moderation.standing import Wish
from moderation.wire import AuthorIn
from tests.api.conftest import Backend
from tests.dashboard.visitor import signed_in
from tests.factories import make_comment, make_decided, make_key, make_person, make_waiting
from tests.fakes import fake_models
from worker.screening import screen_claim

KIAN = AuthorIn(name="کیان", id="u/52")
PLACE = "/v1/authors/u/52"


def put(backend: Backend, wanted: str = "blocked", status: int = 200, place: str = PLACE, **more: Any) -> Any:
    answer = backend.call("PUT", f"{place}/standing", {"standing": wanted, **more})
    assert answer.status_code == status, answer.text
    return answer.json


def ahead(**length: float) -> str:
    return (now() + timedelta(**length)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def reasons(backend: Backend, settings: Settings) -> list[tuple[str, str]]:
    """What is said of the author's next comment."""
    comment = make_comment(backend.credentials.site, author=KIAN)
    screen_claim(fake_models(), Policies(), settings)
    db.session.refresh(comment)
    found = select(FindingRow).where(FindingRow.screening_id == comment.screening_id)
    return [(row.reason, row.reason_en) for row in db.session.execute(found).scalars()]


def test_an_author_is_blocked_for_a_while_with_a_note(backend: Backend) -> None:
    until = ahead(days=7)
    told = put(backend, until=until, note="سه بار هشدار گرفت")
    assert told == backend.call("GET", f"{PLACE}/standing").json
    assert told.pop("decided_at")
    assert told == {
        "author_id": "u/52",
        "standing": "blocked",
        "holds": True,
        "until": until,
        "note": "سه بار هشدار گرفت",
        "person": None,
        "key": "first key",
    }


def test_it_holds_for_the_next_comment_and_the_reason_names_the_key(backend: Backend, settings: Settings) -> None:
    put(backend)
    assert reasons(backend, settings) == [
        (
            "این نویسنده را کلید «first key» برای همیشه بسته است.",
            'The key "first key" has blocked this author for ever.',
        )
    ]
    put(backend, "none")
    assert reasons(backend, settings) == []


def test_it_ends_when_its_time_is_over(backend: Backend, settings: Settings) -> None:
    put(backend, until=ahead(days=1))
    assert "تا " in reasons(backend, settings)[0][0]
    row = standing.current(backend.credentials.site.id, "u/52")
    row.until = now() - timedelta(seconds=1)
    db.session.commit()
    assert reasons(backend, settings) == []
    told = backend.call("GET", f"{PLACE}/standing").json
    assert (told["standing"], told["holds"]) == ("blocked", False)
    (listed,) = backend.call("GET", "/v1/authors").json["authors"]
    assert (listed["author_id"], listed["holds"]) == ("u/52", False)


def test_lifting_takes_an_author_off_the_list_and_stays_to_be_read(backend: Backend) -> None:
    put(backend)
    told = put(backend, "none", until="2020-01-01T00:00:00Z")
    assert (told["standing"], told["holds"], told["until"], told["key"]) == ("none", False, None, "first key")
    assert backend.call("GET", "/v1/authors").json == {"authors": [], "next": None}
    told = backend.call("GET", PLACE).json
    assert [each["standing"] for each in told["decisions"]] == ["none", "blocked"]


def test_what_waits_of_the_author_is_looked_at_again_once(backend: Backend) -> None:
    site = backend.credentials.site
    waiting = make_waiting(site, author=KIAN)
    make_waiting(site, author=AuthorIn(name="مریم", id="u-7"))
    until = ahead(days=7)
    put(backend, until=until)
    claimed = lifecycle.claim(10, 60, again=True)
    assert [comment.id for comment in claimed.comments] == [waiting.id]
    lifecycle.claim(10, 60, again=True)
    put(backend, until=until)
    put(backend, "trusted")
    put(backend, "trusted")
    assert [row.standing for row in standing.history(site.id, "u/52")] == ["trusted", "blocked"]


def test_the_same_again_is_another_decision_once_it_holds_no_more(backend: Backend) -> None:
    site = backend.credentials.site
    put(backend)
    standing.decide(site.id, "u/52", Wish("none"), make_person("sara", site).id)
    put(backend, "none")
    put(backend)
    history = standing.history(site.id, "u/52")
    assert [(row.standing, row.key_id is None) for row in history] == [
        ("blocked", False),
        ("none", True),
        ("blocked", False),
    ]


def test_nothing_is_lifted_of_whom_nothing_was_decided(backend: Backend) -> None:
    told = put(backend, "none")
    assert (told["standing"], told["decided_at"], told["key"]) == ("none", None, None)
    assert db.session.execute(select(AuthorStanding)).all() == []


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/standing"]),
        ({"standing": "king"}, ["/standing"]),
        ({"standing": None}, ["/standing"]),
        ({"standing": "blocked", "until": "2020-01-01T00:00:00Z"}, ["/until"]),
        ({"standing": "blocked", "until": "9999-12-31T23:59:59Z"}, ["/until"]),
        ({"standing": "blocked", "until": 7, "note": " "}, ["/until", "/note"]),
        ({"standing": "blocked", "note": "ی" * 2001}, ["/note"]),
    ],
)
def test_what_is_wrong_is_refused_field_by_field_and_decides_nothing(
    backend: Backend, body: dict[str, Any], pointers: list[str]
) -> None:
    answer = backend.call("PUT", f"{PLACE}/standing", body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == pointers
    assert db.session.execute(select(AuthorStanding)).all() == []


@pytest.mark.parametrize("author", ["a%00b", "x" * 201, "%20"])
def test_an_id_that_no_author_has_is_refused(backend: Backend, author: str) -> None:
    for method, place in (("GET", ""), ("GET", "/standing"), ("PUT", "/standing")):
        body = {"standing": "blocked"} if method == "PUT" else None
        answer = backend.call(method, f"/v1/authors/{author}{place}", body)
        assert [error["pointer"] for error in answer.json["errors"]] == ["/author_id"], (method, place)


def test_only_a_key_that_may_administer_asks_and_decides(backend: Backend) -> None:
    key = make_key(backend.credentials.site, Scope.SUBMIT, Scope.READ, Scope.ERASE)
    for method, place in (("GET", "s"), ("GET", "s/u-7"), ("GET", "s/u-7/standing"), ("PUT", "s/u-7/standing")):
        body = {"standing": "blocked"} if method == "PUT" else None
        answer = backend.call(method, f"/v1/author{place}", body, Authorization=f"Bearer {key}")
        assert (answer.status_code, answer.json["type"]) == (403, "urn:nazer:problem:scope-missing"), place
    assert db.session.execute(select(AuthorStanding)).all() == []


def test_another_site_sees_and_decides_nothing_here(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    make_comment(backend.credentials.site, author=KIAN)
    put(backend, note="یادداشت مهر")
    kian = other_backend()
    assert kian.call("GET", PLACE).json["type"] == "urn:nazer:problem:no-such-author"
    assert kian.call("GET", f"{PLACE}/standing").json["standing"] == "none"
    assert kian.call("GET", "/v1/authors").json["authors"] == []
    put(kian, "trusted")
    assert backend.call("GET", f"{PLACE}/standing").json["standing"] == "blocked"
    assert [row.standing for row in standing.history(backend.credentials.site.id, "u/52")] == ["blocked"]


def test_the_audit_names_the_key_and_not_the_author(backend: Backend) -> None:
    put(backend, note="کیان کیانی")
    put(backend)
    put(backend, "none")
    entries = backend.call("GET", "/v1/audit?action=author").json["entries"]
    assert [(entry["action"], entry["channel"], entry["key"]) for entry in entries] == [
        ("author.none", "api", "first key"),
        ("author.blocked", "api", "first key"),
        ("author.blocked", "api", "first key"),
    ]
    assert "u/52" not in json.dumps(entries)
    assert "کیان" not in json.dumps(entries, ensure_ascii=False)
    assert set(
        db.session.execute(select(AuditEntry.person_id).where(AuditEntry.action.startswith("author"))).scalars()
    ) == {None}


def test_the_list_turns_its_pages(backend: Backend) -> None:
    for number in range(5):
        put(backend, place=f"/v1/authors/u-{number}")
    seen: list[str] = []
    page = backend.call("GET", "/v1/authors?limit=2").json
    while page["next"]:
        seen += [each["author_id"] for each in page["authors"]]
        page = backend.call("GET", f"/v1/authors?limit=2&before={page['next']}").json
    assert [*seen, *(each["author_id"] for each in page["authors"])] == ["u-4", "u-3", "u-2", "u-1", "u-0"]
    for wrong in ("limit=0", "limit=501", "before=x"):
        assert backend.call("GET", f"/v1/authors?{wrong}").status_code == 422


def test_an_author_is_told_as_the_page_tells_it(backend: Backend) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    for name in ("کیان", "کیانا"):
        make_comment(site, author=AuthorIn(name=name, id="u/52", ip="192.0.2.7"))
    make_comment(site, author=AuthorIn(name="مریم", ip="192.0.2.7"))
    make_decided(site, sara)
    standing.decide(site.id, "u/52", Wish("trusted"), sara.id)
    told = backend.call("GET", PLACE).json
    assert (told["author_id"], told["names"], told["other_names"]) == ("u/52", ["کیانا", "کیان"], 2)
    assert told["comments"] == {"pending": 2, "in_review": 0, "approved": 0, "rejected": 0, "withdrawn": 0}
    assert (told["standing"]["standing"], told["standing"]["person"], told["standing"]["key"]) == (
        "trusted",
        "sara",
        None,
    )
    assert told["decisions"] == [told["standing"]]
    assert len(told["latest"]) == 2
    assert backend.call("GET", "/v1/authors/nobody").json["type"] == "urn:nazer:problem:no-such-author"


def test_an_author_who_has_not_written_yet_can_be_blocked_and_then_has_a_page(backend: Backend, app: Flask) -> None:
    put(backend, note="از سایت دیگر می‌آید")
    told = backend.call("GET", PLACE).json
    assert (told["names"], told["latest"], told["standing"]["standing"]) == ([], [], "blocked")
    sara = signed_in(app, make_person("sara", backend.credentials.site, role=Role.SENIOR))
    for page in ("/authors/mehr/u/52", "/authors"):
        shown = sara.get(page)
        assert "کلید «<bdi>first key</bdi>»" in shown
        assert "از سایت دیگر می‌آید" in shown


@pytest.mark.parametrize("author", ["standing", "u/standing", "export", "standings", "a/b/../c", "کاوه ۵۲", "100%25"])
def test_an_id_may_look_like_a_part_of_an_address(backend: Backend, author: str) -> None:
    told = put(backend, place=f"/v1/authors/{author}")
    assert told["author_id"] == author.replace("%25", "%")
    assert backend.call("GET", f"/v1/authors/{author}/standing").json["standing"] == "blocked"
    if author != "u/standing":
        assert backend.call("GET", f"/v1/authors/{author}").json["author_id"] == told["author_id"]


def test_what_can_be_done_with_an_author_is_no_other_author(backend: Backend) -> None:
    for place, allowed in (("erase", {"POST"}), ("export", {"GET"}), ("standing", {"GET", "PUT"})):
        told = backend.call("OPTIONS", f"{PLACE}/{place}").headers["Allow"].split(", ")
        assert set(told) - {"HEAD", "OPTIONS"} == allowed
    assert backend.call("GET", f"{PLACE}/erase").status_code == 405


def test_an_export_says_that_a_key_decided_and_erasing_forgets_it(backend: Backend) -> None:
    make_comment(backend.credentials.site, author=KIAN)
    put(backend, note="یادداشت")
    line = json.loads(backend.call("GET", f"{PLACE}/export").get_data())
    assert [(each["standing"], each["by"]) for each in line["author_standings"]] == [("blocked", "key")]
    assert "یادداشت" not in json.dumps(line, ensure_ascii=False)
    backend.call("POST", f"{PLACE}/erase")
    (row,) = db.session.execute(select(AuthorStanding), execution_options={"populate_existing": True}).scalars()
    assert (row.author_external_id, row.note, row.standing) == (None, None, "blocked")
    assert backend.call("GET", PLACE).status_code == 404


@pytest.mark.parametrize("both", [True, False])
def test_either_a_person_decides_or_a_key(backend: Backend, client: FlaskClient, both: bool) -> None:
    site = backend.credentials.site
    put(backend, "trusted")
    key_id = standing.current(site.id, "u/52").key_id
    with pytest.raises(IntegrityError):
        standing.decide(
            site.id,
            "u-1",
            Wish("blocked"),
            make_person("sara", site).id if both else None,
            key_id=key_id if both else None,
        )
    assert standing.current(site.id, "u-1") is None


def test_many_decisions_at_once_leave_one_that_holds(backend: Backend, app: Flask) -> None:
    def decide(number: int) -> int:
        there = Backend(app.test_client(), backend.credentials)
        wanted = "blocked" if number % 2 else "trusted"
        return there.call("PUT", f"{PLACE}/standing", {"standing": wanted, "note": f"{number}"}).status_code

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(decide, range(12))) == {200}
    history = standing.history(backend.credentials.site.id, "u/52")
    assert len(history) == 12
    assert len([row for row in history if row.superseded_at is None]) == 1
