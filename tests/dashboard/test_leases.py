"""Several people at one queue: nobody is given what somebody else reads, and nothing is locked."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from moderation import leases, lifecycle
from moderation.db import db, now
from moderation.models import Comment, DecisionOutcome, Lease, Person, Site, Status
from tests.dashboard.test_queue import cards
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_finding, make_person, make_site, make_waiting


@pytest.fixture
def mina_herself(site: Site) -> Person:
    return make_person("mina", site)


@pytest.fixture
def mina(app: Flask, mina_herself: Person) -> Visitor:
    return signed_in(app, mina_herself)


def held(site: Site) -> dict[str, str]:
    return {str(comment_id): lease.person.name for comment_id, lease in leases.held([site.id]).items()}


def test_two_people_who_open_the_queue_are_at_two_cards(sara: Visitor, mina: Visitor, site: Site) -> None:
    first, second = make_waiting(site, "یکم"), make_waiting(site, "دوم")
    assert cards(sara.get("/review")) == [str(first.id), str(second.id)]
    page = mina.get("/review")
    assert cards(page) == [str(second.id)]
    assert "sara این پیام را می‌خواند." in page
    assert held(site) == {str(first.id): "sara", str(second.id): "mina"}


def test_after_a_decision_the_next_card_is_one_that_nobody_reads(sara: Visitor, mina: Visitor, site: Site) -> None:
    one, two, three, four = (make_waiting(site, f"پیام {number}") for number in range(4))
    sara.get("/review")
    mina.get("/review")
    # Sara's page, drawn before Mina came, says that the second card is next
    assert sara.decide(one, "approved", onward=str(two.id)).location == f"/review#c-{three.id}"
    assert mina.decide(two, "approved", onward=str(three.id)).location == f"/review#c-{four.id}"
    assert held(site) == {str(three.id): "sara", str(four.id): "mina"}


def test_whoever_decides_all_one_after_the_other_never_meets_anothers_card(
    sara: Visitor, mina: Visitor, site: Site
) -> None:
    waiting = {str(make_waiting(site, f"پیام {number}").id) for number in range(8)}
    shown: list[str] = []
    turns = [sara, mina] * 4
    places = {id(person): cards(person.get("/review"))[0] for person in (sara, mina)}
    for person in turns:
        comment = db.session.get_one(Comment, uuid.UUID(places[id(person)]), populate_existing=True)
        shown.append(str(comment.id))
        places[id(person)] = (person.decide(comment, "approved").location or "").partition("#c-")[2]
    assert sorted(shown) == sorted(waiting)


def test_a_closed_laptop_frees_its_card(sara: Visitor, mina: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    sara.get("/review")
    assert cards(mina.get("/review")) == []
    db.session.execute(update(Lease).values(until=now() - timedelta(seconds=1)))
    db.session.commit()
    assert cards(mina.get("/review")) == [str(comment.id)]
    assert held(site) == {str(comment.id): "mina"}


def test_a_lease_is_no_lock(sara: Visitor, mina: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    sara.get("/review")
    assert "sara این پیام را می‌خواند." in mina.get(f"/review/{comment.id}")
    mina.decide(comment, "approved")
    assert db.session.get_one(Comment, comment.id, populate_existing=True).status == Status.APPROVED
    assert held(site) == {}


def test_a_card_is_renewed_and_let_go_by_its_reader_alone(sara: Visitor, mina: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    path = f"/review/{comment.id}/lease"
    assert sara.post(path).get_json() == {"mine": True, "told": None, "seconds": 20.0}
    assert mina.post(path).get_json() == {"mine": False, "told": "sara این پیام را می‌خواند.", "seconds": 20.0}
    assert mina.post(path, release="1").status_code == 204
    assert held(site) == {str(comment.id): "sara"}
    assert sara.post(path, release="1").status_code == 204
    assert mina.post(path).get_json()["mine"]


def test_one_reads_one_card_at_a_time(sara: Visitor, site: Site) -> None:
    first, second = make_waiting(site, "یکم"), make_waiting(site, "دوم")
    for comment in (first, second):
        sara.post(f"/review/{comment.id}/lease")
    assert held(site) == {str(second.id): "sara"}


def test_an_edit_and_a_vote_drop_the_lease(site: Site, sara_herself: Person) -> None:
    edited, voted = make_waiting(site), make_waiting(site, findings=[make_finding("no-slander")])
    db.session.execute(update(Site).values(slander_needs_two=True))
    db.session.commit()
    assert leases.take(sara_herself.id, edited.id)
    lifecycle.revise(site.id, edited.id, "متن تازه")
    assert held(site) == {}
    assert leases.take(sara_herself.id, edited.id) is None, "it does not wait for a person now"
    assert leases.take(sara_herself.id, voted.id)
    lifecycle.decide(voted, sara_herself.id, lifecycle.Ruling(DecisionOutcome.APPROVED, 1), 0)
    assert held(site) == {}
    assert leases.take(sara_herself.id, voted.id) is None, "it waits for somebody else"


def test_kian_holds_nothing_here_and_is_told_nothing(app: Flask, sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    sara.get("/review")
    kian = signed_in(app, make_person("kian", make_site("jam").site))
    assert kian.post(f"/review/{comment.id}/lease").status_code == 404
    assert kian.client.get("/review/news").get_json() == {"fresh": 0, "told": "۰ پیام تازه", "read_by": {}}


def test_what_came_since_the_page_was_drawn_is_counted_by_its_filters(sara: Visitor, site: Site) -> None:
    make_waiting(site, "پیش‌تر")
    drawn = now().isoformat().replace("+", "%2B")
    for number in range(12):
        make_waiting(site, f"تازه {number}", findings=[make_finding()] if number < 2 else [])
    told = sara.client.get(f"/review/news?since={drawn}").get_json()
    assert (told["fresh"], told["told"]) == (12, "۱۲ پیام تازه")
    for query, fresh in (("rule=no-insults", 2), ("verdict=clean", 10), ("language=en", 0), ("site=jam", 0)):
        assert sara.client.get(f"/review/news?since={drawn}&{query}").get_json()["fresh"] == fresh, query
    assert sara.client.get("/review/news?since=yesterday").get_json()["fresh"] == 0
