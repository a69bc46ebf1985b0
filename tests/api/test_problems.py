"""Errors of the API: always a problem document in two languages, always with the request's id."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from moderation import request_ids
from moderation.app import create_app
from moderation.db import db
from moderation.jobs import SCREEN, Doorbell, connect_broker
from moderation.models import Article, Comment
from moderation.request_ids import HEADER, NamingRequests
from moderation.settings import Settings
from tests.api.conftest import Backend, comment_body
from tests.conftest import settings_for
from tests.fakes import CountingBell


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """One database is enough here."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path, undo_seconds=0)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, checked for what all of them have."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    document: dict[str, Any] = answer.json
    assert document["type"] == (f"urn:nazer:problem:{code}" if code else "about:blank")
    assert document["status"] == status
    assert document["title"]
    assert re.search("[\u0600-\u06ff]", document["title_fa"])
    assert document["request_id"] == answer.headers[HEADER]
    return document


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", "/v1/comments/", "/v1//comments", "/v1/decisions/"])
def test_an_unknown_address_under_v1_is_a_problem_and_no_redirect(backend: Backend, path: str) -> None:
    for method in ("GET", "POST"):
        document = problem(backend.call(method, path, {}), 404, "no-such-address")
        assert document["instance"] == path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/comments/batch"),
        ("PATCH", "/v1/comments/batch"),
        ("POST", "/v1/decisions"),
        ("PUT", "/v1/comments/x"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(backend: Backend, method: str, path: str) -> None:
    answer = backend.call(method, path, {})
    problem(answer, 405, "no-such-method")
    assert answer.headers["Allow"]


def test_pages_for_people_get_no_problem_documents(client: FlaskClient) -> None:
    assert client.get("/v1x").mimetype == "text/html"


@pytest.mark.parametrize("given", ["abc-123", "a" * 100, "0af7651916cd43dd8448eb211c80319c", "a:b/c+d=.e_"])
def test_a_sane_request_id_comes_back(backend: Backend, given: str) -> None:
    for path in ("/v1/decisions", "/v1/comments/x", "/livez"):
        assert backend.call("GET", path, **{HEADER: given}).headers[HEADER] == given


@pytest.mark.parametrize("given", ["", "a" * 101, "-x", "two words", "<script>", "نشانه".encode().decode("latin-1")])
def test_any_other_request_id_is_replaced(backend: Backend, given: str) -> None:
    answer = backend.call("GET", "/v1/comments/x", **{HEADER: given})
    assert re.fullmatch("[0-9a-f]{32}", problem(answer, 404, "no-such-comment")["request_id"])


def test_a_fault_of_ours_tells_nothing_but_the_id_that_is_in_the_log(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("a secret of ours")

    app.view_functions["feed.decisions"] = broken
    caplog.handler.setFormatter(NamingRequests())
    answer = client.get("/v1/decisions", headers={HEADER: "look-for-me"})
    document = problem(answer, 500, "internal")
    assert "secret" not in str(document)
    assert "[look-for-me] unexpected error at GET /v1/decisions" in caplog.text
    assert "a secret of ours" in caplog.text


def test_a_database_that_is_away_is_a_503_worth_another_try(tmp_path: Path) -> None:
    away = settings_for(tmp_path, database_url="postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2")
    client = create_app(away, bell=CountingBell()).test_client()
    headers = {"Authorization": "Bearer nzr_key", "Content-Type": "application/json"}
    answer = client.post("/v1/comments", json=comment_body(), headers=headers)
    problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_job_is_rung_for_with_the_id_of_the_first_request_that_wanted_it() -> None:
    celery = connect_broker("memory://")
    with celery.connection_for_read() as connection:
        connection.SimpleQueue("screening").clear()  # the memory is that of the process: others rang, too
    bell = Doorbell(celery)
    with bell._wake:  # the thread that rings waits for us, so both are one ring
        for request_id in ("first", "second"):
            request_ids.carry_on(request_id)
            bell.ring(SCREEN)
    request_ids.carry_on(None)
    with celery.connection_for_read() as connection:
        queue = connection.SimpleQueue("screening")
        message = queue.get(timeout=5)
        assert message.headers[HEADER] == "first"
        message.ack()
        queue.close()


def test_a_log_line_outside_a_request_has_a_dash() -> None:
    line = NamingRequests().format(logging.LogRecord("nazer", logging.INFO, "", 0, "said", None, None))
    assert line.endswith("INFO nazer [-] said")


HOSTILE = {
    "30 MB": (b'{"text": "' + b"x" * 30_000_000 + b'"}', 413, "too-large"),
    "a huge number": (b'{"external_id": 1' + b"0" * 1000 + b"}", 422, "invalid"),
    "a huge number that nobody reads": (b'{"x": 1' + b"0" * 100_000 + b"}", 400, "not-json"),
    "NaN": (b'{"x": NaN}', 400, "not-json"),
    "infinity": (b'{"x": -Infinity}', 400, "not-json"),
    "a byte order mark": (b'\xef\xbb\xbf{"x": 1}', 400, "not-json"),
    "UTF-16": ('{"x": 1}'.encode("utf-16"), 400, "not-json"),
    "half a pair in a key": (b'{"\\ud800": 1, "external_id": "a"}', 400, "not-json"),
    "a list in a list in a list": (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "not-json"),
    "two documents": (b"{}{}", 400, "not-json"),
    "the same key a thousand times": (b"{" + b'"x":1,' * 1000 + b'"x":1}', 400, "repeated-key"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_refused_with_a_problem_and_nothing_is_stored(backend: Backend, name: str) -> None:
    raw, status, code = HOSTILE[name]
    problem(backend.call("POST", "/v1/comments", raw=raw), status, code)
    for table in (Comment, Article):
        assert db.session.execute(select(func.count()).select_from(table)).scalar_one() == 0


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", 'application/json;x="a;b"'])
def test_parameters_of_the_content_type_are_passed_over(backend: Backend, kind: str) -> None:
    assert backend.call("POST", "/v1/comments", comment_body(), **{"Content-Type": kind}).status_code == 202


@pytest.mark.parametrize("kind", ["", "text/plain", "application/jsonp", "json", "application/json, text/plain"])
def test_any_other_content_type_is_a_415(backend: Backend, kind: str) -> None:
    answer = backend.call("POST", "/v1/comments", comment_body(), **{"Content-Type": kind})
    problem(answer, 415, "not-json-type")


@pytest.mark.parametrize("moment", [5, "5", 1e9, "2026-01-01", "1700000000", ["2026-01-01T00:00:00Z"], {}, True])
def test_a_moment_is_written_out(backend: Backend, moment: object) -> None:
    document = problem(backend.submit(submitted_at=moment), 422, "invalid")
    assert [error["pointer"] for error in document["errors"]] == ["/submitted_at"]


def test_an_address_that_is_not_utf_8_is_refused_not_guessed(backend: Backend) -> None:
    answer = backend.client.put(  # a server hands the bytes on like this
        "/v1/articles/x",
        json={"title": "t"},
        headers={"Authorization": f"Bearer {backend.credentials.api_key}"},
        environ_overrides={"PATH_INFO": "/v1/articles/\xff\xfe"},
    )
    problem(answer, 400, "not-utf-8")
    assert db.session.execute(select(func.count()).select_from(Article)).scalar_one() == 0


@pytest.mark.parametrize(
    "query", ["after=1&after=2", "limit=5&limit=x", "after=", "after=%201", "limit=1_0", "limit=1.0"]
)
def test_a_parameter_that_is_repeated_or_no_number_is_named(backend: Backend, query: str) -> None:
    document = problem(backend.call("GET", f"/v1/decisions?{query}"), 422, "invalid")
    assert {error["pointer"] for error in document["errors"]} == {f"?{query.partition('=')[0]}"}


def test_a_pointer_escapes_what_it_must_and_names_places_in_lists(backend: Backend) -> None:
    document = problem(backend.submit(article={"external_id": "a", "title": 5, "url": "https://["}), 422, "invalid")
    assert [error["pointer"] for error in document["errors"]] == ["/article/url", "/article/title"]


def test_markup_in_every_text_is_kept_and_told_as_text(backend: Backend) -> None:
    evil = "<script>alert(1)</script>\"'&"
    article = {"external_id": evil, "title": evil, "body": evil, "section": evil}
    answer = backend.submit(external_id=evil, article=article, author={"name": evil, "id": evil}, text=evil)
    assert answer.status_code == 202
    state = backend.call("GET", answer.headers["Location"])
    assert (state.mimetype, state.json["external_id"]) == ("application/json", evil)
    assert state.headers["X-Content-Type-Options"] == "nosniff"
    refused = backend.call("GET", "/v1/comments/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<" not in problem(refused, 404, "no-such-address")["instance"]
