"""The client that sites copy: against the running service, and against servers that fail, wait and redirect."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from standardwebhooks import Webhook
from werkzeug.serving import make_server

from moderation.db import db
from moderation.endpoints import new_secret
from moderation.models import Comment, DecisionOutcome, Revision, Site
from moderation.onboarding import SiteCredentials
from moderation.settings import Settings
from tests.conftest import settings_for
from tests.factories import make_decided, make_person, make_site

sys.path.insert(0, str(Path(__file__).parents[1] / "clients" / "python"))
from nazer_client import Nazer, NazerError, NotFromNazer, verify_webhook

ARTICLE = {"external_id": "a-17", "title": "آب رودآباد جیره‌بندی می‌شود"}
PREVIEW = {
    "verdict": "suspect",
    "expected": "in_review",
    "complete": True,
    "objections": [
        {"rule": "persian-only", "code": "finglish", "outcome": "suspect", "to_reader": {"fa": "لطفاً فارسی", "en": "x"}}
    ],
}


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """One database is enough here."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path, undo_seconds=0)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def credentials(app: Flask) -> SiteCredentials:
    return make_site("mehr")


@pytest.fixture
def site(credentials: SiteCredentials) -> Site:
    return credentials.site


@pytest.fixture
def nazer(app: Flask, credentials: SiteCredentials) -> Iterator[Nazer]:
    """The client of a site, and the running service."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Nazer(f"http://127.0.0.1:{server.port}", credentials.api_key, pause=0.01)
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_comment_is_sent_asked_for_edited_and_taken_back(nazer: Nazer) -> None:
    sent = nazer.submit("c-1", "ممنون از خبر", author={"name": "کیان"}, article=ARTICLE)
    assert (sent["external_id"], sent["status"]) == ("c-1", "pending")
    assert nazer.state(sent["id"])["article_external_id"] == "a-17"
    assert nazer.edit(sent["id"], "ممنون از خبر خوبتان")["revision"] == 2
    assert nazer.withdraw(sent["id"])["status"] == "withdrawn"


def test_a_refusal_says_what_is_wrong_in_both_languages(nazer: Nazer) -> None:
    with pytest.raises(NazerError) as refused:
        nazer.submit("c-1", " ", author={}, article=ARTICLE)
    assert (refused.value.status, refused.value.code) == (422, "invalid")
    assert {error["pointer"] for error in refused.value.errors} == {"/author/name", "/text"}
    assert refused.value.title_fa
    assert refused.value.request_id
    with pytest.raises(NazerError, match="key-unknown"):
        Nazer(nazer._url, "nzr_wrong").state("x")


def test_all_decisions_are_read_in_order(nazer: Nazer, site: Site) -> None:
    sara = make_person("sara", site)
    for outcome in (DecisionOutcome.APPROVED, DecisionOutcome.REJECTED):
        make_decided(site, sara, outcome)
    events = list(nazer.decisions())
    assert [event["type"] for event in events] == ["comment.approved", "comment.rejected"]
    assert events[1]["data"]["decision"]["reason_text"]["fa"]
    assert list(nazer.decisions(events[1]["cursor"])) == []


def test_a_preview_is_what_the_service_says_or_a_plain_refusal(nazer: Nazer, app: Flask) -> None:
    if "/v1/preview" in {rule.rule for rule in app.url_map.iter_rules()}:
        said = nazer.preview("salam, in khabar kheili khoob bood", timeout=60)
        assert said is not None
        assert said["objections"][0]["to_reader"]["fa"]
    else:
        with pytest.raises(NazerError, match="404"):
            nazer.preview("salam")


# Servers that do not do as they should

type Answer = tuple[int, dict[str, str], Any]


@contextmanager
def serving(answers: Callable[[int], Answer]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that answers the n-th request so, and the headers of what it was sent."""
    seen: list[dict[str, str]] = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.append({**self.headers, "path": self.path})
            status, headers, body = answers(len(seen))
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815 -- the name that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def submit(url: str, **options: Any) -> Any:
    client = Nazer(url, "nzr_x", **{"pause": 0.01, **options})
    return client.submit("c-1", "ممنون", author={"name": "ک"}, article={"external_id": "a"})


def test_what_may_pass_is_tried_again_as_the_same_request() -> None:
    with serving(lambda n: (202, {}, {"id": "x"}) if n == 3 else (503, {}, {"type": "urn:nazer:problem:busy"})) as (
        url,
        seen,
    ):
        assert submit(url) == {"id": "x"}
    assert len(seen) == 3
    assert len({each["Idempotency-Key"] for each in seen}) == 1


def test_tries_come_to_an_end_and_refusals_are_final() -> None:
    with serving(lambda n: (500, {}, {})) as (url, seen):
        with pytest.raises(NazerError, match="500"):
            submit(url, tries=3)
        assert len(seen) == 3
    with serving(lambda n: (409, {}, {"type": "urn:nazer:problem:external-id-taken"})) as (url, seen):
        with pytest.raises(NazerError, match="external-id-taken"):
            submit(url)
        assert len(seen) == 1


def test_the_pause_that_is_asked_for_is_kept() -> None:
    with serving(lambda n: (202, {}, {}) if n == 2 else (429, {"Retry-After": "1"}, {})) as (url, _):
        begun = time.monotonic()
        submit(url)
        assert time.monotonic() - begun >= 1


def test_nobody_there_is_an_error_of_its_own_and_a_preview_is_left_out() -> None:
    client = Nazer("http://127.0.0.1:9", "nzr_x", tries=2, pause=0.01)
    with pytest.raises(NazerError) as unreachable:
        client.state("x")
    assert unreachable.value.status == 0
    assert client.preview("سلام") is None


def test_a_preview_is_read_and_a_slow_or_busy_one_is_left_out_after_one_try() -> None:
    with serving(lambda n: (200, {}, PREVIEW)) as (url, _):
        assert Nazer(url, "nzr_x").preview("salam") == PREVIEW
    with serving(lambda n: (503, {"Retry-After": "1"}, {})) as (url, seen):
        assert Nazer(url, "nzr_x").preview("salam") is None
        assert len(seen) == 1
        assert "Idempotency-Key" not in {name.title() for name in seen[0]}, "what is asked once need not be kept"

    def slow(_: int) -> Answer:
        time.sleep(3)
        return 200, {}, PREVIEW

    with serving(slow) as (url, _):
        begun = time.monotonic()
        assert Nazer(url, "nzr_x").preview("salam", timeout=0.2) is None
        assert time.monotonic() - begun < 2


def test_the_key_follows_no_redirect() -> None:
    with (
        serving(lambda n: (200, {}, {})) as (elsewhere, stolen),
        serving(lambda n: (307, {"Location": f"{elsewhere}/x"}, {})) as (url, _),
    ):
        for call in (lambda: submit(url), lambda: Nazer(url, "nzr_x").state("x")):
            with pytest.raises(NazerError, match="307"):
                call()
        assert stolen == []


def test_an_answer_that_is_no_json_is_no_answer() -> None:
    with serving(lambda n: (502, {}, "<html>")) as (url, _), pytest.raises(NazerError, match="502"):
        submit(url, tries=1)
    with pytest.raises(ValueError, match="http or https"):
        Nazer("file:///etc/passwd", "nzr_x")


# Webhooks


def signed(secret: str, body: bytes, *, age: timedelta = timedelta(0)) -> dict[str, str]:
    moment = datetime.now(UTC) - age
    return {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(int(moment.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("evt_1", moment, body.decode()),
    }


def test_a_webhook_of_ours_is_read_with_either_secret_during_a_rotation() -> None:
    old, new = new_secret(), new_secret()
    body = '{"type": "comment.approved", "x": "سلام"}'.encode()
    for secret in (old, new):
        assert verify_webhook(body, signed(secret, body), new, old)["type"] == "comment.approved"
    both = signed(old, body)
    both["Webhook-Signature"] = f"v1a,x v1,wrong {both['Webhook-Signature']}"
    assert verify_webhook(body, both, old)


def test_any_other_webhook_is_refused() -> None:
    secret, body = new_secret(), b'{"type": "comment.approved"}'
    good = signed(secret, body)
    wrong: list[tuple[bytes, dict[str, str]]] = [
        (body + b" ", good),
        (body, signed(new_secret(), body)),
        (body, signed(secret, body, age=timedelta(minutes=6))),
        (body, signed(secret, body, age=timedelta(minutes=-6))),
        (body, {**good, "Webhook-Id": "evt_2"}),
        (body, {**good, "Webhook-Timestamp": "soon"}),
        (body, {**good, "Webhook-Signature": "v1,سلام"}),
        (body, {}),
        (b"{", signed(secret, b"{")),
    ]
    for content, headers in wrong:
        with pytest.raises(NotFromNazer):
            verify_webhook(content, headers, secret)
    with pytest.raises(NotFromNazer):
        verify_webhook(body, good)
    with pytest.raises(ValueError, match="Base64"):
        verify_webhook(body, good, "no secret!")


def test_a_lost_answer_makes_no_second_comment(nazer: Nazer, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = nazer.submit("c-1", "اول", author={"name": "ک"}, article=ARTICLE)
    honest, lost = nazer._send, []

    def losing(request: Any, timeout: float) -> Any:
        answer = honest(request, timeout)
        if not lost:
            lost.append(answer)
            return 0, {"detail": "the connection broke"}, 0.0
        return answer

    monkeypatch.setattr(nazer, "_send", losing)
    assert nazer.edit(sent["id"], "دوم")["revision"] == 2
    assert lost
    db.session.rollback()
    assert db.session.execute(select(Comment.revision)).scalar_one() == 2
    assert db.session.execute(select(func.count()).select_from(Revision)).scalar_one() <= 2
