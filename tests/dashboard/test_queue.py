"""What a moderator sees in the queue."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import text, update

from moderation import lifecycle
from moderation.dashboard import desk
from moderation.db import db, now
from moderation.models import Comment, Person, Screening, Site
from moderation.rules import RULES
from moderation.rules.base import Outcome, Signals
from moderation.wire import ArticleIn, AuthorIn
from tests.dashboard.visitor import Visitor
from tests.factories import make_comment, make_decided, make_finding, make_waiting

CARD = re.compile(r'<article class="card" id="c-([0-9a-f-]{36})"')


def cards(page: str) -> list[str]:
    """The ids of the cards of a page, from top to bottom."""
    return CARD.findall(page)


def test_an_empty_queue_says_so_kindly(sara: Visitor) -> None:
    page = sara.get("/review")
    assert "صف خالی است" in page
    assert not cards(page)


def test_the_head_counts_what_waits_for_people_and_for_the_machine(sara: Visitor, site: Site) -> None:
    for number in range(12):
        comment = make_waiting(site, f"پیام شمارهٔ {number}")
    db.session.execute(update(Comment).where(Comment.id == comment.id).values(received_at=now() - timedelta(hours=5)))
    db.session.commit()
    make_comment(site, "هنوز در دست ماشین")
    page = sara.get("/review")
    assert "<title>(۱۲) صف بررسی · ناظر</title>" in page
    assert "<dt>در انتظار شما</dt><dd>۱۲</dd>" in page
    assert "<dt>در دست ماشین</dt><dd>۱</dd>" in page
    assert "<dt>قدیمی‌ترین</dt><dd>۵ ساعت</dd>" in page


def test_the_page_is_persian_and_right_to_left(sara: Visitor) -> None:
    assert '<html lang="fa" dir="rtl">' in sara.get("/review")


def test_a_card_shows_the_comment_under_its_article_with_the_reason_and_the_place(sara: Visitor, site: Site) -> None:
    text = "این وزیر احمق است"
    article = ArticleIn(
        external_id="a", title="عنوان خبر", section="سیاست", url="https://news.example/a", body="آغاز متن خبر.\nدنباله"
    )
    finding = make_finding(spans=((9, 13),), reason="واژهٔ «احمق» توهین است.", score=0.87)
    make_waiting(
        site,
        text,
        findings=[finding],
        article=article,
        author=AuthorIn(name="رهگذر"),
        signals=Signals(language="fa", models={"insult": "insult-7"}),
    )
    page = sara.get("/review")
    assert 'این وزیر <mark data-rule="no-insults" title="بدون توهین">احمق</mark> است' in page
    for shown in (
        'href="https://news.example/a"',
        "عنوان خبر",
        "سیاست",
        "آغاز متن خبر.",
        "رهگذر",
        "مغایر",
        "واژهٔ «احمق» توهین است.",
        'x="13" width="87"',
        "٪۸۷",
        "insult-7",
    ):
        assert shown in page


def test_a_comment_without_findings_is_shown_as_one(sara: Visitor, site: Site) -> None:
    make_waiting(site)
    page = sara.get("/review")
    assert "بدون ایراد" in page
    assert "هیچ قاعده‌ای ایرادی نگرفت" in page


def test_the_strongest_finding_is_the_reason_that_is_preselected(sara: Visitor, site: Site) -> None:
    findings = [
        make_finding("on-topic", "unrelated", 0.99, outcome=Outcome.SUSPECT),
        make_finding("persian-only", "other-language", 0.7),
        make_finding("no-insults", "insult", 0.8),
        make_finding("service", "model-failed", 1.0),
    ]
    make_waiting(site, findings=findings)
    page = sara.get("/review")
    assert re.findall(r'<option value="([^"]*)" selected>', page) == ["no-insults"]


def test_every_sentence_of_the_policy_and_another_reason_can_be_chosen(sara: Visitor, site: Site) -> None:
    make_waiting(site)
    options = dict(re.findall(r'<option value="([^"]+)">([^<]+)</option>', sara.get("/review")))
    assert options == {**{rule.slug: rule.policy for rule in RULES}, "other": "دلیل دیگر"}


def test_findings_over_an_older_text_are_not_shown_over_the_new_one(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, "تو احمق هستی", findings=[make_finding(spans=((3, 7),))])
    lifecycle.revise(site.id, comment.id, "شما انسان خوبی هستید")
    page = sara.get(f"/review/{comment.id}")
    assert "<mark" not in page.partition('id="c-')[2]
    assert "هنوز با قواعد سنجیده نشده است" in page


def test_a_parent_comment_is_shown_with_the_answer(sara: Visitor, site: Site) -> None:
    make_comment(site, "چرا پل هنوز بسته است؟", external_id="parent", author=AuthorIn(name="مادر"))
    make_waiting(site, "چون هنوز تعمیر نشده", parent_external_id="parent")
    page = sara.get("/review")
    assert "در پاسخ به" in page
    assert "چرا پل هنوز بسته است؟" in page


def test_pages_follow_each_other_without_gap_or_repetition(sara: Visitor, site: Site) -> None:
    wanted = {str(make_waiting(site, f"پیام {number}").id) for number in range(2 * desk.CARDS + 3)}
    seen: list[str] = []
    path: str | None = "/review"
    while path:
        page = sara.get(path)
        seen += cards(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1] if following else None
    assert len(seen) == len(set(seen))
    assert set(seen) == wanted


def test_a_cursor_that_is_none_shows_the_start(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    for cursor in ("", "x", "1_x", "_", "9_" + "f" * 33, "🙃"):
        assert cards(sara.get(f"/review?after={cursor}")) == [str(comment.id)]


def test_a_page_that_was_worked_off_leads_back_to_the_start(sara: Visitor, site: Site) -> None:
    make_waiting(site)
    page = sara.get("/review?after=0_" + "f" * 32)
    assert "این صفحه به پایان رسید" in page


def test_a_revised_comment_shows_its_revision(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    db.session.execute(update(Comment).where(Comment.id == comment.id).values(revision=3))
    db.session.execute(update(Screening).where(Screening.comment_id == comment.id).values(revision=3))
    db.session.commit()
    assert "نسخهٔ ۳" in sara.get("/review")


def test_the_decided_page_shows_the_last_decisions(sara: Visitor, site: Site, sara_herself: Person) -> None:
    make_decided(site, sara_herself, text="پیام تأییدشده")
    page = sara.get("/decided")
    assert "پیام تأییدشده" in page
    assert "تأیید شد" in page
    assert "هنوز تصمیمی نیست" not in page


def test_the_queue_is_read_in_the_order_of_its_index_and_not_sorted(app: Flask) -> None:
    """SQLite forgets the direction of an index when a migration rebuilds the table."""
    if db.engine.dialect.name == "sqlite":
        found = text("SELECT sql FROM sqlite_master WHERE name = :name")
    else:
        found = text("SELECT indexdef FROM pg_indexes WHERE indexname = :name")
    for name in ("ix_comment_in_review", "ix_comment_copies_waiting"):
        assert "priority DESC, id)" in db.session.execute(found, {"name": name}).scalar_one()
