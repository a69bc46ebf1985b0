"""A site that talks to the API with its key."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.onboarding import SiteCredentials
from tests.factories import make_site


@dataclass
class Backend:
    """A site's backend."""

    client: FlaskClient
    credentials: SiteCredentials

    def call(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> TestResponse:
        """Send JSON (or raw bytes as JSON) with the site's key."""
        given = {"Authorization": f"Bearer {self.credentials.api_key}", "Content-Type": "application/json", **headers}
        data = raw if raw is not None else None if body is None else json.dumps(body)
        return self.client.open(path, method=method, data=data, headers=given)

    def submit(self, **changes: Any) -> TestResponse:
        """Post a comment that is right but for the changes."""
        return self.call("POST", "/v1/comments", comment_body(**changes))


def comment_body(**changes: Any) -> dict[str, Any]:
    """A right body of ``POST /v1/comments``; a change of None removes the field."""
    body = {
        "external_id": "c-1",
        "article": {"external_id": "a-1", "title": "دیدار دو وزیر در تهران", "body": "دو وزیر گفت‌وگو کردند."},
        "author": {"name": "مریم", "id": "u-7"},
        "text": "ممنون از خبر خوبتان",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


@pytest.fixture
def backend(client: FlaskClient) -> Backend:
    return Backend(client, make_site("mehr"))


@pytest.fixture
def other_backend(client: FlaskClient) -> Callable[[], Backend]:
    """Kian's site."""
    return lambda: Backend(client, make_site("kian"))
