"""For moderators: sign in, read the queue, decide, take back."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the review dashboard."""
