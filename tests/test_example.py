"""The example site, as a reader meets it: previews, writes, and sees the comment once it is approved."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from moderation import lifecycle
from moderation.db import db
from moderation.lifecycle import Ruling
from moderation.models import Comment, DecisionOutcome, Site, Status
from moderation.onboarding import SiteCredentials
from moderation.settings import Settings
from tests.conftest import settings_for
from tests.factories import make_person, make_site
from tests.servers import free_port, wait_for_port
from worker import tasks

PROGRAM = Path(__file__).parents[1] / "examples" / "newspaper" / "newspaper.py"
TEXT = 'برنامهٔ محلهٔ ما کجا منتشر می‌شود؟ <script>alert("x")</script>'


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """One database is enough here."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path, undo_seconds=0)


@pytest.fixture
def credentials(app: Flask) -> SiteCredentials:
    return make_site("mehr")


@contextmanager
def service(app: Flask, port: int) -> Iterator[str]:
    """The running service."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Reader:
    """Somebody's browser without scripts."""

    url: str
    opener: urllib.request.OpenerDirector = field(
        default_factory=lambda: urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
    )

    def page(self) -> str:
        with self.opener.open(self.url, timeout=30) as answer:
            return str(answer.read().decode())

    def write(self, text: str, wanted: str = "send", name: str = "کیان") -> str:
        sent = urllib.parse.urlencode({"name": name, "text": text, "wanted": wanted}).encode()
        with self.opener.open(f"{self.url}/comments", sent, timeout=60) as answer:
            return html.unescape(answer.read().decode())

    def sees(self, what: str, seconds: float = 30) -> bool:
        return eventually(lambda: what in self.page(), seconds)


def eventually(there: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not (found := there()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


@contextmanager
def newspaper(folder: Path, key: str, nazer: str, *, secret: str = "", port: int | None = None) -> Iterator[Reader]:
    """The example as a process of its own."""
    port = port or free_port()
    environment = {
        **os.environ,
        "NAZER_URL": nazer,
        "NAZER_KEY": key,
        "WEBHOOK_SECRET": secret,
        "PORT": str(port),
        "NEWSPAPER_DATABASE": str(folder / "newspaper.sqlite"),
        "NO_PROXY": "127.0.0.1",
    }
    with (folder / "newspaper.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, str(PROGRAM)], env=environment, stdout=log, stderr=log)
    try:
        wait_for_port(port)
        yield Reader(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=10)


def decide(site: Site, outcome: DecisionOutcome, reason: str | None = None) -> None:
    """Screen what waits with the shipped models, and decide it."""
    tasks.screen()
    db.session.rollback()
    comment = db.session.execute(select(Comment).where(Comment.status == Status.IN_REVIEW)).scalar_one()
    sara = make_person("sara", site)
    lifecycle.decide(comment, sara.id, Ruling(outcome, comment.revision, reason), 0)
    lifecycle.publish()
    db.session.rollback()


def received() -> bool:
    db.session.rollback()
    return db.session.execute(select(Comment.id)).first() is not None


def test_a_reader_previews_writes_and_sees_the_comment_once_it_is_approved(
    app: Flask, credentials: SiteCredentials, tmp_path: Path
) -> None:
    with (
        service(app, free_port()) as nazer,
        newspaper(tmp_path, credentials.api_key, nazer) as kian,
    ):
        has_preview = "/v1/preview" in {rule.rule for rule in app.url_map.iter_rules()}
        previewed = kian.write("salam, in khabar kheili khoob bood mamnoon az shoma", "preview")
        assert ('class="said"' in previewed) == has_preview
        assert not received(), "a preview sends nothing"
        assert "در انتظار بررسی" in kian.write(TEXT)
        assert eventually(received)
        other = Reader(kian.url)
        assert "برنامهٔ محلهٔ ما" not in other.page()
        decide(credentials.site, DecisionOutcome.APPROVED)
        assert other.sees("برنامهٔ محلهٔ ما")
        assert "<script>alert" not in other.page()


def test_a_refused_comment_is_shown_to_its_writer_alone_with_the_reason(
    app: Flask, credentials: SiteCredentials, tmp_path: Path
) -> None:
    with service(app, free_port()) as nazer, newspaper(tmp_path, credentials.api_key, nazer) as kian:
        kian.write("شهردار احمق است")
        assert eventually(received)
        decide(credentials.site, DecisionOutcome.REJECTED, "no-insults")
        assert kian.sees("توهین شده باشد منتشر نمی‌شوند")
        assert "شهردار احمق" not in Reader(kian.url).page()


def test_a_webhook_brings_the_decision_and_a_forged_one_does_nothing(app: Flask, tmp_path: Path) -> None:
    port = free_port()
    credentials = make_site("jam", webhook=f"http://127.0.0.1:{port}/nazer")
    secret = credentials.webhook_secret or ""
    with (
        service(app, free_port()) as nazer,
        newspaper(tmp_path, credentials.api_key, nazer, secret=secret, port=port) as kian,
    ):
        kian.write(TEXT)
        assert eventually(received)
        decide(credentials.site, DecisionOutcome.APPROVED)
        with pytest.raises(urllib.error.HTTPError, match="400"):
            kian.opener.open(f"{kian.url}/nazer", b'{"type": "comment.approved"}', timeout=10)
        tasks.deliver()
        assert kian.sees("برنامهٔ محلهٔ ما")
    log = (tmp_path / "newspaper.log").read_text()
    assert re.search(r'POST /nazer HTTP/1\.1[^"]*" 204', log), log


def test_a_comment_that_was_written_while_nazer_was_away_is_sent_later(
    app: Flask, credentials: SiteCredentials, tmp_path: Path
) -> None:
    port = free_port()
    with newspaper(tmp_path, credentials.api_key, f"http://127.0.0.1:{port}") as kian:
        assert "در انتظار بررسی" in kian.write(TEXT)
        with service(app, port):
            assert eventually(received, 60)
