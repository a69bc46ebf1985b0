"""A site wants a second factor of people who are signed in already: it holds with their next request."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from moderation.db import db
from moderation.models import Decision, FactorFor, Person, Role, Site
from moderation.people import roles
from tests.dashboard.test_second_factor import code_of, set_up
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import PASSWORD, make_person, make_site, make_waiting
from tests.statements import statements

PAGE = "/account/second-factor/set-up"


@pytest.fixture
def navid(app: Flask, site: Site) -> Visitor:
    return signed_in(app, make_person("navid", site, role=Role.ADMIN))


@pytest.fixture
def owing(sara: Visitor, site: Site) -> Visitor:
    """Sara, signed in before her site wanted a second factor."""
    sara.get("/review")
    roles.want_second_factor(site.id, FactorFor.EVERYBODY)
    return sara


def test_who_is_signed_in_is_led_to_the_page_and_afterwards_where_one_wanted(owing: Visitor) -> None:
    answer = owing.client.get("/decided?part=1")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?next=/decided?part%3D1")
    page = owing.get(answer.location)
    assert "تا آن هنگام صفحه‌های دیگر باز نمی‌شوند" in page
    assert 'href="/search"' not in page, "no sections that do not open"
    secret, action = re.findall(r">([A-Z2-7]{32})<", page)[0], re.findall(r'action="([^"]+set-up[^"]*)"', page)[0]
    done = owing.post(html.unescape(action), code=code_of(secret, seconds=0))
    assert 'href="/decided?part=1"' in done.text
    owing.get("/review")


@pytest.mark.parametrize(
    "path", ["/", "/review", "/review?part=cards", "/review/news", "/account/sessions", "/settings", "/numbers.csv"]
)
def test_no_page_and_no_part_of_one_answers_until_then(owing: Visitor, path: str) -> None:
    answer = owing.client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith(PAGE)
    assert not answer.data or "review" not in answer.text.replace(answer.location, "")


def test_pages_that_are_open_to_everybody_lead_a_signed_in_person_there_too(owing: Visitor) -> None:
    for path in ("/sign-in", "/sign-in/set-up", "/invitation/none", "/new-password/none"):
        assert owing.client.get(path).location.startswith(PAGE), path


def test_a_form_that_was_being_sent_is_not_saved_and_the_person_is_told(owing: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    answer = owing.decide(comment, "approved")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "آنچه فرستادید ثبت نشد" in owing.get(PAGE)
    assert "آنچه فرستادید ثبت نشد" not in owing.get(PAGE), "told once"
    assert db.session.execute(select(func.count()).select_from(Decision)).scalar_one() == 0


def test_one_may_leave_and_files_are_there(owing: Visitor) -> None:
    with owing.client.get("/static/css/base.css") as sheet:
        assert sheet.status_code == 200
    answer = owing.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert owing.client.get("/review").location == "/sign-in?next=/review"


def test_the_admin_who_asks_for_it_is_led_there_as_well_and_other_roles_go_on(
    navid: Visitor, sara: Visitor, site: Site
) -> None:
    answer = navid.post(f"/admin/people/{site.id}/second-factor", **{"for": "admins"})
    assert answer.status_code == 303
    led = navid.client.get(answer.location)
    assert (led.status_code, led.location) == (303, f"{PAGE}?next=/admin/people")
    sara.get("/review")
    set_up(navid)
    navid.get("/admin/people")


def test_taking_the_wish_back_frees_at_once(owing: Visitor, site: Site) -> None:
    assert owing.client.get("/review").status_code == 303
    roles.want_second_factor(site.id, FactorFor.NOBODY)
    owing.get("/review")


def test_a_new_role_or_another_sites_wish_holds_at_once_and_a_strangers_does_not(
    app: Flask, sara: Visitor, sara_herself: Person, site: Site
) -> None:
    roles.want_second_factor(make_site("kian").site.id, FactorFor.EVERYBODY)
    roles.want_second_factor(site.id, FactorFor.ADMINS)
    sara.get("/review")
    roles.change_role(site.id, sara_herself.id, Role.ADMIN)
    assert sara.client.get("/review").status_code == 303


def test_who_sets_one_up_is_signed_out_where_no_code_was_asked_for(
    app: Flask, sara: Visitor, sara_herself: Person
) -> None:
    other = signed_in(app, sara_herself)
    set_up(sara)
    sara.get("/review")
    assert other.client.get("/review").location == "/sign-in?next=/review"


def test_switching_it_off_leads_back_at_once(owing: Visitor) -> None:
    set_up(owing)
    assert owing.post("/account/second-factor", act="off", present=PASSWORD).status_code == 303
    assert owing.client.get("/review").location.startswith(PAGE)


def test_knowing_it_costs_no_statement(sara: Visitor, site: Site) -> None:
    roles.want_second_factor(site.id, FactorFor.ADMINS)
    with statements() as asked:
        sara.get("/account/sessions")
    told = [each for each in asked if each.startswith("SELECT")]
    assert len(told) == 3, "the session, its person's roles, the list"
    assert ["second_factor" in each for each in told] == [True, False, False]
