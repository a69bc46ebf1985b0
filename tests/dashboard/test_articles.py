"""Articles with their heat, and what a moderator may set there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from moderation import heat, lifecycle
from moderation.db import db, now
from moderation.heat import Cursor, Order
from moderation.models import Article, ArticleChange, Comment, Person, Role, Site
from moderation.wire import ArticleBody
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_approved, make_person, make_site, make_story, make_waiting
from tests.statements import statements


@pytest.fixture
def sara_herself(site: Site) -> Person:
    """Here Sara is a senior moderator."""
    return make_person("sara", site, role=Role.SENIOR)


@pytest.fixture
def kian(app: Flask) -> Visitor:
    """An admin, even, but of another site."""
    return signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))


def aged(comment: Comment, **since: float) -> None:
    """The comment came that long ago."""
    moment = now() - timedelta(**since)
    db.session.execute(update(Comment).where(Comment.id == comment.id).values(received_at=moment))
    db.session.commit()


def story_of(number: int) -> Article:
    return db.session.execute(select(Article).where(Article.external_id == f"story-{number}")).scalar_one()


def titles(page: heat.Page) -> list[str]:
    return [hot.article.title for hot in page.articles]


@pytest.fixture
def warm(site: Site, sara_herself: Person) -> Site:
    """Three waiting under the first story, one old one under the second, one approved under the third, none under the fourth."""
    for number in range(3):
        make_waiting(site, f"پیام شمارهٔ {number} دربارهٔ خبر", article=make_story(1))
    aged(make_waiting(site, "پیامی دیرینه", article=make_story(2)), hours=5)
    make_approved(site, sara_herself, "این تأیید شد", under=3)
    lifecycle.register_article(site.id, "story-4", ArticleBody(title="خبر 4"))
    return site


def test_the_hottest_stands_first_in_each_order(warm: Site) -> None:
    ids = [warm.id]
    assert titles(heat.page(ids, Order.WAITING)) == ["خبر 1", "خبر 2", "خبر 3"]
    assert titles(heat.page(ids, Order.RATE))[0] == "خبر 1"
    assert titles(heat.page(ids, Order.OLDEST)) == ["خبر 2", "خبر 1"]
    assert titles(heat.page(ids, Order.NEWEST)) == ["خبر 4", "خبر 3", "خبر 2", "خبر 1"]
    first = heat.page(ids, Order.WAITING).articles[0]
    assert (first.waiting, first.rate) == (3, 3)


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_one_another_without_a_gap(warm: Site, order: Order) -> None:
    whole = titles(heat.page([warm.id], order))
    found, after = [], None
    for _ in range(10):
        page = heat.page([warm.id], order, after=after, limit=1)
        found += titles(page)
        if page.following is None:
            break
        after = Cursor.parse(str(page.following))
        assert after == page.following
    assert found == whole


@pytest.mark.parametrize(
    "raw", ["", "x", "1_", "1_zz", "9" * 80 + "_" + "0" * 32, f"{10**40}_{UUID(int=7).hex}", "-5_x"]
)
def test_what_is_no_cursor_begins_at_the_beginning(warm: Site, sara: Visitor, raw: str) -> None:
    assert Cursor.parse(raw) is None
    assert "خبر 1" in sara.get(f"/articles?order=oldest&after={raw}")


def test_a_page_of_articles_costs_three_statements_however_many_there_are(warm: Site) -> None:
    with statements() as few:
        heat.page([warm.id], Order.NEWEST)
    for number in range(5, 30):
        make_waiting(warm, f"پیام دیگری، شمارهٔ {number}", article=make_story(number))
    db.session.commit()
    with statements() as many:
        heat.page([warm.id], Order.NEWEST)
    with statements() as hottest:
        heat.page([warm.id], Order.WAITING)
    assert len([sql for sql in many if sql != "BEGIN"]) == len([sql for sql in few if sql != "BEGIN"]) == 3
    assert len([sql for sql in hottest if sql != "BEGIN"]) == 1


def test_sara_sees_the_list_and_an_article_with_what_waits(warm: Site, sara: Visitor) -> None:
    assert all(f"خبر {number}" in sara.get("/articles") for number in (1, 2, 3))
    page = sara.get(f"/articles/{story_of(1).id}")
    assert "پیام شمارهٔ 2 دربارهٔ خبر" in page
    assert "<dt>در انتظار</dt><dd>۳</dd>" in page


def test_sara_closes_slows_and_tightens_and_each_is_kept(warm: Site, sara: Visitor, sara_herself: Person) -> None:
    place = f"/articles/{story_of(1).id}"
    for form in ({"comments": "closed"}, {"slow_seconds": 300}, {"comments": "open"}, {"tighten": "on"}):
        assert sara.post(place, **form).status_code == 303
    article = story_of(1)
    db.session.refresh(article)
    assert (article.comments, article.slow_seconds, article.commenting(now())) == ("open", 300, "strict")
    assert article.strict_until
    assert timedelta(hours=23, minutes=59) < article.strict_until - now() <= timedelta(hours=24)
    assert article.commenting(now() + timedelta(hours=25)) == "open"
    page = sara.get(place)
    for told in ("سخت‌گیرانه", "هر ۵ دقیقه یکی", sara_herself.name):
        assert told in page
    assert sara.post(place, tighten="off").status_code == 303
    db.session.refresh(article)
    assert article.strict_until is None
    rows = db.session.execute(select(ArticleChange).order_by(ArticleChange.id)).scalars().all()
    assert len(rows) == 5
    assert {row.person_id for row in rows} == {sara_herself.id}


@pytest.mark.parametrize("form", [{"comments": "shut"}, {"slow_seconds": -1}, {"slow_seconds": "x"}, {"tighten": "x"}])
def test_a_wrong_setting_changes_nothing(warm: Site, sara: Visitor, form: dict[str, object]) -> None:
    assert sara.post(f"/articles/{story_of(1).id}", **form).status_code == 422
    assert db.session.execute(select(ArticleChange)).all() == []


def test_kian_sees_and_changes_nothing(warm: Site, kian: Visitor) -> None:
    article = story_of(1)
    kian.get(f"/articles/{article.id}", status=404)
    assert kian.post(f"/articles/{article.id}", comments="closed").status_code == 404
    kian.get(f"/articles?site={warm.slug}", status=404)
    assert "خبر 1" not in kian.get("/articles")
    db.session.refresh(article)
    assert article.comments == "open"


def test_one_bad_row_blanks_no_page(warm: Site, sara: Visitor) -> None:
    hostile = "ا" + "\u0315\u0300\u0489" * 400 + "\u202e" + "خ" * 60_000
    article = story_of(1)
    article.title, article.url = hostile, "javascript:alert(1)"
    db.session.execute(update(Comment).where(Comment.article_id == article.id).values(text=hostile))
    db.session.commit()
    assert "خبر 2" in sara.get("/articles")
    assert "javascript:" not in sara.get(f"/articles/{article.id}")


def test_what_came_in_an_hour_is_read_by_the_hour_alone(warm: Site) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL scans so small a table as a whole
    asked: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    heat.page([warm.id], Order.RATE)
    sql, values = asked[-1]
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    told = " ".join(str(row[3]) for row in plan)
    assert "ix_comment_of_site (site_id=? AND id>?)" in told
    assert "ix_comment_in_review_by_article (site_id=?)" in told
    assert "ix_comment_of_article" not in told


def test_a_moderator_reads_the_settings_and_changes_none(app: Flask, warm: Site) -> None:
    mina = signed_in(app, make_person("mina", warm))
    place = f"/articles/{story_of(1).id}"
    assert 'name="slow_seconds"' not in mina.get(place)
    assert mina.post(place, comments="closed").status_code == 403
    assert db.session.execute(select(ArticleChange)).all() == []
