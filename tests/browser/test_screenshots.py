"""The pictures in the documents are taken from the running application: ``NAZER_SCREENSHOTS=docs/screenshots pytest …``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import visit

pytestmark = pytest.mark.browser

WIDE, PHONE, NARROW = {"width": 1280, "height": 1010}, {"width": 390, "height": 844}, {"width": 360, "height": 800}
LARGEST = 300_000  # bytes


@pytest.mark.parametrize(
    ("name", "scheme", "size"), [("light", "light", WIDE), ("dark", "dark", WIDE), ("phone", "light", PHONE)]
)
def test_the_queue_fits_its_window(
    browser: Browser, address: str, tmp_path: Path, name: str, scheme: str, size: dict[str, int]
) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="fa-IR")
    visited = visit(context, address)
    page = visited.sign_in()
    _settle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "nothing is wider than the window"
    )
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert page.evaluate("document.fonts.check('16px Vazirmatn', 'سلام')")
    folder = Path(os.environ.get("NAZER_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"queue-{name}.png"
    page.screenshot(path=picture)
    assert 20_000 < picture.stat().st_size < LARGEST
    context.close()
    assert not visited.complaints


def _settle(page: Page) -> None:
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)


@pytest.mark.parametrize(
    ("name", "scheme", "size"), [("light", "light", WIDE), ("dark", "dark", WIDE), ("phone", "light", NARROW)]
)
def test_filters_and_search_fit_their_window(
    browser: Browser, address: str, tmp_path: Path, name: str, scheme: str, size: dict[str, int]
) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="fa-IR")
    visited = visit(context, address)
    page = visited.sign_in()
    for part, path in (("filters", "/review?verdict=violation"), ("search", "/search?q=اتوبوس")):
        visited.open(path)
        if part == "filters":
            page.locator(".filters > summary").click()
        _settle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), part
        folder = Path(os.environ.get("NAZER_SCREENSHOTS", tmp_path))
        folder.mkdir(parents=True, exist_ok=True)
        picture = folder / f"{part}-{name}.png"
        page.screenshot(path=picture)
        assert 10_000 < picture.stat().st_size < LARGEST
    context.close()
    assert not visited.complaints
