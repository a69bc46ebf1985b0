"""Personal data on the review pages, in a real browser without scripts: covered, shown by a tick, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from moderation.db import db
from moderation.models import Site
from moderation.rules.base import Signals, Subject
from moderation.rules.no_personal_data import NoPersonalData
from tests.browser.conftest import visit
from tests.factories import make_waiting

pytestmark = pytest.mark.browser

NUMBER = "۰۹۱۲۳۴۵۶۷۸۹"
TEXT = f"شماره‌اش {NUMBER} است"


def test_a_number_is_seen_when_it_is_asked_for(browser: Browser, address: str) -> None:
    site = db.session.execute(select(Site)).scalars().one()
    finding = NoPersonalData().check(Subject(TEXT, Signals()))
    assert finding is not None
    comment = make_waiting(site, TEXT, findings=[finding])
    context = browser.new_context(java_script_enabled=False)
    visited = visit(context, address)
    visited.sign_in()
    page = visited.open(f"/review/{comment.id}")
    text = page.locator(".card .said .text")
    bare, cover = text.locator(".bare"), text.locator(".cover")
    expect(bare).to_be_hidden()
    expect(cover).to_be_visible()
    assert NUMBER not in text.inner_text()
    cover.click()
    expect(bare).to_be_visible()
    expect(cover).to_be_hidden()
    assert NUMBER in text.inner_text()
    text.get_by_label("نمایش دادهٔ شخصی").press("Space")
    expect(bare).to_be_hidden()
    context.close()
    assert not visited.complaints
