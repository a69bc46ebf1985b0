"""Navid looks at a candidate's card, promotes it and takes it back; nobody else does, and drift has its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from moderation import drift, residuals
from moderation.db import db, transaction
from moderation.drift import Rate, jumped, stability
from moderation.models import CountedDay, DayFigure, LearnedState, RateAlarm, Role, Site
from moderation.numbers import day_of
from moderation.numbers.scores import JUDGED, SCORED
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site
from tests.factories_models import make_candidate


def state(site: Site, number: int) -> str:
    db.session.expire_all()
    return residuals.numbered(site.id, number).state


def test_navid_sees_the_card_promotes_and_goes_back(navid: Visitor, site: Site) -> None:
    make_candidate(site)
    page = navid.get("/admin/models")
    assert "به کار گرفتن نسخهٔ ۱" in page
    told = navid.get("/admin/models/mehr/1")
    for said in ("۰٫۰۱۳۰", "۰٫۹۳۴", "۶۰۵", "متن تکراری", "به کار گرفتن نسخهٔ ۱"):
        assert said in told
    assert navid.post("/admin/models/mehr/1/promote").status_code == 303
    assert state(site, 1) == LearnedState.LIVE
    after = navid.get("/admin/models")
    assert "برگشت به مدل همراه" in after
    assert "navid" in after, "who did it stands there"
    assert navid.post("/admin/models/mehr/revert", to="").status_code == 303
    assert state(site, 1) == LearnedState.RETIRED
    assert navid.post("/admin/models/mehr/revert", to="1").status_code == 303
    assert state(site, 1) == LearnedState.LIVE


def test_a_candidate_that_is_no_better_has_no_button_and_is_refused_with_the_reason(navid: Visitor, site: Site) -> None:
    make_candidate(site, refused=("not-better",))
    for page in ("/admin/models", "/admin/models/mehr/1"):
        told = navid.get(page)
        assert "به کار گرفتن نسخهٔ" not in told
        assert "بهتر نیست" in told
    assert navid.post("/admin/models/mehr/1/promote").status_code == 409
    assert state(site, 1) == LearnedState.CANDIDATE


def test_navid_asks_for_a_fit_once(navid: Visitor, site: Site) -> None:
    assert navid.post("/admin/models/mehr/fit", imported="1").status_code == 303
    row = residuals.numbered(site.id, 1)
    assert (row.state, row.metrics, row.person.name) == ("wanted", {"imported": True}, "navid")
    assert "در صف" in navid.get("/admin/models")
    assert navid.post("/admin/models/mehr/fit").status_code == 409


def test_kian_and_sara_do_nothing_here(app: Flask, site: Site) -> None:
    make_candidate(site)
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    sara = signed_in(app, make_person("sara", site))
    assert site.name not in kian.get("/admin/models") + kian.get("/admin/models/drift")
    kian.get("/admin/models/mehr/1", status=404)
    sara.get("/admin/models", status=403)
    for path in ("fit", "1/promote", "revert", "alarms/seen"):
        assert kian.post(f"/admin/models/mehr/{path}").status_code == 404
        assert sara.post(f"/admin/models/mehr/{path}").status_code == 403
    assert state(site, 1) == LearnedState.CANDIDATE


@pytest.mark.parametrize("to", ["x", "99", "99999999999", "-1", "٣"])
def test_there_is_no_way_back_to_what_never_was(navid: Visitor, site: Site, to: str) -> None:
    assert navid.post("/admin/models/mehr/revert", to=to).status_code == 404
    navid.get("/admin/models/mehr/99999999", status=404)


# Drift


def days(site: Site, *, jump: int = 100) -> None:
    """Twenty counted days of a hundred comments, ten of them flagged; of the last one so many."""
    last = day_of(site.created_at)
    with transaction():
        for back in range(20):
            day = last - timedelta(days=back)
            flagged = jump if back == 0 else 10 + back % 3
            figures = {
                ("received", "09"): 100,
                ("flagged", "no-insults"): flagged,
                (SCORED, "01"): 80,
                (SCORED, "15"): 20,
                (JUDGED, "01|approved"): 30,
                (JUDGED, "15|insult"): 9,
                (JUDGED, "15|approved"): 3,
            }
            db.session.add(CountedDay(day=day))
            for (figure, part), number in figures.items():
                db.session.add(DayFigure(site_id=site.id, day=day, figure=figure, part=part, count=number))


def test_a_rate_that_jumps_is_told_on_every_page_until_somebody_has_seen_it(navid: Visitor, site: Site) -> None:
    days(site, jump=70)
    drift.raise_alarms()
    drift.raise_alarms()
    [alarm] = drift.alarms([site.id])
    assert (alarm.rule, alarm.flagged, alarm.received) == ("no-insults", 70, 100)
    assert alarm.score > drift.JUMP
    assert "جهش" in navid.get("/review")
    assert "۷۰٫۰" in navid.get("/admin/models/drift")
    assert navid.post("/admin/models/mehr/alarms/seen").status_code == 303
    assert "جهش" not in navid.get("/review")
    db.session.expire_all()
    assert [one.seen_at is None for one in drift.alarms([site.id])] == [False]


def test_an_ordinary_day_is_no_alarm(site: Site) -> None:
    days(site, jump=14)
    drift.raise_alarms()
    assert db.session.query(RateAlarm).count() == 0


def test_the_page_draws_calibration_and_weeks(navid: Visitor, site: Site) -> None:
    assert "هنوز روزی" in navid.get("/admin/models/drift")
    days(site)
    found = drift.read(site.id)
    assert [(one.decided, one.insults) for one in found.bins if one.decided] == [(600, 0), (240, 180)]
    assert found.error == pytest.approx((600 * 0.075 + 240 * (0.775 - 0.75)) / 840)
    assert found.weeks[-1].comments == 700
    page = navid.get("/admin/models/drift")
    assert page.count('class="point"') == 2
    assert "style=" not in page


def test_few_comments_or_few_objections_are_no_alarm(site: Site) -> None:
    day = day_of(site.created_at)

    def rates(received: int, usual: int, today: int) -> list[Rate]:
        before = [Rate(day - timedelta(days=back), usual, received) for back in range(14, 0, -1)]
        return [*before, Rate(day, today, received)]

    assert jumped(rates(100, 10, 60), day) is not None
    assert jumped(rates(1000, 300, 100), day) is not None, "a rule that falls silent is one, too"
    assert jumped(rates(19, 1, 19), day) is None
    assert jumped(rates(30, 0, 15), day) is None
    assert jumped(rates(100, 10, 60)[8:], day) is None, "too few days to compare with"


def test_the_index_tells_another_population_from_the_same() -> None:
    same = [50] * 20
    assert stability(same, same) == pytest.approx(0.0)
    moved = stability(same, [100] * 10 + [0] * 10)
    assert moved is not None
    assert moved > drift.DRIFTED
    assert stability(same, [1] * 20) is None
