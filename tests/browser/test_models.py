"""Navid reads a candidate's card, promotes it and goes back, in a real browser; the page of drift draws within its window."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from moderation import drift
from tests.admin.test_models import days
from tests.browser.conftest import Visit
from tests.browser.scene import Scene
from tests.factories_models import make_candidate

pytestmark = pytest.mark.browser


def test_navid_promotes_a_candidate_and_goes_back(app: Flask, scene: Scene, sara: Visit) -> None:
    make_candidate(scene.site)
    sara.sign_in("navid@nazer.example")
    page = sara.open("/admin/models")
    page.get_by_role("link", name="شناسنامهٔ نسخهٔ ۱").click()
    expect(page.get_by_role("heading", name="روی تصمیم‌هایی که ندیده است")).to_be_visible()
    keep(sara, "card")
    page.get_by_role("button", name="به کار گرفتن نسخهٔ ۱").click()
    expect(page.get_by_role("status")).to_contain_text("به کار است")
    expect(page.get_by_role("button", name="برگشت به مدل همراه")).to_be_visible()
    keep(sara, "models")
    page.get_by_role("button", name="برگشت به مدل همراه").click()
    expect(page.get_by_role("button", name="برگشت به نسخهٔ ۱")).to_be_visible()


def test_the_page_of_drift_fits_a_phone(app: Flask, scene: Scene, sara: Visit) -> None:
    days(scene.site, jump=70)
    drift.raise_alarms()
    sara.sign_in("navid@nazer.example")
    page = sara.open("/review")
    page.get_by_role("link", name="دیدن هشدارها").click()
    expect(page.get_by_role("heading", name="امتیاز توهین در برابر تصمیم ناظران")).to_be_visible()
    keep(sara, "drift")
    page.get_by_role("button", name="دیدم").click()
    expect(page.get_by_role("button", name="دیدم")).to_have_count(0)


def keep(visit: Visit, name: str) -> None:
    """Look at what can go wrong at each width; keep pictures where NAZER_SCREENS says."""
    folder = os.environ.get("NAZER_SCREENS")
    for width in (1280, 360):
        visit.page.set_viewport_size({"width": width, "height": 900})
        wide = visit.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{name} is {wide} pixels wider than {width}"
        if folder:
            for scheme in ("light", "dark"):
                visit.page.emulate_media(color_scheme=scheme)
                visit.page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
    visit.page.set_viewport_size({"width": 1280, "height": 900})
