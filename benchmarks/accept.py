"""How many comments the web takes in, against the least that a Flask application must do to store one.

Both run under the same gunicorn (one worker, four threads) over the same PostgreSQL, in turn, with the same bodies. The
denominator reads JSON and makes one INSERT with a prepared statement on a connection of its thread; Nazer looks the key up,
validates, keeps article and comment, and rings the bell of a broker that is not there. CPU seconds are those of the gunicorn
processes (user + system) and are steadier than wall time on a shared machine.

    python -m benchmarks.accept [--json] [--requests 1500] [--rounds 5]

Keys: ``accepted_vs_bare_cpu`` and ``accepted_vs_bare_rate`` (Nazer / bare; CPU: lower is better, rate: higher is better),
``submit_ms_p50``, ``submit_ms_p99`` of Nazer, ``cpu_us_per_comment`` of both.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from moderation import onboarding
from moderation.app import core_context
from moderation.settings import read_settings
from tests.conftest import migrate
from tests.servers import PostgreSQL, free_port, wait_for_port

SECRET = "a-secret-of-the-benchmark-0123456789"
CLIENTS = 4
BARE = """
import os, threading
import psycopg
from flask import Flask, request
app, local = Flask(__name__), threading.local()
with psycopg.connect(os.environ["BARE_URL"], autocommit=True) as setup:
    setup.execute("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, external_id text UNIQUE, author text, text text)")
@app.post("/v1/comments")
def submit():
    if not hasattr(local, "connection"):
        local.connection = psycopg.connect(os.environ["BARE_URL"], autocommit=True, prepare_threshold=0)
    body = request.get_json()
    row = local.connection.execute(
        "INSERT INTO bare (external_id, author, text) VALUES (%s, %s, %s) RETURNING id",
        (body["external_id"], body["author"]["name"], body["text"]),
    ).fetchone()
    return {"id": row[0]}, 202
"""


@dataclass
class Server:
    """One of the two that are compared."""

    name: str
    application: str
    environment: dict[str, str]
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start gunicorn."""
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            "1",
            "--threads",
            "4",
        ]
        self.process = subprocess.Popen(
            [*command, "--no-control-socket", self.application],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stderr=subprocess.DEVNULL,
        )
        wait_for_port(self.port)

    def cpu(self) -> float:
        """CPU seconds used so far by all its processes."""
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
        return sum(each.user + each.system for each in times)


@dataclass
class Round:
    """What one round of requests cost."""

    rate: float
    cpu_us: float
    waits_ms: list[float]


def drive(server: Server, key: str, first: int, requests: int) -> Round:
    """Post ``requests`` comments over a few connections."""
    waits: list[float] = []
    before, started = server.cpu(), time.perf_counter()
    threads = [
        threading.Thread(target=_client, args=(server.port, key, range(first + part, first + requests, CLIENTS), waits))
        for part in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    assert len(waits) == requests, f"{server.name}: {requests - len(waits)} requests failed"
    return Round(requests / took, (server.cpu() - before) / requests * 1e6, waits)


def _client(port: int, key: str, numbers: range, waits: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for number in numbers:
        body = {
            "external_id": f"c-{number}",
            "article": {"external_id": f"a-{number % 50}", "title": "دیدار دو وزیر در تهران"},
            "author": {"name": "خواننده"},
            "text": f"ممنون از خبر خوبتان، امیدوارم این گفت‌وگوها نتیجه بدهد {number}",
        }
        started = time.perf_counter()
        connection.request("POST", "/v1/comments", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 202:
            waits.append((time.perf_counter() - started) * 1000)
    connection.close()


def measure(requests: int, rounds: int) -> dict[str, float]:
    """Run both servers in turn and compare."""
    with TemporaryDirectory() as raw, PostgreSQL.started() as database:
        folder = Path(raw)
        (folder / "bare.py").write_text(BARE)
        url = database.create("nazer")
        settings = read_settings(database_url=url, broker_url="redis://127.0.0.1:1/0", secret_key=SECRET)
        migrate(settings)
        with core_context(settings):
            key = onboarding.add_site("bench", "bench").api_key
        environment = {
            "NAZER_DATABASE_URL": url,
            "NAZER_BROKER_URL": "redis://127.0.0.1:1/0",
            "NAZER_SECRET_KEY": SECRET,
        }
        bare = Server("bare", "bare:app", {"BARE_URL": database.create("bare")}, folder)
        nazer = Server("nazer", "moderation.app:create_app()", environment, folder)
        for server in (bare, nazer):
            server.start()
        try:
            return compare(bare, nazer, key, requests, rounds)
        finally:
            for server in (bare, nazer):
                assert server.process is not None
                server.process.terminate()
                server.process.wait()


def compare(bare: Server, nazer: Server, key: str, requests: int, rounds: int) -> dict[str, float]:
    """Interleaved rounds; the first one warms up and is not counted."""
    results: dict[str, list[Round]] = {"bare": [], "nazer": []}
    for number in range(rounds + 1):
        for server in (bare, nazer):
            done = drive(server, key, number * requests, requests)
            if number:
                results[server.name].append(done)
    median = {
        name: (statistics.median(r.rate for r in done), statistics.median(r.cpu_us for r in done))
        for name, done in results.items()
    }
    waits = sorted(wait for done in results["nazer"] for wait in done.waits_ms)
    return {
        "accepted_vs_bare_cpu": round(median["nazer"][1] / median["bare"][1], 2),
        "accepted_vs_bare_rate": round(median["nazer"][0] / median["bare"][0], 2),
        "cpu_us_per_comment_nazer": round(median["nazer"][1]),
        "cpu_us_per_comment_bare": round(median["bare"][1]),
        "submit_ms_p50": round(waits[len(waits) // 2], 1),
        "submit_ms_p99": round(waits[len(waits) * 99 // 100], 1),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--requests", type=int, default=1500, help="comments a round and server")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    figures = measure(arguments.requests, arguments.rounds)
    print(
        json.dumps(figures) if arguments.json else "\n".join(f"{name:<26} {value}" for name, value in figures.items())
    )


if __name__ == "__main__":
    main()
