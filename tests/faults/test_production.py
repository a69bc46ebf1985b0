"""Bad days, with the real parts: PostgreSQL, Redis, gunicorn, Celery, kill -9."""

from __future__ import annotations

import time

import pytest
from standardwebhooks import Webhook

from tests.faults.conftest import Callback
from tests.faults.stack import Moderator, SiteBackend, Stack, eventually

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

STATUSES = "SELECT status, count(*) FROM comment GROUP BY status"


def all_in_review(stack: Stack, count: int, *, seconds: float = 40) -> None:
    eventually(lambda: stack.rows(STATUSES), lambda rows: rows == [("in_review", count)], seconds=seconds, stack=stack)


def test_a_comment_goes_in_a_person_decides_and_the_site_is_told(
    stack: Stack, backend: SiteBackend, callback: Callback
) -> None:
    stack.nazer(
        "add-person", "sara@nazer.example", "--name", "سارا", "--site", "mehr", "--password", "a long enough password"
    )
    stack.web()
    stack.worker("screening")
    stack.worker("delivery", "background", concurrency=1)
    stack.beat()
    accepted = backend.post(1, "این وزیر یک احمق بی‌شعور است")
    assert accepted.status_code == 202
    comment_id = accepted.json()["id"]
    all_in_review(stack, 1)
    with Moderator(backend.url) as sara:
        sara.sign_in("sara@nazer.example", "a long enough password")
        assert "این وزیر یک" in sara.http.get("/review").text
        answer = sara.decide(comment_id, outcome="rejected", reason="no-insults", revision="1")
        assert answer.status_code == 200, answer.text
    assert callback.received == [], "nothing leaves before the undo window is over"
    [(headers, body)] = eventually(lambda: callback.received, bool, seconds=20, stack=stack)
    told = Webhook(callback.secret).verify(body, headers)
    assert (told["type"], told["data"]["comment"]["external_id"]) == ("comment.rejected", "c-1")
    assert told["data"]["decision"]["reason"] == "no-insults"
    eventually(lambda: stack.rows("SELECT state FROM delivery"), lambda rows: rows == [("delivered",)], stack=stack)


def test_a_broker_that_is_down_loses_no_comment(stack: Stack, backend: SiteBackend) -> None:
    stack.web()
    stack.worker("screening")
    stack.beat()
    assert backend.post(1).status_code == 202
    all_in_review(stack, 1)
    stack.redis.kill()
    started = time.monotonic()
    assert [backend.post(number).status_code for number in range(2, 12)] == [202] * 10
    assert time.monotonic() - started < 5, "the web waited for the broker"
    stack.redis.start()
    all_in_review(stack, 11, seconds=60)


def test_a_worker_killed_in_the_middle_of_a_batch_screens_every_comment_once(
    stack: Stack, backend: SiteBackend
) -> None:
    stack.web()
    stack.beat()
    for number in range(100):
        assert backend.post(number).status_code == 202
    claimed = "SELECT count(*) FROM comment WHERE claim_token IS NOT NULL"
    for _ in range(2):
        stack.worker("screening", app="tests.faults.slow_worker")
        eventually(lambda: stack.rows(claimed)[0][0], lambda count: count > 0, stack=stack)
        stack.kill("screening")
    stack.worker("screening")
    all_in_review(stack, 100)
    assert stack.rows("SELECT count(*), count(DISTINCT comment_id) FROM screening") == [(100, 100)]


def test_a_site_that_hangs_is_tried_again_and_never_holds_up_screening(
    stack: Stack, backend: SiteBackend, callback: Callback
) -> None:
    stack.nazer(
        "add-person", "sara@nazer.example", "--name", "سارا", "--site", "mehr", "--password", "a long enough password"
    )
    stack.web()
    stack.worker("screening")
    stack.worker("delivery", concurrency=1)
    stack.beat()
    callback.delay = 30
    first = backend.post(1).json()["id"]
    all_in_review(stack, 1)
    with Moderator(backend.url) as sara:
        sara.sign_in("sara@nazer.example", "a long enough password")
        sara.decide(first, outcome="approved", revision="1")
    eventually(lambda: callback.received, bool, seconds=20, stack=stack)
    started = time.monotonic()
    assert [backend.post(number).status_code for number in range(2, 30)] == [202] * 28
    eventually(lambda: dict(stack.rows(STATUSES)).get("in_review"), lambda count: count == 28, seconds=20, stack=stack)
    assert time.monotonic() - started < 15
    look = "SELECT state, last_error LIKE '%Timeout%' FROM delivery"
    eventually(lambda: stack.rows(look), lambda rows: rows == [("pending", True)], stack=stack)
    callback.delay = 0
    eventually(lambda: stack.rows("SELECT state FROM delivery"), lambda rows: rows == [("delivered",)], stack=stack)
    assert int(stack.rows("SELECT tries FROM delivery")[0][0]) >= 2


def test_the_service_refuses_to_start_with_a_default_secret(stack: Stack) -> None:
    stack.settings["NAZER_SECRET_KEY"] = "change-me"
    process = stack.start(
        "web", "gunicorn", "--bind", f"127.0.0.1:{stack.port}", "--no-control-socket", "moderation.app:create_app()"
    )
    assert process.wait(30) != 0
    assert "NAZER_SECRET_KEY" in stack.logs()
