"""A site's backend adds, changes, tests and removes its webhooks, and sends again what did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from moderation import endpoints, lifecycle
from moderation.lifecycle import Answer
from moderation.settings import Settings
from tests.api.conftest import Backend
from tests.factories import make_decided, make_person

HOOK = "https://mehr.example/hook"
DECISIONS = ["comment.approved", "comment.rejected", "comment.reopened"]


def added(backend: Backend, url: str = HOOK, **fields: Any) -> dict[str, Any]:
    answer = backend.call("POST", "/v1/webhooks", {"url": url, **fields})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/webhooks/{answer.json['id']}"
    return answer.json


def one_delivery(backend: Backend, webhook: str) -> dict[str, Any]:
    (found,) = backend.call("GET", f"/v1/webhooks/{webhook}/deliveries").json["deliveries"]
    return found


def test_a_webhook_is_added_with_a_secret_that_is_shown_once(backend: Backend) -> None:
    made = added(backend)
    assert made["secret"].startswith("whsec_")
    assert (made["url"], made["events"], made["active"]) == (HOOK, DECISIONS, True)
    shown = backend.call("GET", f"/v1/webhooks/{made['id']}")
    assert shown.json == {name: value for name, value in made.items() if name != "secret"}
    assert backend.call("GET", "/v1/webhooks").json == {"webhooks": [shown.json]}
    assert "whsec_" not in shown.text


def test_a_webhook_hears_of_what_it_chose(backend: Backend) -> None:
    made = added(backend, events=["comment.withdrawn", "comment.queued", "comment.queued"])
    assert made["events"] == ["comment.queued", "comment.withdrawn"]
    changed = backend.call("PATCH", f"/v1/webhooks/{made['id']}", {"events": ["comment.rejected"]})
    assert (changed.status_code, changed.json["events"], changed.json["url"]) == (200, ["comment.rejected"], HOOK)
    moved = backend.call("PATCH", f"/v1/webhooks/{made['id']}", {"url": "https://mehr.example/other"})
    assert (moved.json["url"], moved.json["events"]) == ("https://mehr.example/other", ["comment.rejected"])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": "ftp://x.example/"}, "/url"),
        ({"url": "https://"}, "/url"),
        ({"url": "https://[::1"}, "/url"),
        ({"url": "https://x.example:port/"}, "/url"),
        ({"url": "https://user:secret@x.example/"}, "/url"),
        ({"url": "https://x.example/a b"}, "/url"),
        ({"url": "https://x.example/\u0000"}, "/url"),
        ({"url": "https://x.example/" + "a" * 2000}, "/url"),
        ({"url": 5}, "/url"),
        ({"url": HOOK, "events": []}, "/events"),
        ({"url": HOOK, "events": ["comment.eaten"]}, "/events/0"),
        ({"url": HOOK, "events": "comment.queued"}, "/events"),
    ],
)
def test_what_is_no_webhook_is_refused_field_by_field(backend: Backend, body: dict[str, Any], pointer: str) -> None:
    answer = backend.call("POST", "/v1/webhooks", body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert "secret@" not in answer.text
    assert backend.call("GET", "/v1/webhooks").json == {"webhooks": []}


def test_the_same_address_twice_and_too_many_are_refused(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    first = added(backend)
    taken = backend.call("POST", "/v1/webhooks", {"url": HOOK})
    assert (taken.status_code, taken.json["type"]) == (409, "urn:nazer:problem:webhook-taken")
    second = added(backend, "https://mehr.example/second")
    moved = backend.call("PATCH", f"/v1/webhooks/{second['id']}", {"url": HOOK})
    assert moved.status_code == 409
    monkeypatch.setattr(endpoints, "MOST_ENDPOINTS", 2)
    many = backend.call("POST", "/v1/webhooks", {"url": "https://mehr.example/third"})
    assert (many.status_code, many.json["type"]) == (409, "urn:nazer:problem:too-many-webhooks")
    assert backend.call("DELETE", f"/v1/webhooks/{first['id']}").status_code == 200
    assert added(backend)["id"] != first["id"]


def test_another_sites_webhooks_are_unknown(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    made = added(backend)
    backend.call("POST", f"/v1/webhooks/{made['id']}/test")
    sent = one_delivery(backend, made["id"])
    kian = other_backend()
    asked = [
        *(("GET", path) for path in ("", "/deliveries")),
        *(("POST", path) for path in ("/test", "/recover", "/rotate-secret")),
        ("PATCH", ""),
        ("DELETE", ""),
    ]
    for method, path in asked:
        for webhook in (made["id"], "x", "0190a0a0-0000-7000-8000-000000000000"):
            answer = kian.call(method, f"/v1/webhooks/{webhook}{path}", {})
            assert (answer.status_code, answer.json["type"]) == (404, "urn:nazer:problem:no-such-webhook")
    for method, path in (("GET", ""), ("POST", "/replay")):
        answer = kian.call(method, f"/v1/webhooks/deliveries/{sent['id']}{path}", {})
        assert (answer.status_code, answer.json["type"]) == (404, "urn:nazer:problem:no-such-delivery")
    assert kian.call("GET", "/v1/webhooks").json == {"webhooks": []}
    assert backend.call("GET", f"/v1/webhooks/{made['id']}").json["active"] is True


def test_a_new_secret_is_shown_once_and_says_how_long_the_old_one_signs(backend: Backend) -> None:
    made = added(backend)
    path = f"/v1/webhooks/{made['id']}/rotate-secret"
    turned = backend.call("POST", path, {"keep_old_for_hours": 2})
    assert turned.json["secret"] not in ("", made["secret"])
    assert backend.call("GET", f"/v1/webhooks/{made['id']}").json["old_secret_until"] == turned.json["old_secret_until"]
    for wrong in (-1, 10_000, "2", None):
        answer = backend.call("POST", path, {"keep_old_for_hours": wrong})
        assert answer.json["errors"][0]["pointer"] == "/keep_old_for_hours", wrong


def test_a_webhook_is_switched_off_and_on_and_what_it_missed_is_recovered(backend: Backend) -> None:
    made = added(backend)
    site, path = backend.credentials.site, f"/v1/webhooks/{made['id']}"
    off = backend.call("PATCH", path, {"active": False}).json
    assert (off["active"], off["switched_off"], off["missed_after"]) == (False, None, "0")
    make_decided(site, make_person("sara", site))
    refused = backend.call("POST", f"{path}/recover", {})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:nazer:problem:webhook-off")
    backend.call("PATCH", path, {"active": True})
    assert backend.call("POST", f"{path}/recover", {}).json == {"deliveries": 1, "more": False}
    assert backend.call("GET", path).json["missed_after"] is None
    assert backend.call("POST", f"{path}/recover", {"after": "0"}).json == {"deliveries": 0, "more": False}
    for wrong in (0, "x", "-1", "9" * 19 + "9", "9" * 19):
        answer = backend.call("POST", f"{path}/recover", {"after": wrong})
        assert answer.json["errors"][0]["pointer"] == "/after", wrong


def test_deliveries_are_listed_with_what_was_answered_and_posted_again(backend: Backend, settings: Settings) -> None:
    made = added(backend)
    site = backend.credentials.site
    make_decided(site, make_person("sara", site))
    (out,) = lifecycle.due_deliveries(10, 60)
    lifecycle.delivery_tried(out, Answer(410, "HTTP 410", "<b>gone</b>"), settings)
    failed = one_delivery(backend, made["id"])
    assert (failed["state"], failed["status"], failed["answer"]) == ("failed", 410, "<b>gone</b>")
    assert (failed["event"], failed["type"], failed["next_try_at"]) == (out.payload["id"], "comment.approved", None)
    whole = backend.call("GET", f"/v1/webhooks/deliveries/{failed['id']}").json
    assert whole == {**failed, "body": out.payload}
    replay = f"/v1/webhooks/deliveries/{failed['id']}/replay"
    assert backend.call("POST", replay).status_code == 409, "it was switched off"
    assert backend.call("GET", f"/v1/webhooks/{made['id']}").json["switched_off"] == "gone"
    backend.call("PATCH", f"/v1/webhooks/{made['id']}", {"active": True})
    again = backend.call("POST", replay)
    assert (again.status_code, again.json["state"], again.json["event"]) == (202, "pending", failed["event"])
    assert again.headers["Location"] == f"/v1/webhooks/deliveries/{again.json['id']}"


def test_deliveries_come_in_pages_and_by_state(backend: Backend) -> None:
    made = added(backend)
    site, path = backend.credentials.site, f"/v1/webhooks/{made['id']}/deliveries"
    sara = make_person("sara", site)
    for _ in range(3):
        make_decided(site, sara)
    first = backend.call("GET", f"{path}?limit=2").json
    rest = backend.call("GET", f"{path}?limit=2&before={first['next']}").json
    listed = [each["id"] for each in first["deliveries"] + rest["deliveries"]]
    assert (len(listed), listed, rest["next"]) == (3, sorted(listed, reverse=True), None)
    assert len(backend.call("GET", f"{path}?state=pending").json["deliveries"]) == 3
    assert backend.call("GET", f"{path}?state=failed").json["deliveries"] == []
    for wrong in ("state=lost", "limit=0", "limit=201", "limit=x", "before=x"):
        answer = backend.call("GET", f"{path}?{wrong}")
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "?" + wrong.partition("=")[0])


def test_a_test_is_taken_and_can_be_followed(backend: Backend) -> None:
    made = added(backend)
    taken = backend.call("POST", f"/v1/webhooks/{made['id']}/test")
    assert (taken.status_code, taken.json["type"], taken.json["state"]) == (202, "webhook.test", "pending")
    shown = backend.call("GET", taken.headers["Location"]).json
    assert shown["body"]["data"] == {"webhook": made["id"]}
    again = backend.call("POST", f"/v1/webhooks/deliveries/{shown['id']}/replay")
    assert (again.status_code, again.json["type"]) == (202, "webhook.test")


def test_removing_a_webhook_removes_its_deliveries_and_leaves_the_feed(backend: Backend) -> None:
    made = added(backend)
    site = backend.credentials.site
    make_decided(site, make_person("sara", site))
    sent = one_delivery(backend, made["id"])
    removed = backend.call("DELETE", f"/v1/webhooks/{made['id']}")
    assert (removed.status_code, removed.json["url"]) == (200, HOOK)
    assert backend.call("DELETE", f"/v1/webhooks/{made['id']}").status_code == 404
    assert backend.call("GET", f"/v1/webhooks/deliveries/{sent['id']}").status_code == 404
    assert len(backend.call("GET", "/v1/decisions").json["decisions"]) == 1
