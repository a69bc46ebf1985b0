"""Articles that are closed or strict, and what is counted of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from moderation import lifecycle
from moderation.db import db
from moderation.models import Article, Comment, DecisionOutcome, RuleSetVersion
from moderation.policy import Policies
from moderation.settings import Settings
from tests.api.conftest import Backend
from tests.factories import make_approved, make_decided, make_person, make_story, make_waiting
from tests.fakes import fake_models
from tests.statements import statements
from worker.screening import screen_claim


def set_comments(backend: Backend, value: str, article: str = "a-1") -> None:
    assert backend.call("PATCH", f"/v1/articles/{article}", {"comments": value}).json["comments"] == value


@pytest.fixture
def known(backend: Backend) -> Backend:
    assert backend.call("PUT", "/v1/articles/a-1", {"title": "خبر"}).json["comments"] == "open"
    return backend


def test_a_closed_article_refuses_new_comments_and_keeps_those_that_are_there(known: Backend) -> None:
    place = known.submit().headers["Location"]
    set_comments(known, "closed")
    refused = known.submit(external_id="c-2")
    assert (refused.status_code, refused.json["type"]) == (409, "urn:nazer:problem:article-closed")
    assert known.submit().status_code == 200  # the same request again is the same comment
    assert known.call("PATCH", place, {"text": "متن دیگر"}).status_code == 202
    assert known.call("DELETE", place).status_code == 200
    assert db.session.execute(select(func.count()).select_from(Comment)).scalar_one() == 1
    set_comments(known, "open")
    assert known.submit(external_id="c-2").status_code == 202


def test_a_refused_comment_changes_nothing_of_a_closed_article(known: Backend) -> None:
    set_comments(known, "closed")
    known.submit(article={"external_id": "a-1", "title": "عنوان دیگر"})
    assert db.session.execute(select(Article.title)).scalar_one() == "خبر"


def test_registering_again_leaves_an_article_closed_unless_it_says_otherwise(known: Backend) -> None:
    set_comments(known, "closed")
    assert known.call("PUT", "/v1/articles/a-1", {"title": "خبر دوم"}).json["comments"] == "closed"
    assert known.call("PUT", "/v1/articles/a-1", {"title": "خبر دوم", "comments": "open"}).json["comments"] == "open"


@pytest.mark.parametrize(
    "body", [{}, {"comments": "shut"}, {"comments": None}, {"comments": 1}, {"comments": ["open"]}]
)
def test_what_is_no_setting_is_refused(known: Backend, body: dict[str, object]) -> None:
    answer = known.call("PATCH", "/v1/articles/a-1", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/comments")


def test_a_preview_under_a_closed_article_says_so(known: Backend, app: Flask) -> None:
    app.extensions["nazer_preview"].models = fake_models()
    set_comments(known, "closed")
    answer = known.call("POST", "/v1/preview", {"text": "سلام", "article": {"external_id": "a-1"}})
    assert (answer.status_code, answer.json["type"]) == (409, "urn:nazer:problem:article-closed")


def test_under_a_strict_article_people_decide_and_sooner(known: Backend, settings: Settings) -> None:
    site = known.credentials.site
    content = {"version": 1, "rules": {}, "approves_clean": True}
    db.session.add(RuleSetVersion(site_id=site.id, number=2, state="live", content=content, digest="x"))
    db.session.commit()
    known.call("PUT", "/v1/articles/a-2", {"title": "خبر پرتنش", "comments": "strict"})
    known.submit(external_id="open")
    known.submit(external_id="strict", article={"external_id": "a-2"})
    screen_claim(fake_models(), Policies(), settings)
    rows = db.session.execute(select(Comment.external_id, Comment.status, Comment.priority)).all()
    found = {name: (status, priority) for name, status, priority in rows}
    assert found == {"open": ("approved", 0), "strict": ("in_review", 100)}


def test_counters_count_what_the_outside_sees(backend: Backend) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    shown, edited, erased, withdrawn = make_approved(site, sara, "یک", "دو", "سه", "چهار")
    make_approved(site, sara, "پنج", publish=False)
    make_waiting(site, "شش", article=make_story(1))
    lifecycle.revise(site.id, edited.id, "دو و نیم")
    lifecycle.erase(site.id, erased.id)
    lifecycle.withdraw(site.id, withdrawn.id)
    make_decided(site, sara, DecisionOutcome.REJECTED)  # under another article
    assert backend.call("GET", "/v1/articles/story-1").json["counts"] == {"published": 1, "waiting": 3, "refused": 0}
    assert backend.call("GET", "/v1/articles/a-1").json["counts"] == {"published": 0, "waiting": 0, "refused": 1}
    assert shown.external_id


def test_an_unchanged_count_is_a_304_without_a_body(known: Backend) -> None:
    first = known.call("GET", "/v1/articles/a-1")
    again = known.call("GET", "/v1/articles/a-1", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    known.submit()
    changed = known.call("GET", "/v1/articles/a-1", **{"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json["counts"]["waiting"]) == (200, 1)


def test_counting_reads_the_index_alone(known: Backend) -> None:
    known.submit()
    with statements() as asked:
        known.call("GET", "/v1/articles/a-1")
    (count,) = (sql for sql in asked if "count(" in sql.lower())
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL scans so small a table as a whole
    given = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {count}", ("x",) * count.count("?")).all()
    assert any("COVERING INDEX ix_comment_of_article" in str(row) for row in given), given


def test_another_sites_article_is_as_unknown_as_one_that_never_was(
    known: Backend, other_backend: Callable[[], Backend]
) -> None:
    kian = other_backend()
    for path in ("/v1/articles/a-1", "/v1/articles/never"):
        answers = [kian.call("GET", path), kian.call("PATCH", path, {"comments": "closed"})]
        assert {answer.status_code for answer in answers} == {404}
        assert {answer.json["detail"] for answer in answers} == {"This site has no article with that id."}
    assert known.submit().status_code == 202


@pytest.mark.parametrize("path", ["a%00b", "x" * 201, "%20"])
def test_an_id_that_cannot_be_kept_is_refused(backend: Backend, path: str) -> None:
    assert backend.call("GET", f"/v1/articles/{path}").status_code == 422
