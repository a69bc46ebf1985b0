"""Navid sets how his site works: each field is checked, each change is noted, and holds from the next decision on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from moderation import audit_trail, lifecycle, site_settings
from moderation.audit_trail import Wanted
from moderation.db import db
from moderation.lifecycle import Ruling
from moderation.models import Decision, DecisionOutcome, Role, Site
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site, make_waiting

APPROVED = DecisionOutcome.APPROVED
RIGHT = {
    "site": "mehr",
    "name": "روزنامهٔ مهر",
    "undo_seconds": "۳۰",
    "slander_needs_two": "y",
    "keep_rejected_days": "365",
}


def test_what_is_saved_is_kept_shown_and_noted(navid: Visitor, site: Site) -> None:
    assert navid.post("/admin/site", **RIGHT).status_code == 303
    kept = site_settings.told(site_settings.of(site.id))
    assert kept == {
        "name": "روزنامهٔ مهر",
        "undo_seconds": 30,
        "slander_needs_two": True,
        "personal_data_for": "everybody",
        "keep_rejected_days": 365,
        "keep_withdrawn_days": None,
        "keep_deliveries_days": None,
        "keep_addresses_days": None,
    }
    assert 'value="365"' in navid.get("/admin/site")
    (entry,) = audit_trail.page([site.id], Wanted(action="site.changed"))
    assert (entry.before or {})["undo_seconds"] is None
    assert (entry.after or {})["undo_seconds"] == 30
    assert "keep_addresses_days" not in (entry.after or {})
    assert navid.post("/admin/site", **RIGHT).status_code == 303
    assert len(audit_trail.page([site.id], Wanted(action="site.changed"))) == 1  # nothing became anything else


@pytest.mark.parametrize(
    ("field", "wrong", "told"),
    [
        ("undo_seconds", "3601", "از ۰ تا ۳۶۰۰ ثانیه."),
        ("undo_seconds", "-1", "یک عدد بنویسید"),
        ("undo_seconds", "سی", "یک عدد بنویسید"),
        ("keep_rejected_days", "0", "از ۱ تا ۳۶۵۰ روز."),
        ("keep_withdrawn_days", "99999999999999999999", "یک عدد بنویسید"),
        ("keep_addresses_days", "1.5", "یک عدد بنویسید"),
        ("personal_data_for", "nobody", "یکی از این سه را برگزینید."),
        ("name", "  ", "نام سایت را بنویسید."),
        ("name", "ن" * 201, "نام سایت بلندتر از ۲۰۰ نویسه است."),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    navid: Visitor, site: Site, field: str, wrong: str, told: str
) -> None:
    answer = navid.post("/admin/site", **(RIGHT | {"keep_deliveries_days": "7", field: wrong}))
    assert answer.status_code == 422
    assert told in answer.text
    assert f'id="{field.removesuffix("_data_for")}-wrong"' in answer.text
    assert 'value="7"' in answer.text
    assert site_settings.of(site.id).slander_needs_two is False


def test_whom_personal_data_are_shown_is_set_shown_and_noted(navid: Visitor, site: Site) -> None:
    chosen = '<input type="radio" name="personal_data_for" value="{}" checked>'
    assert chosen.format("everybody") in navid.get("/admin/site")
    navid.post("/admin/site", **(RIGHT | {"personal_data_for": "seniors"}))
    assert chosen.format("seniors") in navid.get("/admin/site")
    entry = audit_trail.page([site.id], Wanted(action="site.changed"))[0]
    assert (entry.before or {})["personal_data_for"] == "everybody"
    assert (entry.after or {})["personal_data_for"] == "seniors"
    assert "چه کسانی دادهٔ شخصی متن‌ها را می‌بینند" in navid.get("/admin/audit")
    navid.post("/admin/site", **RIGHT)  # a form that does not say leaves it as it is
    assert site_settings.of(site.id).personal_data_for == "seniors"


def test_an_empty_number_is_none_again(navid: Visitor, site: Site) -> None:
    navid.post("/admin/site", **RIGHT)
    navid.post("/admin/site", **(RIGHT | {"undo_seconds": "", "keep_rejected_days": " "}))
    now_is = site_settings.of(site.id)
    assert (now_is.undo_seconds, now_is.keep_rejected_days) == (None, None)


@pytest.mark.parametrize(("own", "lasts"), [(None, 20), (0, 0), (90, 90)])
def test_a_decision_can_be_taken_back_for_as_long_as_the_site_says(
    site: Site, navid: Visitor, own: int | None, lasts: int
) -> None:
    site_settings.change(site.id, {"undo_seconds": own})
    sara = make_person("sara", site)
    one, two, three = make_waiting(site), make_waiting(site), make_waiting(site)
    lifecycle.decide(one, sara.id, Ruling(APPROVED, 1), 20)
    lifecycle.decide_many({two.id: 1}, sara.id, Ruling(APPROVED, 1), 20)
    lifecycle.trim(three, sara.id, lifecycle.Cut([(0, 6)], 1), 20)
    decisions = db.session.execute(select(Decision)).scalars().all()
    assert [each.effective_at - each.decided_at for each in decisions] == [timedelta(seconds=lasts)] * 3


def test_a_bulk_over_several_sites_leaves_as_one_after_the_longest_window(site: Site) -> None:
    other = make_site("jam").site
    site_settings.change(other.id, {"undo_seconds": 90})
    sara = make_person("sara", site, other)
    seen = {make_waiting(site).id: 1, make_waiting(other).id: 1}
    lifecycle.decide_many(seen, sara.id, Ruling(APPROVED, 1), 20)
    decisions = db.session.execute(select(Decision)).scalars().all()
    assert {each.effective_at - each.decided_at for each in decisions} == {timedelta(seconds=90)}
    assert {each.site_id for each in decisions} == {site.id, other.id}


def test_kian_and_sara_see_and_set_nothing(app: Flask, site: Site) -> None:
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    kian.get("/admin/site?site=mehr", 404)
    assert kian.post("/admin/site", **RIGHT).status_code == 404
    sara = signed_in(app, make_person("sara", site, role=Role.EDITOR))
    sara.get("/admin/site", 403)
    assert sara.post("/admin/site", **RIGHT).status_code == 403
    assert site_settings.of(site.id).name == "سایت mehr"


def test_a_site_among_several_is_chosen(app: Flask, site: Site) -> None:
    other = make_site("jam").site
    mina = signed_in(app, make_person("mina", site, other, role=Role.ADMIN))
    page = mina.get("/admin/site?site=jam")
    assert '<input type="hidden" name="site" value="jam">' in page
    assert "سایت mehr" in page
