"""A client for Nazer, the comment moderation service: one file, Python 3.10 or newer, nothing but the standard library.

    nazer = Nazer("http://localhost:8000", "nzr_…")
    said = nazer.preview("salam, khabare khoobi bood", article={"external_id": "a-17"})
    nazer.submit("c-1001", "ممنون از خبر", author={"name": "کیان"}, article={"external_id": "a-17", "title": "…"})
    event = verify_webhook(body, headers, "whsec_…")

Copy it into your project. It may be used from several threads. Errors of the service are NazerError with the code, the
sentence in English and Persian and the wrong fields; what may pass by itself (no connection, 429, 5xx) is tried again, and a
request that is tried again is done once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import json
import random
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict, cast
from urllib.parse import quote, urlencode

_LONGEST_PAUSE = 30.0
_TOLERANCE = 300.0  # seconds that a webhook may be old, or early


class Author(TypedDict, total=False):
    """Who wrote a comment; ``name`` is needed."""

    name: str
    id: str


class Article(TypedDict, total=False):
    """What a comment stands under; ``external_id`` is needed, and ``title`` while Nazer does not know it."""

    external_id: str
    title: str
    url: str
    body: str
    section: str
    published_at: str


class Bilingual(TypedDict):
    """A sentence to show to readers."""

    fa: str
    en: str


class Decision(TypedDict):
    """What was decided of a revision of a comment."""

    id: str
    outcome: str
    reason: str | None
    reason_text: Bilingual | None
    revision: int
    trimmed: bool
    text: str | None
    decided_at: str


class CommentState(TypedDict):
    """A comment as Nazer sees it; right after it was taken in only the first three are there."""

    id: str
    external_id: str
    status: str
    article_external_id: str
    revision: int
    received_at: str
    decision: Decision | None
    erased: bool


class CommentNamed(TypedDict):
    """The comment of an event."""

    id: str
    external_id: str
    article_external_id: str


class EventBody(TypedDict):
    """What an event tells."""

    comment: CommentNamed
    decision: Decision | None


class Event(TypedDict):
    """Something that happened to a comment, from a webhook or the feed; ``cursor`` grows."""

    id: str
    type: str
    timestamp: str
    cursor: str
    data: EventBody


class Objection(TypedDict):
    """What a rule would object to, with the sentence to show to the reader."""

    rule: str
    code: str
    outcome: str
    to_reader: Bilingual


class Preview(TypedDict):
    """What would become of a text."""

    verdict: str
    expected: str
    complete: bool
    objections: list[Objection]


class NazerError(Exception):
    """A request that was refused or got no answer (``status`` 0); ``code`` is the end of the problem's type."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("type", "")).rpartition(":")[2]
        self.title_fa = str(problem.get("title_fa", ""))
        self.detail = str(problem.get("detail") or problem.get("title") or "no answer")
        self.errors: list[dict[str, str]] = list(problem.get("errors") or [])
        self.request_id = str(problem.get("request_id", ""))
        super().__init__(f"{status} {self.code}: {self.detail}".strip())


class NotFromNazer(ValueError):
    """A webhook whose signature, time or body is not right: answer 400 and do nothing."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The key goes to the address that was given, and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Nazer:
    """The service at an address, for the site that the key belongs to.

    ``timeout`` is the seconds to wait for an answer, ``tries`` how often a request is sent at most, ``pause`` the seconds
    before the second time; each further pause is twice as long, and one that the service names is kept.
    """

    def __init__(self, url: str, key: str, *, timeout: float = 10.0, tries: int = 4, pause: float = 0.5) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"an http or https URL is needed, not {url!r}")
        self._url, self._key = url.rstrip("/"), key
        self._timeout, self._tries, self._pause = timeout, tries, pause
        self._opener = urllib.request.build_opener(_NoRedirects)

    def submit(  # noqa: PLR0913 -- the fields of a comment, by name
        self,
        external_id: str,
        text: str,
        *,
        author: Author,
        article: Article,
        parent_external_id: str | None = None,
        submitted_at: str | None = None,
    ) -> CommentState:
        """Send a comment; sent again it is the same comment. Raises NazerError."""
        body = {"external_id": external_id, "text": text, "author": author, "article": article}
        more = {"parent_external_id": parent_external_id, "submitted_at": submitted_at}
        return cast(CommentState, self._call("POST", "/v1/comments", body | more))

    def preview(
        self, text: str, *, article: Article | None = None, parent_external_id: str | None = None, timeout: float = 3.0
    ) -> Preview | None:
        """Ask what would become of a text; nothing is stored. None when the service is too busy: send the comment without.

        Raises NazerError for what is wrong with the request, as submit would.
        """
        body = {"text": text, "article": article, "parent_external_id": parent_external_id}
        try:
            return cast(Preview, self._call("POST", "/v1/preview", body, timeout=timeout, tries=1))
        except NazerError as error:
            if error.status in (0, 429) or error.status >= 500:
                return None
            raise

    def state(self, comment_id: str) -> CommentState:
        """Ask for a comment's state, by Nazer's id. Raises NazerError."""
        return cast(CommentState, self._call("GET", f"/v1/comments/{quote(comment_id, safe='')}"))

    def edit(self, comment_id: str, text: str) -> CommentState:
        """Give a comment a new text, which is decided again. Raises NazerError."""
        return cast(CommentState, self._call("PATCH", f"/v1/comments/{quote(comment_id, safe='')}", {"text": text}))

    def withdraw(self, comment_id: str) -> CommentState:
        """Take a comment back. Raises NazerError."""
        return cast(CommentState, self._call("DELETE", f"/v1/comments/{quote(comment_id, safe='')}"))

    def decisions(self, after: str = "0") -> Iterator[Event]:
        """The events after a cursor, oldest first, to the newest. Keep the last one's ``cursor``. Raises NazerError."""
        more = True
        while more:
            page = self._call("GET", f"/v1/decisions?{urlencode({'after': after, 'limit': 500})}")
            yield from page["decisions"]
            after, more = page["next"], page["more"]

    def _call(
        self, method: str, path: str, body: object = None, *, timeout: float | None = None, tries: int | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        content = None
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        sent = urllib.request.Request(self._url + path, content, headers, method=method)  # noqa: S310 -- see __init__
        left = tries or self._tries
        if body is not None and left > 1:
            sent.add_header("Idempotency-Key", str(uuid.uuid4()))
        pause = self._pause
        while True:
            left -= 1
            status, answer, asked = self._send(sent, timeout or self._timeout)
            if 200 <= status < 300:
                return answer
            error = NazerError(status, answer)
            passing = status in (0, 429) or status >= 500 or error.code == "idempotency-key-in-flight"
            passing = passing and error.code != "slow-mode"  # it is the reader who has to wait
            if not passing or left < 1:
                raise error
            time.sleep(min(asked or pause * random.uniform(0.5, 1.5), _LONGEST_PAUSE))  # noqa: S311 -- no secret
            pause *= 2

    def _send(self, sent: urllib.request.Request, timeout: float) -> tuple[int, Any, float]:
        """Status (0: no answer), body, and how long the service asks to wait."""
        try:
            with self._opener.open(sent, timeout=timeout) as answer:
                return answer.status, json.loads(answer.read()), 0.0
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, _problem(refusal.read()), _seconds(refusal.headers.get("Retry-After"))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return 0, {"detail": str(error)}, 0.0


def verify_webhook(body: bytes, headers: Mapping[str, str], *secrets: str) -> Event:
    """The event of a webhook, if it is from Nazer. Give the body as it came, and two secrets while one is replaced.

    Raises NotFromNazer. An event may come twice, and events may overtake one another: keep the ids of the last days, and
    for each comment the highest cursor.
    """
    known = {name.lower(): value for name, value in headers.items()}
    try:
        name, moment = known["webhook-id"], known["webhook-timestamp"]
        given = [each.partition(",")[2] for each in known["webhook-signature"].split() if each.startswith("v1,")]
        early_or_late = abs(time.time() - int(moment))
    except (KeyError, ValueError) as error:
        raise NotFromNazer(f"a header is missing or wrong: {error}") from None
    if early_or_late > _TOLERANCE:
        raise NotFromNazer("the webhook is too old, or the clocks differ")
    right = [_signature(secret, f"{name}.{moment}.".encode() + body) for secret in secrets]
    if not any(hmac.compare_digest(mine.encode(), theirs.encode()) for mine in right for theirs in given):
        raise NotFromNazer("the signature is not right")
    try:
        return cast(Event, json.loads(body))
    except ValueError as error:
        raise NotFromNazer(f"the body is no JSON: {error}") from None


def _signature(secret: str, content: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret is Base64 behind whsec_") from None
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _problem(body: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _seconds(given: str | None) -> float:
    return float(given) if given and given.isdigit() else 0.0
