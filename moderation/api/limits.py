"""Limits that the settings set, and no model can know."""

from __future__ import annotations

from flask import current_app

from moderation.settings import Settings
from moderation.wire import Invalid

_LONGEST_ID = 200


def refuse_too_long(text: str, pointer: str = "/text") -> None:
    """Raises Invalid for a comment that is longer than the settings allow."""
    settings: Settings = current_app.config["NAZER"]
    if len(text) > settings.max_comment_chars:
        raise Invalid([{"pointer": pointer, "detail": f"must be at most {settings.max_comment_chars} characters"}])


def site_id_of(raw: str, name: str = "external_id") -> str:
    """A site's own id out of the path. Raises Invalid for one that cannot be kept."""
    found = raw.strip()
    if not 0 < len(found) <= _LONGEST_ID or "\x00" in found:
        raise Invalid([{"pointer": f"/{name}", "detail": f"must have 1 to {_LONGEST_ID} characters, without NUL"}])
    return found
