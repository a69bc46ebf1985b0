"""The contract of the API for everybody: ``GET /v1/openapi.json``."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, json, request

from moderation.api.openapi import document
from moderation.guards import open_to_everybody

contract = Blueprint("contract", __name__)


@contract.get("/v1/openapi.json")
@open_to_everybody
def openapi() -> Response:
    """Tell what the API takes and answers, as an OpenAPI 3.1 document; it needs no key."""
    written = document(current_app, request.host_url.rstrip("/"))
    return Response(json.dumps(written, ensure_ascii=False, sort_keys=False), mimetype="application/json")
