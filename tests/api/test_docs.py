"""The page of the API: readable by everybody, and its examples are programs that run."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.serving import make_server

from moderation import replay
from moderation.api.samples import LANGUAGES, Sent
from moderation.db import db
from moderation.models import ApiKey, Comment, Delivery, Endpoint, Invitation, Replay, Status
from moderation.settings import Settings
from tests.api.conftest import Backend
from tests.conftest import settings_for
from tests.factories import make_person
from tests.factories_models import make_candidate
from tests.replay.past import decide_many

PLACE = "01a2036d-8267-7efb-bd79-6c9011e6767b"
REPLAY = "01a2036d-b7c4-7a90-9e21-4d8f6b2a1c57"
KEY_PLACE = "01a2036d-9a01-7c55-8d2e-0d7f7a0c9b11"
WEBHOOK, DELIVERY = "01a2036d-9a10-7c11-8d3e-2f6a5b1c9e77", "01a2036d-a4f2-7b60-8c1d-5e9f0a7b3c21"
PERSON, INVITATION = "01a2036d-9a01-7c55-8d2e-0d7f7a0c9b12", "01a2036d-9a01-7c55-8d2e-0d7f7a0c9b13"
SUBMITTED = Comment.external_id == "c-1001"
MADE = {
    "comments-submit": (PLACE, select(Comment.id).where(SUBMITTED)),
    "webhooks-add": (WEBHOOK, select(Endpoint.id)),
    "webhooks-test": (DELIVERY, select(Delivery.id)),
    "people-invite": (INVITATION, select(Invitation.id)),
    "replays-start": (REPLAY, select(Replay.id)),
    "keys-give": (KEY_PLACE, select(ApiKey.id).where(ApiKey.name == "web server")),
}
"""Which operation makes what the examples of others name, and where it is found."""
NEEDED_BY_OTHERS = {
    *("webhooks-remove", "people-remove", "drafts-discard_draft", "drafts-end_shadow", "authors-erase_comment"),
}
"""What takes away something that others name."""
RUNNERS = {
    "curl": ["bash", "example.sh"],
    "python": [sys.executable, "example.py"],
    "php": ["php", "example.php"],
    "javascript": ["node", "example.mjs"],
}
NEEDS = {"curl": "curl", "python": sys.executable, "php": "php", "javascript": "node"}


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """One database is enough here."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path, undo_seconds=0)


@pytest.fixture
def address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The running service."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(lang: str, source: str, folder: Path, key: str) -> str:
    """Run an example as a reader would, and return what it printed."""
    command = RUNNERS[lang]
    (folder / command[1]).write_text(source, encoding="utf-8")
    environment = {**os.environ, "NAZER_KEY": key, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{source}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_examples_of_every_operation_run_one_after_the_other(
    address: str, backend: Backend, tmp_path: Path, lang: str
) -> None:
    if not shutil.which(NEEDS[lang]):
        if os.environ.get("CI") == "true":
            pytest.fail(f"{NEEDS[lang]} is not installed")
        pytest.skip(f"{NEEDS[lang]} is not installed: its examples were not run")
    site = backend.credentials.site
    sara = make_person("sara", site)
    decide_many(site, sara, 250, texts=("ممنون از گزارش خوبتان",))
    contract = backend.client.get("/v1/openapi.json", base_url=address).json
    operations = [operation for methods in contract["paths"].values() for operation in methods.values()]
    operations.sort(key=lambda each: each["operationId"] in NEEDED_BY_OTHERS)  # last
    make_candidate(site)  # as a fit would leave it
    ids: dict[str, str] = {PERSON: str(sara.id)}
    printed: dict[str, str] = {}
    for operation in operations:
        name = operation["operationId"]
        (source,) = (each["source"] for each in operation["x-codeSamples"] if each["lang"] == lang)
        for shown, real in ids.items():
            source = source.replace(shown, real)
        printed[name] = run(lang, source, tmp_path, backend.credentials.api_key)
        if name in MADE:
            db.session.rollback()  # see what the service has written
            shown, found = MADE[name]
            ids[shown] = str(db.session.execute(found).scalar_one())
            assert ids[shown] in printed[name]
            while replay.work():  # what others ask of a replay is told once it is done
                pass
    assert "living" in printed["keys-revoke"]
    assert "decisions" in printed["feed-decisions"]
    assert all(
        ids[shown] in printed[name] for name, shown in (("deliveries-show", DELIVERY), ("webhooks-remove", WEBHOOK))
    )
    db.session.rollback()
    comment = db.session.execute(select(Comment).where(SUBMITTED)).scalar_one()
    assert (comment.status, comment.revision) == (Status.WITHDRAWN, 2)
    assert (comment.text, comment.erased_at is None) == ("", False)


@pytest.mark.parametrize("lang", ["curl", "python"])
def test_an_example_whose_request_is_refused_fails(address: str, tmp_path: Path, lang: str) -> None:
    write = LANGUAGES[lang][1]
    (tmp_path / RUNNERS[lang][1]).write_text(write(Sent("GET", f"{address}/v1/decisions")))
    environment = {**os.environ, "NAZER_KEY": "nzr_wrong"}
    done = subprocess.run(RUNNERS[lang], cwd=tmp_path, env=environment, capture_output=True, timeout=60)
    assert done.returncode != 0


@pytest.mark.parametrize("lang", ["curl", "python", "php", "javascript"])
def test_quotes_and_dollars_in_a_body_arrive_as_they_are(
    address: str, backend: Backend, tmp_path: Path, lang: str
) -> None:
    if not shutil.which(NEEDS[lang]):
        pytest.skip(f"{NEEDS[lang]} is not installed")
    text = 'it\'s "$HOME" `id` \\n ${x} {y} <b> نیم‌فاصله'
    body = {"external_id": "q", "article": {"external_id": "a", "title": "t"}, "author": {"name": "n"}, "text": text}
    source = LANGUAGES[lang][1](Sent("POST", f"{address}/v1/comments", body))
    run(lang, source, tmp_path, backend.credentials.api_key)
    assert db.session.execute(select(Comment.text)).scalar_one() == text


def test_the_page_shows_every_operation_event_and_problem_for_the_address_at_which_it_was_opened(
    client: FlaskClient,
) -> None:
    answer = client.get("/docs", base_url="https://nazer.example")
    assert answer.status_code == 200
    page = html.unescape(answer.text)
    contract = client.get("/v1/openapi.json", base_url="https://nazer.example").json
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            for shown in (path, method.upper(), operation["summary"], operation["x-summary-fa"]):
                assert shown in page
            for sample in operation["x-codeSamples"]:
                assert sample["source"] in page
            for status in operation["responses"]:
                assert re.search(rf'<b class="status \w+">{status}</b>', page)
    for name in contract["webhooks"]:
        assert name in page
    assert json.dumps("https://nazer.example/v1/comments")[1:-1] in page
    assert "127.0.0.1" not in page
    assert page.count("{{") == page.count("{%") == 0


def test_the_page_needs_nothing_from_elsewhere_and_no_script(client: FlaskClient) -> None:
    answer = client.get("/docs")
    assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    loaded = re.findall(r'(?:src|<link[^>]+href)="([^"]+)"', answer.text)
    assert loaded
    assert all(place.startswith("/static/") for place in loaded)
    for place in loaded:
        with client.get(place) as asset:
            assert asset.status_code == 200
