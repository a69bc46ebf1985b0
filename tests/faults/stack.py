"""The service in its production shape: gunicorn, Celery workers and beat as processes over real PostgreSQL and Redis."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.servers import Redis, free_port, wait_for_port

REPOSITORY = Path(__file__).parents[2]
NO_LEARNING = "1000000"
"""More articles than any test has: a fit costs seconds of a processor, so it runs where it is the subject."""


@dataclass
class Stack:
    """Processes of the service; every one is stopped at the end, by its own id."""

    folder: Path
    database_url: str
    redis: Redis
    settings: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def environment(self) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("NAZER_")}
        return {
            **outside,
            "NAZER_MODE": "production",
            "NAZER_SECRET_KEY": "a-secret-of-the-fault-tests-0123456789",
            "NAZER_DATABASE_URL": self.database_url,
            "NAZER_BROKER_URL": self.redis.url,
            "NAZER_SECURE_COOKIES": "false",
            "NAZER_ALLOW_LOOPBACK_WEBHOOKS": "true",
            "NAZER_SWEEP_SECONDS": "0.5",
            "NAZER_CLAIM_SECONDS": "3",
            "NAZER_UNDO_SECONDS": "1",
            "NAZER_DELIVERY_TIMEOUT": "2",
            "NAZER_LEARN_FIRST_ARTICLES": NO_LEARNING,
            "NAZER_DELIVERY_SCHEDULE": "[0, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
            **self.settings,
        }

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start a process; its output goes to a file of its name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=REPOSITORY,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes[name] = process
        return process

    def web(self) -> None:
        """gunicorn, as in the compose file."""
        self.start(
            "web",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            "2",
            "--threads",
            "4",
            "--no-control-socket",
            "moderation.app:create_app()",
        )
        wait_for_port(self.port)

    def worker(self, *queues: str, app: str = "worker.app", concurrency: int = 2) -> None:
        """A Celery worker over some queues."""
        name = "-".join(queues)
        options = (
            "--pool",
            "prefork",
            "--concurrency",
            str(concurrency),
            "--queues",
            ",".join(queues),
            "--hostname",
            f"{name}@%h",
        )
        self.start(name, "celery", "--app", app, "worker", "--loglevel", "INFO", *options)

    def beat(self) -> None:
        """The schedule."""
        self.start(
            "beat",
            "celery",
            "--app",
            "worker.app",
            "beat",
            "--schedule",
            str(self.folder / "schedule"),
            "--pidfile",
            "",
        )

    def kill(self, name: str) -> None:
        """kill -9 of a process and all its children."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Stop everything."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()

    def nazer(self, *arguments: str) -> str:
        """Run a command and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "moderation.cli", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query.encode()).fetchall()

    def changed(self, statement: str) -> None:
        """Change something behind the service's back."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statement.encode())

    def logs(self) -> str:
        """The last lines of every process, for a failure's message."""
        return "\n".join(f"== {path.name}\n{path.read_text()[-2000:]}" for path in self.folder.glob("*.log"))


@dataclass
class SiteBackend:
    """A site that posts comments over HTTP."""

    url: str
    api_key: str

    def post(self, number: int | str, text: str = "ممنون از خبر خوبتان") -> httpx.Response:
        body = {
            "external_id": f"c-{number}",
            "article": {"external_id": "a-1", "title": "دیدار دو وزیر در تهران", "body": "دو وزیر گفت‌وگو کردند."},
            "author": {"name": "خواننده"},
            "text": text,
        }
        return httpx.post(
            f"{self.url}/v1/comments", json=body, headers={"Authorization": f"Bearer {self.api_key}"}, timeout=20
        )


@dataclass
class Moderator:
    """Somebody at the dashboard, over HTTP with cookies and form tokens as a browser would."""

    url: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, follow_redirects=True, timeout=20)

    def __enter__(self) -> Moderator:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def sign_in(self, email: str, password: str) -> None:
        token = self._token(self.http.get("/sign-in").text)
        answer = self.http.post("/sign-in", data={"csrf_token": token, "email": email, "password": password})
        assert answer.status_code == 200, answer.text
        assert "/sign-in" not in str(answer.url), "the password was refused"

    def decide(self, comment_id: str, **fields: str) -> httpx.Response:
        page = self.http.get(f"/review/{comment_id}")
        assert page.status_code == 200, page.text
        return self.http.post(f"/review/{comment_id}", data={"csrf_token": self._token(page.text), **fields})

    @staticmethod
    def _token(page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page[:500]
        return found[1]


def eventually[T](
    look: Callable[[], T], wanted: Callable[[T], bool], *, seconds: float = 30, stack: Stack | None = None
) -> T:
    """Look again and again until it is as wanted."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if wanted(found):
            return found
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s\n{stack.logs() if stack else ''}"
        time.sleep(0.1)
