"""What the documents show is run: the receiver, the five comments, the JSON, the shell, the links."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from standardwebhooks import Webhook

from classifiers import corpus
from moderation.endpoints import new_secret
from moderation.measure import load_models
from moderation.models import DecisionOutcome
from moderation.rules import RULES
from moderation.rules.base import ArticleContext
from moderation.rules.rule_set import RuleSet
from moderation.screen import Opinion, Submission, opinions
from moderation.settings import Settings
from tests.conftest import settings_for
from tests.factories import make_decided, make_person, make_site

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PERSIAN = (ROOT / "README.fa.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "classifiers" / "corpus" / "README.md"])
EVENT = {
    "id": "evt_1",
    "type": "comment.rejected",
    "data": {"comment": {"external_id": "c-2"}, "decision": {"reason": "no-insults"}},
}


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# The receiver


@contextmanager
def _receiver(port: int, secret: str) -> Iterator[subprocess.Popen[str]]:
    """The receiver of the README as a process of its own, on another port."""
    (program,) = _blocks(README, "python")
    process = subprocess.Popen(
        [sys.executable, "-c", program.replace("9000", str(port))],
        env={**os.environ, "WEBHOOK_SECRET": secret},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("localhost", port)) == 0:
                    break
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port


def _post(port: int, secret: str) -> int:
    body = json.dumps(EVENT)
    moment = datetime.now(UTC)
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_1", moment, body),
    }
    sent = urllib.request.Request(f"http://localhost:{port}/", body.encode(), headers, method="POST")
    with urllib.request.urlopen(sent, timeout=10) as answer:
        status: int = answer.status
        return status


def test_the_receiver_takes_what_is_signed_and_nothing_else() -> None:
    port, secret = _free_port(), new_secret()
    with _receiver(port, secret) as process:
        with pytest.raises((OSError, urllib.error.URLError)):
            _post(port, new_secret())
        assert _post(port, secret) == 204
        assert process.stdout is not None
        assert process.stdout.readline() == "comment.rejected c-2 no-insults\n"


def test_the_receiver_has_ten_lines_and_is_the_same_in_every_document() -> None:
    (program,) = _blocks(README, "python")
    assert len([line for line in program.splitlines() if line.strip()]) == 10
    assert _blocks((ROOT / "docs" / "api.md").read_text(encoding="utf-8"), "python") == [program]


# The five comments


def _comments(text: str) -> dict[str, str]:
    return dict(re.findall(r'^comment (c-\d) "(.+)"$', text, re.MULTILINE))


@pytest.fixture(scope="module")
def screened() -> dict[str, Opinion]:
    """What the shipped models and rules say of the README's comments."""
    (article,) = [article for article in corpus.articles() if article.id == "n020"]
    context = ArticleContext(article.title, article.text, article.section)
    batch = [Submission(text, article.id, context) for text in _comments(README).values()]
    rules = RuleSet().compile(RULES)
    return dict(zip(_comments(README), opinions(batch, [rules] * len(batch), load_models()), strict=True))


def test_the_five_comments_get_the_reasons_that_they_are_there_for(screened: dict[str, Opinion]) -> None:
    found = {name: {finding.rule for finding in opinion.findings} for name, opinion in screened.items()}
    assert found["c-1"] == set()
    expected = {"c-2": "no-insults", "c-3": "persian-only", "c-4": "on-topic", "c-5": "no-slander"}
    assert {name: rule in found[name] for name, rule in expected.items()} == dict.fromkeys(expected, True)


def test_the_queue_has_the_order_that_the_readme_says(screened: dict[str, Opinion]) -> None:
    order = sorted(screened, key=lambda name: (-screened[name].judgement.priority, name))
    assert order == ["c-5", "c-2", "c-3", "c-4", "c-1"]


def test_both_languages_show_the_same_comments() -> None:
    assert len(_comments(README)) == 5
    assert _comments(PERSIAN) == _comments(README)


# The shapes of the API


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """One database is enough here: the shape of an answer does not depend on it."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path, undo_seconds=0)


def test_the_documented_answers_have_the_shape_of_real_ones(client: FlaskClient) -> None:
    credentials = make_site()
    sara = make_person("sara", credentials.site)
    comment, _ = make_decided(credentials.site, sara, DecisionOutcome.REJECTED)
    key = {"Authorization": f"Bearer {credentials.api_key}"}
    state = client.get(f"/v1/comments/{comment.id}", headers=key).json
    feed = client.get("/v1/decisions?after=0", headers=key).json
    problem = client.post("/v1/comments", headers=key, json={}).json
    webhook = client.post("/v1/webhooks", headers=key, json={"url": "https://news.example.com/nazer"}).json
    assert state
    assert feed
    assert webhook
    assert problem
    empty = {**feed, "decisions": []}
    real = [_shape(each) for each in (state, feed["decisions"][0], empty, webhook, problem)]
    shown = [json.loads(block) for block in _blocks((ROOT / "docs" / "api.md").read_text(encoding="utf-8"), "json")]
    shapes = [_shape(value) for value in shown]
    assert [shape for shape in real if shape not in shapes] == []


def _shape(value: object) -> object:
    """The names and types of an answer, without its contents; of a list, those of its first item."""
    if isinstance(value, dict):
        return {name: _shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value[:1]]
    return type(value).__name__


# Everything else


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        place = document.parent / path if path else document
        assert place.exists(), f"{document.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", place.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}, target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_json_and_shell_in_documents_can_be_read(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for block in _blocks(text, "json"):
        json.loads(block)
    for block in _blocks(text, "sh"):
        checked = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True)
        assert checked.returncode == 0, f"{document.name}: {checked.stderr}\n{block}"


def test_the_rule_set_of_the_documents_can_be_used() -> None:
    (shown,) = _blocks((ROOT / "docs" / "rules.md").read_text(encoding="utf-8"), "json")
    RuleSet.from_dict(json.loads(shown)).compile(RULES)
