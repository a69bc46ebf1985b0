"""Keeps the processes of an embedded service running: starts them, restarts one that died, stops all of them."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

log = logging.getLogger(__name__)

_PATIENCE = 10.0
_LONGEST_PAUSE = 10.0
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
_LIBC = (
    ctypes.CDLL(None) if sys.platform == "linux" else None
)  # loaded here: a forked child had better not load anything


@dataclass
class _Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.2
    not_before: float = 0.0


def _follow(parent: int) -> None:
    """Runs in a new child, before its program: let the kernel stop it when its parent is gone, however it went."""
    if _LIBC is not None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it went before we asked
            os._exit(1)


@dataclass
class Supervisor:
    """Child processes with their logs in a folder. Each child leads a process group, so that its own children stop with it.

    For the main thread alone: on Linux the children also stop when the thread that started them ends.
    """

    environment: Mapping[str, str]
    logs: Path
    _children: list[_Child] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process and keep it running."""
        child = _Child(name, command)
        self._children.append(child)
        self._spawn(child)

    def _spawn(self, child: _Child) -> None:
        with (self.logs / f"{child.name}.log").open("ab") as output:
            child.process = subprocess.Popen(  # noqa: S603 -- commands of our own making; _follow takes no lock
                child.command,
                env=dict(self.environment),
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=partial(_follow, os.getpid()),
            )
        child.started = time.monotonic()

    def tend(self) -> None:
        """Restart what died, with growing pauses while it keeps dying."""
        moment = time.monotonic()
        for child in self._children:
            if child.process is None:
                if moment >= child.not_before:
                    self._spawn(child)
                continue
            code = child.process.poll()
            if code is None:
                continue
            log.warning("%s ended (exit status %s); starting it again", child.name, code)
            self._stop_group(child, signal.SIGKILL)  # what it may have left behind
            child.pause = 0.2 if moment - child.started > _PATIENCE else min(child.pause * 2, _LONGEST_PAUSE)
            child.process, child.not_before = None, moment + child.pause

    def stop(self) -> None:
        """Stop all processes, the last started first; whoever does not listen within some seconds is killed."""
        for child in reversed(self._children):
            self._stop_group(child, signal.SIGTERM, whole=False)
        deadline = time.monotonic() + _PATIENCE
        for child in reversed(self._children):
            if child.process is not None:
                try:
                    child.process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    log.warning("%s did not stop; killing it", child.name)
                self._stop_group(child, signal.SIGKILL)
                child.process.wait()

    @staticmethod
    def _stop_group(child: _Child, number: int, *, whole: bool = True) -> None:
        if child.process is None:
            return
        try:
            if whole:
                os.killpg(child.process.pid, number)
            else:
                child.process.send_signal(number)
        except ProcessLookupError:
            return
