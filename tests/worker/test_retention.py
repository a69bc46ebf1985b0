"""What a site does not want to keep is forgotten after its days, in slices, and how much is written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from moderation import actors, audit, lifecycle, retention, site_settings
from moderation.actors import Actor, Channel
from moderation.db import db, new_id, now, transaction
from moderation.models import AuditEntry, Comment, DecisionOutcome, Delivery, Person, Site
from moderation.wire import AuthorIn
from moderation.wire_many import PastIn
from tests.factories import make_comment, make_decided, make_person, make_site
from worker import tasks

APPROVED, REJECTED = DecisionOutcome.APPROVED, DecisionOutcome.REJECTED


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr", webhook="https://mehr.example/hook").site


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("sara", site)


def past(site: Site, days: int, outcome: DecisionOutcome) -> None:
    """A comment that was decided so many days ago."""
    line: dict[str, Any] = {
        "external_id": new_id().hex,
        "article": {"external_id": "a-1", "title": "خبر"},
        "author": {"name": "خواننده", "ip": "198.51.100.7"},
        "text": f"{outcome} پیش از {days} روز",
        "outcome": str(outcome),
        "decided_at": (now() - timedelta(days=days)).isoformat(),
    }
    lifecycle.remember_unscreened(site.id, [PastIn.model_validate(line, strict=False)])


def texts() -> set[str]:
    return set(db.session.execute(select(Comment.text).where(Comment.text != "")).scalars())


def noted() -> list[Any]:
    found = select(AuditEntry.after).where(AuditEntry.action == "retention.applied").order_by(AuditEntry.id)
    return list(db.session.execute(found).scalars())


def test_at_first_everything_is_kept(site: Site) -> None:
    past(site, 3000, REJECTED)
    tasks.forget()
    assert (len(texts()), noted()) == (1, [])


def test_texts_that_were_rejected_long_ago_are_erased_and_others_stay(site: Site) -> None:
    other = make_site("jam").site
    for where in (site, other):
        past(where, 31, REJECTED)
        past(where, 29, REJECTED)
        past(where, 31, APPROVED)
    site_settings.change(site.id, {"keep_rejected_days": 30})
    assert len(texts()) == 3
    tasks.forget()
    mine = set(db.session.execute(select(Comment.text).where(Comment.site_id == site.id)).scalars())
    assert mine == {"", "rejected پیش از 29 روز", "approved پیش از 31 روز"}
    assert "rejected پیش از 31 روز" in texts()
    assert noted() == [{"rejected": 1}]
    tasks.forget()
    assert len(noted()) == 1


def test_it_goes_on_slice_by_slice(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "TEXTS_AT_ONCE", 2)
    for _ in range(5):
        past(site, 31, REJECTED)
    site_settings.change(site.id, {"keep_rejected_days": 30})
    tasks.forget()
    assert texts() == set()
    assert noted() == [{"rejected": 2}, {"rejected": 2}, {"rejected": 1}]


def test_what_was_taken_back_goes_by_its_coming(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    lifecycle.withdraw(site.id, make_comment(site, "پس گرفته").id)
    kept = make_comment(site, "مانده")
    site_settings.change(site.id, {"keep_withdrawn_days": 1})
    tasks.forget()
    assert len(texts()) == 2
    later = now() + timedelta(days=2)
    monkeypatch.setattr(retention, "now", lambda: later)
    tasks.forget()
    assert texts() == {kept.text}


def test_a_sites_own_days_stand_above_the_settings_for_deliveries(
    site: Site, sara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_site("jam", webhook="https://jam.example/hook").site
    for where, person in ((site, sara), (other, make_person("kian", other))):
        make_decided(where, person)
    with transaction():
        for delivery in db.session.execute(select(Delivery)).scalars():
            delivery.state = "delivered"
    site_settings.change(site.id, {"keep_deliveries_days": 3})
    later = now() + timedelta(days=4)
    monkeypatch.setattr(retention, "now", lambda: later)
    tasks.forget()
    assert db.session.execute(select(func.count()).select_from(Delivery)).scalar_one() == 1
    assert noted() == [{"deliveries": 1}]


def test_network_addresses_are_forgotten_and_entries_stay(
    site: Site, sara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    actors.act_as(Actor(Channel.PAGES, person_id=sara.id, address="192.0.2.7"))
    with transaction():
        audit.note("key.given", site.id)
    _, decision = make_decided(site, sara)
    actors.nobody()
    comment = make_comment(site, author=AuthorIn(name="کیان", ip="198.51.100.7", email="a@b"))
    site_settings.change(site.id, {"keep_addresses_days": 30})
    tasks.forget()
    assert db.session.get_one(Comment, comment.id, populate_existing=True).author_ip_hash
    later = now() + timedelta(days=31)
    monkeypatch.setattr(retention, "now", lambda: later)
    tasks.forget()
    assert set(db.session.execute(select(AuditEntry.address)).scalars()) == {None}
    db.session.refresh(decision)
    stored = db.session.get_one(Comment, comment.id, populate_existing=True)
    assert (decision.address, stored.author_ip_hash, bool(stored.author_email_hash)) == (None, None, True)
    assert sorted(map(str, noted())) == ["{'addresses': 1}", "{'addresses': 1}", "{'addresses': 1}"]
