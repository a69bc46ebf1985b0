"""Every page, light and dark, in both languages: axe-core finds nothing serious, and the page's policy is kept.

axe-core is Deque's (MPL 2.0), unchanged, in tests/browser/vendor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from moderation import erasures, lifecycle, staged_words, standing, word_lists
from moderation.db import db, transaction
from moderation.lifecycle import Ruling
from moderation.models import ApiKey, Comment, DecisionOutcome, Delivery, Endpoint, Role, Status
from moderation.people import accounts, inviting
from moderation.rule_sets import drafts, publishing
from moderation.rule_sets.presets import PRESETS
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.staged_words import Upload
from moderation.word_edits import mark_of
from tests.browser.conftest import Visit, visit
from tests.browser.scene import Scene
from tests.factories_models import make_candidate
from tests.replay.past import changed, decide_many, finished

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
NO_PAGES = {"dashboard.news", "dashboard.numbers_csv", "admin.replay_progress", "admin.erasure_progress"}
WORDS = Upload("رکیک", "شلغم\n!!\n".encode(), Kind.BLOCK, adds=True)
LISTED = ("/admin/words/demo?name=کلم", "/admin/words/demo/entry?name=کلم&entry=" + mark_of(SiteWord("شلغم")))
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .filter(found => ["serious", "critical"].includes(found.impact))
    .map(found => found.id + ": " + found.nodes.map(node => node.html.slice(0, 200)).join(" | "))"""
LISTEN = """window.broken = []; document.addEventListener("securitypolicyviolation",
    event => window.broken.push(event.violatedDirective + " " + event.blockedURI))"""


def something_everywhere(scene: Scene) -> Sequence[Comment]:
    """Put something onto every page; the comments that waited before, in their order."""
    waiting = db.session.execute(select(Comment).where(Comment.status == Status.IN_REVIEW)).scalars().all()
    for comment, outcome, reason in ((waiting[0], "approved", None), (waiting[1], "rejected", "no-insults")):
        ruling = Ruling(DecisionOutcome(outcome), comment.revision, reason, "یادداشت")
        lifecycle.decide(comment, scene.navid.id, ruling, 0)
    lifecycle.publish()
    lifecycle.escalate(waiting[2], scene.sara.id, waiting[2].revision, "مطمئن نیستم")
    copied, copy = waiting[4:6]
    copy.repeats_of, copied.author_external_id = copied.id, "u-7"
    db.session.commit()
    standing.decide(scene.site.id, "u-7", standing.Wish("blocked", note="تبلیغ"), scene.navid.id)
    drafts.save(scene.site.id, PRESETS[1](drafts.of(scene.site.id).rules), edit=0)
    publishing.to_shadow(scene.site.id, edit=1, note="روزهای انتخابات")
    decide_many(scene.site, scene.sara, 60)
    for _ in range(2):
        make_candidate(scene.site)
    return waiting


@pytest.fixture
def paths(app: Flask, scene: Scene) -> list[str]:
    """Every page that Navid can open, with something on it; the sign-in and the page of an error come beside them."""
    waiting = something_everywhere(scene)
    known = {
        "number": 2,
        "replay_id": finished(scene.site, changed(scene.site, value=0.2)).id,
        "comment_id": waiting[3].id,
        "article_id": waiting[3].article_id,
        "first_id": waiting[4].id,
        "slug": scene.site.slug,
        "author_id": "u-7",
        "endpoint_id": db.session.execute(select(Endpoint.id)).scalars().first(),
        "delivery_id": db.session.execute(select(Delivery.id)).scalars().first(),
        "erasure_id": erasures.start(scene.site.id, "u-8").id,
        "staged_id": staged_words.stage(scene.site.id, scene.navid.id, WORDS),
        "key_id": db.session.execute(select(ApiKey.id)).scalars().first(),
    }
    with transaction():
        known["link_token"] = accounts.make_link(scene.sara)
    known["invitation_token"] = inviting.invite("mina@nazer.example", {scene.site.id: Role.MODERATOR}).token
    word_lists.put_list(scene.site.id, SiteList("کاهو", (SiteWord("هویج"),)))
    word_lists.remove_list(scene.site.id, "کاهو")
    word_lists.put_list(scene.site.id, SiteList("کلم", (SiteWord("شلغم"), SiteWord(r"\bسوس\w+", pattern=True))))
    adapter = app.url_map.bind("")
    return [
        adapter.build(route.endpoint, {name: known[name] for name in route.arguments}).removeprefix("http://")
        for route in app.url_map.iter_rules()
        if "GET" in (route.methods or ())
        and route.endpoint.startswith(("dashboard.", "admin."))
        and "sign" not in route.endpoint
        and route.endpoint not in NO_PAGES
    ] + [f"/review/{waiting[2].id}", f"/review/{waiting[0].id}", "/nothing-here", *LISTED]


def pages_of(visited: Visit, paths: list[str]) -> Iterator[tuple[str, Page]]:
    """Each page after the other, the sign-in first."""
    yield "/sign-in", visited.open("/sign-in")
    visited.sign_in("navid@nazer.example")
    for path in paths:
        yield path, visited.open(path)


@pytest.mark.timeout(400)  # some thirty pages
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fa", "en"])
def test_axe_finds_nothing_serious_and_the_policy_is_kept(
    browser: Browser, address: str, scene: Scene, paths: list[str], *, scheme: str, language: str
) -> None:
    scene.navid.language, scene.navid.blur = language, scheme == "dark"
    db.session.commit()
    context = browser.new_context(color_scheme=scheme, bypass_csp=False)
    context.add_init_script(LISTEN)
    visited = visit(context, address)
    found: dict[str, list[str]] = {}
    for path, page in pages_of(visited, paths):
        for details in page.locator("details").all():
            details.evaluate("details => details.open = true")
        assert page.evaluate("window.broken") == [], path
        assert page.locator("html").get_attribute("lang") == (language if path != "/sign-in" else "fa")
        page.evaluate(AXE)
        found |= {path: told} if (told := page.evaluate(RUN)) else {}
    context.close()
    assert not found
    assert not [told for told in visited.complaints if "404" not in told]


def test_every_page_is_whole_without_scripts(browser: Browser, address: str, paths: list[str]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    visited = visit(context, address)
    for path, page in pages_of(visited, paths):
        assert page.locator("h1").count() == 1, path
        assert page.locator("main").inner_text().strip(), path
    context.close()


def test_every_page_fits_a_phone_and_200_percent(browser: Browser, address: str, paths: list[str]) -> None:
    for width in (360, 640):  # 640 is what is left of 1280 at 200 % zoom
        context = browser.new_context(viewport={"width": width, "height": 800})
        visited = visit(context, address)
        for path, page in pages_of(visited, paths):
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        context.close()


def test_the_section_of_a_page_is_in_sight_on_a_phone(sara: Visit) -> None:
    sara.page.set_viewport_size({"width": 360, "height": 760})
    sara.sign_in("navid@nazer.example")
    for path, rows in (("/review", 1), ("/numbers", 1), ("/admin/people", 2), ("/admin/keys", 2)):
        page = sara.open(path)
        boxes = page.locator("body > header nav [aria-current], body > nav [aria-current]").evaluate_all(
            "all => all.map(here => [here.parentElement, here].map(each => each.getBoundingClientRect()))"
        )
        assert len(boxes) == rows
        for row, section in boxes:
            assert row["left"] - 1 <= section["left"], path
            assert section["right"] <= row["right"] + 1, path
        assert page.evaluate("scrollY") == 0
