"""Kian belongs to another site: whatever page he opens, he sees and changes nothing of this one."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from moderation.db import db
from moderation.models import Comment, DecisionOutcome, Person, Role, Site, Status
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_decided, make_person, make_site, make_waiting

SECRET_WORDS = "رازی که تنها سایت نخست می‌داند"


@pytest.fixture
def kian(app: Flask) -> Visitor:
    """An admin, even, but of another site."""
    return signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))


def test_kian_sees_nothing_on_any_page(app: Flask, kian: Visitor, site: Site, sara_herself: Person) -> None:
    waiting = make_waiting(site, SECRET_WORDS)
    decided, _ = make_decided(site, sara_herself, text=SECRET_WORDS)
    pages = [
        route.rule
        for route in app.url_map.iter_rules()
        if "GET" in (route.methods or ()) and not route.rule.startswith(("/v1/", "/static/"))
    ]
    opened = 0
    for page in pages:
        for comment in (waiting, decided):
            answer = kian.client.get(re.sub("<[^>]+>", str(comment.id), page), follow_redirects=True)
            assert SECRET_WORDS not in answer.text, page
            assert site.name not in answer.text, page
            assert sara_herself.name not in answer.text, page
            opened += answer.status_code == 200
    assert opened >= 2 * 3  # the queue, the decided ones and the webhooks open for him, with his own


def test_another_sites_comment_is_not_there(kian: Visitor, site: Site) -> None:
    kian.get(f"/review/{make_waiting(site).id}", status=404)


def test_kian_decides_takes_back_and_reopens_nothing(kian: Visitor, site: Site, sara_herself: Person) -> None:
    waiting = make_waiting(site)
    published, _ = make_decided(site, sara_herself)
    unpublished, decision = make_decided(site, sara_herself, DecisionOutcome.REJECTED, undo_seconds=60)
    assert kian.decide(waiting, "approved").status_code == 404
    assert kian.post(f"/review/undo/{decision.id}").status_code == 404
    assert kian.post(f"/review/{published.id}/reopen").status_code == 404
    db.session.expire_all()
    stored = [db.session.get_one(Comment, comment.id).status for comment in (waiting, published, unpublished)]
    assert stored == [Status.IN_REVIEW, Status.APPROVED, Status.REJECTED]


def test_the_counts_are_of_ones_own_sites(kian: Visitor, site: Site) -> None:
    make_waiting(site)
    assert "<dt>در انتظار شما</dt><dd>۰</dd>" in kian.get("/review")


def test_somebody_of_two_sites_sees_both_and_which_is_which(app: Flask, site: Site) -> None:
    other = make_site("jam").site
    make_waiting(site, "پیام یکم")
    make_waiting(other, "پیام دوم")
    page = signed_in(app, make_person("mina", site, other)).get("/review")
    for told in ("پیام یکم", "پیام دوم", site.name, other.name):
        assert told in page


def test_a_moderator_is_no_admin(sara: Visitor) -> None:
    sara.get("/admin/webhooks", status=403)
    assert "/admin/webhooks" not in sara.get("/review")
