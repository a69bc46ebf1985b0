"""Limits that the settings set, and no model can know."""

from __future__ import annotations

from flask import current_app

from moderation.settings import Settings
from moderation.wire import Invalid


def refuse_too_long(text: str, pointer: str = "/text") -> None:
    """Raises Invalid for a comment that is longer than the settings allow."""
    settings: Settings = current_app.config["NAZER"]
    if len(text) > settings.max_comment_chars:
        raise Invalid([{"pointer": pointer, "detail": f"must be at most {settings.max_comment_chars} characters"}])
