"""A replay in a real browser: started, watched, read; a threshold by goal goes into the draft. With scripts and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from moderation import replay
from moderation.db import db
from moderation.rule_sets import drafts
from tests.browser.conftest import Visit, visit
from tests.browser.scene import Scene
from tests.replay.past import changed, decide_many

pytestmark = pytest.mark.browser

NAVID = "navid@nazer.example"


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def navid(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    """Navid's browser."""
    context = browser.new_context(java_script_enabled=request.param, viewport={"width": 1280, "height": 900})
    visited = visit(context, address)
    yield visited
    context.close()
    assert not visited.complaints


def work() -> None:
    """What the background worker does."""
    while replay.work():
        pass
    db.session.remove()


def test_a_draft_is_replayed_read_and_set_by_a_goal(navid: Visit, scene: Scene) -> None:
    decide_many(scene.site, scene.sara, 260)
    drafts.save(scene.site.id, changed(scene.site, value=0.2), edit=drafts.of(scene.site.id).edit)
    db.session.remove()
    page = navid.sign_in(NAVID)
    page.get_by_role("link", name="مدیریت").click()
    page.get_by_role("link", name="بازپخش").click()
    page.get_by_label("روی چند تصمیم آخر ناظران").fill("۱۰۰۰")
    page.get_by_role("button", name="بازپخش").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work()
    told = page.locator(".replay-told .wrongly-held")  # the page looks again by itself
    expect(told).to_contain_text("پیام تأییدشده به اشتباه نگه داشته می‌شود")
    told.get_by_role("link").click()
    expect(page.locator(".replay-card").first).to_contain_text("ایراد تازه")
    page.get_by_role("link", name="بازگشت به نتیجه").click()
    goal = page.locator("form.goal").first
    goal.get_by_label("درصد").fill("۷۰")
    goal.get_by_role("button", name="کدام آستانه؟").click()
    expect(page.get_by_text("بر پایهٔ ۲۶۰ تصمیم ناظران")).to_be_visible()
    page.get_by_role("button", name="در پیش‌نویس بنویس").click()
    expect(page.get_by_text("آستانهٔ تازه در پیش‌نویس نوشته شد")).to_be_visible()
    db.session.remove()
    assert drafts.of(scene.site.id).rules.rules["no-insults"]["options"]["suspect_at"] != 0.2
