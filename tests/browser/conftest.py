"""A real browser in front of a real server."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from moderation.settings import Settings
from tests.browser.scene import Scene, set_scene
from tests.conftest import settings_for
from tests.factories import PASSWORD

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    """SQLite, and a long window for undoing: a slow machine must not fail the tests."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path, undo_seconds=60)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return set_scene(app)


@pytest.fixture
def address(app: Flask, scene: Scene) -> Iterator[str]:
    """Where the application is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # type: ignore[attr-defined]  # so that closing waits for what scripts asked last
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium. Where there is none the tests are skipped; with CI=true that is a failure."""
    found = os.environ.get("NAZER_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: name one in NAZER_CHROMIUM")
        pytest.skip("no Chromium: name one in NAZER_CHROMIUM")
    arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=arguments)
        yield started
        started.close()


@dataclass
class Visit:
    """A page with everything that the browser complained about (a CSP violation is a complaint)."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def hear(self, kind: str, told: str) -> None:
        """Keep what the console says; that somebody was faster than an autofocus is no complaint."""
        if kind != "log" and not told.startswith("Autofocus processing was blocked"):
            self.complaints.append(told)

    def open(self, path: str) -> Page:
        """Open a page of the application."""
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, email: str = "sara@nazer.example") -> Page:
        """Sign in and arrive at the queue."""
        page = self.open("/sign-in")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.click("button.main")
        page.wait_for_url("**/review")
        return page


def visit(context: BrowserContext, address: str) -> Visit:
    """A new page in a browser's context."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    visited = Visit(page, address)
    page.on("console", lambda message: visited.hear(message.type, message.text))
    page.on("pageerror", lambda error: visited.complaints.append(str(error)))
    return visited


@pytest.fixture
def sara(browser: Browser, address: str) -> Iterator[Visit]:
    """Sara's browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fa-IR")
    visited = visit(context, address)
    yield visited
    context.close()
    assert not visited.complaints
