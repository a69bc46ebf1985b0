"""A site's webhook receiver: a real HTTP server that behaves and misbehaves."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask

from moderation.models import Comment
from moderation.onboarding import SiteCredentials
from tests.factories import make_decided, make_person, make_site


@dataclass
class Receiver:
    """A site's endpoint: remembers what came in, answers what it is told to.

    ``drips`` is written first and then a byte now and then; ``hang_up`` closes the connection without an answer.
    """

    url: str
    server: ThreadingHTTPServer
    status: int = 204
    delay: float = 0.0
    drips: bytes = b""
    body: bytes = b"hello"
    hang_up: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def told(self) -> list[dict[str, Any]]:
        """The bodies that came in, in their order."""
        return [json.loads(body) for _, body in self.received]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.received.append((dict(self.headers), body))
            time.sleep(1.0 if self.path == "/slow" else state.delay)
            if state.hang_up:
                self.close_connection = True
            elif state.drips:
                self.drip()
            else:
                self.answer()

        def answer(self) -> None:
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            with contextlib.suppress(OSError):  # a long answer is not read to its end
                self.wfile.write(state.body)

        def drip(self) -> None:
            self.wfile.write(state.drips)
            with contextlib.suppress(OSError):  # hung up on, as it should be
                for _ in range(100):
                    time.sleep(0.1)
                    self.wfile.write(b"x")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    state = Receiver(f"http://127.0.0.1:{server.server_port}/hook", server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def decided(app: Flask, receiver: Receiver) -> Callable[[], tuple[SiteCredentials, Comment]]:
    def make() -> tuple[SiteCredentials, Comment]:
        credentials = make_site(webhook=receiver.url)
        comment, _ = make_decided(credentials.site, make_person("sara", credentials.site))
        return credentials, comment

    return make
