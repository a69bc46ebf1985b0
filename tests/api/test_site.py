"""A site's settings and its audit over the API, for keys of an admin alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.db import now
from moderation.models import DecisionOutcome, Scope
from moderation.numbers import day_of
from tests.api.conftest import Backend
from tests.factories import make_decided, make_finding, make_key, make_person, make_waiting


def test_settings_are_told_and_changed_and_what_is_left_out_stays(backend: Backend) -> None:
    first = backend.call("GET", "/v1/site").json
    assert first == {
        "slug": "mehr",
        "name": "سایت mehr",
        "undo_seconds": None,
        "slander_needs_two": False,
        "personal_data_for": "everybody",
        "keep_rejected_days": None,
        "keep_withdrawn_days": None,
        "keep_deliveries_days": None,
        "keep_addresses_days": None,
    }
    sent = {"undo_seconds": 30.0, "keep_rejected_days": 365, "name": None, "unknown": 1}
    assert backend.call("PATCH", "/v1/site", sent).json == first | {"undo_seconds": 30, "keep_rejected_days": 365}
    assert backend.call("PATCH", "/v1/site", {"undo_seconds": None}).json == first | {"keep_rejected_days": 365}
    assert backend.call("GET", "/v1/site").json == first | {"keep_rejected_days": 365}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("undo_seconds", 3601),
        ("undo_seconds", "30"),
        ("keep_rejected_days", 0),
        ("name", " "),
        ("slander_needs_two", 1),
        ("personal_data_for", "nobody"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(backend: Backend, field: str, wrong: object) -> None:
    answer = backend.call("PATCH", "/v1/site", {"keep_addresses_days": 5, field: wrong})
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, [f"/{field}"])
    assert backend.call("GET", "/v1/site").json["keep_addresses_days"] is None


def test_the_audit_says_with_which_key_and_what_was_before(backend: Backend) -> None:
    backend.call("PATCH", "/v1/site", {"undo_seconds": 30})
    backend.call("PATCH", "/v1/site", {"undo_seconds": 60})
    entry = backend.call("GET", "/v1/audit?action=site.changed&limit=1").json["entries"][0]
    assert (entry["channel"], entry["key"], entry["address"]) == ("api", "first key", "127.0.0.1")
    assert (entry["before"], entry["after"]) == ({"undo_seconds": 30}, {"undo_seconds": 60})


def test_whom_personal_data_are_shown_is_changed_and_noted(backend: Backend) -> None:
    changed = backend.call("PATCH", "/v1/site", {"personal_data_for": "admins"}).json
    assert changed["personal_data_for"] == "admins"
    assert backend.call("PATCH", "/v1/site", {"personal_data_for": None}).json == changed
    entry = backend.call("GET", "/v1/audit?action=site.changed&limit=1").json["entries"][0]
    assert entry["before"] == {"personal_data_for": "everybody"}
    assert entry["after"] == {"personal_data_for": "admins"}


def test_the_audit_is_read_page_by_page(backend: Backend) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    for _ in range(3):
        make_decided(site, sara)
    seen: list[str] = []
    cursor = ""
    while True:
        page = backend.call("GET", f"/v1/audit?limit=2{cursor}").json
        seen += [entry["action"] for entry in page["entries"]]
        if page["next"] is None:
            break
        cursor = f"&before={page['next']}"
    assert seen == ["decision.approved"] * 3 + ["person.added", "site.added"]
    assert backend.call("GET", f"/v1/audit?person={sara.id}").json["entries"][0]["person"] == "sara"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("since=1969-12-31T00:00:00Z&until=9999-12-31T23:59:59Z", ["site.added"]),
        ("since=2999-01-01T00:00:00%2B03:30", []),
        ("until=0001-01-01T00:00:00Z", []),
    ],
)
def test_the_audit_may_be_asked_about_any_time(backend: Backend, asked: str, expected: list[str]) -> None:
    assert [each["action"] for each in backend.call("GET", f"/v1/audit?{asked}").json["entries"]] == expected


def test_agreement_is_told_for_each_switch(backend: Backend) -> None:
    site = backend.credentials.site
    make_decided(site, make_person("sara", site))
    told = backend.call("GET", "/v1/site/agreement").json
    assert told["decisions"] == 1
    assert told["agreements"][0] == {
        "switch": "approves_clean",
        "rule": None,
        "score": None,
        "would": 1,
        "agreed": 1,
    }
    assert {each["switch"] for each in told["agreements"]} == {"approves_clean", "approves_trusted", "rejects_at"}


@pytest.mark.parametrize("asked", ["before=x", "limit=0", "channel=moon", "since=yesterday", "q="])
def test_a_filter_that_cannot_be_read_is_named(backend: Backend, asked: str) -> None:
    answer = backend.call("GET", f"/v1/audit?{asked}")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"?{asked.split('=')[0]}")


def test_another_site_and_a_smaller_key_see_nothing(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    backend.call("PATCH", "/v1/site", {"undo_seconds": 30})
    kian = other_backend()
    assert kian.call("GET", "/v1/site").json["slug"] == "kian"
    assert [each["action"] for each in kian.call("GET", "/v1/audit").json["entries"]] == ["site.added"]
    small = make_key(backend.credentials.site, Scope.SUBMIT, Scope.READ, Scope.ERASE)
    for method, path in (
        ("GET", "/v1/site"),
        ("PATCH", "/v1/site"),
        ("GET", "/v1/audit"),
        ("GET", "/v1/site/agreement"),
    ):
        answer = backend.call(method, path, {}, Authorization=f"Bearer {small}")
        assert answer.json["type"] == "urn:nazer:problem:scope-missing"


def test_numbers_are_told_as_the_page_tells_an_admin(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    make_decided(site, sara)
    make_decided(site, sara, DecisionOutcome.REJECTED)
    make_waiting(site, findings=[make_finding()])
    told = backend.call("GET", "/v1/numbers?days=1").json
    assert (told["since"], told["until"], told["missing"]) == (told["until"], day_of(now()).isoformat(), 0)
    assert (told["received"], told["handled"], told["automatic"]) == (3, 2, 0)
    assert told["by_day"] == [{"day": told["until"], "received": 3, "handled": 2}]
    assert sum(hour["received"] for hour in told["by_hour"]) == 3
    assert [(each["verdict"], each["outcome"], each["decisions"]) for each in told["agreement"]] == [
        ("clean", "approved", 1),
        ("clean", "rejected", 1),
    ]
    assert told["rules"] == [{"rule": "no-insults", "flagged": 1, "decided": 0, "overturned": 0}]
    assert [(each["name"], each["approved"], each["rejected"]) for each in told["people"]] == [("sara", 1, 1)]
    assert told["waits"]["decided"] == sum(each["decided"] for each in told["wait_classes"]) == 2
    assert other_backend().call("GET", "/v1/numbers?days=1").json["received"] == 0


def test_numbers_reach_as_far_as_they_are_kept_and_are_an_admins(backend: Backend) -> None:
    assert len(backend.call("GET", "/v1/numbers").json["by_day"]) == 7
    assert len(backend.call("GET", "/v1/numbers?days=90").json["by_day"]) == 90
    for wrong in ("0", "91", "x"):
        assert backend.call("GET", f"/v1/numbers?days={wrong}").json["errors"][0]["pointer"] == "?days"
    key = make_key(backend.credentials.site, Scope.READ)
    assert backend.call("GET", "/v1/numbers", Authorization=f"Bearer {key}").status_code == 403
