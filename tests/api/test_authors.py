"""What is kept of one author: exported and erased, audited, and never another site's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from moderation import author_export, lifecycle, privacy
from moderation.db import db
from moderation.models import Comment, Revision, Scope
from moderation.wire import AuthorIn
from tests.api.conftest import Backend
from tests.factories import make_comment, make_decided, make_finding, make_key, make_person, make_waiting

KIAN = AuthorIn(name="کیان", id="u/52")


def exported(backend: Backend, author: str = "u/52") -> list[dict[str, Any]]:
    answer = backend.call("GET", f"/v1/authors/{author}/export")
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.get_data().splitlines()]


def test_an_export_has_every_text_and_no_moderators_name(backend: Backend) -> None:
    site = backend.credentials.site
    comment = make_waiting(site, "متن نخست", author=KIAN)
    lifecycle.revise(site.id, comment.id, "متن دوم")
    make_comment(site, "از کسی دیگر", author=AuthorIn(name="مریم", id="u-7"))
    (line,) = exported(backend)
    assert (line["text"], line["author_name"], line["author_id"], line["status"]) == (
        "متن دوم",
        "کیان",
        "u/52",
        "pending",
    )
    assert [each["text"] for each in line["earlier_texts"]] == ["متن نخست"]
    decided, _ = make_decided(site, make_person("sara", site))
    assert decided.author_external_id is None
    assert "sara" not in json.dumps(exported(backend))
    assert exported(backend, "nobody") == []


def test_an_export_goes_on_over_pages(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(author_export, "_PAGE", 2)
    for _ in range(5):
        make_comment(backend.credentials.site, author=KIAN)
    lines = exported(backend)
    assert len({line["id"] for line in lines}) == len(lines) == 5


def test_erasing_removes_texts_name_and_id_and_goes_on_when_asked_again(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = privacy.erase_author
    monkeypatch.setattr(privacy, "erase_author", lambda site_id, author: whole(site_id, author, most=2))
    site = backend.credentials.site
    for _ in range(3):
        comment = make_comment(site, author=KIAN)
        lifecycle.revise(site.id, comment.id, "متن دیگر")
    kept = make_comment(site, author=AuthorIn(name="مریم", id="u-7"))
    answers = [backend.call("POST", "/v1/authors/u/52/erase").json for _ in range(3)]
    assert answers == [{"erased": 2, "more": True}, {"erased": 1, "more": False}, {"erased": 0, "more": False}]
    rows = db.session.execute(
        select(Comment).where(Comment.id != kept.id), execution_options={"populate_existing": True}
    )
    for comment in rows.scalars():
        assert (comment.text, comment.author_name, comment.author_external_id) == ("", "", None)
        assert comment.status == "withdrawn"
    assert set(db.session.execute(select(Revision.text)).scalars()) == {""}
    assert exported(backend) == []
    assert len(exported(backend, "u-7")) == 1


def test_a_comment_has_its_record_whoever_wrote_it(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    comment = make_waiting(site, "متن نخست", findings=[make_finding()])
    lifecycle.revise(site.id, comment.id, "متن دوم")
    place = f"/v1/comments/{comment.id}/record"
    told = backend.call("GET", place).json
    assert (told["text"], told["author_id"], told["author_standings"]) == ("متن دوم", "", [])
    assert [each["text"] for each in told["earlier_texts"]] == ["متن نخست"]
    assert [finding["rule"] for each in told["screenings"] for finding in each["findings"]] == ["no-insults"]
    decided, _ = make_decided(site, sara)
    told = backend.call("GET", f"/v1/comments/{decided.id}/record").json
    assert [(each["outcome"], each["by"]) for each in told["decisions"]] == [("approved", "person")]
    assert "sara" not in json.dumps(told)
    kian = other_backend()
    for asked, where in (
        (kian, place),
        (backend, f"/v1/comments/{site.id}/record"),
        (backend, "/v1/comments/x/record"),
    ):
        assert asked.call("GET", where).json["type"] == "urn:nazer:problem:no-such-comment"
    key = make_key(site, Scope.READ)
    assert backend.call("GET", place, Authorization=f"Bearer {key}").status_code == 403


def test_both_are_noted_with_the_key_and_without_the_authors_id(backend: Backend) -> None:
    make_comment(backend.credentials.site, author=KIAN)
    exported(backend)
    backend.call("POST", "/v1/authors/u/52/erase")
    entries = backend.call("GET", "/v1/audit?action=author").json["entries"]
    assert [(entry["action"], entry["key"]) for entry in entries] == [
        ("author.erased", "first key"),
        ("author.exported", "first key"),
    ]
    assert entries[0]["subject"] == entries[1]["subject"]
    assert "u/52" not in json.dumps(entries)


def test_another_sites_author_is_nobody_here(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    make_comment(backend.credentials.site, author=KIAN)
    kian = other_backend()
    assert exported(kian) == []
    assert kian.call("POST", "/v1/authors/u/52/erase").json == {"erased": 0, "more": False}
    assert len(exported(backend)) == 1


@pytest.mark.parametrize("author", ["a%00b", "x" * 201, "%20"])
def test_an_id_that_no_author_has_is_refused(backend: Backend, author: str) -> None:
    assert backend.call("GET", f"/v1/authors/{author}/export").status_code == 422
    assert backend.call("POST", f"/v1/authors/{author}/erase").status_code == 422
