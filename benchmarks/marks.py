"""What counting a key's requests and marking a request as repeatable add to taking a comment in.

The whole application answers in this process (werkzeug's test client, PostgreSQL and Valkey beside it); the contestants take
turns over new comments, the denominator is the same request without limit and without mark in the same run. Microseconds of
CPU of this process, and of wall time, which also waits for the servers.

    python -m benchmarks.marks [--json] [--requests 150] [--rounds 7]

Keys: for ``memory`` (counted in this process), ``redis`` (counted in Valkey), ``marked`` (with an Idempotency-Key) and
``replayed`` (the same request again): ``cpu_ratio`` and ``wall_ratio`` against ``bare``, whose figures are given, too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from moderation import onboarding
from moderation.app import create_app
from moderation.db import db
from moderation.rate_limits import RateLimits
from moderation.settings import read_settings
from tests.conftest import SECRET, migrate
from tests.fakes import CountingBell
from tests.servers import PostgreSQL, Redis, free_port

_NUMBERS = itertools.count(1)
_ARTICLE = {"external_id": "a-1", "title": "دیدار دو وزیر در تهران"}


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--requests", type=int, default=150)
    asked.add_argument("--rounds", type=int, default=7)
    given = asked.parse_args()
    with PostgreSQL.started() as server, TemporaryDirectory() as folder:
        redis = Redis(free_port(), Path(folder))
        redis.start()
        try:
            found = _measure(server.create("marks"), redis.url, given.requests, given.rounds)
        finally:
            redis.kill()
    if given.json:
        print(json.dumps(found))
        return
    for name, figures in found.items():
        print(f"{name:9} " + "  ".join(f"{key} {value:.2f}" for key, value in figures.items()))


def _measure(database: str, redis: str, requests: int, rounds: int) -> dict[str, dict[str, float]]:
    settings = read_settings(secret_key=SECRET, database_url=database, broker_url="memory://", rate_limit=10**9)
    migrate(settings)
    app = create_app(settings, bell=CountingBell())
    limits = {
        "memory": RateLimits(settings),
        "redis": RateLimits(settings.model_copy(update={"broker_url": redis})),
        "bare": RateLimits(settings.model_copy(update={"rate_limit": 0})),
    }
    with app.app_context():
        key = onboarding.add_site("marks", "marks").api_key
        client = app.test_client()

        def submit(counted: str, mark: Callable[[], str] | None = None) -> None:
            app.extensions["nazer_rate_limits"] = limits[counted]
            body = {"external_id": "same", "article": _ARTICLE, "author": {"name": "ک"}, "text": "ممنون"}
            headers = {"Authorization": f"Bearer {key}"}
            if mark:
                headers["Idempotency-Key"] = mark()
            if mark is None or headers["Idempotency-Key"] != "same":
                body["external_id"] = f"c-{next(_NUMBERS)}"
            answer = client.post("/v1/comments", json=body, headers=headers)
            assert answer.status_code == 202, answer.text

        contestants: dict[str, Callable[[], None]] = {
            "bare": lambda: submit("bare"),
            "memory": lambda: submit("memory"),
            "redis": lambda: submit("redis"),
            "marked": lambda: submit("bare", lambda: f"m-{next(_NUMBERS)}"),
            "replayed": lambda: submit("bare", lambda: "same"),
        }
        found = _take_turns(contestants, requests, rounds)
        limits["redis"].close()
        db.session.remove()
        db.engine.dispose()
    return found


def _take_turns(contestants: dict[str, Callable[[], None]], requests: int, rounds: int) -> dict[str, dict[str, float]]:
    """The median of the rounds, the first of which is not counted; each begins with another contestant."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            cpu, wall = time.process_time(), time.perf_counter()
            for _ in range(requests):
                contestants[name]()
            if number:
                spent = (time.process_time() - cpu, time.perf_counter() - wall)
                took[name].append((spent[0] / requests * 1e6, spent[1] / requests * 1e6))
    medians = {name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in took.items()}
    cpu, wall = medians["bare"]
    return {"bare": {"cpu_us": cpu, "wall_us": wall}} | {
        name: {"cpu_ratio": each[0] / cpu, "wall_ratio": each[1] / wall, "cpu_us": each[0], "wall_us": each[1]}
        for name, each in medians.items()
        if name != "bare"
    }


if __name__ == "__main__":
    main()
