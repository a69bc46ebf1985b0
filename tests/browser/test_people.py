"""Mina is invited, joins, sets a second factor up, signs in with it, loses her telephone, and signs out everywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.db import now, transaction
from moderation.models import FactorFor, Role
from moderation.people import accounts, inviting, roles
from tests.browser.conftest import Visit, visit
from tests.browser.scene import Scene
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

MINAS = "کتاب فندق ابر سه‌شنبه"
EMAIL = "mina@nazer.example"
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 760}, "color_scheme": "light"},
}


@pytest.fixture
def mina(browser: Browser, address: str) -> Iterator[Visit]:
    """Mina's browser, without scripts: none is needed here."""
    context = browser.new_context(java_script_enabled=False, locale="fa-IR", accept_downloads=True)
    visited = visit(context, address)
    yield visited
    context.close()
    assert not visited.complaints


def sign_in(page: Page, password: str = MINAS) -> None:
    """Send e-mail and password."""
    page.fill("#email", EMAIL)
    page.fill("#password", password)
    page.click("button.main")


def say(page: Page, code: str) -> None:
    page.fill("#code", code)
    page.click("button.main")


def invited_by(navid: Visit) -> str:
    """The link of an invitation for Mina."""
    page = navid.sign_in("navid@nazer.example")
    page.get_by_role("link", name="مدیریت").click()
    page.get_by_role("link", name="افراد").click()
    page.fill("#email", EMAIL)
    page.get_by_role("button", name="ساختن دعوت").click()
    return page.locator("code.link").inner_text()


def join(page: Page, link: str) -> None:
    """Choose a name and a password."""
    page.goto(link)
    page.fill("#name", "مینا")
    page.fill("#password", MINAS)
    page.fill("#again", MINAS)
    page.get_by_role("button", name="پیوستن").click()
    page.wait_for_url("**/review")


def set_up(page: Page) -> tuple[pyotp.TOTP, list[str]]:
    """Set a second factor up: what the telephone knows, and the recovery codes as they were downloaded."""
    page.get_by_role("link", name="ورود دومرحله‌ای").click()
    page.get_by_role("link", name="راه انداختن").click()
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 100
    page.locator("summary").click()
    telephone = pyotp.TOTP(page.locator("code.secret").inner_text())
    say(page, telephone.at(now()))
    codes = page.locator(".recovery code").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="بارگیری").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").split() == codes
    page.get_by_role("link", name="ادامه").click()
    return telephone, codes


def test_from_the_invitation_to_signing_out_everywhere(sara: Visit, mina: Visit, browser: Browser) -> None:
    hers = mina.page
    join(hers, invited_by(sara))
    mina.open("/settings")
    telephone, codes = set_up(hers)
    expect(hers.locator("main")).to_contain_text("روشن است")
    hers.get_by_role("button", name="خروج").click()

    sign_in(hers)
    expect(hers.locator("#code")).to_be_focused()
    say(hers, telephone.at(now() + timedelta(seconds=30)))
    hers.wait_for_url("**/review")

    elsewhere = browser.new_context(locale="fa-IR")
    other = visit(elsewhere, mina.address)
    sign_in(other.open("/sign-in"))
    say(other.page, "0000")
    expect(other.page.get_by_role("alert")).to_contain_text("این کد درست نیست")
    say(other.page, codes[0])
    other.page.wait_for_url("**/review")
    mina.open("/account/sessions")
    expect(hers.locator(".people > li")).to_have_count(2)
    hers.get_by_role("button", name="بیرون رفتن از همه‌جا").click()
    expect(hers.locator(".people > li")).to_have_count(1)
    other.open("/review")
    assert "/sign-in" in other.page.url
    elsewhere.close()


def test_a_site_that_wants_a_second_factor_gets_one_at_the_sign_in(sara: Visit, scene: Scene) -> None:
    roles.want_second_factor(scene.site.id, FactorFor.EVERYBODY)
    page = sara.open("/sign-in")
    page.fill("#email", "sara@nazer.example")
    page.fill("#password", PASSWORD)
    page.click("button.main")
    page.locator("summary").click()
    say(page, pyotp.TOTP(page.locator("code.secret").inner_text()).at(now()))
    page.get_by_role("link", name="ادامه").click()
    page.wait_for_url("**/review")


@pytest.mark.timeout(300)
def test_every_page_of_it_fits_its_window(browser: Browser, address: str, scene: Scene, tmp_path: Path) -> None:
    folder = Path(os.environ.get("NAZER_PEOPLE_SCREENS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    invitation = inviting.invite(EMAIL, {scene.site.id: Role.SENIOR}).token
    with transaction():
        link = accounts.make_link(scene.sara)
    open_to_all = {
        "join": f"/invitation/{invitation}",
        "new-password": f"/new-password/{link}",
        "ended": "/invitation/x",
    }
    own = {
        "people": "/admin/people",
        "password": "/account/password",
        "second-factor": "/account/second-factor",
        "set-up": "/account/second-factor/set-up",
        "sessions": "/account/sessions",
        "settings": "/settings",
    }
    for look, window in LOOKS.items():
        context = browser.new_context(**window, locale="fa-IR")
        visited = visit(context, address)
        take(visited, open_to_all, folder, look)
        visited.sign_in("navid@nazer.example")
        take(visited, own, folder, look)
        context.close()
        assert not [told for told in visited.complaints if "404" not in told]


def take(visited: Visit, pages: dict[str, str], folder: Path, look: str) -> None:
    """Open each page and look at it."""
    for name, path in pages.items():
        page = visited.open(path)
        page.evaluate("document.fonts.ready")
        for details in page.locator("details").all():
            details.evaluate("details => details.open = true")
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{name} ({look}) is {wide} pixels wider than its window"
        page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
