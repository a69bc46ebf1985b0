"""Navid changes a setting and finds it in the audit, takes the audit along, and erases a reader in two steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from moderation import erasures
from moderation.wire import AuthorIn
from tests.browser.conftest import Visit, visit
from tests.browser.scene import Scene
from tests.factories import make_comment

pytestmark = pytest.mark.browser


@pytest.fixture
def navid(browser: Browser, address: str, scene: Scene) -> Iterator[Visit]:
    """Navid's browser, on a phone as narrow as they get."""
    context = browser.new_context(viewport={"width": 360, "height": 760}, locale="fa-IR", accept_downloads=True)
    visited = visit(context, address)
    visited.sign_in("navid@nazer.example")
    yield visited
    context.close()
    assert not visited.complaints


def test_a_setting_is_changed_found_in_the_audit_and_taken_along(navid: Visit) -> None:
    page = navid.open("/admin/site")
    page.fill("#undo_seconds", "۳۰")
    page.fill("#keep_rejected_days", "365")
    page.click("button.main")
    expect(page.locator("[role=status]")).to_contain_text("تنظیمات سایت ذخیره شد")
    page.get_by_role("link", name="که چه چیزی را عوض کرده است").click()
    entry = page.locator(".audit > li").first
    expect(entry).to_contain_text("تنظیمات سایت عوض شد")
    expect(entry).to_contain_text("نوید")
    expect(entry.locator("ins").first).to_contain_text("۳۰")
    page.select_option("#action", "key")
    page.get_by_role("button", name="نمایش").click()
    expect(page.get_by_role("heading", name="رویدادی با این نشانی‌ها نیست")).to_be_visible()
    page.get_by_role("link", name="برداشتن صافی‌ها").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="برون‌برد CSV").click()
    assert download.value.suggested_filename == "nazer-audit.csv"
    assert "site.changed" in download.value.path().read_text(encoding="utf-8-sig")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_reader_is_erased_in_two_steps(app: Flask, scene: Scene, navid: Visit) -> None:
    for number in range(3):
        make_comment(scene.site, f"پیام {number} که باید برود", author=AuthorIn(name="کیان", id="u-52"))
    page = navid.open("/authors/demo/u-52")
    page.get_by_role("link", name="پاک کردن همهٔ داده‌های این نویسنده").click()
    expect(page.get_by_role("heading", name="این کار برنمی‌گردد")).to_be_visible()
    page.get_by_role("button", name="پاک کردن برای همیشه").click()
    expect(page).to_have_url(f"{navid.address}/admin/erase/author/demo/u-52")  # the tick is missing: nothing happened
    page.get_by_label("می‌دانم که برنمی‌گردد").check()
    page.get_by_role("button", name="پاک کردن برای همیشه").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("[role=status]")).to_contain_text("کار به‌زودی آغاز می‌شود")
    assert erasures.work()  # what the background worker does; the page looks again by itself
    expect(page.locator("[role=status]")).to_contain_text("همهٔ داده‌های این نویسنده پاک شد: ۳ پیام")
    navid.open("/admin/audit?action=author")
    expect(page.locator(".audit > li").first).to_contain_text("داده‌های یک نویسنده برای همیشه پاک شد")
    navid.open("/search?q=برود")
    expect(page.locator("main")).not_to_contain_text("که باید برود")
