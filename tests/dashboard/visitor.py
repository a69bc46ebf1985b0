"""A person in front of the pages: signs in, reads, sends forms with their token."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.models import Comment, Person
from tests.factories import PASSWORD

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser(FlaskClient):
    """A client whose requests share nothing: inside an application's context they would share ``g``, and who is signed in."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request as if it were the first one."""
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


@dataclass
class Visitor:
    """Somebody's browser without scripts."""

    client: FlaskClient

    @classmethod
    def of(cls, app: Flask) -> Visitor:
        """Somebody who has not signed in."""
        return cls(Browser(app, app.response_class, use_cookies=True))

    def get(self, path: str, status: int = 200) -> str:
        """The page, as text with entities resolved."""
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status}"
        return html.unescape(answer.text)

    def post(self, path: str, **fields: object) -> TestResponse:
        """Send a form with a fresh token."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def token(self) -> str:
        """The form token of this session."""
        page = self.client.get("/sign-in", follow_redirects=True).text
        found = _TOKEN.search(page)
        assert found, page
        return found[1]

    def decide(self, comment: Comment, outcome: str, **fields: object) -> TestResponse:
        """Approve or reject the current revision, unless the fields say another one."""
        return self.post(f"/review/{comment.id}", **{"outcome": outcome, "revision": comment.revision, **fields})


def signed_in(app: Flask, person: Person) -> Visitor:
    """A visitor who has signed in."""
    visitor = Visitor.of(app)
    answer = visitor.post("/sign-in", email=person.email, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return visitor
