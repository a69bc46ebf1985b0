"""Parts of the queue: tabs with counts, filters of every kind and any mixture, filters that people keep."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select, update

from moderation import lifecycle, queue, tallies
from moderation.db import db, now
from moderation.lifecycle import Ruling
from moderation.models import Comment, DecisionOutcome, Person, SavedFilter, Site, Tally, TallyChange
from moderation.queue import Filters, Order
from moderation.rules.base import Outcome, Signals
from moderation.wire import ArticleIn, AuthorIn
from tests.dashboard.test_queue import cards
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_comment, make_finding, make_person, make_site, make_waiting

POLITICS = ArticleIn(external_id="p", title="مجلس", section="سیاست", body="متن")
SPORT = ArticleIn(external_id="s", title="والیبال", section="ورزش", body="متن")


def shown(visitor: Visitor, **query: str) -> list[str]:
    return cards(visitor.get("/review?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())))


def counted(site: Site) -> dict[tuple[str, str], int]:
    found = queue.counts([site.id])
    return {(name, option.value): option.n for name, options in found.options.items() for option in options if option.n}


def count_anew() -> None:
    """As ``nazer recount`` does, without a transaction of ours in the way."""
    db.session.commit()
    with db.engine.connect().execution_options(nazer_write=True) as connection, connection.begin():
        tallies.rebuild(connection)


@pytest.fixture
def four(site: Site) -> list[Comment]:
    """An insult under politics, advertising under sport, English under sport, and a clean one."""
    other = Signals(language="en", models={"language": "1"})
    return [
        make_waiting(site, "یکم", article=POLITICS, findings=[make_finding(score=0.99)], author=AuthorIn(name="رضا")),
        make_waiting(
            site,
            "دوم",
            article=SPORT,
            findings=[make_finding("no-spam", outcome=Outcome.SUSPECT)],
            author=AuthorIn(name="رضا"),
        ),
        make_waiting(site, "سوم", article=SPORT, findings=[make_finding("persian-only")], signals=other),
        make_waiting(site, "چهارم", article=POLITICS, author=AuthorIn(id="7", name="رضا")),
    ]


def test_each_filter_shows_its_part_and_any_mixture_less(sara: Visitor, four: list[Comment]) -> None:
    insult, advert, english, clean = (str(comment.id) for comment in four)
    for query, wanted in (
        ({"verdict": "violation"}, {insult, english}),
        ({"verdict": "clean"}, {clean}),
        ({"rule": "no-spam"}, {advert}),
        ({"language": "en"}, {english}),
        ({"section": "سیاست"}, {insult, clean}),
        ({"article": four[1].article_id.hex}, {advert, english}),
        ({"author": "name:رضا"}, {insult, advert}),
        ({"author": "id:7"}, {clean}),
        ({"site": "mehr"}, {insult, advert, english, clean}),
        ({"section": "ورزش", "verdict": "violation"}, {english}),
        ({"section": "ورزش", "rule": "no-spam", "author": "name:رضا", "order": "age"}, {advert}),
        ({"section": "ورزش", "rule": "no-insults"}, set()),
        ({"site": "jam"}, set()),
        ({"article": "x", "older": "5", "lane": "x", "verdict": "x", "order": "x"}, {insult, advert, english, clean}),
    ):
        assert set(shown(sara, **query)) == wanted, query


def test_the_order_is_that_of_urgency_or_of_age(sara: Visitor, four: list[Comment]) -> None:
    for hours, comment in enumerate(four):
        aged = update(Comment).where(Comment.id == comment.id).values(received_at=now() - timedelta(hours=hours))
        db.session.execute(aged)
    db.session.commit()
    count_anew()
    ids = [str(comment.id) for comment in four]
    assert shown(sara, order="age") == ids[::-1]
    assert shown(sara)[0] == ids[0]
    assert shown(sara)[-1] == ids[3]
    assert shown(sara, older="1", order="age") == ids[:1:-1], "what came within the hour before is not old"


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("rule", [None, "no-insults"])
def test_pages_of_several_sites_follow_each_other_without_gap(site: Site, order: Order, rule: str | None) -> None:
    sites = [site, make_site("jam").site]
    for number in range(11):
        make_waiting(sites[number % 2], f"پیام {number}", findings=[make_finding(score=0.5 + number % 3 / 10)])
    filters = Filters(order=order, rule=rule)
    seen: list[Comment] = []
    after = None
    while page := queue.waiting([one.id for one in sites], filters, after=after, limit=3):
        seen += page.comments
        after = page.following
        if after is None:
            break
        assert queue.Cursor.parse(str(after)) == after
    keys = [((comment.received_at if order is Order.AGE else -comment.priority), comment.id) for comment in seen]
    assert len(seen) == 11
    assert keys == sorted(keys)


def test_a_tab_says_how_many_stand_behind_it(sara: Visitor, four: list[Comment]) -> None:
    page = sara.get("/review")
    for tab, n in (
        ("همه", "۴"),
        ("مغایر", "۲"),
        ("مشکوک", "۱"),
        ("بدون ایراد", "۱"),
        ("رأی دوم", "۰"),
        ("ارجاع‌شده", "۰"),
    ):
        assert f"<bdi>{tab}</bdi> <b>{n}</b>" in page
    for name in ("سیاست", "ورزش", "مجلس", "والیبال", "رضا"):
        assert f"<bdi>{name}</bdi> <b>۲</b>" in page
    assert "بیش از ۲۴ ساعت" not in page


def test_counts_follow_every_move_and_adding_up_changes_none(
    site: Site, four: list[Comment], sara_herself: Person
) -> None:
    insult, advert, _, clean = four
    decision = lifecycle.decide(insult, sara_herself.id, Ruling(DecisionOutcome.APPROVED, 1), 60)
    assert ("rule", "no-insults") not in counted(site)
    lifecycle.undo(decision)
    lifecycle.withdraw(site.id, advert.id)
    lifecycle.revise(site.id, clean.id, "متن تازه")
    make_comment(site, "هنوز در دست ماشین")
    before = counted(site)
    assert before["verdict", "violation"] == 2
    assert before["rule", "no-insults"] == before["section", "ورزش"] == before["section", "سیاست"] == 1
    assert ("verdict", "clean") not in before
    assert ("rule", "no-spam") not in before
    assert queue.counts([site.id]).total == 2
    while tallies.add_up():
        pass
    assert not db.session.execute(select(TallyChange)).all()
    assert counted(site) == before


def test_a_count_that_went_wrong_is_made_right(site: Site, four: list[Comment]) -> None:
    before = counted(site)
    while tallies.add_up():
        pass
    db.session.execute(update(Tally).values(n=77))
    db.session.commit()
    assert counted(site) != before
    count_anew()
    assert counted(site) == before


def test_an_article_that_moves_takes_its_comments_along(sara: Visitor, site: Site, four: list[Comment]) -> None:
    make_comment(site, article=SPORT.model_copy(update={"section": "جهان"}))
    assert set(shown(sara, section="جهان")) == {str(four[1].id), str(four[2].id)}
    assert counted(site)["section", "جهان"] == 2
    assert not shown(sara, section="ورزش")


def test_an_accusation_waits_for_its_second_voice_in_a_lane_of_its_own(
    sara: Visitor, app: Flask, site: Site, sara_herself: Person
) -> None:
    db.session.execute(update(Site).values(slander_needs_two=True))
    db.session.commit()
    comment = make_waiting(site, findings=[make_finding("no-slander")])
    approve, reject = Ruling(DecisionOutcome.APPROVED, 1), Ruling(DecisionOutcome.REJECTED, 1, "no-slander")
    vote = lifecycle.decide(comment, sara_herself.id, approve, 60)
    assert shown(sara, lane="needs-two") == [str(comment.id)]
    lifecycle.undo(vote)
    assert not shown(sara, lane="needs-two")
    lifecycle.decide(comment, sara_herself.id, approve, 60)
    lifecycle.decide(comment, make_person("mina", site).id, reject, 60)
    assert shown(sara, lane="escalated") == [str(comment.id)]
    assert not shown(sara, lane="needs-two")
    assert counted(site)["lane", "escalated"] == 1


def test_a_filter_is_kept_used_changed_and_forgotten(sara: Visitor, four: list[Comment]) -> None:
    answer = sara.post("/review/filters", name="ورزشی‌ها", query="section=" + quote("ورزش"))
    assert (answer.status_code, answer.location) == (303, "/review?section=" + quote("ورزش"))
    page = sara.get("/review")
    link = re.search(r'<a href="([^"]+)"><bdi>ورزشی‌ها</bdi></a>', page)
    assert link
    assert len(cards(sara.get(link[1]))) == 2
    sara.post("/review/filters", name="ورزشی‌ها", query="verdict=clean")
    (kept,) = db.session.execute(select(SavedFilter)).scalars().all()
    assert kept.query == "verdict=clean"
    sara.post(f"/review/filters/{kept.id}/remove")
    assert "ورزشی‌ها" not in sara.get("/review")


def test_a_filter_without_a_name_or_a_wish_is_not_kept(sara: Visitor, site: Site) -> None:
    for fields in (
        {"name": "", "query": "verdict=clean"},
        {"name": "ن" * 61, "query": "verdict=clean"},
        {"name": "هیچ"},
    ):
        sara.post("/review/filters", **fields)
    assert not db.session.execute(select(SavedFilter)).all()
    assert "نامی کوتاه" in sara.get("/review")


def test_filters_are_ones_own(app: Flask, sara: Visitor, site: Site) -> None:
    sara.post("/review/filters", name="پاک‌ها", query="verdict=clean")
    (kept,) = db.session.execute(select(SavedFilter)).scalars().all()
    mina = signed_in(app, make_person("mina", site))
    assert "پاک‌ها" not in mina.get("/review")
    mina.post(f"/review/filters/{kept.id}/remove")
    assert "پاک‌ها" in sara.get("/review")


def test_a_decision_leads_on_within_the_filter(sara: Visitor, four: list[Comment]) -> None:
    _, advert, english, _ = four
    page = sara.get("/review?section=" + quote("ورزش"))
    assert f'name="filters" value="section={quote("ورزش")}"' in page
    answer = sara.decide(english, "approved", filters="section=" + quote("ورزش"))
    assert answer.location == f"/review?section={quote('ورزش')}#c-{advert.id}"


def test_more_cards_come_without_the_page(sara: Visitor, four: list[Comment]) -> None:
    page = sara.get("/review?part=cards")
    assert len(cards(page)) == 4
    assert "<html" not in page
