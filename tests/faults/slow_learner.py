"""The background worker with learning slowed down, so that a test can kill it in the middle of a fit."""

from __future__ import annotations

import time

from moderation import learning, residuals
from worker.app import app


def _slow(articles, approved):  # type: ignore[no-untyped-def]
    time.sleep(60)


def _slow_to_read(site_id, *, imported):  # type: ignore[no-untyped-def]
    time.sleep(60)


learning.LEARNERS = {"relevance": _slow}
residuals.decisions_of = _slow_to_read
__all__ = ["app"]
