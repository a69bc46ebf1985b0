"""Webhooks with the real parts: several delivery processes, kill -9, a site that comes back."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Callback
from tests.faults.stack import Moderator, SiteBackend, Stack, eventually
from tests.faults.test_production import all_in_review

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

COMMENTS = 6


def test_two_delivery_workers_of_which_one_is_killed_keep_the_order_of_every_comment(
    stack: Stack, backend: SiteBackend, callback: Callback
) -> None:
    """Approvals wait at a site that is down while the comments are reopened; then it comes back."""
    stack.settings["NAZER_DELIVERY_SCHEDULE"] = "[" + ", ".join(["1"] * 60) + "]"
    stack.settings["NAZER_WEBHOOK_DEAD_AFTER"] = "1000"
    password = "a long enough password"
    stack.nazer("add-person", "sara@nazer.example", "--name", "سارا", "--site", "mehr", "--password", password)
    stack.web()
    stack.worker("screening")
    stack.worker("delivery")
    stack.worker("delivery", "background", concurrency=1)
    stack.beat()
    callback.status = 500
    ids = [backend.post(number).json()["id"] for number in range(COMMENTS)]
    all_in_review(stack, COMMENTS)
    with Moderator(backend.url) as sara:
        sara.sign_in("sara@nazer.example", password)
        for comment_id in ids:
            sara.decide(comment_id, outcome="approved", revision="1")
        published = "SELECT count(*) FROM event WHERE type = 'comment.approved' AND position IS NOT NULL"
        eventually(lambda: stack.rows(published), lambda rows: rows == [(COMMENTS,)], stack=stack)
        for comment_id in ids:
            page = sara.http.get(f"/review/{comment_id}")
            token = sara._token(page.text)
            assert sara.http.post(f"/review/{comment_id}/reopen", data={"csrf_token": token}).status_code == 200
    eventually(lambda: len(callback.received), lambda count: count >= COMMENTS, stack=stack)
    stack.kill("delivery")
    callback.received.clear()
    callback.status = 204
    settled = "SELECT count(*) FROM delivery WHERE state = 'delivered'"
    eventually(lambda: stack.rows(settled), lambda rows: rows == [(2 * COMMENTS,)], seconds=60, stack=stack)
    told: dict[str, list[str]] = {}
    for event in callback.told:
        kinds = told.setdefault(event["data"]["comment"]["id"], [])
        kinds += [] if kinds and kinds[-1] == event["type"] else [event["type"]]  # the same one twice is allowed
    assert told == {comment_id: ["comment.approved", "comment.reopened"] for comment_id in ids}
