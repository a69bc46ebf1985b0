"""Sara and Mina at one queue, in two browsers: nobody is given what the other reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from moderation import lifecycle
from moderation.db import db, now, transaction
from moderation.models import Lease, Person, Role, RuleSetVersion
from moderation.onboarding import add_person
from moderation.rules.base import Signals
from moderation.rules.rule_set import judge
from tests.browser.conftest import Visit, visit
from tests.browser.scene import BUSES, Scene
from tests.browser.test_review import press, shown
from tests.factories import PASSWORD, sent

pytestmark = pytest.mark.browser

HELD = "سارا این پیام را می‌خواند."


@pytest.fixture
def mina_herself(scene: Scene) -> Person:
    return add_person("مینا", "mina@nazer.example", PASSWORD, roles={scene.site.id: Role.MODERATOR})


@pytest.fixture
def mina(browser: Browser, address: str, mina_herself: Person) -> Iterator[Visit]:
    """Mina's browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fa-IR")
    visited = visit(context, address)
    yield visited
    context.close()
    assert not visited.complaints


def readers() -> dict[str, str]:
    """Who reads which card, as the database has it."""
    db.session.rollback()
    return {str(lease.comment_id): lease.person.name for lease in db.session.execute(select(Lease)).scalars()}


def wait_for_reader(page: Page, comment_id: str, name: str) -> None:
    """The lease is taken by a request of the page's script."""
    for _ in range(50):
        if readers().get(comment_id) == name:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{name} does not read {comment_id}: {readers()}")


def test_two_people_get_two_cards_and_after_each_decision_again_two(sara: Visit, mina: Visit) -> None:
    hers = sara.sign_in()
    first, second, third, fourth, *_ = shown(hers)
    minas = mina.sign_in("mina@nazer.example")
    assert shown(minas)[0] == second
    expect(minas.locator(f"#held-{first}")).to_contain_text(HELD)
    press(hers, "j")
    with hers.expect_navigation():
        press(hers, "r")
    wait_for_reader(hers, third, "سارا")
    assert hers.url.endswith(f"#c-{third}")
    with minas.expect_navigation():
        press(minas, "a")
    wait_for_reader(minas, fourth, "مینا")
    assert readers() == {third: "سارا", fourth: "مینا"}


def test_a_card_that_one_moves_to_is_shown_to_others(sara: Visit, mina: Visit) -> None:
    hers, minas = sara.sign_in(), mina.sign_in("mina@nazer.example")
    *_, last = shown(hers)
    hers.locator(f"#c-{last} select").first.focus()
    wait_for_reader(hers, last, "سارا")
    minas.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when she comes back to the window
    expect(minas.locator(f"#c-{last} > .held")).to_have_text(HELD)
    minas.locator(f"#c-{last} select").first.focus()
    expect(minas.locator(f"#c-{last} > .held")).to_have_text(HELD)
    assert readers()[last] == "سارا", "who came second takes nothing away"


def test_a_closed_laptop_frees_its_card_by_the_clock(sara: Visit, mina: Visit) -> None:
    hers = sara.sign_in()
    first = shown(hers)[0]
    hers.context.set_offline(True)  # nothing is said on leaving
    db.session.rollback()  # what was read before is old by now
    with transaction():
        db.session.execute(update(Lease).values(until=now() - timedelta(seconds=1)))
    assert shown(mina.sign_in("mina@nazer.example"))[0] == first
    sara.complaints.clear()  # that the network is away


def test_a_window_that_is_left_frees_its_card_at_once(sara: Visit, mina: Visit) -> None:
    hers = sara.sign_in()
    first = shown(hers)[0]
    wait_for_reader(hers, first, "سارا")
    sara.open("/decided")
    for _ in range(50):
        if not readers():
            break
        hers.wait_for_timeout(100)
    assert shown(mina.sign_in("mina@nazer.example"))[0] == first


def test_new_comments_are_told_of_and_nothing_moves(sara: Visit, scene: Scene) -> None:
    page = sara.sign_in()
    before = page.locator(".card").first.bounding_box()
    for number in range(2):
        lifecycle.receive(scene.site.id, sent(f"تازه {number}", article=BUSES, external_id=f"new-{number}"))
    claim = lifecycle.claim(10, 60)
    version = db.session.execute(select(RuleSetVersion.id)).scalar_one()
    results = [
        lifecycle.Screened(one.id, 1, version, judge(()), Signals(language="fa").to_dict()) for one in claim.comments
    ]
    lifecycle.screened(claim.token, results)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    link = page.locator(".fresh a")
    expect(link).to_have_text("۲ پیام تازه")
    assert page.locator(".card").first.bounding_box() == before
    cards = page.locator(".card").count()
    link.click()
    expect(page.locator(".card")).to_have_count(cards + 2)
    expect(link).to_be_hidden()


def test_filters_and_search_need_no_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fa-IR")
    visited = visit(context, address)
    page = visited.sign_in()
    cards = page.locator(".card")
    everything = cards.count()
    page.locator(".filters > summary").click()
    page.locator(".groups a", has_text="ورزش").click()
    sport = cards.count()
    assert 0 < sport < everything
    page.locator(".filters > summary").click()
    page.fill("#filter-name", "ورزشی‌ها")
    page.locator(".keep button").click()
    page.locator(".asked a").click()
    expect(cards).to_have_count(everything)
    page.locator(".filters > summary").click()
    page.locator(".kept a", has_text="ورزشی‌ها").click()
    assert cards.count() == sport
    page.locator(".top nav a", has_text="جست‌وجو").click()
    page.fill("#q", "همين اتوبوس‌ها")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".decided > li").count() >= 2
    context.close()
    assert not visited.complaints
