"""How long a preview takes when many ask: a fixed rate of requests over the web server as it ships, on this machine.

Real gunicorn (the hooks of moderation/web_server.py, ``--workers`` processes of eight threads) over PostgreSQL with a site that
has articles; the texts are those of the corpus' test part, the longest ones too. Requests start at their appointed time whether
earlier ones are answered or not (an open loop), and each is counted from that time on, so a queue cannot hide. What was answered
503 is counted apart. On a machine that does other things the figure says more of them than of the service: the load (1 minute) is printed.

    python -m benchmarks.preview [--json] [--rate 20] [--seconds 60] [--workers 2]

Keys: ``preview_ms_p50``, ``preview_ms_p99``, ``preview_ms_max``, ``busy`` (share answered 503), ``cpu_ms_per_preview``
(user + system of all gunicorn processes), ``load_before``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil

from classifiers import corpus
from moderation import demo, onboarding
from moderation.app import core_context
from moderation.settings import read_settings
from tests.conftest import migrate
from tests.servers import PostgreSQL, free_port, wait_for_port

SECRET = "a-secret-of-the-benchmark-0123456789"


@contextmanager
def served(url: str, workers: int) -> Iterator[tuple[int, psutil.Process]]:
    """A running web server over a database: its port and its main process."""
    port = free_port()
    environment = {"NAZER_DATABASE_URL": url, "NAZER_BROKER_URL": "redis://127.0.0.1:1/0", "NAZER_SECRET_KEY": SECRET}
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    command += ["--threads", "8", "--worker-class", "gthread", "--no-control-socket"]
    command += ["--config", "python:moderation.web_server", "moderation.app:create_app()"]
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, seconds=60)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def cpu_seconds(parent: psutil.Process) -> float:
    """CPU seconds used so far by a process and its children."""
    times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def ask(port: int, key: str, body: bytes, at: float) -> tuple[int, float]:
    """One preview at its appointed time: the status, and milliseconds since then."""
    time.sleep(max(0.0, at - time.monotonic()))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)  # a new one: the server drops idle ones
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/preview", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, (time.monotonic() - at) * 1000


def measure(rate: float, seconds: float, workers: int) -> dict[str, float]:
    """Drive the server and count."""
    with PostgreSQL.started() as database:
        url = database.create("nazer")
        settings = read_settings(database_url=url, broker_url="redis://127.0.0.1:1/0", secret_key=SECRET)
        migrate(settings)
        with core_context(settings):
            credentials = onboarding.add_site("bench", "bench")
            demo.seed_articles(credentials.site)
        lines = [line for line in corpus.comments() if line.split == "test" and line.article_id]
        bodies = [
            json.dumps({"text": line.text, "article": {"external_id": line.article_id}}).encode() for line in lines
        ]
        count, load = round(rate * seconds), os.getloadavg()[0]
        with served(url, workers) as (port, process), ThreadPoolExecutor(64) as clients:
            for body in bodies[:20]:  # connections are opened, rules are compiled
                ask(port, credentials.api_key, body, time.monotonic())
            used, start = cpu_seconds(process), time.monotonic() + 0.5
            tries = [
                clients.submit(ask, port, credentials.api_key, bodies[number % len(bodies)], start + number / rate)
                for number in range(count)
            ]
            answers = [each.result() for each in tries]
            used = cpu_seconds(process) - used
    waits = sorted(took for status, took in answers if status == 200)
    assert all(status in (200, 503) for status, _ in answers)
    return {
        "preview_ms_p50": round(waits[len(waits) // 2], 1),
        "preview_ms_p99": round(waits[len(waits) * 99 // 100], 1),
        "preview_ms_max": round(waits[-1], 1),
        "busy": round(1 - len(waits) / count, 4),
        "cpu_ms_per_preview": round(used / count * 1000, 2),
        "load_before": round(load, 1),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--rate", type=float, default=20, help="previews a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    given = parser.parse_args()
    figures = measure(given.rate, given.seconds, given.workers)
    print(json.dumps(figures) if given.json else "\n".join(f"{name:<20} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
