"""Replays on pages: started, watched, stopped, read; a threshold by goal goes into the draft, and nobody else's page shows any of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from moderation import replay
from moderation.models import Person, Replay, Role, Site
from moderation.rule_sets import drafts
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site
from tests.replay.past import changed, decide_many, finished


@pytest.fixture
def navid(app: Flask, site: Site) -> Visitor:
    """May change the rules."""
    return signed_in(app, make_person("navid", site, role=Role.EDITOR))


def newest(site: Site) -> Replay:
    return replay.listed([site.id])[0]


def work() -> None:
    while replay.work():
        pass


def test_a_draft_is_replayed_watched_and_read(navid: Visitor, site: Site, sara: Person) -> None:
    decide_many(site, sara, 60)
    draft = drafts.of(site.id)
    drafts.save(site.id, changed(site, value=0.2), edit=draft.edit)
    answer = navid.post("/admin/replays", site=site.id, rules="draft", last="۵۰")
    assert answer.status_code == 303
    page = navid.get(answer.location)
    assert "در نوبت" in page
    assert '<meta http-equiv="refresh"' in page
    row = newest(site)
    assert (row.last, row.digest) == (50, drafts.of(site.id).rules.digest)
    work()
    page = navid.get(answer.location)
    assert "پیام ردشده بیشتر گرفته می‌شود" in page
    assert "پیام تأییدشده به اشتباه نگه داشته می‌شود" in page
    assert "از ۵۰ تصمیم ناظران" in page
    assert "<polyline" in page
    assert "تمام‌شده" in navid.get("/admin/replays")


def test_the_comments_behind_a_number_are_read_with_their_new_reasons(navid: Visitor, site: Site, sara: Person) -> None:
    decide_many(site, sara, 60)
    row = finished(site, changed(site, value=0.2))
    page = navid.get(f"/admin/replays/{row.id}/comments?kind=wrongly_held&rule=no-insults")
    assert "ایراد تازه" in page
    assert "آستانهٔ مشکوک ۰٫۲۰" in page
    assert "ناظران تأیید کردند" in page
    assert re.search(r'href="/comments/[0-9a-f-]{36}"', page) or "صفحهٔ پیام" in page
    navid.get(f"/admin/replays/{row.id}/comments?kind=none", status=404)
    navid.get(f"/admin/replays/{row.id}/comments?kind=freed&rule=nothing", status=404)


def test_more_comments_than_are_kept_are_told(
    navid: Visitor, site: Site, sara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.replay.tally.EXAMPLES", 2)
    decide_many(site, sara, 60)
    row = finished(site, changed(site, value=0.0))
    page = navid.get(f"/admin/replays/{row.id}/comments?kind=wrongly_held&rule=no-insults")
    assert re.search(r"از [۰-۹]+ پیام، ۲ تای تازه‌تر", page)


def test_a_replay_is_stopped(navid: Visitor, site: Site, sara: Person) -> None:
    decide_many(site, sara, 5)
    row = replay.start(site.id, changed(site))
    assert "توقف" in navid.get(f"/admin/replays/{row.id}")
    assert navid.post(f"/admin/replays/{row.id}/cancel").status_code == 303
    assert "متوقف شد و نتیجه‌ای ندارد" in navid.get(f"/admin/replays/{row.id}")
    assert 'data-state="cancelled"' in navid.get(f"/admin/replays/{row.id}/progress")


def test_a_threshold_by_goal_is_written_into_the_draft_once(navid: Visitor, site: Site, sara: Person) -> None:
    decide_many(site, sara, 250)
    row = finished(site, changed(site, value=0.2))
    goal = {"curve": "no-insults.suspect_at", "aim": "approved_flagged_at_most", "percent": "۶۰"}
    page = navid.client.get(f"/admin/replays/{row.id}", query_string=goal).text
    found = re.search(r"<b>آستانهٔ ([۰-۹٫]+)</b>", page)
    assert found, page
    edit = drafts.of(site.id).edit
    answer = navid.post(f"/admin/replays/{row.id}/goal", **goal, edit=edit)
    assert answer.status_code == 303
    value = drafts.of(site.id).rules.rules["no-insults"]["options"]["suspect_at"]
    assert f"{value:.3f}" == found[1].translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹٫", "0123456789."))
    stale = navid.post(f"/admin/replays/{row.id}/goal", **goal | {"percent": "50"}, edit=edit)
    assert stale.status_code == 409
    assert "پیش‌نویس در این میان عوض شده است" in stale.text
    assert drafts.of(site.id).rules.rules["no-insults"]["options"]["suspect_at"] == value


def test_a_goal_on_too_few_decisions_is_refused_in_a_sentence(navid: Visitor, site: Site, sara: Person) -> None:
    decide_many(site, sara, 40)
    row = finished(site, changed(site))
    goal = {"curve": "no-insults.suspect_at", "aim": "precision_at_least", "percent": "95"}
    page = navid.client.get(f"/admin/replays/{row.id}", query_string=goal).text
    assert "اینجا ۴۰ تصمیم هست" in page


@pytest.mark.parametrize("last", ["", "0", "-3", "۱۰۰۰۰۱", "many", "1e3", "9" * 40])
def test_a_number_that_makes_no_sense_is_refused_in_a_sentence(navid: Visitor, site: Site, last: str) -> None:
    answer = navid.post("/admin/replays", site=site.id, rules="draft", last=last)
    assert answer.status_code == 422
    assert "عددی از ۱ تا" in answer.text


def test_a_version_is_replayed_and_an_unknown_one_is_not(navid: Visitor, site: Site) -> None:
    assert navid.post("/admin/replays", site=site.id, rules="1", last="10").status_code == 303
    assert navid.post("/admin/replays", site=site.id, rules="7", last="10").status_code == 404
    assert navid.post("/admin/replays", site="x", rules="1", last="10").status_code == 404


def test_kian_sees_starts_and_stops_nothing_here(app: Flask, site: Site, sara: Person) -> None:
    decide_many(site, sara, 5)
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    done, waiting = finished(site, changed(site)), replay.start(site.id, changed(site))
    for path in ("", "/progress", "/comments?kind=freed"):
        kian.get(f"/admin/replays/{done.id}{path}", status=404)
    for path in ("cancel", "goal"):
        assert kian.post(f"/admin/replays/{waiting.id}/{path}").status_code == 404
    assert kian.post("/admin/replays", site=site.id, rules="draft", last="10").status_code == 404
    assert site.name not in kian.get("/admin/replays")
    assert newest(site).state == "queued"


def test_a_moderator_changes_no_rules_and_replays_none(app: Flask, sara: Person) -> None:
    visitor = signed_in(app, sara)
    visitor.get("/admin/replays", status=403)
    assert "/admin/replays" not in visitor.get("/review")
