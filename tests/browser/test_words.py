"""Word lists in a real browser: a word looked at, an innocent one allowed, a file with refused lines, and no page wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from moderation import word_lists
from moderation.db import db
from moderation.models import DecisionOutcome, Person, Site
from moderation.policy import lists_of
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from tests.browser.conftest import Visit, visit
from tests.factories import make_decided, make_waiting

pytestmark = pytest.mark.browser

NAVID = "navid@nazer.example"
LIST = "رکیک"


@pytest.fixture
def past(address: str) -> Site:
    """Comments in which «خر» is meant, and is not; decided by people."""
    site = db.session.execute(select(Site)).scalars().one()
    sara = db.session.execute(select(Person).where(Person.email == "sara@nazer.example")).scalar_one()
    for text in ("خرگوش‌های باغ وحش را دیدم", "برای بچه‌ها خر‌گوش خریدیم", "خر‌گوش سفید قشنگ است"):
        make_decided(site, sara, text=text)
    make_decided(site, sara, DecisionOutcome.REJECTED, text="عجب خری هستی تو")
    make_waiting(site, "مثل خر در گل ماندیم")
    return site


@pytest.fixture
def plain(browser: Browser, address: str) -> Iterator[Visit]:
    """Navid's browser without scripts."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    visited = visit(context, address)
    yield visited
    context.close()
    assert not visited.complaints


def words(site: Site) -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    return [word.text for one in lists_of(site.id) for word in one.entries]


def new_list(page: Page) -> None:
    """From the bar to an empty list."""
    page.get_by_role("link", name="مدیریت").click()
    page.get_by_role("link", name="واژه‌ها", exact=True).click()
    page.get_by_label("نام فهرست").first.fill(LIST)
    page.get_by_role("button", name="ساختن فهرست خالی").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LIST)


def test_a_word_is_looked_at_an_innocent_one_allowed_and_both_are_saved_and_removed(plain: Visit, past: Site) -> None:
    page = plain.sign_in(NAVID)
    new_list(page)
    page.get_by_role("link", name="افزودن واژه…").click()
    page.get_by_label("واژه، عبارت یا الگو").fill("خر")
    page.get_by_role("button", name="ببین چه می‌گیرد").click()
    look = page.locator(".look")
    expect(look.locator(".sum")).to_contain_text("۴ دیدگاه را می‌گیرد")
    expect(look.locator(".fate.approved mark")).to_have_count(2)
    expect(look.locator(".passing")).to_contain_text("خرگوش‌های")
    expect(look.get_by_role("cell", name="خر‌گوش")).to_be_visible()
    page.get_by_role("button", name="«خر‌گوش» مجاز شود").click()
    expect(look.locator(".sum")).to_contain_text("۲ دیدگاه را می‌گیرد")
    assert words(past) == [], "nothing before it is saved"
    page.get_by_role("button", name="ذخیره با ۱ واژهٔ مجاز").click()
    page.wait_for_url("**/admin/words/demo?*")
    assert words(past) == ["خر", "خر‌گوش"]
    page.get_by_role("link", name="خر", exact=True).click()
    page.get_by_role("button", name="برداشتن از فهرست").click()
    page.wait_for_url("**/admin/words/demo?*")
    assert words(past) == ["خر‌گوش"]


def test_a_file_with_refused_lines_is_reported_then_brought_in(plain: Visit, past: Site, tmp_path: Path) -> None:
    page = plain.sign_in(NAVID)
    new_list(page)
    file = tmp_path / "words.csv"
    file.write_text("واژه,نوع,گونه\nخر,ممنوع,\n!!,ممنوع,\nخر(,ممنوع,الگو\nخر‌گوش,مجاز,\n", encoding="utf-8")
    page.get_by_label("پروندهٔ CSV").set_input_files(file)
    page.get_by_role("button", name="خواندن پرونده…").click()
    report = page.locator(".report").first
    expect(report.get_by_role("row")).to_have_count(3)
    expect(report).to_contain_text("هیچ حرف یا رقمی ندارد")
    expect(page.locator(".look .sum")).to_contain_text("۲ دیدگاه را می‌گیرد")
    assert words(past) == []
    page.get_by_role("button", name="ذخیره بدون سطرهای نپذیرفته").click()
    page.wait_for_url("**/admin/words/demo?*")
    assert words(past) == ["خر", "خر‌گوش"]


def test_a_list_that_was_removed_comes_back_by_one_press(plain: Visit, past: Site) -> None:
    word_lists.put_list(past.id, SiteList(LIST, (SiteWord("خر"), SiteWord("خر‌گوش", Kind.ALLOW))))
    page = plain.sign_in(NAVID)
    plain.open(f"/admin/words/demo?name={LIST}")
    page.get_by_text("برداشتن فهرست", exact=False).first.click()
    page.get_by_role("button", name="برداشتن فهرست").click()
    assert words(past) == []
    page.get_by_text("۱ فهرست برداشته‌شده").click()
    page.get_by_role("button", name=f"برگرداندن فهرست «{LIST}»").click()
    assert words(past) == ["خر", "خر‌گوش"]
    expect(page.get_by_text("فهرست برداشته‌شده")).to_have_count(0)


def test_a_wrong_pattern_is_told_at_its_field(plain: Visit, past: Site) -> None:
    word_lists.put_list(past.id, SiteList(LIST, (SiteWord("خر"),)))
    page = plain.sign_in(NAVID)
    plain.open(f"/admin/words/demo/entry?name={LIST}")
    page.get_by_label("واژه، عبارت یا الگو").fill("خر(")
    page.get_by_label("گونه").select_option("1")
    page.get_by_role("button", name="ذخیره").click()
    field = page.get_by_label("واژه، عبارت یا الگو")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#wrong-text")).to_contain_text("نویسهٔ ۳")
    expect(field).to_have_value("خر(")
    assert all("422" in told for told in plain.complaints), "the browser notes the status, and nothing else"
    plain.complaints.clear()


def test_no_page_of_words_is_wider_than_a_phone(browser: Browser, address: str, past: Site) -> None:
    long = SiteWord("خ" * 90, note="ی" * 290, section="س" * 90)
    listed = SiteList(LIST, (long, SiteWord(r"\bخر\w{1,3}" + "x" * 300, pattern=True), SiteWord("خر")))
    word_lists.put_list(past.id, listed)
    for width in (320, 360, 640):
        context = browser.new_context(viewport={"width": width, "height": 800})
        visited = visit(context, address)
        page = visited.sign_in(NAVID)
        for path in ("/admin/words", f"/admin/words/demo?name={LIST}", f"/admin/words/demo/entry?name={LIST}"):
            visited.open(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        page.get_by_label("واژه، عبارت یا الگو").fill("خر")
        page.get_by_label("تنها در بخش").fill("")
        page.get_by_role("button", name="ببین چه می‌گیرد").click()
        expect(page.locator(".look")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()
        assert not visited.complaints
