"""A stack for each test, over a fresh PostgreSQL database and a Redis of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.faults.stack import SiteBackend, Stack
from tests.servers import PostgreSQL, Redis, free_port


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(free_port(), tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def stack(tmp_path: Path, postgresql: PostgreSQL, redis: Redis) -> Iterator[Stack]:
    with postgresql.copied("template") as url:
        made = Stack(tmp_path, url, redis)
        yield made
        made.stop()


@pytest.fixture
def backend(stack: Stack, callback: Callback) -> SiteBackend:
    """A site with a webhook to the callback server."""
    printed = stack.nazer("add-site", "mehr", "--name", "مهر", "--webhook", callback.url)
    values = dict(
        line.split(maxsplit=1)
        for line in printed.replace("api key", "key").replace("webhook secret", "secret").splitlines()
    )
    callback.secret = values["secret"].strip()
    return SiteBackend(f"http://127.0.0.1:{stack.port}", values["key"].strip())


@dataclass
class Callback:
    """A site's webhook receiver. ``status`` is what it answers, ``delay`` how long it takes."""

    url: str
    secret: str = ""
    status: int = 204
    delay: float = 0.0
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def told(self) -> list[dict[str, Any]]:
        """The bodies that came in, in their order."""
        return [json.loads(body) for _, body in self.received]


@pytest.fixture
def callback() -> Iterator[Callback]:
    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(state.delay)
            self.send_response(state.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    state = Callback(f"http://127.0.0.1:{server.server_port}/hook")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()
