"""Navid in the rule lab: a threshold moved, a comment tried as he types, published with a note, rolled back; a shadow compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from moderation.measure import load_models
from moderation.policy import Policies
from moderation.rule_sets import versions
from tests.browser.conftest import Visit, visit
from tests.browser.scene import Scene
from tests.factories import make_comment
from worker.screening import screen_claim

INSULT = "مدیر این بانک یک احمق بی‌شعور است"
LAB = "/admin/rules/demo"


@pytest.fixture
def navid(browser: Browser, address: str) -> Iterator[Visit]:
    """Navid's browser, signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fa-IR")
    visited = visit(context, address)
    visited.sign_in("navid@nazer.example")
    yield visited
    context.close()
    assert not visited.complaints


def rule(page: Page, name: str) -> None:
    """Unfold a rule."""
    card = page.locator(f".rule-card[data-rule={name}]")
    if card.get_attribute("open") is None:
        card.locator("> summary").click()


def publish(page: Page, note: str, button: str = "انتشار هم‌اکنون") -> None:
    """Publish the draft."""
    page.get_by_role("link", name="دیدن تفاوت‌ها و انتشار").click()
    page.get_by_label("چرا؟").fill(note)
    page.get_by_label("می‌دانم، با این همه منتشر شود").check()
    page.get_by_role("button", name=button).click()


def test_a_threshold_is_moved_tried_published_and_rolled_back(navid: Visit) -> None:
    page = navid.page
    page.get_by_role("link", name="مدیریت").click()
    page.wait_for_url(f"**{LAB}")
    page.get_by_label("دیدگاهی بنویسید یا بچسبانید").fill(INSULT)
    sides = page.locator("[data-tried] .side")
    expect(sides).to_have_count(2)
    expect(sides.nth(0).locator("mark[data-rule=no-insults]").first).to_be_visible()
    rule(page, "no-insults")
    page.get_by_label("وضعیت قاعده").nth(1).select_option("off")
    expect(sides.nth(0).locator("mark[data-rule=no-insults]")).to_have_count(0)
    expect(sides.nth(1).locator("mark[data-rule=no-insults]").first).to_be_visible()
    page.get_by_label("وضعیت قاعده").nth(1).select_option("live")
    field = page.get_by_label("از این امتیاز به بالا، مشکوک", exact=True).first
    field.fill("۷")
    expect(page.locator("[data-tried] .problem")).to_contain_text("نادرست")
    field.fill("۰٫۹۹")
    page.get_by_role("button", name="ذخیرهٔ پیش‌نویس").click()
    expect(page.get_by_text("در نسخهٔ زنده: ۰٫۶")).to_be_visible()
    publish(page, "آستانهٔ توهین را آزمودیم")
    expect(page.locator(".versions-list .live")).to_contain_text("آستانهٔ توهین را آزمودیم")
    page.get_by_role("link", name="نسخهٔ ۱", exact=True).click()
    page.get_by_role("heading", name="بازگرداندن این نسخه").click()
    page.get_by_label("چرا؟").fill("پشیمان شدیم")
    page.get_by_role("button", name="بازگردان").click()
    expect(page.locator(".versions-list .live")).to_contain_text(re.compile("نسخهٔ ۳.*پشیمان شدیم", re.DOTALL))


def test_a_draft_runs_in_shadow_and_is_compared(navid: Visit, app: Flask, scene: Scene) -> None:
    page = navid.open(LAB)
    rule(page, "no-insults")
    page.get_by_label("وضعیت قاعده").nth(1).select_option("off")
    page.get_by_role("button", name="ذخیرهٔ پیش‌نویس").click()
    publish(page, "بی توهین چه می‌شود؟", "نخست در سایه")
    expect(page.get_by_text("هنوز پیامی از سایه نگذشته است")).to_be_visible()
    make_comment(scene.site, INSULT)
    screen_claim(load_models(), Policies(), app.config["NAZER"])
    page.reload()
    row = page.get_by_role("row").filter(has_text="بی‌احترامی").or_(page.locator("tbody tr").first)
    row.first.get_by_text("خواندن").first.click()
    expect(page.get_by_role("link", name=INSULT).first).to_be_visible()
    page.get_by_role("button", name="پایان سایه").click()
    expect(page.get_by_text("سایه پایان یافت.")).to_be_visible()
    assert versions.in_shadow(scene.site.id) is None
