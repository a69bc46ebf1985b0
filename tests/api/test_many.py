"""Batches of comments, and pages of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, inspect, select, text

from moderation import lifecycle
from moderation.db import db, new_id
from moderation.models import Article, Comment, DecisionOutcome
from moderation.wire import CommentIn
from tests.api.conftest import Backend, comment_body
from tests.factories import make_comment, make_decided, make_person, make_site, make_waiting, sent
from tests.fakes import CountingBell
from tests.statements import statements


def send(backend: Backend, *items: Any) -> dict[str, Any]:
    answer = backend.call("POST", "/v1/comments/batch", {"comments": list(items)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def count(table: type) -> int:
    return int(db.session.execute(select(func.count()).select_from(table)).scalar_one())


def statuses(told: dict[str, Any]) -> list[int]:
    return [result["status"] for result in told["results"]]


def test_each_comment_of_a_batch_has_its_own_result(backend: Backend) -> None:
    known = backend.submit(external_id="known").json["id"]
    told = send(
        backend,
        comment_body(external_id="a"),
        comment_body(external_id="known"),
        comment_body(external_id="known", text="متن دیگر"),
        comment_body(external_id="b", article={"external_id": "never-seen"}),
        comment_body(external_id="c", text=" "),
        comment_body(external_id="d", text="ا" * 10_001),
        "no comment",
        None,
        comment_body(external_id="a", text="متن دیگر"),
    )
    assert statuses(told) == [202, 200, 409, 422, 422, 422, 422, 422, 409]
    assert (told["accepted"], told["known"], told["refused"]) == (1, 1, 7)
    results = told["results"]
    assert results[1]["id"] == known
    assert results[2]["problem"]["comment"] == f"/v1/comments/{known}"
    assert [results[place]["problem"]["errors"][0]["pointer"] for place in (3, 4, 5, 6)] == [
        "/article/title",
        "/text",
        "/text",
        "",
    ]
    assert results[0]["id"] != results[8]["id"]
    assert [result["index"] for result in results] == list(range(9))
    assert results[6]["external_id"] is None
    assert (count(Comment), count(Article)) == (2, 1)


def test_a_batch_takes_few_statements_however_large_it_is(backend: Backend, bell: CountingBell) -> None:
    items = [
        comment_body(
            external_id=f"c-{number}",
            article={"external_id": f"a-{number % 40}", "title": "خبر"},
            parent_external_id=f"c-{number - 1}",
        )
        for number in range(500)
    ]
    before = bell.rings.total()
    with statements() as asked:
        told = send(backend, *items)
    assert told["accepted"] == 500
    assert len([sql for sql in asked if "BEGIN" not in sql and "api_key" not in sql]) <= 6, asked
    assert (count(Comment), bell.rings.total() - before) == (500, 1)
    again = send(backend, *items)
    assert (again["known"], count(Comment)) == (500, 500)


def test_a_reply_finds_its_parent_before_it_in_the_batch_and_under_the_same_article(backend: Backend) -> None:
    other = {"external_id": "a-2", "title": "خبر دیگر"}
    send(
        backend,
        comment_body(external_id="early", parent_external_id="late"),
        comment_body(external_id="late", parent_external_id="early"),
        comment_body(external_id="self", parent_external_id="self"),
        comment_body(external_id="elsewhere", article=other, parent_external_id="early"),
    )
    rows = db.session.execute(select(Comment.external_id, Comment.id, Comment.parent_id)).all()
    ids = {name: comment_id for name, comment_id, _ in rows}
    parents = {name: parent for name, _, parent in rows}
    assert parents == {"early": None, "late": ids["early"], "self": None, "elsewhere": None}


def test_an_article_is_known_to_those_behind_the_comment_that_brought_it(backend: Backend) -> None:
    new, bare = {"external_id": "new", "title": "تازه"}, {"external_id": "new"}
    told = send(
        backend,
        comment_body(external_id="a", article=bare),
        comment_body(external_id="b", article=new),
        comment_body(external_id="c", article=bare),
    )
    assert statuses(told) == [422, 202, 202]


def test_what_is_refused_leaves_no_article_behind(backend: Backend) -> None:
    backend.submit(external_id="taken")
    told = send(
        backend,
        comment_body(external_id="taken", text="متن دیگر", article={"external_id": "new", "title": "تازه"}),
        comment_body(external_id="b", article={"external_id": "new"}),
    )
    assert statuses(told) == [409, 422]
    assert count(Article) == 1


def test_a_closed_article_refuses_its_comments_alone(backend: Backend) -> None:
    backend.call("PUT", "/v1/articles/a-1", {"title": "خبر", "comments": "closed"})
    told = send(
        backend,
        comment_body(external_id="a", article={"external_id": "a-1", "title": "عنوان دیگر"}),
        comment_body(external_id="b", article={"external_id": "a-2", "title": "خبر"}),
    )
    assert statuses(told) == [409, 202]
    assert told["results"][0]["problem"]["type"] == "urn:nazer:problem:article-closed"
    titles = db.session.execute(select(Article.title)).scalars().all()
    assert set(titles) == {"خبر"}


def test_batches_at_once_store_each_comment_once_in_whatever_order_they_come(app: Flask) -> None:
    site_id = make_site("mehr").site.id
    ordered = [sent(external_id=f"c-{number}") for number in range(200)]
    outcomes: list[str] = []

    def one(items: list[CommentIn]) -> None:
        with app.app_context():
            outcomes.extend(receipt.outcome.value for receipt in lifecycle.receive_many(site_id, items))
            db.session.remove()

    orders = [ordered, ordered[::-1], ordered[100:] + ordered[:100]]
    threads = [threading.Thread(target=one, args=(items,)) for items in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["same"] * 400 + ["stored"] * 200
    assert count(Comment) == 200


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_batch_that_meets_another_one_crosswise_is_stored_all_the_same(app: Flask) -> None:
    site = make_site("mehr").site
    known = make_comment(site)
    row = {column.key: getattr(known, column.key) for column in inspect(Comment).column_attrs}
    outcomes: list[str] = []

    def one() -> None:
        with app.app_context():
            items = [sent(known.text, external_id=name) for name in ("first", "second")]
            outcomes.extend(receipt.outcome.value for receipt in lifecycle.receive_many(site.id, items))
            db.session.remove()

    thread = threading.Thread(target=one)
    blocked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with db.engine.connect() as other:
        other.execute(insert(Comment), row | {"id": new_id(), "external_id": "second"})
        thread.start()
        while not db.session.execute(blocked).scalar_one():
            db.session.rollback()
        other.execute(insert(Comment), row | {"id": new_id(), "external_id": "first"})  # each waits for the other
        other.commit()
    thread.join()
    assert outcomes == ["same", "same"]
    assert count(Comment) == 3


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b'{"comments": []}', 422),
        (b'{"comments": {}}', 422),
        (b"{}", 422),
        (b'{"comments": [' + b"{}," * 500 + b"{}]}", 422),
        (b'{"comments": [{"text": "\\ud800"}]}', 400),
        (b'{"comments": [{"a": 1, "a": 2}]}', 400),
        (b'{"comments": [' + b"[" * 5000, 400),
        (b'{"comments": "' + b"x" * 9_000_000 + b'"}', 413),
    ],
    ids=["empty", "object", "nothing", "too many", "surrogate", "key twice", "deep", "huge"],
)
def test_what_is_no_batch_is_refused_as_a_whole(backend: Backend, raw: bytes, status: int) -> None:
    answer = backend.call("POST", "/v1/comments/batch", raw=raw)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert count(Comment) == 0


def test_every_wrong_field_of_a_comment_is_named_by_its_pointer(backend: Backend) -> None:
    wrong = comment_body(text="a\x00b", external_id=7, submitted_at="2999-01-01T00:00:00Z", author={"name": ""})
    (result,) = send(backend, wrong)["results"]
    assert {error["pointer"] for error in result["problem"]["errors"]} == {
        "/text",
        "/external_id",
        "/submitted_at",
        "/author/name",
    }


def test_moments_and_addresses_of_a_batch_are_read_like_those_of_one(backend: Backend) -> None:
    article = {"external_id": "a-9", "title": "خبر", "url": "https://a.example/9"}
    send(backend, comment_body(submitted_at="2026-11-20T09:12:44+03:30", article=article))
    moment, url = db.session.execute(select(Comment.submitted_at, Article.url).join(Article)).one()
    assert (moment.isoformat(), url) == ("2026-11-20T05:42:44+00:00", "https://a.example/9")


# Pages


def test_a_comment_is_found_by_the_sites_own_id_whatever_is_in_it(
    backend: Backend, other_backend: Callable[[], Backend]
) -> None:
    backend.submit(external_id="ا/b ?&../c")
    found = backend.client.get(
        "/v1/comments",
        query_string={"external_id": "ا/b ?&../c"},
        headers={"Authorization": f"Bearer {backend.credentials.api_key}"},
    )
    assert [comment["external_id"] for comment in found.json["comments"]] == ["ا/b ?&../c"]
    assert backend.call("GET", "/v1/comments?external_id=never").json == {"comments": [], "next": None}
    assert other_backend().call("GET", "/v1/comments").json["comments"] == []


def test_pages_give_each_comment_once_in_the_order_of_their_coming(backend: Backend) -> None:
    names = [f"c-{number}" for number in range(7)]
    send(backend, *(comment_body(external_id=name) for name in names))
    seen, after = [], ""
    while True:
        page = backend.call("GET", f"/v1/comments?limit=3{after}").json
        seen += [comment["external_id"] for comment in page["comments"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert sorted(seen) == names  # within a millisecond ids are in no order


def test_statuses_are_those_that_the_outside_sees(backend: Backend) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    shown = make_decided(site, sara, DecisionOutcome.APPROVED)[0].external_id
    held = make_decided(site, sara, DecisionOutcome.APPROVED, undo_seconds=60)[0].external_id
    waiting = make_waiting(site, article=None).external_id
    refused = make_decided(site, sara, DecisionOutcome.REJECTED)[0].external_id
    backend.submit(external_id="pending", article={"external_id": "a-2", "title": "خبر"})
    expected = {"approved": {shown}, "in_review": {held, waiting}, "rejected": {refused}, "pending": {"pending"}}
    for status, names in expected.items():
        page = backend.call("GET", f"/v1/comments?status={status}").json["comments"]
        assert {comment["external_id"] for comment in page} == names
        assert {comment["status"] for comment in page} == {status}
    assert backend.call("GET", "/v1/comments?status=pending&article=a-1").json["comments"] == []
    assert len(backend.call("GET", "/v1/comments?article=a-2").json["comments"]) == 1


@pytest.mark.parametrize(
    "query", ["status=lost", "after=1", "limit=0", "limit=201", "external_id=", "article=%00", "after="]
)
def test_a_question_that_is_none_is_refused(backend: Backend, query: str) -> None:
    answer = backend.call("GET", f"/v1/comments?{query}")
    assert (answer.status_code, answer.json["errors"][0]["pointer"][0]) == (422, "?")
