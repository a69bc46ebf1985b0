"""A moderator's hands never leave the keyboard; a bad connection and a changed text are harmless."""

from __future__ import annotations

import itertools
import uuid

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select, update

from moderation import lifecycle
from moderation.db import db, transaction
from moderation.models import Comment, Decision, Escalation, Status
from tests.browser.conftest import Visit, visit
from tests.browser.scene import Scene
from tests.browser.test_review import QUIET, focused, press, shown, stored
from tests.factories import make_finding, make_waiting

pytestmark = pytest.mark.browser


def decided() -> int:
    """How many decisions stand."""
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Decision)).scalar_one()


def test_thirty_cards_are_worked_off_by_keyboard_alone(sara: Visit, scene: Scene) -> None:
    for number in range(30):
        findings = [make_finding(spans=((0, 4),))] if number % 3 == 0 else []
        make_waiting(scene.site, f"پیام شمارهٔ {number}", findings=findings)
    page = sara.sign_in()
    press(page, "j")
    worked: dict[str, tuple[str, ...]] = {}
    for keys in itertools.islice(itertools.cycle([("a",), ("4", "r"), ("0", "r")]), 30):
        worked[focused(page)] = keys
        for key in keys[:-1]:
            press(page, key)
        with page.expect_navigation():
            press(page, keys[-1])
    assert len(worked) == 30, "each press of a key was about another card"
    expected = {"a": (Status.APPROVED, None), "4": (Status.REJECTED, "on-topic"), "0": (Status.REJECTED, "other")}
    reasons = (
        page.locator(".card").first.locator("[data-reason]").evaluate_all("keys => keys.map(k => k.dataset.reason)")
    )
    expected["4"] = (Status.REJECTED, reasons[3])
    assert {one: stored(one) for one in worked} == {one: expected[keys[0]] for one, keys in worked.items()}
    assert decided() == 30


def test_what_is_pressed_without_a_connection_decides_nothing_and_loses_nothing(sara: Visit) -> None:
    page = sara.sign_in()
    first, second, *_ = shown(page)
    press(page, "j")
    page.context.set_offline(True)
    press(page, "a")
    expect(page.get_by_role("alert")).to_contain_text("تصمیم شما فرستاده نشد")
    assert focused(page) == first
    assert decided() == 0
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()
    with page.expect_navigation():
        press(page, "a")
    assert stored(first)[0] == Status.APPROVED
    assert focused(page) == second
    assert decided() == 1


def test_a_text_that_changed_meanwhile_is_shown_with_what_changed(sara: Visit, scene: Scene) -> None:
    comment = make_waiting(scene.site, "این خبر درست است", findings=[make_finding(score=1.0)])
    page = sara.sign_in()
    lifecycle.revise(scene.site.id, comment.id, "این خبر دروغ است")
    with transaction():
        db.session.execute(update(Comment).where(Comment.id == comment.id).values(status=Status.IN_REVIEW))
    page.locator(f"#c-{comment.id}").focus()
    with page.expect_navigation():
        press(page, "a")
    expect(page.locator(".changes del")).to_contain_text("درست")
    expect(page.locator(".changes ins")).to_contain_text("دروغ")
    assert stored(str(comment.id))[0] == Status.IN_REVIEW
    sara.complaints[:] = [told for told in sara.complaints if "409" not in told]


def test_a_second_opinion_is_asked_for_by_a_key(sara: Visit) -> None:
    page = sara.sign_in()
    press(page, "j")
    one = focused(page)
    press(page, "n")
    page.keyboard.type("مطمئن نیستم")
    page.keyboard.press("Escape")
    with page.expect_navigation():
        press(page, "s")
    db.session.rollback()
    (asked,) = db.session.execute(select(Escalation)).scalars()
    assert (str(asked.comment_id), asked.note) == (one, "مطمئن نیستم")
    assert stored(one)[0] == Status.IN_REVIEW


def test_a_word_is_cut_by_keyboard(sara: Visit) -> None:
    page = sara.sign_in()
    press(page, "j")
    one = focused(page)
    with page.expect_navigation():
        press(page, "t")
    page.locator(".piece input").first.focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    db.session.rollback()
    comment = db.session.get_one(Comment, uuid.UUID(one), populate_existing=True)
    assert comment.trimmed
    assert comment.text.startswith("[…]")
    page.goto(f"{sara.address}/review")
    with page.expect_navigation():
        press(page, "z")
    db.session.rollback()
    assert not db.session.get_one(Comment, uuid.UUID(one), populate_existing=True).trimmed


def test_strong_words_are_blurred_until_they_are_asked_for(
    app: Flask, browser: Browser, address: str, scene: Scene
) -> None:
    scene.sara.blur = True
    db.session.commit()
    context = browser.new_context()
    visited = visit(context, address)
    page = visited.sign_in()
    word = page.locator(".card mark.strong-word").first
    blurred = "word => getComputedStyle(word).filter !== 'none'"
    assert word.evaluate(blurred)
    word.focus()
    assert not word.evaluate(blurred)
    word.evaluate("word => word.closest('.card').focus()")
    assert word.evaluate(blurred)
    page.keyboard.press("v")
    assert not word.evaluate(blurred)
    context.close()
    assert not visited.complaints


def test_the_page_follows_the_theme_that_was_chosen(browser: Browser, address: str, scene: Scene) -> None:
    context = browser.new_context(color_scheme="light")
    page = visit(context, address).sign_in()
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.goto(f"{address}/settings")
    page.select_option("#theme", "dark")
    page.select_option("#language", "en")
    page.locator("main button").click()
    page.wait_for_timeout(QUIET)
    assert page.evaluate(paper) != light
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"
    context.close()
