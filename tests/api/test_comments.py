"""What a site's backend may do with comments."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from moderation import keys
from moderation.db import db
from moderation.models import Article, Comment
from moderation.policy import Policies
from moderation.settings import Settings
from tests.api.conftest import Backend, comment_body
from tests.factories import make_decided, make_person
from tests.fakes import fake_models
from worker.screening import screen_claim


def stored() -> int:
    return db.session.execute(select(func.count()).select_from(Comment)).scalar_one()


def test_a_comment_is_accepted_with_its_id_status_and_place(backend: Backend) -> None:
    answer = backend.submit()
    assert answer.status_code == 202
    assert answer.json["status"] == "pending"
    assert answer.headers["Location"] == f"/v1/comments/{answer.json['id']}"
    state = backend.call("GET", answer.headers["Location"])
    assert (state.status_code, state.json["external_id"], state.json["status"]) == (200, "c-1", "pending")


def test_the_same_comment_again_is_answered_with_200_and_stored_once(backend: Backend) -> None:
    first, again = backend.submit(), backend.submit()
    assert (again.status_code, again.json["id"]) == (200, first.json["id"])
    assert stored() == 1


def test_the_same_external_id_with_another_text_is_a_409_that_points_to_the_edit(backend: Backend) -> None:
    first = backend.submit()
    answer = backend.submit(text="متن دیگر")
    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert answer.json["comment"] == first.headers["Location"]
    assert "PATCH" in answer.json["detail"]
    edited = backend.call("PATCH", answer.json["comment"], {"text": "متن دیگر"})
    assert (edited.status_code, edited.json["revision"], edited.json["status"]) == (202, 2, "pending")


def test_submitting_takes_one_key_look_up_and_two_statements(backend: Backend, app: Flask) -> None:
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert backend.submit().status_code == 202
    writes = [text for text in statements if "BEGIN" not in text and "api_key" not in text]
    lookups = [text for text in statements if "api_key" in text]
    assert (len(writes), len(lookups)) == (2, 1), statements


def test_the_next_comment_under_the_same_article_takes_one_statement(backend: Backend) -> None:
    backend.submit()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert backend.submit(external_id="c-2").status_code == 202
    writes = [text for text in statements if "BEGIN" not in text and "api_key" not in text]
    assert len(writes) == 1, statements
    changed = {"external_id": "a-1", "title": "عنوان دیگر"}
    assert backend.submit(external_id="c-3", article=changed).status_code == 202
    assert db.session.execute(select(Article.title)).scalar_one() == "عنوان دیگر"


def test_the_key_look_up_is_remembered_for_as_long_as_the_settings_say(backend: Backend, app: Flask) -> None:
    app.extensions["nazer_keys"].seconds = 5
    assert backend.submit().status_code == 202
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert backend.submit(external_id="c-2").status_code == 202
    assert not [text for text in statements if "api_key" in text]


def test_a_rotated_key_stops_working_and_the_new_one_works(backend: Backend) -> None:
    from datetime import timedelta

    (key,) = [each.key for each in keys.rotate_all(backend.credentials.site, keep_old_for=timedelta(0))]
    assert backend.submit().status_code == 401
    assert backend.call("POST", "/v1/comments", comment_body(), Authorization=f"Bearer {key}").status_code == 202


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nzr_wrong", "Basic eDp5", "Bearer \udcff"])
def test_without_a_right_key_nothing_is_stored(backend: Backend, header: str) -> None:
    answer = backend.call(
        "POST", "/v1/comments", comment_body(), Authorization=header.encode("utf-8", "replace").decode()
    )
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json["title_fa"]
    assert stored() == 0


WRONG = {
    "/external_id": {"external_id": ""},
    "/external_id ": {"external_id": 7},
    "/external_id  ": {"external_id": "x" * 201},
    "/article": {"article": None},
    "/article/external_id": {"article": {"title": "t"}},
    "/article/title": {"article": {"external_id": "never-seen"}},
    "/article/url": {"article": {"external_id": "a", "title": "t", "url": "javascript:alert(1)"}},
    "/author": {"author": "Sara"},
    "/author/name": {"author": {"name": "  "}},
    "/text": {"text": ""},
    "/text ": {"text": ["a"]},
    "/text    ": {"text": " \n\u3000 "},
    "/text  ": {"text": "a\x00b"},
    "/text   ": {"text": "ا" * 10_001},
    "/submitted_at": {"submitted_at": "2999-01-01T00:00:00Z"},
    "/submitted_at ": {"submitted_at": "yesterday"},
    "/submitted_at  ": {"submitted_at": "0001-01-01T00:00:00+14:00"},
}


@pytest.mark.parametrize("pointer", WRONG)
def test_a_wrong_field_is_named_and_nothing_is_stored(backend: Backend, pointer: str) -> None:
    answer = backend.submit(**WRONG[pointer])
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer.strip()]
    assert stored() == 0
    assert db.session.execute(select(func.count()).select_from(Article)).scalar_one() == 0


def test_every_wrong_field_is_named_at_once(backend: Backend) -> None:
    answer = backend.call("POST", "/v1/comments", {"text": 5, "author": {}})
    assert {error["pointer"] for error in answer.json["errors"]} == {
        "/external_id",
        "/article",
        "/author/name",
        "/text",
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"text": "\xff"}',
        b'"text"'[:-1],
        b'{"text": "\\ud800"}',
        b"[" * 50_000,
        b'{"a":' * 5_000,
    ],
    ids=["empty", "cut", "not utf-8", "broken utf-8", "cut text", "lone surrogate", "deep list", "deep object"],
)
def test_a_body_that_is_no_json_is_a_400(backend: Backend, raw: bytes) -> None:
    answer = backend.call("POST", "/v1/comments", raw=raw)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert stored() == 0


@pytest.mark.parametrize("raw", [b"[]", b"7", b"null", b'"text"'])
def test_json_that_is_no_object_is_a_422(backend: Backend, raw: bytes) -> None:
    assert backend.call("POST", "/v1/comments", raw=raw).status_code == 422


def test_another_content_type_is_a_415(backend: Backend) -> None:
    answer = backend.call(
        "POST", "/v1/comments", raw=b"text=a", **{"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")


def test_a_huge_body_is_a_413(backend: Backend) -> None:
    answer = backend.submit(text="x" * 2_000_000)
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert stored() == 0


def test_unknown_fields_are_ignored_and_markup_is_kept_as_it_is(backend: Backend) -> None:
    text = "<script>alert(1)</script> \u202eسلام\u200c\u0301"
    answer = backend.submit(text=text, shoe_size=43)
    assert answer.status_code == 202
    assert db.session.execute(select(Comment.text)).scalar_one() == text


@pytest.mark.parametrize(
    "raw",
    [
        b'{"external_id":"a","external_id":"b","article":{"external_id":"a","title":"t"},"author":{"name":"n"},"text":"x"}',
        b'{"external_id":"a","article":{"external_id":"a","title":"t","title":"t"},"author":{"name":"n"},"text":"x"}',
        b'{"external_id":"a","article":{"external_id":"a","title":"t"},"author":{"name":"n"},"text":"x","u":[{"a":1,"\\u0061":2}]}',
    ],
    ids=["at the top", "inside", "where nobody looks"],
)
def test_a_key_twice_in_one_object_is_refused_by_name(backend: Backend, raw: bytes) -> None:
    answer = backend.call("POST", "/v1/comments", raw=raw)
    assert (answer.status_code, answer.json["type"]) == (400, "urn:nazer:problem:repeated-key")
    assert any(name in answer.json["detail"] for name in ('"external_id"', '"title"', '"a"'))
    assert stored() == 0


def test_another_sites_comment_is_as_unknown_as_one_that_never_was(
    backend: Backend, other_backend: Callable[[], Backend]
) -> None:
    place = backend.submit().headers["Location"]
    kian = other_backend()
    for path in (place, "/v1/comments/00000000-0000-7000-8000-000000000000", "/v1/comments/nonsense"):
        answers = [kian.call("GET", path), kian.call("PATCH", path, {"text": "x"}), kian.call("DELETE", path)]
        assert {answer.status_code for answer in answers} == {404}
        assert {answer.json["detail"] for answer in answers} == {"This site has no comment with that id."}
    assert backend.call("GET", place).json["status"] == "pending"


def test_two_sites_may_use_the_same_external_ids(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    first, second = backend.submit(), other_backend().submit(text="متن دیگر")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json["id"] != second.json["id"]


def test_a_withdrawn_comment_cannot_be_edited(backend: Backend) -> None:
    place = backend.submit().headers["Location"]
    assert backend.call("DELETE", place).json["status"] == "withdrawn"
    answer = backend.call("PATCH", place, {"text": "متن دیگر"})
    assert (answer.status_code, answer.json["type"]) == (409, "urn:nazer:problem:withdrawn")


def test_the_state_of_a_decided_comment_tells_the_reason_and_no_name(backend: Backend) -> None:
    from moderation.models import DecisionOutcome

    site = backend.credentials.site
    comment, decision = make_decided(site, make_person("sara", site), DecisionOutcome.REJECTED)
    answer = backend.call("GET", f"/v1/comments/{comment.id}")
    assert answer.json["status"] == "rejected"
    assert answer.json["decision"]["reason"] == "no-insults"
    assert answer.json["decision"]["id"] == str(decision.id)
    assert "sara" not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/nothing", 404), ("PUT", "/v1/comments", 405)])
def test_wrong_addresses_are_problem_documents_too(backend: Backend, method: str, path: str, status: int) -> None:
    answer = backend.call(method, path, {})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_an_unexpected_error_is_a_500_that_tells_nothing(
    backend: Backend, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("moderation.lifecycle.receive", broken)
    answer = backend.submit()
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "secret" not in answer.text


def test_the_state_names_the_first_comment_that_said_the_same(backend: Backend, settings: Settings) -> None:
    text = "این پل را سه سال پیش هم با همین روبان افتتاح کرده بودند، عکسش در روزنامه هست"
    first, second = backend.submit(text=text), backend.submit(text=text, external_id="c-2")
    assert backend.call("GET", second.headers["Location"]).json["repeats_of"] is None, "not screened yet"
    screen_claim(fake_models(), Policies(), settings)
    assert backend.call("GET", second.headers["Location"]).json["repeats_of"] == first.json["id"]
    assert backend.call("GET", first.headers["Location"]).json["repeats_of"] is None
