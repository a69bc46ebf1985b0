"""Every screen in light, dark and on a phone, from the demonstration at a fixed moment; ``scripts/take-screenshots`` keeps them."""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from moderation import demo, groups, learning, lifecycle, queue, standing, word_lists
from moderation.db import db
from moderation.lifecycle import Ruling
from moderation.measure import load_models
from moderation.models import Comment, DecisionOutcome, Role
from moderation.onboarding import add_person, add_site
from moderation.policy import Policies
from moderation.rule_sets import drafts, publishing
from moderation.rule_sets.presets import PRESETS
from moderation.rules.word_lists import SiteList, SiteWord
from tests.browser.conftest import Visit, visit
from tests.browser.pictures import MOST, difference
from tests.browser.scene import Scene
from tests.factories import PASSWORD
from tests.factories_models import make_candidate
from tests.replay.past import changed, finished
from worker.screening import screen_claim

pytestmark = pytest.mark.browser

MORNING = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)  # ten o'clock in Tehran
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 760}, "color_scheme": "light"},
}
LARGEST = 260_000  # bytes
KEPT = Path(__file__).parents[2] / "docs" / "screens"
BY_CHANCE = ("bulk-sample", "second-factor", "audit", "lab-phone")
"""The screens that show something drawn anew each time: comments of a sample, a secret, ids; or stand a little higher."""
GROUP, COMMENT, ARTICLE, AUTHOR, REPLAY = "<group>", "<comment>", "<article>", "<author>", "<replay>"
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
    "people": "/admin/people",
    "second-factor": "/account/second-factor/set-up",
    "sessions": "/account/sessions",
    "publish": "/admin/rules/demo/publish",
    "shadow": "/admin/rules/demo/shadow",
    "versions": "/admin/rules/demo/versions",
    "replays": "/admin/replays",
    "replay": f"/admin/replays/{REPLAY}",
    "words": "/admin/words",
    "word-list": "/admin/words/demo?name=ناسزا",
    "models": "/admin/models",
    "model-card": "/admin/models/demo/1",
    "drift": "/admin/models/drift",
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


def stop_the_clock(patch: pytest.MonkeyPatch) -> None:
    """It is morning, for ids as well: they say when something came, and one is made in each millisecond of that morning."""
    ticks = itertools.count(int(MORNING.timestamp()) * 10**9, 10**6)
    patch.setattr("moderation.db.datetime", StoppedClock)
    patch.setattr("moderation.db.time", SimpleNamespace(time_ns=ticks.__next__, monotonic=time.monotonic))


@pytest.fixture
def scene(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The demonstration, screened."""
    models = load_models()
    stop_the_clock(monkeypatch)
    monkeypatch.setattr(demo, "DECIDED", 300)  # enough for a picture
    credentials = add_site("demo", "روزنامهٔ نمونه", webhook="https://news.example/hooks/comments")
    roles = {credentials.site.id: Role.ADMIN}
    sara = add_person("سارا", "sara@nazer.example", PASSWORD, roles=roles)
    demo.seed_demo(credentials.site, models)
    fitting = learning.claim(credentials.site.id)
    assert fitting is not None
    assert learning.learn(fitting)
    drafts.save(credentials.site.id, PRESETS[1](drafts.of(credentials.site.id).rules), edit=0)
    publishing.to_shadow(credentials.site.id, edit=1, note="سخت‌گیرتر برای روزهای انتخابات")
    word_lists.put_list(credentials.site.id, SiteList("ناسزا", (SiteWord("شلغم"), SiteWord(r"\bسوس\w+", pattern=True))))
    make_candidate(credentials.site)
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
    tried = finished(scene.site, changed(scene.site, value=0.4)).id
    told = {GROUP: group.first, COMMENT: answer.id, ARTICLE: answer.article_id, REPLAY: tried}
    told[AUTHOR] = str(of_many.author_external_id)
    return {name: str(place) for name, place in told.items()}


@pytest.mark.timeout(600)  # more than a hundred pages
def test_every_screen_fits_its_window(
    browser: Browser, address: str, scene: Scene, places: dict[str, str], tmp_path: Path
) -> None:
    keeping = os.environ.get("NAZER_SCREENS")
    folder = Path(keeping or tmp_path)
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
    if not keeping:
        assert looks_other(folder) == {}, "look at them; scripts/take-screenshots keeps the new ones"


def looks_other(folder: Path) -> dict[str, float]:
    """The pictures that are not as those that are kept, with the share of what differs."""
    pictures = (*KEPT.glob("*.png"), *folder.glob("*.png"))
    names = {picture.name for picture in pictures if not picture.name.startswith(BY_CHANCE)}
    shares = {
        name: difference(folder / name, KEPT / name) if (folder / name).exists() and (KEPT / name).exists() else 1.0
        for name in sorted(names)
    }
    return {name: round(share, 4) for name, share in shares.items() if share > MOST}


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
    visited.open("/admin/rules/demo")
    page.locator("#trial-text").fill("خبرنگار احمق، شمارهٔ من ۰۹۱۲۳۴۵۶۷۸۹ است")
    page.clock.run_for(1000)  # what is typed is tried when no key has been pressed for a while
    page.locator("[data-tried] .side").last.wait_for()
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    yield "lab"


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
