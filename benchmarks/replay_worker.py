"""The process of a background worker that does a piece of replaying when it is told to, and says what that took.

Started by ``benchmarks.replay_many`` with the settings in its environment. A line on its input is a number of seconds to work for;
the answer is one line of JSON. ``nice`` has it step back for others from then on, as ``worker.app`` does. Linux only.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import Pool

from moderation import replay
from worker.app import app

STATUS = Path("/proc/self/status")


@dataclass
class Piece:
    """What a piece of work took: seconds, CPU seconds after each page, the longest time that a write was open, and MiB at most."""

    worked: int = 0
    seconds: float = 0.0
    longest_write: float = 0.0
    pages_cpu: list[float] = field(default_factory=list)
    peak_mib: float = 0.0


@dataclass
class _Watch:
    """Times every writing transaction of this process, from when it holds its lock until its connection is back."""

    piece: Piece = field(default_factory=Piece)
    _since: float | None = None

    def begun(self, connection: Connection) -> None:
        """A transaction has begun."""
        self._since = time.perf_counter() if connection.get_execution_options().get("nazer_write") else None

    def ended(self, *_: Any) -> None:
        """A connection is free again."""
        if self._since is not None:
            self.piece.longest_write = max(self.piece.longest_write, time.perf_counter() - self._since)
            self.piece.pages_cpu.append(time.process_time())
            self._since = None


def _peak_mib() -> float:
    """The most memory that this process has had; what ``getrusage`` says begins with that of the process that started it."""
    found = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(found.split()[1]) / 1024


def main() -> None:
    """Work as the input says until it ends."""
    watch = _Watch()
    event.listen(Engine, "begin", watch.begun)
    event.listen(Pool, "checkin", watch.ended)
    print(json.dumps({"peak_mib": _peak_mib()}), flush=True)  # ready
    for line in sys.stdin:
        if line.strip() == "nice":
            os.nice(10)
            continue
        piece = watch.piece = Piece()
        started = time.perf_counter()
        with app.flask_app.app_context():
            piece.worked = replay.work(float(line))
        piece.seconds = time.perf_counter() - started
        piece.peak_mib = _peak_mib()
        print(json.dumps(asdict(piece)), flush=True)


if __name__ == "__main__":
    main()
