"""Navid manages the webhooks of his site in a browser without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from moderation import endpoints, lifecycle
from moderation.lifecycle import Answer
from moderation.models import Endpoint, Person, Role, Site
from moderation.settings import Settings
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_decided, make_person, make_site

HOOK = "https://mehr.example/hook?token=known-to-navid"


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr", webhook=HOOK).site


@pytest.fixture
def gone(site: Site, navid_himself: Person, settings: Settings) -> Callable[[], Endpoint]:
    """A webhook that was switched off because it answered 410."""

    def make() -> Endpoint:
        make_decided(site, navid_himself)
        (out,) = lifecycle.due_deliveries(10, 60)
        lifecycle.delivery_tried(out, Answer(410, "HTTP 410", "<script>alert(1)</script>"), settings)
        return the_endpoint(site)

    return make


def the_endpoint(site: Site) -> Endpoint:
    (found,) = endpoints.of_site(site.id)
    return found


def secrets_in(page: str) -> list[str]:
    return re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", page)


def test_a_webhook_is_added_and_its_secret_is_shown_once(navid: Visitor, site: Site) -> None:
    answer = navid.post("/admin/webhooks", site=site.id, url="https://new.example/hook", events=["comment.queued"])
    (_, made) = endpoints.of_site(site.id)
    assert (answer.status_code, secrets_in(answer.text)) == (200, [made.secret])
    assert answer.headers["Cache-Control"] == "no-store"
    assert made.events == ["comment.queued"]
    for path in ("/admin/webhooks", f"/admin/webhooks/{made.id}"):
        assert secrets_in(navid.get(path)) == []


def test_a_webhook_that_cannot_be_had_is_told_in_persian_and_the_form_keeps_what_was_typed(
    navid: Visitor, site: Site
) -> None:
    for url, said in (("ftp://x", "http"), (HOOK, "پیش‌تر")):
        answer = navid.post("/admin/webhooks", site=site.id, url=url, events=["comment.rejected"])
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{url}"' in answer.text
        assert 'value="comment.rejected" checked' in answer.text
        assert 'value="comment.approved" checked' not in answer.text
    assert navid.post("/admin/webhooks", site=site.id, url="https://x.example").status_code == 422, "no event chosen"
    assert len(endpoints.of_site(site.id)) == 1


def test_address_and_events_are_changed(navid: Visitor, site: Site) -> None:
    path = f"/admin/webhooks/{the_endpoint(site).id}"
    assert navid.post(path, url="https://other.example/", events=["comment.withdrawn"]).status_code == 303
    assert (the_endpoint(site).url, the_endpoint(site).events) == ("https://other.example/", ["comment.withdrawn"])
    assert navid.post(path, url="https://other.example/").status_code == 422
    assert the_endpoint(site).events == ["comment.withdrawn"]


def test_a_new_secret_is_shown_once_with_how_long_the_old_one_signs(navid: Visitor, site: Site) -> None:
    before = the_endpoint(site)
    old, path = before.secret, f"/admin/webhooks/{before.id}"
    answer = navid.post(f"{path}/secret", hours="72")
    after = the_endpoint(site)
    assert secrets_in(answer.text) == [after.secret]
    assert (after.old_secret, after.secret != old) == (old, True)
    assert "کلید پیشین تا" in answer.text
    assert secrets_in(navid.get(path)) == []


def test_a_webhook_is_switched_off_and_on_by_hand_without_an_alarm(navid: Visitor, site: Site) -> None:
    path = f"/admin/webhooks/{the_endpoint(site).id}"
    navid.post(f"{path}/switch", on="0")
    assert not the_endpoint(site).active
    assert "به خواست یکی از مدیران" in navid.get(path)
    assert "از کار افتاده" not in navid.get("/review")
    navid.post(f"{path}/switch", on="1")
    assert the_endpoint(site).active


def test_a_dead_webhook_is_announced_on_every_page_of_its_admins_until_it_is_switched_on(
    app: Flask, navid: Visitor, site: Site, gone: Callable[[], Endpoint]
) -> None:
    path = f"/admin/webhooks/{gone().id}"
    kian = signed_in(app, make_person("kian", make_site("kian").site, role=Role.ADMIN))
    sara = signed_in(app, make_person("sara", site))
    for page in ("/review", "/admin/webhooks"):
        assert "۱ وب‌هوک از کار افتاده" in navid.get(page)
        assert "از کار افتاده" not in kian.get(page)
    assert "از کار افتاده" not in sara.get("/review")
    assert "پاسخ ۴۱۰" in navid.get(path)
    assert "GET /v1/decisions?after=" in navid.get(path)
    navid.post(f"{path}/switch", on="1")
    assert "از کار افتاده" not in navid.get("/review")
    assert "فرستادن آنچه نرسیده" in navid.get(path)
    navid.post(f"{path}/recover")
    assert "۱ رویداد دوباره در راه است" in navid.get(path)
    assert len(lifecycle.due_deliveries(10, 60)) == 1


def test_a_delivery_shows_its_body_and_the_answer_and_is_sent_again(
    navid: Visitor, gone: Callable[[], Endpoint]
) -> None:
    endpoint = gone()
    (failed,) = endpoints.deliveries([endpoint.id], 10)
    assert f"/admin/webhooks/deliveries/{failed.id}" in navid.get("/admin/webhooks")
    page = navid.client.get(f"/admin/webhooks/deliveries/{failed.id}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "comment.approved" in page
    refused = navid.post(f"/admin/webhooks/deliveries/{failed.id}/replay")
    assert (refused.status_code, "نخست آن را روشن کنید" in refused.text) == (422, True)
    navid.post(f"/admin/webhooks/{endpoint.id}/switch", on="1")
    answer = navid.post(f"/admin/webhooks/deliveries/{failed.id}/replay")
    (again, _) = endpoints.deliveries([endpoint.id], 10)
    assert (answer.status_code, answer.location) == (303, f"/admin/webhooks/deliveries/{again.id}")
    assert "فرستادن هم‌اکنون" in navid.get(answer.location)


def test_a_test_event_leads_to_what_becomes_of_it(navid: Visitor, site: Site) -> None:
    answer = navid.post(f"/admin/webhooks/{the_endpoint(site).id}/test")
    page = navid.get(answer.location)
    assert "webhook.test" in page
    assert "هنوز فرستاده نشده است" in page
    assert "آزمایش" in navid.get("/admin/webhooks")


def test_a_webhook_is_removed(navid: Visitor, site: Site, gone: Callable[[], Endpoint]) -> None:
    path = f"/admin/webhooks/{gone().id}"
    assert navid.post(f"{path}/remove").status_code == 303
    assert endpoints.of_site(site.id) == []
    navid.get(path, status=404)


def test_an_admin_of_another_site_and_a_moderator_reach_nothing(
    app: Flask, site: Site, gone: Callable[[], Endpoint]
) -> None:
    endpoint = gone()
    (sent,) = endpoints.deliveries([endpoint.id], 10)
    kian = signed_in(app, make_person("kian", make_site("kian").site, role=Role.ADMIN))
    sara = signed_in(app, make_person("sara", site))
    one, delivery = f"/admin/webhooks/{endpoint.id}", f"/admin/webhooks/deliveries/{sent.id}"
    forms = [one, *(f"{one}/{act}" for act in ("switch", "secret", "test", "recover", "remove")), f"{delivery}/replay"]
    for visitor, status in ((kian, 404), (sara, 403)):
        for path in (one, delivery):
            visitor.get(path, status=status)
        for path in forms:
            answer = visitor.post(path, url="https://x.example", events=["comment.queued"], on="1")
            assert answer.status_code == status, path
        for site_id in (site.id, "x", ""):
            answer = visitor.post("/admin/webhooks", site=site_id, url="https://x.example", events=["comment.queued"])
            assert answer.status_code == status
    assert len(endpoints.of_site(site.id)) == 1
    assert not the_endpoint(site).active
