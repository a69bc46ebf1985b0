"""Searching text and author of everything that was ever received."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import delete

from moderation import lifecycle, search
from moderation.db import db
from moderation.models import Comment, Person, Searchable, Site
from moderation.wire import AuthorIn
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_comment, make_decided, make_person, make_site, make_waiting, screen

FOUND = re.compile(r'<li class="\w+">.*?href="/review/([0-9a-f-]{36})"', re.DOTALL)


def found(visitor: Visitor, wanted: str) -> list[str]:
    return FOUND.findall(visitor.get(f"/search?q={wanted}"))


def test_both_sides_are_read_as_persian_is_read(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, "كتاب‌هاي تازه را در ۱۴۰۵ مي‌خوانم", author=AuthorIn(name="مُحمّد رضایی"))
    make_waiting(site, "پیام دیگری")
    for wanted in ("کتاب", "کتاب های", "کتاب‌های", "می‌خوانم", "1405", "محمد", "رضايي خوانم", "تاز"):
        assert found(sara, wanted) == [str(comment.id)], wanted
    for wanted in ("دفتر", "کتاب دفتر", "تاب"):
        assert not found(sara, wanted), wanted


def test_everything_received_is_found_the_newest_first(sara: Visitor, site: Site, sara_herself: Person) -> None:
    decided, _ = make_decided(site, sara_herself, text="پل تازه باز شد")
    withdrawn = make_waiting(site, "پل کهنه بسته شد")
    lifecycle.withdraw(site.id, withdrawn.id)
    waiting = make_waiting(site, "پل کجاست؟")
    assert found(sara, "پل") == [str(comment.id) for comment in (waiting, withdrawn, decided)]
    page = sara.get("/search?q=پل")
    for state in ("در صف", "پس‌گرفته", "تأییدشده"):
        assert state in page


def test_what_is_often_said_comes_page_by_page(sara: Visitor, site: Site) -> None:
    wanted = {str(make_waiting(site, f"سلام {number}").id) for number in range(28)}
    page = sara.get("/search?q=سلام")
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    seen = FOUND.findall(page) + FOUND.findall(sara.get(following[1]))
    assert len(seen) == 28
    assert set(seen) == wanted


def test_what_was_erased_is_found_no_more(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, "شمارهٔ من همین است", author=AuthorIn(name="ناصر"))
    lifecycle.erase(site.id, comment.id)
    for wanted in ("شماره", "ناصر"):
        assert not found(sara, wanted)


def test_a_text_is_found_by_what_it_says_and_by_what_it_said(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, "کهنه", external_id="r-1")
    lifecycle.revise(site.id, comment.id, "نو")
    screen(comment)
    for wanted, earlier in (("نو", False), ("کهنه", True)):
        assert found(sara, wanted) == [str(comment.id)]
        assert ("متنی بودند که این پیام پیش‌تر داشت" in sara.get(f"/search?q={wanted}")) == earlier
    lifecycle.erase(site.id, comment.id)
    assert not found(sara, "کهنه")


def test_what_was_cut_off_is_found(sara: Visitor, site: Site, sara_herself: Person) -> None:
    comment = make_waiting(site, "نان گران است و مدیر دروغگوست")
    lifecycle.trim(comment, sara_herself.id, lifecycle.Cut(((11, 29),), comment.revision), 0)
    screen(comment, again=True)
    assert found(sara, "دروغگوست") == [str(comment.id)]
    assert found(sara, "گران") == [str(comment.id)]


def test_earlier_texts_are_searched_up_to_a_length(site: Site) -> None:
    many = search.folded("علی", "نو", *(f"متن{number} " * 1000 for number in range(1000, 1100)))
    assert "متن1000" in many
    assert "متن1099" not in many
    assert len(many) < 2 * search.LONGEST


def test_what_was_screened_before_search_came_is_made_searchable(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, "از پیش")
    make_comment(site, "هنوز نه")
    db.session.execute(delete(Searchable))
    db.session.commit()
    assert not found(sara, "پیش")
    assert lifecycle.make_searchable() == 1
    assert lifecycle.make_searchable() == 0
    assert found(sara, "پیش") == [str(comment.id)]


@pytest.mark.parametrize(
    "wanted", ["", "!", "«»", "a'b", 'a" OR "b', "NOT", "AND", "NEAR(", "*", ":", "\\", "%00", "🙃", "x" * 300]
)
def test_whatever_is_asked_for_is_no_error(sara: Visitor, site: Site, wanted: str) -> None:
    make_waiting(site)
    sara.get(f"/search?q={wanted}&before=x")


def test_hostile_texts_are_kept_and_found(sara: Visitor, site: Site) -> None:
    for text in ("ا" + "\u0315\u0300\u0489" * 500, "واژه " * 2000, "x" * 9000, "سلام\u200c\u202e"):
        make_waiting(site, text)
    assert len(found(sara, "واژه")) == 1
    assert len(found(sara, "سلام")) == 1


def test_kian_finds_nothing_of_this_site(app: Flask, site: Site) -> None:
    make_waiting(site, "راز")
    kian = signed_in(app, make_person("kian", make_site("jam").site))
    assert not found(kian, "راز")
    assert "راز" not in kian.get("/search?q=" + "راز").rpartition("</form>")[2]


def test_the_page_says_what_can_be_asked(sara: Visitor, site: Site) -> None:
    assert "همهٔ پیام‌هایی که تاکنون رسیده‌اند" in sara.get("/search")
    assert "چیزی یافت نشد" in sara.get("/search?q=هیچ")


def test_only_words_are_kept(site: Site) -> None:
    comment = make_waiting(site, "سلام، «دنیا»!", author=AuthorIn(name="علی"))
    row = db.session.query(Searchable).filter_by(comment_id=comment.id).one()
    assert row.folded == "علی\nسلام دنیا"
    assert db.session.get_one(Comment, comment.id).text == "سلام، «دنیا»!"
