"""Comments that say nearly the same: one card in the queue, one page to compare them, one decision for those that wait."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import update

from moderation import lifecycle, queue
from moderation.dashboard import groups as pages
from moderation.dashboard.differences import difference
from moderation.db import db
from moderation.lifecycle import Ruling
from moderation.models import Comment, DecisionOutcome, Person, Role, Site, Status
from tests.dashboard.test_queue import cards
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_finding, make_person, make_site, make_waiting

CHOSEN = re.compile(r'name="chosen" value="([^"]+)"')
PICKED = re.compile(r'name="chosen" value="([^"]+)" form="bulk" checked')


def make_group(site: Site, *texts: str, **fields: object) -> list[Comment]:
    """Waiting comments that say the same: all but the first name the first."""
    made = [make_waiting(site, said, **fields) for said in texts]
    join(made[0], *made[1:])
    return made


def join(first: Comment, *others: Comment, **values: object) -> None:
    """Have some comments repeat a first one."""
    named = update(Comment).where(Comment.id.in_([other.id for other in others]))
    db.session.execute(named.values(repeats_of=first.id, **values))
    db.session.commit()


def test_a_group_is_one_card_that_counts_the_others(sara: Visitor, site: Site) -> None:
    first, *_ = make_group(site, "نخستین", "دومین", "سومین")
    alone = make_waiting(site, "تنها")
    page = sara.get("/review")
    assert sorted(cards(page)) == sorted([str(first.id), str(alone.id)])
    assert page.count("۲ پیام مشابه") == 1
    assert f'href="/groups/{first.id}"' in page
    assert "<dt>در انتظار شما</dt><dd>۴</dd>" in page, "what is folded is still counted"
    assert "پیام مشابه" not in sara.get(f"/review/{alone.id}")


def test_the_most_urgent_of_a_group_stands_for_it(site: Site) -> None:
    first, second, third = make_group(site, "نخستین", "دومین", "سومین")
    other = make_waiting(site, "دیگر")
    for comment, priority in ((first, 1), (second, 1), (third, 9), (other, 5)):
        db.session.execute(update(Comment).where(Comment.id == comment.id).values(priority=priority))
    db.session.commit()
    assert [comment.id for comment in queue.waiting([site.id]).comments] == [third.id, other.id]


def test_pages_of_a_folded_queue_follow_each_other_without_gap_or_repetition(site: Site) -> None:
    heads = [make_group(site, *["همان"] * 4)[0].id for _ in range(5)]
    seen, after = [], None
    while True:
        page = queue.waiting([site.id], after=after, limit=2)
        seen += [comment.id for comment in page.comments]
        after = page.following
        if after is None:
            break
    assert seen == heads


def test_all_waiting_of_a_group_are_decided_once(sara: Visitor, site: Site) -> None:
    group = make_group(site, *["خرید ارزان از کانال ما"] * 6, findings=[make_finding("no-spam", "advert")])
    page = sara.get(f"/groups/{group[0].id}")
    assert '<option value="no-spam" selected>' in page
    chosen = PICKED.findall(page)
    assert len(chosen) == 6
    answer = sara.post("/bulk", chosen=chosen, outcome="rejected", reason="no-spam")
    assert answer.status_code == 303
    db.session.expire_all()
    assert {db.session.get_one(Comment, comment.id).status for comment in group} == {Status.REJECTED}
    assert "۶ پیام یک‌جا" in sara.get("/review")


def test_a_copy_that_comes_later_is_not_decided_by_itself_and_shows_what_the_group_got(
    sara: Visitor, site: Site, sara_herself: Person
) -> None:
    first, second = make_group(site, "همان", "همان")
    seen = {comment.id: 1 for comment in (first, second)}
    lifecycle.decide_many(seen, sara_herself.id, Ruling(DecisionOutcome.REJECTED, 0, "no-spam"), 0)
    late, later = make_waiting(site, "همان"), make_waiting(site, "همان")
    join(first, late, later)
    page = sara.get("/review")
    assert cards(page) == [str(late.id)], "those that come later are folded among themselves"
    assert "۲ رد شده" in page
    group = sara.get(f"/groups/{first.id}")
    assert len(PICKED.findall(group)) == 2
    assert "۲ رد شده" in group


def test_differences_to_the_first_are_marked(sara: Visitor, site: Site) -> None:
    first, *_ = make_group(
        site, "برای خرید به کانال ما بیایید", "برای خرید به گروه ما بیایید", "برای خرید به کانال ما بیایید"
    )
    page = sara.get(f"/groups/{first.id}")
    assert page.count('<mark data-rule="differs" title="متفاوت با نخستین پیام">گروه</mark>') == 1
    assert page.count("همان متن، واژه به واژه") == 1


@pytest.mark.parametrize(
    ("first", "other", "marked", "missing"),
    [
        ("یک دو سه", "یک دو سه", [], 0),
        ("یک دو سه", "یک سه", [], 1),
        ("یک دو", "یک دو سه چهار", ["سه چهار"], 0),
        ("یک دو سه", "پنج دو شش", ["پنج", "شش"], 0),
        ("", "یک", ["یک"], 0),
    ],
)
def test_words_that_differ(first: str, other: str, marked: list[str], missing: int) -> None:
    told = difference(first, other)
    assert [other[mark.start : mark.end] for mark in told.marks] == marked
    assert told.missing == missing


def test_texts_too_long_to_compare_are_shown_as_they_are(sara: Visitor, site: Site) -> None:
    long = "واژه " * 3000
    first, *_ = make_group(site, long, long + "دیگر", "ا" + "\u0301" * 500)
    assert not difference(long, long + "دیگر").told
    assert "متن بلندتر از آن است" in sara.get(f"/groups/{first.id}")


def test_a_group_larger_than_a_page_says_so(sara: Visitor, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_WAITING", 3)
    first, *_ = make_group(site, *["همان"] * 5)
    page = sara.get(f"/groups/{first.id}")
    assert len(PICKED.findall(page)) == 3
    assert "۳ پیام از ۵ پیام" in page


def test_a_group_of_another_site_is_not_there(app: Flask, site: Site) -> None:
    first, *_ = make_group(site, "همان", "همان")
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    kian.get(f"/groups/{first.id}", status=404)


def test_an_erased_first_blanks_nothing(sara: Visitor, site: Site) -> None:
    first, *_ = make_group(site, "همان", "همان")
    lifecycle.erase(site.id, first.id)
    assert "متن این پیام پاک شده است" in sara.get(f"/groups/{first.id}")
    assert html.escape("همان") in sara.get("/review")
