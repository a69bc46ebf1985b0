"""A request that is sent again with its Idempotency-Key is done once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update
from werkzeug.test import TestResponse

from moderation import answered
from moderation.api.operations import described
from moderation.db import db, now
from moderation.models import AnsweredRequest, ApiKey, Comment, Revision
from tests.api.conftest import Backend, comment_body
from tests.statements import statements
from worker import tasks

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def submit(backend: Backend, *, key: str = KEY["Idempotency-Key"], **changes: object) -> TestResponse:
    return backend.call("POST", "/v1/comments", comment_body(**changes), **{"Idempotency-Key": key})


def rows() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(AnsweredRequest)).scalar_one()


def test_a_repeated_request_gets_the_answer_that_it_had(backend: Backend) -> None:
    first, again = submit(backend), submit(backend)
    assert (first.status_code, again.status_code) == (202, 202), "without the key it would be 200 with the state"
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert again.headers["RateLimit"]


def test_the_draft_quotes_the_key_and_both_spellings_are_one(backend: Backend) -> None:
    submit(backend, key="abc")
    assert submit(backend, key='"abc"').headers["Idempotent-Replayed"] == "true"


def test_a_repeated_edit_makes_no_further_revision(backend: Backend) -> None:
    place = submit(backend).headers["Location"]
    for text, key in (("دوم", "k1"), ("سوم", "k2"), ("دوم", "k1")):
        assert backend.call("PATCH", place, {"text": text}, **{"Idempotency-Key": key}).status_code == 202
    db.session.rollback()
    assert db.session.execute(select(Comment.text, Comment.revision)).one() == ("سوم", 3)
    assert db.session.execute(select(func.count()).select_from(Revision)).scalar_one() <= 3


def test_the_same_key_with_another_request_is_refused_and_stores_nothing(backend: Backend) -> None:
    place = submit(backend).headers["Location"]
    answers = [
        submit(backend, external_id="c-2"),
        backend.call("PATCH", place, comment_body(), **KEY),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert answer.json["type"] == "urn:nazer:problem:idempotency-key-reused"
    db.session.rollback()
    assert db.session.execute(select(Comment.external_id)).scalars().all() == ["c-1"]


def test_another_site_may_use_the_same_key(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    first, other = submit(backend), submit(other_backend())
    assert other.status_code == 202
    assert other.json["id"] != first.json["id"]
    assert "Idempotent-Replayed" not in other.headers


def test_errors_are_not_kept_and_the_corrected_request_passes(backend: Backend) -> None:
    assert submit(backend, text=" ").status_code == 422
    assert submit(backend, text="x" * 10_001).status_code == 422
    assert submit(backend, article={"external_id": "unknown"}).status_code == 422
    assert rows() == 0
    assert submit(backend).status_code == 202
    assert rows() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "کلید", '"open', "a,b", "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(backend: Backend, key: str) -> None:
    answer = submit(backend, key=key.encode().decode("latin-1"))
    assert answer.status_code == 400
    assert answer.json["type"] == "urn:nazer:problem:idempotency-key-wrong"
    assert rows() == 0


def test_a_request_in_flight_is_answered_with_a_pause(backend: Backend) -> None:
    submit(backend)
    db.session.execute(update(AnsweredRequest).values(status=None, body=None))
    db.session.commit()
    answer = submit(backend)
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert answer.json["type"] == "urn:nazer:problem:idempotency-key-in-flight"


def test_a_process_that_died_in_the_middle_holds_the_key_for_a_bounded_time(backend: Backend) -> None:
    submit(backend)
    past = now() - timedelta(seconds=1)
    db.session.execute(update(AnsweredRequest).values(status=None, body=None, taken_until=past))
    db.session.commit()
    assert submit(backend, external_id="c-2").status_code == 422, "even then it is not free for another request"
    answer = submit(backend)
    assert answer.status_code == 200, "the comment was stored before the process died: it is the same comment"
    assert submit(backend).headers["Idempotent-Replayed"] == "true"


def test_who_was_overtaken_does_not_overwrite_the_answer_that_was_kept(app: Flask, backend: Backend) -> None:
    site_id = backend.credentials.site.id
    slow = answered.take(site_id, "k", "hash")
    assert isinstance(slow, answered.Mine)
    db.session.execute(update(AnsweredRequest).values(taken_until=now() - timedelta(seconds=1)))
    db.session.commit()
    quick = answered.take(site_id, "k", "hash")
    assert isinstance(quick, answered.Mine)
    answered.keep(quick, 202, "quick", None)
    answered.keep(slow, 202, "slow", None)
    answered.let_go(slow)
    kept = answered.take(site_id, "k", "hash")
    assert isinstance(kept, AnsweredRequest)
    assert kept.body == "quick"


def test_of_many_at_once_one_is_answered(app: Flask, backend: Backend) -> None:
    site_id, took = backend.credentials.site.id, []
    start = threading.Barrier(4)

    def race() -> None:
        with app.app_context():
            start.wait()
            try:
                took.append(type(answered.take(site_id, "race", "hash")))
            except answered.InFlight:
                took.append(answered.InFlight)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kind.__name__ for kind in took) == ["InFlight"] * 3 + ["Mine"]


def test_an_answer_that_cannot_be_kept_still_leaves(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(conn: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE answered_request"):
            raise RuntimeError("the database is gone")

    event.listen(db.engine, "before_cursor_execute", broken)
    try:
        assert submit(backend).status_code == 202
    finally:
        event.remove(db.engine, "before_cursor_execute", broken)
    assert "was not kept" in caplog.text


def test_it_costs_two_statements_with_the_header_and_none_without(backend: Backend) -> None:
    submit(backend, key="warm", external_id="c-0")
    for key, expected in (("k", 2), ("k", 2), (None, 0)):
        db.session.rollback()
        with statements() as asked:
            headers = {"Idempotency-Key": key} if key else {}
            backend.call("POST", "/v1/comments", comment_body(external_id="c-9"), **headers)
        assert len([each for each in asked if "answered_request" in each]) == expected


def test_a_day_later_the_key_is_new_and_what_was_answered_is_forgotten(backend: Backend) -> None:
    submit(backend)
    submit(backend, key="fresh", external_id="c-2")
    long_ago = now() - answered.KEPT_FOR - timedelta(seconds=1)
    old = AnsweredRequest.key == KEY["Idempotency-Key"]
    db.session.execute(update(AnsweredRequest).where(old).values(created_at=long_ago))
    db.session.commit()
    assert submit(backend, external_id="c-3").status_code == 202, "before it is forgotten, too"
    db.session.execute(update(AnsweredRequest).where(old).values(created_at=long_ago))
    db.session.commit()
    tasks.forget()
    assert rows() == 1


def test_a_new_key_is_never_kept_in_an_answer(app: Flask, backend: Backend) -> None:
    body = {"name": "web", "scopes": ["read"]}
    first = backend.call("POST", "/v1/keys", body, **KEY)
    assert first.status_code == 201
    assert rows() == 0
    assert backend.call("POST", "/v1/keys", body, **KEY).status_code == 409
    marked = {each.name for each in described(app) if each.repeatable}
    assert "comments-submit" in marked
    assert not [name for name in marked if name.startswith("keys-")]
    assert db.session.execute(select(func.count()).select_from(ApiKey)).scalar_one() == 2


def test_a_get_passes_the_header_over(backend: Backend) -> None:
    assert backend.call("GET", "/v1/decisions", **KEY).status_code == 200
    assert backend.call("GET", f"/v1/comments/{uuid.uuid4()}", **KEY).status_code == 404
    assert rows() == 0
