"""Navid sees what was delivered to his sites, what is tried again and what was given up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from moderation import lifecycle
from moderation.lifecycle import Answer
from moderation.models import Person, Role, Site
from moderation.settings import Settings
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_decided, make_person, make_site


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr", webhook="https://mehr.example/hook").site


@pytest.fixture
def try_once(settings: Settings) -> Callable[..., None]:
    """Try the one delivery that is due."""

    def tried(*, status: int | None, error: str | None, schedule: tuple[float, ...]) -> None:
        (out,) = lifecycle.due_deliveries(10, 60)
        patience = settings.model_copy(update={"delivery_schedule": schedule})
        lifecycle.delivery_tried(out, Answer(status, error), patience)

    return tried


def test_a_site_without_deliveries_says_so(navid: Visitor) -> None:
    page = navid.get("/admin/webhooks")
    assert "https://mehr.example/hook" in page
    assert "ارسالی نیست" in page


def test_a_site_without_an_endpoint_is_told_of_the_feed(app: Flask) -> None:
    admin = signed_in(app, make_person("navid", make_site("plain").site, role=Role.ADMIN))
    assert "GET /v1/decisions" in admin.get("/admin/webhooks")


def test_a_delivery_that_waits_shows_its_last_error_and_its_next_try(
    navid: Visitor, navid_himself: Person, site: Site, try_once: Callable
) -> None:
    comment, _ = make_decided(site, navid_himself)
    try_once(status=503, error="the site answered <503>", schedule=(0, 7200))
    page = navid.client.get("/admin/webhooks").text
    assert 'state-pending">در راه</span>' in page
    assert "503" in page
    assert "the site answered &lt;503&gt;" in page
    assert "ساعت دیگر" in page
    assert f"/review/{comment.id}" in page


def test_a_delivery_that_was_given_up_is_plain_to_see(
    navid: Visitor, navid_himself: Person, site: Site, try_once: Callable
) -> None:
    make_decided(site, navid_himself)
    try_once(status=None, error="connection refused", schedule=(0,))
    page = navid.get("/admin/webhooks?state=failed")
    assert '<li class="state-failed"><b>۱</b> نرسیده</li>' in page
    assert "connection refused" in page
    assert "connection refused" not in navid.get("/admin/webhooks?state=delivered")


def test_a_delivery_that_arrived_is_counted(
    navid: Visitor, navid_himself: Person, site: Site, try_once: Callable
) -> None:
    make_decided(site, navid_himself)
    try_once(status=204, error=None, schedule=(0, 5))
    page = navid.get("/admin/webhooks")
    assert '<li class="state-delivered"><b>۱</b> رسیده</li>' in page
    assert '<b dir="ltr">204</b>' in page


def test_an_unknown_state_shows_all(navid: Visitor, navid_himself: Person, site: Site) -> None:
    make_decided(site, navid_himself)
    assert "تأیید دیدگاه" in navid.get("/admin/webhooks?state=x")


def test_an_admin_sees_the_sites_that_he_administers_and_no_other(app: Flask, navid_himself: Person) -> None:
    make_decided(make_site("jam", webhook="https://jam.example/hook").site, navid_himself)
    moderated = make_site("bam", webhook="https://bam.example/hook").site
    make_person("navid", moderated, role=Role.MODERATOR)
    page = signed_in(app, navid_himself).get("/admin/webhooks")
    assert "mehr.example" in page
    assert "jam.example" not in page
    assert "bam.example" not in page
