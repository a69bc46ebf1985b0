"""What the card knows of the author, and of those who said the same."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from moderation.dashboard import precedents
from moderation.db import db
from moderation.models import Comment, Site
from moderation.rules.no_spam import NoSpam
from moderation.wire import AuthorIn
from tests.dashboard.visitor import Visitor
from tests.factories import make_site, make_waiting
from tests.statements import statements

NASER = AuthorIn(name="ناصر", id="u-7")


def test_an_authors_past_is_told_with_its_last_comments(sara: Visitor, site: Site) -> None:
    for outcome in ("approved", "approved", "rejected"):
        reason = {"reason": "no-insults"} if outcome == "rejected" else {}
        sara.decide(make_waiting(site, f"پیام پیشین {outcome}", author=NASER), outcome, **reason)
    make_waiting(site, "پیام تازه", author=NASER)
    make_waiting(site, "از کسی دیگر", author=AuthorIn(name="ناصر", id="u-8"))
    page = sara.get("/review")
    assert page.count("پیام‌های دیگر این نویسنده: ۲ تأیید، ۱ رد، ۰ در انتظار") == 1
    assert "پیام پیشین rejected" in page


def test_an_author_without_an_id_has_no_past(sara: Visitor, site: Site) -> None:
    for _ in range(2):
        make_waiting(site, author=AuthorIn(name="ناشناس"))
    assert "پیام‌های دیگر این نویسنده" not in sara.get("/review")


def test_the_past_at_another_site_is_not_told(sara: Visitor, site: Site) -> None:
    make_waiting(make_site("jam").site, "جای دیگر", author=NASER)
    make_waiting(site, author=NASER)
    page = sara.get("/review")
    assert "پیام‌های دیگر این نویسنده" not in page
    assert "جای دیگر" not in page


def test_only_the_last_hundred_are_looked_at(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    comments = [make_waiting(site, author=NASER) for _ in range(4)]
    monkeypatch.setattr(precedents, "MOST", 2)
    standing = precedents.standings([comments[0]])[comments[0].id]
    assert (standing.waiting, standing.more) == (2, True)


def test_what_the_same_text_got_before_is_told(sara: Visitor, site: Site) -> None:
    first, second, third = (make_waiting(site, f"خرید فوری {n}") for n in range(3))
    db.session.execute(update(Comment).where(Comment.id.in_([second.id, third.id])).values(repeats_of=first.id))
    db.session.commit()
    sara.decide(first, "rejected", reason="no-spam")
    sara.decide(second, "approved")
    page = sara.get("/review")
    for told in ("۲ پیام مشابه", "۱ تأیید شده", "۱ رد شده", NoSpam.title):
        assert told in page


def test_a_page_asks_once_for_all_its_cards(app: Flask, site: Site) -> None:
    comments = [make_waiting(site, author=AuthorIn(name="x", id=f"u-{n}")) for n in range(6)]
    with statements() as asked:
        precedents.standings(comments)
        precedents.same_texts(comments, {comment.id: 1 for comment in comments})
    assert len([statement for statement in asked if "SELECT" in statement]) == 2
