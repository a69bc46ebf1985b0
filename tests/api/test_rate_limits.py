"""A key has so many requests in a window; who counts may be away, and then nobody is refused."""

from __future__ import annotations

import logging
import re
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from moderation import rate_limits
from moderation.models import Scope
from moderation.rate_limits import RateLimits
from moderation.settings import Settings
from tests.api.conftest import Backend
from tests.conftest import settings_for
from tests.factories import make_key
from tests.servers import Redis, free_port

LIMIT = 5


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """Five requests a day; one database is enough here."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path, rate_limit=LIMIT, rate_limit_seconds=86400)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(free_port(), tmp_path)
    server.start()
    yield server
    server.kill()


type Counted = Callable[..., RateLimits]


@pytest.fixture
def counted() -> Iterator[Counted]:
    """Limits of five requests a day over a broker, as a process has them."""
    made: list[RateLimits] = []

    def make(url: str = "memory://", **overrides: int) -> RateLimits:
        values = {"rate_limit": LIMIT, "rate_limit_seconds": 86400, **overrides}
        made.append(RateLimits(settings_for(Path("/nonexistent"), broker_url=url, **values)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_answers_tell_what_is_left_and_the_one_too_many_when_to_come_back(backend: Backend) -> None:
    for left in range(LIMIT - 1, -1, -1):
        answer = backend.call("GET", "/v1/decisions")
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"key";q=5;w=86400'
        assert re.fullmatch(rf'"key";r={left};t=\d+', answer.headers["RateLimit"])
    refused = backend.submit()
    assert refused.status_code == 429
    assert refused.json["type"] == "urn:nazer:problem:too-many-requests"
    assert refused.json["title_fa"]
    seconds = int(refused.headers["Retry-After"])
    assert 0 < seconds <= 86400
    assert refused.headers["RateLimit"] == f'"key";r=0;t={seconds}'


def test_each_key_has_its_own_limit_and_errors_count(backend: Backend) -> None:
    other = make_key(backend.credentials.site, Scope.READ)
    for _ in range(LIMIT):
        assert backend.call("POST", "/v1/comments", raw=b"{").status_code == 400
    assert backend.submit().status_code == 429
    assert backend.call("GET", "/v1/decisions", Authorization=f"Bearer {other}").status_code == 200


def test_a_new_window_begins_anew(counted: Counted) -> None:
    limits, key = counted(rate_limit_seconds=1), uuid.uuid4()
    assert any(limits.count(key).over for _ in range(LIMIT * 2 + 1))
    time.sleep(1.05)
    assert not limits.count(key).over


def test_without_a_limit_nothing_is_counted(app: Flask, backend: Backend, counted: Counted) -> None:
    app.extensions["nazer_rate_limits"] = counted(rate_limit=0)
    answers = [backend.call("GET", "/v1/decisions") for _ in range(LIMIT * 2)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers


def test_redis_counts_for_all_processes(redis: Redis, counted: Counted) -> None:
    key = uuid.uuid4()
    one, two = counted(redis.url), counted(redis.url)
    standings = [each.count(key) for _ in range(3) for each in (one, two)]
    assert [standing.over for standing in standings] == [False] * LIMIT + [True]


def test_a_redis_that_is_down_stops_no_comment_and_is_told_of_once(
    app: Flask,
    backend: Backend,
    redis: Redis,
    counted: Counted,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limits, "_PAUSE", 0.05)
    limits = app.extensions["nazer_rate_limits"] = counted(redis.url)
    key = uuid.uuid4()
    assert limits.count(key)
    redis.kill()
    with caplog.at_level(logging.WARNING, "moderation.rate_limits"):
        for number in range(LIMIT * 2):
            answer = backend.submit(external_id=f"c-{number}")
            assert answer.status_code == 202
            assert "RateLimit" not in answer.headers
            time.sleep(0.02)
        assert len(caplog.records) == 1
        redis.start()
        time.sleep(0.1)
        assert limits.count(key)
    assert [record.message.partition(",")[0] for record in caplog.records] == [
        "requests are not counted",
        "requests are counted again",
    ]


def test_a_redis_that_hangs_costs_one_request_a_moment_and_the_others_nothing(redis: Redis, counted: Counted) -> None:
    limits, key = counted(redis.url), uuid.uuid4()
    assert limits.count(key)
    assert redis.process
    redis.process.send_signal(signal.SIGSTOP)
    try:
        begun = time.monotonic()
        assert limits.count(key) is None
        waited = time.monotonic() - begun
        assert waited < 3
        begun = time.monotonic()
        assert [limits.count(key) for _ in range(100)] == [None] * 100
        assert time.monotonic() - begun < 0.5
    finally:
        redis.process.send_signal(signal.SIGCONT)
