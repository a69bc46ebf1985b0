"""Many comments at once in a real browser: a group decided once, a range chosen by keyboard, a band of scores; with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select, update

from moderation.db import db
from moderation.models import Comment, Decision, Site, Status
from moderation.rules.base import Signals
from tests.browser.conftest import Visit, visit
from tests.browser.test_review import press, shown, stored
from tests.factories import make_finding, make_waiting

pytestmark = pytest.mark.browser

SPAM = "خرید ارزان گوشی تنها در کانال ما"


@pytest.fixture
def wave(address: str) -> list[Comment]:
    """Seven comments that say nearly the same, on top of the queue."""
    site = db.session.execute(select(Site)).scalars().one()
    finding = make_finding("no-spam", "advert", 0.97, reason="آگهی است.")
    made = [make_waiting(site, SPAM + " بیایید" * (number % 2), findings=[finding]) for number in range(7)]
    group = [comment.id for comment in made]
    db.session.execute(update(Comment).where(Comment.id.in_(group)).values(priority=1000))
    db.session.execute(update(Comment).where(Comment.id.in_(group[1:])).values(repeats_of=group[0]))
    db.session.commit()
    return made


@pytest.fixture
def plain(browser: Browser, address: str) -> Iterator[Visit]:
    """Sara's browser without scripts."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    visited = visit(context, address)
    yield visited
    context.close()
    assert not visited.complaints


def states(comments: list[Comment]) -> set[str]:
    """Where these comments are."""
    return {stored(str(comment.id))[0] for comment in comments}


def decide_group(page: Page, wave: list[Comment]) -> None:
    """From the card of a group to its page, all of it rejected, and back."""
    assert shown(page)[0] == str(wave[0].id)
    assert not {str(comment.id) for comment in wave[1:]} & set(shown(page)), "one card stands for the group"
    page.get_by_role("link", name="۶ پیام مشابه").click()
    page.wait_for_url("**/groups/*")
    expect(page.locator(".members .pick input:checked")).to_have_count(7)
    page.get_by_role("button", name="رد همه").click()
    page.wait_for_url("**/review")
    assert states(wave) == {Status.REJECTED}
    undo = page.locator(".undo li")
    expect(undo).to_have_count(1)
    expect(undo).to_contain_text("۷ پیام یک‌جا")


def test_a_group_is_one_card_and_decided_once(sara: Visit, wave: list[Comment]) -> None:
    page = sara.sign_in()
    decide_group(page, wave)
    with page.expect_navigation():
        press(page, "z")
    assert states(wave) == {Status.IN_REVIEW}, "one key takes the whole bulk back"


def test_a_group_is_decided_and_taken_back_without_scripts(plain: Visit, wave: list[Comment]) -> None:
    page = plain.sign_in()
    decide_group(page, wave)
    page.get_by_role("button", name="بازگرداندن").click()
    page.wait_for_url("**/review")
    assert states(wave) == {Status.IN_REVIEW}


def test_a_range_is_chosen_by_keyboard_and_decided(sara: Visit) -> None:
    page = sara.sign_in()
    ids = shown(page)
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    press(page, "j", "j", "x", "Shift+j", "Shift+j", "j", "k")
    expect(page.locator(".pick input:checked")).to_have_count(3)
    expect(bar.locator("[data-count]")).to_have_text("۳")
    with page.expect_navigation():
        press(page, "Shift+a")
    assert [stored(one)[0] for one in ids[:5]] == [Status.IN_REVIEW, *[Status.APPROVED] * 3, Status.IN_REVIEW]
    with page.expect_navigation():
        press(page, "z")
    assert {stored(one)[0] for one in ids} == {Status.IN_REVIEW}


def test_escape_chooses_nothing_and_the_keys_of_one_card_stay(sara: Visit) -> None:
    page = sara.sign_in()
    ids = shown(page)
    press(page, "j", "x", "Shift+j", "Escape")
    expect(page.locator(".pick input:checked")).to_have_count(0)
    expect(page.locator("#bulk")).to_be_hidden()
    with page.expect_navigation():
        press(page, "a")
    assert [stored(one)[0] for one in ids].count(Status.APPROVED) == 1


def test_shift_and_click_choose_a_range(sara: Visit) -> None:
    page = sara.sign_in()
    boxes = page.locator(".pick input")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator(".pick input:checked")).to_have_count(4)
    boxes.nth(4).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator(".pick input:checked")).to_have_count(1)


def test_some_are_chosen_and_rejected_without_scripts(plain: Visit) -> None:
    page = plain.sign_in()
    ids = shown(page)
    expect(page.locator("#bulk")).to_be_hidden()
    for number in (3, 5):
        page.locator(".pick input").nth(number).check()
    page.locator("#bulk-reason").select_option("other")
    page.get_by_role("button", name="رد همه").click()
    page.wait_for_url("**/review")
    assert [stored(ids[number]) for number in (3, 5)] == [(Status.REJECTED, "other")] * 2
    assert [stored(one)[0] for one in ids].count(Status.REJECTED) == 2


def make_scores(count: int) -> list[Comment]:
    """Comments that the model is sure of, and some that it is not."""
    site = db.session.execute(select(Site)).scalars().one()
    for score in (0.31, 0.32, 0.33):
        make_waiting(site, f"امتیاز {score}", signals=Signals(insult=score))
    return [make_waiting(site, f"بی‌ادب {number}", signals=Signals(insult=0.86)) for number in range(count)]


def test_a_band_is_dragged_looked_at_decided_and_taken_back(sara: Visit) -> None:
    page = sara.sign_in()
    wanted = make_scores(22)
    sara.open("/bulk?from=0&to=0.1")
    box = page.locator("[data-dots]").bounding_box()
    assert box
    at = [box["x"] + box["width"] * (40 + 1000 * score) / 1080 for score in (0.84, 0.88)]
    page.mouse.move(at[0], box["y"] + 40)
    page.mouse.down()
    page.mouse.move(at[1], box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page.locator("[data-inside]")).to_have_text("۲۲ پیام")
    assert "from=0.84&to=0.88" in page.url
    page.locator("#band-reason").select_option("no-insults")
    page.get_by_role("button", name="رد این بازه…").click()
    act = page.get_by_role("button", name="رد ۲۲ پیام")
    act.click()
    assert states(wanted) == {Status.IN_REVIEW}, "nothing before the sample was looked at"
    for number in range(5):
        page.locator(".looked input").nth(number).check()
    act.click()
    page.wait_for_url("**/bulk?*")
    assert states(wanted) == {Status.REJECTED}
    expect(page.locator(".undo")).to_contain_text("۲۲ پیام یک‌جا")
    with page.expect_navigation():
        press(page, "z")
    assert states(wanted) == {Status.IN_REVIEW}


def test_a_band_is_typed_and_decided_without_scripts(plain: Visit) -> None:
    page = plain.sign_in()
    wanted = make_scores(6)
    page.get_by_role("link", name="یک‌جا").click()
    page.fill("input[name=from]", "0.85")
    page.fill("input[name=to]", "0.87")
    page.get_by_role("button", name="نمایش").click()
    expect(page.locator("[data-inside]")).to_have_text("۶ پیام")
    page.get_by_role("button", name="تأیید این بازه…").click()
    for number in range(5):
        page.locator(".looked input").nth(number).check()
    page.get_by_role("button", name="تأیید ۶ پیام").click()
    page.wait_for_url("**/bulk?*")
    assert states(wanted) == {Status.APPROVED}
    page.get_by_role("button", name="بازگرداندن").click()
    page.wait_for_url("**/review")
    assert states(wanted) == {Status.IN_REVIEW}
    undone = select(func.count()).where(Decision.undone_at.is_(None), Decision.bulk_id.is_not(None))
    assert db.session.execute(undone).scalar_one() == 0


def test_no_page_of_many_is_wider_than_a_phone(browser: Browser, address: str, wave: list[Comment]) -> None:
    for width in (320, 360, 640):
        context = browser.new_context(viewport={"width": width, "height": 800})
        visited = visit(context, address)
        page = visited.sign_in()
        for path in ("/review", f"/groups/{wave[0].id}", "/bulk?from=0&to=1"):
            visited.open(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        page.get_by_role("button", name="تأیید این بازه…").click()
        page.wait_for_url("**/bulk/band")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()
        assert not visited.complaints
