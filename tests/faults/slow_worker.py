"""The worker with measuring slowed down, so that a test can kill it in the middle of a batch."""

from __future__ import annotations

import time

from worker import screening
from worker.app import app

_quick = screening.opinions


def _slow(*arguments):  # type: ignore[no-untyped-def]
    time.sleep(2)
    return _quick(*arguments)


screening.opinions = _slow
__all__ = ["app"]
