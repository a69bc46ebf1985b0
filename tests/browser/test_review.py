"""Sara works in a real browser: by keyboard, with the mouse, without scripts."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.db import db
from moderation.models import Comment, Decision, Status
from tests.browser.conftest import Visit, visit

pytestmark = pytest.mark.browser

QUIET = 300  # milliseconds after which a page takes decisions by key


def press(page: Page, *keys: str) -> None:
    """Press keys as a person does: not in the first moments of a page."""
    for key in keys:
        page.wait_for_timeout(QUIET)
        page.keyboard.press(key)


def shown(page: Page) -> list[str]:
    """The ids of the cards on the page."""
    return [str(card.get_attribute("id")).removeprefix("c-") for card in page.locator(".card").all()]


def focused(page: Page) -> str:
    """The id of the card that has the focus."""
    return str(page.evaluate("document.activeElement.closest('.card')?.id ?? ''")).removeprefix("c-")


def stored(comment_id: str) -> tuple[str, str | None]:
    """Status and reason of a comment as the database has them."""
    db.session.rollback()  # a fresh view: the server writes in threads of its own
    comment = db.session.get_one(Comment, uuid.UUID(comment_id), populate_existing=True)
    decision = db.session.get(Decision, comment.decision_id, populate_existing=True) if comment.decision_id else None
    return comment.status, decision.reason if decision else None


def test_three_cards_are_decided_by_keyboard_and_one_is_taken_back(sara: Visit) -> None:
    page = sara.sign_in()
    first, second, third, *_ = shown(page)
    press(page, "j")
    assert focused(page) == first
    with page.expect_navigation():
        press(page, "r")
    assert focused(page) == second, "the next card has the focus"
    assert stored(first) == (Status.REJECTED, "no-slander"), "the strongest finding was the reason"
    with page.expect_navigation():
        press(page, "a")
    assert stored(second) == (Status.APPROVED, None)
    with page.expect_navigation():
        press(page, "z")
    assert stored(second) == (Status.IN_REVIEW, None)
    assert focused(page) == second, "what was taken back has the focus"
    assert stored(third)[0] == Status.IN_REVIEW


def test_a_persian_keyboard_has_the_same_keys(sara: Visit) -> None:
    page = sara.sign_in()
    first, second, *_ = shown(page)
    page.wait_for_timeout(QUIET)
    typed = "([key, code]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true}))"
    page.evaluate(typed, ["ت", "KeyJ"])
    page.evaluate(typed, ["ت", "KeyJ"])
    with page.expect_navigation():
        page.evaluate(typed, ["ش", "KeyA"])
    assert (stored(first)[0], stored(second)[0]) == (Status.IN_REVIEW, Status.APPROVED)


def test_one_key_press_never_decides_two_cards(sara: Visit) -> None:
    page = sara.sign_in()
    ids = shown(page)
    press(page, "j")
    with page.expect_navigation():
        page.wait_for_timeout(QUIET)
        for _ in range(5):  # a trembling finger
            page.keyboard.press("a")
    page.keyboard.press("a")
    page.wait_for_timeout(QUIET)
    assert [stored(one)[0] for one in ids].count(Status.APPROVED) == 1


def test_a_reason_is_chosen_where_none_is_suggested(sara: Visit) -> None:
    page = sara.sign_in()
    card = page.locator('.card[data-verdict="clean"]').first
    comment_id = str(card.get_attribute("id")).removeprefix("c-")
    card.focus()
    press(page, "r")
    expect(card.locator("[data-reason]").first).to_be_focused()
    with page.expect_navigation():
        press(page, "0")
    assert stored(comment_id) == (Status.REJECTED, "other")


def test_keys_typed_into_a_note_decide_nothing(sara: Visit) -> None:
    page = sara.sign_in()
    before = shown(page)
    press(page, "j", "n")
    page.keyboard.type("arjkz?")
    assert page.locator(".card input[name=note]").first.input_value() == "arjkz?"
    page.keyboard.press("Escape")
    assert focused(page) == before[0]
    assert shown(page) == before
    assert all(stored(one)[0] == Status.IN_REVIEW for one in before)


def test_the_sheet_of_keys_opens_and_closes(sara: Visit) -> None:
    page = sara.sign_in()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    press(page, "a")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert len(shown(page)) == 10


def test_a_highlight_is_coloured_and_underlined_by_its_rule(sara: Visit) -> None:
    page = sara.sign_in()
    styles = page.eval_on_selector_all(
        ".text mark",
        "marks => marks.map(mark => { const s = getComputedStyle(mark);"
        " return [mark.dataset.rule, s.textDecorationStyle, s.textDecorationColor, s.backgroundColor]; })",
    )
    by_rule = {rule: tuple(style) for rule, *style in styles}
    assert {"no-insults", "no-slander", "persian-only"} <= by_rule.keys()
    for part in zip(*by_rule.values(), strict=True):
        assert len(set(part)) == len(by_rule), "pattern, colour and wash each tell the rules apart"


def test_the_whole_page_can_be_reached_by_tab_from_the_skip_link(sara: Visit) -> None:
    page = sara.sign_in()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_everything_works_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    visited = visit(context, address)
    page = visited.sign_in()
    first, second, *_ = (
        str(page.locator(".card").nth(number).get_attribute("id")).removeprefix("c-") for number in range(3)
    )
    page.locator(".card").first.get_by_role("button", name="رد").click()
    page.wait_for_url(f"**/review#c-{second}")
    assert stored(first) == (Status.REJECTED, "no-slander")
    page.get_by_role("button", name="بازگرداندن").click()
    page.wait_for_url(f"**/review#c-{first}")
    assert stored(first)[0] == Status.IN_REVIEW
    page.locator(".card").first.get_by_role("button", name="تأیید").click()
    page.wait_for_url(f"**/review#c-{second}")
    assert stored(first)[0] == Status.APPROVED
    page.get_by_role("link", name="تصمیم‌های اخیر").click()
    expect(page.locator(".decided li")).to_have_count(1)
    page.get_by_role("button", name="خروج").click()
    page.wait_for_url("**/sign-in")
    context.close()
    assert not visited.complaints


def test_no_page_is_wider_than_a_phone_or_than_half_a_screen(browser: Browser, address: str) -> None:
    for width in (320, 390, 640):  # 640 is what is left of 1280 at 200 % zoom
        context = browser.new_context(viewport={"width": width, "height": 800})
        visited = visit(context, address)
        page = visited.sign_in("navid@nazer.example")
        one = shown(page)[0]
        for path in ("/review", f"/review/{one}", "/decided", "/admin/webhooks"):
            visited.open(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        context.close()
        assert not visited.complaints


def test_two_moderators_over_one_card_are_told_of_each_other(browser: Browser, address: str, sara: Visit) -> None:
    page = sara.sign_in()
    first = shown(page)[0]
    context = browser.new_context()
    navids = visit(context, address)
    navids.sign_in("navid@nazer.example")
    navid = navids.open(f"/review/{first}")  # the queue would give him another one
    navid.locator(".card").first.get_by_role("button", name="تأیید").click()
    navid.wait_for_url("**/review#*")
    page.locator(".card").first.get_by_role("button", name="رد").click()
    expect(page.get_by_role("alert")).to_contain_text("نوید این پیام را هم‌اکنون تأیید کرده است")
    assert stored(first)[0] == Status.APPROVED
    context.close()
    sara.complaints[:] = [told for told in sara.complaints if "409" not in told]  # the browser notes the status
