"""Every screen in light, dark and on a phone, from the demonstration at a fixed moment; ``scripts/take-screenshots`` keeps them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from moderation import demo, groups, learning, lifecycle, queue, standing
from moderation.db import db
from moderation.lifecycle import Ruling
from moderation.measure import load_models
from moderation.models import Comment, DecisionOutcome, Role
from moderation.onboarding import add_person, add_site
from moderation.policy import Policies
from tests.browser.conftest import Visit, visit
from tests.browser.scene import Scene
from tests.factories import PASSWORD
from worker.screening import screen_claim

pytestmark = pytest.mark.browser

MORNING = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)  # ten o'clock in Tehran
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 760}, "color_scheme": "light"},
}
LARGEST = 260_000  # bytes
GROUP, COMMENT, ARTICLE, AUTHOR = "<group>", "<comment>", "<article>", "<author>"
SCREENS = {
    "queue": "/review",
    "comment": f"/review/{COMMENT}",
    "group": f"/groups/{GROUP}",
    "bulk": "/bulk?by=insult-model&from=0.8&to=1",
    "decided": "/decided",
    "filters": "/review?verdict=violation&order=age",
    "search": "/search?q=شهردار",
    "articles": "/articles",
    "article": f"/articles/{ARTICLE}",
    "authors": "/authors",
    "author": f"/authors/demo/{AUTHOR}",
    "numbers": "/numbers?days=30",
    "trim": f"/review/{COMMENT}/trim",
    "settings": "/settings",
    "webhooks": "/admin/webhooks",
    "keys": "/admin/keys",
    "audit": "/admin/audit",
    "site": "/admin/site",
    "automatic": "/admin/automatic",
}


class StoppedClock(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """The morning, whatever the time."""
        return MORNING.astimezone(tz)


@pytest.fixture
def scene(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The demonstration, screened."""
    models = load_models()
    monkeypatch.setattr("moderation.db.datetime", StoppedClock)
    monkeypatch.setattr(demo, "DECIDED", 300)  # enough for a picture
    credentials = add_site("demo", "روزنامهٔ نمونه", webhook="https://news.example/hooks/comments")
    roles = {credentials.site.id: Role.ADMIN}
    sara = add_person("سارا", "sara@nazer.example", PASSWORD, roles=roles)
    demo.seed_demo(credentials.site, models)
    fitting = learning.claim(credentials.site.id)
    assert fitting is not None
    assert learning.learn(fitting)
    while screen_claim(models, Policies(), app.config["NAZER"]):
        pass
    return Scene(credentials.site, sara, sara)


@pytest.fixture
def places(scene: Scene) -> dict[str, str]:
    """The comment and the group that have a picture."""
    cards = queue.waiting([scene.site.id], limit=100).comments
    in_groups = groups.standing(cards)
    group = max(in_groups.values(), key=lambda one: one.others)
    answer = next(card for card in cards if card.parent_id is not None)
    of_many = db.session.get_one(Comment, group.first)
    standing.decide(
        scene.site.id,
        str(of_many.author_external_id),
        standing.Wish("blocked", timedelta(days=30), "تبلیغ"),
        scene.sara.id,
    )
    told = {GROUP: group.first, COMMENT: answer.id, ARTICLE: answer.article_id, AUTHOR: of_many.author_external_id}
    return {name: str(place) for name, place in told.items()}


@pytest.mark.timeout(400)  # some forty pages
def test_every_screen_fits_its_window(
    browser: Browser, address: str, scene: Scene, places: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(os.environ.get("NAZER_SCREENS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    for show in (at_rest, after_decisions):  # what waits is the same in all looks
        if show is after_decisions:
            decide_some(scene)
        for look, window in LOOKS.items():
            context = browser.new_context(**window, locale="fa-IR")
            visited = visit(context, address)
            visited.page.clock.install(time=MORNING)
            visited.page.clock.pause_at(MORNING + timedelta(seconds=1))  # no second passes between two pictures
            visited.sign_in()
            for name in show(visited, places):
                keep(visited.page, folder / f"{name}-{look}.png")
            context.close()
            assert not visited.complaints


def at_rest(visited: Visit, places: dict[str, str]) -> Iterator[str]:
    """The screens, one after the other, by name."""
    page = visited.page
    for name, path in SCREENS.items():
        visited.open(re.sub("<[a-z]+>", lambda match: places[match[0]], path))
        yield name
    visited.open(SCREENS["bulk"])
    page.locator("#band-reason").select_option("no-insults")
    page.get_by_role("button", name="رد این بازه…").click()
    page.wait_for_url("**/bulk/band")
    yield "bulk-sample"
    visited.open("/review")
    for number in range(3):
        page.locator(".pick input").nth(number).check()
    yield "chosen"


def after_decisions(visited: Visit, _places: dict[str, str]) -> Iterator[str]:
    """What can be taken back, the sheet of keys, the way in."""
    page = visited.open("/review")
    yield "undo"
    if page.get_by_role("button", name="کلیدها").is_visible():
        page.keyboard.press("?")
        yield "keys-sheet"
    page.context.clear_cookies()
    visited.open("/sign-in")
    yield "sign-in"


def keep(page: Page, picture: Path) -> None:
    """Take a picture of the window, and look at what can go wrong."""
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{picture.name} is {wide} pixels wider than its window"
    page.screenshot(path=picture)
    assert 8_000 < picture.stat().st_size < LARGEST, (picture.name, picture.stat().st_size)


def decide_some(scene: Scene) -> None:
    """One comment and eight at once rejected, a moment ago."""
    first, *some = queue.waiting([scene.site.id], limit=9).comments
    lifecycle.decide(first, scene.sara.id, Ruling(DecisionOutcome.REJECTED, first.revision, "no-slander"), 60)
    seen = {comment.id: comment.revision for comment in some}
    lifecycle.decide_many(seen, scene.sara.id, Ruling(DecisionOutcome.REJECTED, 0, "no-insults"), 60)
