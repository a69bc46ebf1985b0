"""The pages of authors: what somebody wrote, who decided what of them, until when."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import update

from moderation import lifecycle, standing
from moderation.db import db, now
from moderation.lifecycle import Ruling
from moderation.models import AuthorStanding, Comment, DecisionOutcome, Person, Role, Site
from moderation.standing import Wish
from moderation.wire import AuthorIn
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site, make_waiting

KAVEH = AuthorIn(name="کاوه", id="u-52")
PLACE = "/authors/mehr/u-52"


@pytest.fixture
def sara_herself(site: Site) -> Person:
    """Here Sara is a senior moderator."""
    return make_person("sara", site, role=Role.SENIOR)


@pytest.fixture
def kian(app: Flask) -> Visitor:
    """An admin, even, but of another site."""
    return signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))


@pytest.fixture
def known(site: Site, sara_herself: Person) -> Site:
    """Kaveh has one comment approved, one rejected, one waiting."""
    for outcome, reason in ((DecisionOutcome.APPROVED, None), (DecisionOutcome.REJECTED, "no-insults")):
        comment = make_waiting(site, f"پیام {outcome}", author=KAVEH)
        lifecycle.decide(comment, sara_herself.id, Ruling(outcome, 1, reason), 0)
    make_waiting(site, "پیامی که هنوز در صف است", author=KAVEH)
    lifecycle.publish()
    return site


def test_an_authors_page_tells_counts_and_the_last_comments_with_their_outcome(known: Site, sara: Visitor) -> None:
    page = sara.get(PLACE)
    for told in ("کاوه", "پیام approved", "پیامی که هنوز در صف است", "پیام‌هایی که در آنها به کسی یا گروهی توهین"):
        assert told in page
    for status in ("تأییدشده", "ردشده", "در صف بررسی"):
        assert f"<dt>{status}</dt><dd>۱</dd>" in page


def test_the_card_leads_to_the_author(known: Site, sara: Visitor) -> None:
    assert f'href="{PLACE}"' in sara.get("/review")


@pytest.mark.parametrize(("lasts", "days"), [("1", 1), ("7", 7), ("30", 30), ("ever", None)])
def test_sara_blocks_an_author_for_a_while_or_for_ever(
    known: Site, sara: Visitor, sara_herself: Person, lasts: str, days: int | None
) -> None:
    assert sara.post(PLACE, standing="blocked", lasts=lasts, note="سه بار هشدار گرفت").status_code == 303
    (row,) = standing.history(known.id, "u-52")
    assert (row.standing, row.note, row.person_id) == ("blocked", "سه بار هشدار گرفت", sara_herself.id)
    if days is None:
        assert row.until is None
    else:
        assert row.until
        assert abs(row.until - now() - timedelta(days=days)) < timedelta(minutes=5)
    page = sara.get(PLACE)
    assert "سه بار هشدار گرفت" in page
    assert "u-52" in sara.get("/authors")


def test_a_decision_is_taken_back_and_stays_to_be_read(known: Site, sara: Visitor) -> None:
    sara.post(PLACE, standing="blocked", lasts="7")
    sara.post(PLACE, standing="none")
    history = standing.history(known.id, "u-52")
    assert [row.standing for row in history] == ["none", "blocked"]
    assert not any(row.holds(now()) for row in history)
    assert standing.living([(known.id, "u-52")], now()) == {}
    assert "u-52" not in sara.get("/authors")


def test_blocking_has_what_waits_looked_at_again(known: Site, sara: Visitor) -> None:
    sara.post(PLACE, standing="blocked", lasts="7")
    claim = lifecycle.claim(10, 60, again=True)
    assert [comment.text for comment in claim.comments] == ["پیامی که هنوز در صف است"]


@pytest.mark.parametrize("form", [{}, {"standing": "king"}, {"standing": "blocked", "lasts": "9"}, {"note": "ی"}])
def test_a_wrong_form_decides_nothing(known: Site, sara: Visitor, form: dict[str, str]) -> None:
    assert sara.post(PLACE, **form).status_code == 422
    assert sara.post(PLACE, standing="blocked", note="ی" * 2001).status_code == 422
    assert standing.history(known.id, "u-52") == []


def test_kian_sees_and_decides_nothing(known: Site, kian: Visitor, sara: Visitor) -> None:
    sara.post(PLACE, standing="blocked", lasts="7")
    kian.get(PLACE, status=404)
    kian.get("/authors/jam/u-52", status=404)
    kian.get("/authors?site=mehr", status=404)
    assert kian.post(PLACE, standing="trusted").status_code == 404
    assert "u-52" not in kian.get("/authors")
    assert [row.standing for row in standing.history(known.id, "u-52")] == ["blocked"]


def test_an_author_is_found_by_the_sites_id(known: Site, sara: Visitor) -> None:
    answer = sara.client.get("/authors?id=u-52")
    assert (answer.status_code, answer.headers["Location"]) == (303, PLACE)
    sara.get("/authors/mehr/nobody", status=404)


def test_an_id_with_odd_characters_has_its_page(site: Site, sara: Visitor) -> None:
    for author_id in ("a/b/../c?d#e", "کاوه ۵۲", "x" * 200, "100%"):
        make_waiting(site, f"پیام {author_id}", author=AuthorIn(name="کسی", id=author_id))
        place = f"/authors/mehr/{quote(author_id, safe='/')}"
        assert sara.post(place, standing="trusted").status_code == 303, author_id
    assert len(standing.listed([site.id])) == 4
    assert "100%" in sara.get("/authors")


def test_a_list_of_authors_turns_its_pages(site: Site, sara_herself: Person, sara: Visitor) -> None:
    for number in range(standing.PAGE + 1):
        standing.decide(site.id, f"author-{number}-", Wish("trusted"), sara_herself.id)
    first = sara.get("/authors")
    assert "author-50-" in first
    assert "author-0-" not in first
    after = standing.listed([site.id])[-1].id
    assert "author-0-" in sara.get(f"/authors?after={after}")
    assert "author-50-" in sara.get("/authors?after=rubbish")


def test_one_bad_row_blanks_no_page(known: Site, sara: Visitor, sara_herself: Person) -> None:
    hostile = "ا" + "\u0315\u0300\u0489" * 400 + "\u202e" + "خ" * 60_000
    standing.decide(known.id, "u-52", Wish("blocked", timedelta(days=1), hostile), sara_herself.id)
    db.session.execute(update(Comment).values(text=hostile))
    odd = now().replace(year=9998)
    db.session.execute(update(AuthorStanding).values(until=odd))
    db.session.commit()
    assert "کاوه" in sara.get(PLACE)
    assert "u-52" in sara.get("/authors")


def test_a_moderator_reads_of_an_author_and_decides_nothing(app: Flask, known: Site) -> None:
    mina = signed_in(app, make_person("mina", known))
    assert "کاوه" in mina.get(PLACE)
    assert 'name="standing"' not in mina.get(PLACE)
    assert mina.post(PLACE, standing="blocked").status_code == 403
    assert standing.history(known.id, "u-52") == []
