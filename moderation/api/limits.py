"""Limits that the settings set, and no model can know."""

from __future__ import annotations

from flask import current_app
from pydantic import TypeAdapter, ValidationError

from moderation.settings import Settings
from moderation.wire import ExternalId, Invalid

_ID: TypeAdapter[str] = TypeAdapter(ExternalId)


def refuse_too_long(text: str, pointer: str = "/text") -> None:
    """Raises Invalid for a comment that is longer than the settings allow."""
    settings: Settings = current_app.config["NAZER"]
    if len(text) > settings.max_comment_chars:
        raise Invalid([{"pointer": pointer, "detail": f"must be at most {settings.max_comment_chars} characters"}])


def site_id_of(raw: str, name: str = "external_id") -> str:
    """A site's own id out of the path, read as it is in a body. Raises Invalid for one that cannot be kept."""
    try:
        return _ID.validate_python(raw)
    except ValidationError as error:
        raise Invalid([{"pointer": f"/{name}", "detail": error.errors()[0]["msg"]}]) from None
