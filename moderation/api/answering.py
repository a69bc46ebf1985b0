"""The last line of every view of the API: a model becomes the answer."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel


def answer(told: BaseModel, status: int = 200, *, location: str | None = None) -> Response:
    """JSON with what the model says."""
    response = Response(told.model_dump_json(), status, content_type="application/json")
    if location:
        response.headers.add("Location", location)
    return response
