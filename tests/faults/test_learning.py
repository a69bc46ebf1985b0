"""A site learns by itself while the service runs; a fit that is killed changes nothing."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.faults.stack import SiteBackend, Stack, eventually
from tests.faults.test_embedded import Up, start

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

COMMENT = "امیدوارم گذرگاه مرزی زودتر باز شود و رانندگان کامیون این همه منتظر نمانند"
SEEDED = 201


def register(url: str, key: str, numbers: range) -> None:
    """Send articles of one site, each of other words."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=20) as http:
        for number in numbers:
            body = " ".join(f"کشتی{number + other} در اسکله‌ی {other} پهلو گرفت." for other in range(30))
            answer = http.put(f"/v1/articles/n-{number}", json={"title": f"گزارش {number} از بندر", "body": body})
            assert answer.status_code in (200, 201), answer.text


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    made = start(tmp_path / "data", outside={"NAZER_LEARN_FIRST_ARTICLES": str(SEEDED + 30)})
    yield made
    made.interrupt()
    assert made.process.stdout is not None
    made.process.stdout.close()


def asked(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(f"file:{folder / 'nazer.sqlite'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def screened_by(up: Up, folder: Path, number: int) -> str:
    """The version of the relevance model that a new comment was measured with."""
    assert up.backend.post(number, COMMENT).status_code == 202
    query = f"SELECT signals FROM screening s JOIN comment c ON c.id = s.comment_id WHERE c.external_id = 'c-{number}'"
    [(signals,)] = eventually(lambda: asked(folder, query), bool)
    return str(json.loads(signals)["models"]["relevance"])


def test_a_site_with_some_dozens_of_articles_gets_a_model_of_its_own_without_anybodys_doing(
    up: Up, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    assert not screened_by(up, folder, 1).startswith("site-")
    register(up.told["url"], up.told["api_key"], range(30))  # the article of the comment is the 31st
    states = "SELECT number, state, articles FROM learned_model"
    eventually(lambda: asked(folder, states), lambda rows: rows == [(1, "live", SEEDED + 31)], seconds=120)
    assert screened_by(up, folder, 2).startswith("site-1-")
    heavy = [
        (name, library)
        for name, process in _processes(up).items()
        for library in ("/sklearn/", "/scipy/")
        if any(library in place.path for place in _mapped(process))
    ]
    assert heavy == [], "what learning loads is gone with the process that learnt"


def _mapped(process: psutil.Process) -> list[Any]:
    """The files that a process has mapped; none once it has ended."""
    try:
        return process.memory_maps()
    except psutil.NoSuchProcess:
        return []


def _processes(up: Up) -> dict[str, psutil.Process]:
    found: dict[str, psutil.Process] = {}
    for process in psutil.Process(up.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # the one that learnt may end just now
            found[f"{process.pid} {' '.join(process.cmdline()[2:8])}"] = process
    assert len(found) >= 5
    return found


def test_a_fit_that_is_killed_loses_nothing_and_is_made_up_for(stack: Stack, backend: SiteBackend) -> None:
    stack.settings |= {"NAZER_LEARN_FIRST_ARTICLES": "20", "NAZER_LEARN_PAUSE": "0"}
    stack.web()
    stack.worker("screening", concurrency=1)  # it sweeps
    stack.worker("background", concurrency=1)
    stack.beat()
    register(backend.url, backend.api_key, range(20))
    states = "SELECT number, state, articles FROM learned_model ORDER BY number"
    first = (1, "live", 20)
    eventually(lambda: stack.rows(states), lambda rows: rows == [first], seconds=90, stack=stack)
    stack.kill("background")
    stack.worker("background", app="tests.faults.slow_learner", concurrency=1)
    register(backend.url, backend.api_key, range(20, 30))
    eventually(lambda: stack.rows(states), lambda rows: rows == [first, (2, "fitting", 0)], seconds=60, stack=stack)
    stack.kill("background")
    assert stack.rows(states)[0] == first, "the version before stays live"
    stack.worker("background", concurrency=1)
    stack.changed("UPDATE learned_model SET created_at = created_at - interval '1 hour' WHERE state = 'fitting'")
    after = [(1, "retired", 20), (2, "failed", 0), (3, "live", 30)]
    eventually(lambda: stack.rows(states), lambda rows: rows == after, seconds=90, stack=stack)


def test_a_fit_on_decisions_that_is_killed_leaves_the_live_version(stack: Stack, backend: SiteBackend) -> None:
    made = (
        "INSERT INTO learned_model (id, site_id, name, number, state, size, articles, metrics, created_at) "
        "SELECT gen_random_uuid(), id, 'insult', {number}, '{state}', 0, 0, '{{}}', now() FROM site"
    )
    stack.changed(made.format(number=1, state="live"))
    stack.changed(made.format(number=2, state="wanted"))
    stack.web()
    stack.worker("screening", concurrency=1)  # it sweeps: nobody rang
    stack.worker("background", app="tests.faults.slow_learner", concurrency=1)
    stack.beat()
    states = "SELECT number, state FROM learned_model ORDER BY number"
    eventually(lambda: stack.rows(states), lambda rows: rows[1] == (2, "fitting"), seconds=90, stack=stack)
    stack.kill("background")
    assert stack.rows(states)[0] == (1, "live")
    stack.worker("background", concurrency=1)
    stack.changed("UPDATE learned_model SET created_at = created_at - interval '1 hour' WHERE state = 'fitting'")
    stack.changed(made.format(number=3, state="wanted"))
    after = [(1, "live"), (2, "failed"), (3, "failed")]  # the third has no decisions to learn from
    eventually(lambda: stack.rows(states), lambda rows: rows == after, seconds=90, stack=stack)
