"""Post events to the sites, signed (Standard Webhooks). One slow site holds up nobody else."""

from __future__ import annotations

import contextlib
import json
import logging
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from standardwebhooks import Webhook

from moderation import lifecycle
from moderation.db import now
from moderation.lifecycle import Answer, Outgoing
from moderation.settings import Settings
from worker.guarded_http import AddressRefused, GuardedTransport, guarded_transport

log = logging.getLogger(__name__)
for _chatty in ("httpx", "httpcore"):
    logging.getLogger(_chatty).setLevel(logging.WARNING)  # they log the URL, and a site may have put a secret into it

_AT_ONCE = 16
_EXCERPT = 500
_EXCERPT_SECONDS = 2.0
"""How long the body of an answer may take once its status is there: what counts is the status."""


def deliver_claim(settings: Settings) -> int:
    """Claim what is due, post it, record the outcomes. Returns how many deliveries were tried."""
    claimed = lifecycle.due_deliveries(_AT_ONCE, seconds=settings.delivery_timeout * 3 + 10)
    if not claimed:
        return 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        posts = {pool.submit(_post, out, settings): out for out in claimed}
        for post in as_completed(posts):
            lifecycle.delivery_tried(posts[post], _outcome(post), settings)
    return len(claimed)


def _outcome(post: Future[Answer]) -> Answer:
    """What came of a try; a fault of ours is a failed try, and keeps nobody from recording the others."""
    try:
        return post.result()
    except Exception as error:
        log.exception("a delivery failed in a way that nobody foresaw")
        return Answer(error=f"internal error: {type(error).__name__}")


def _post(out: Outgoing, settings: Settings) -> Answer:
    """Try one delivery."""
    body = json.dumps(out.payload, ensure_ascii=False, separators=(",", ":"))
    transport = guarded_transport(
        loopback=settings.allow_loopback_webhooks,
        private=settings.allow_private_webhooks,
        seconds=settings.delivery_timeout * 2,
    )
    timeout = httpx.Timeout(settings.delivery_timeout)
    try:
        headers = _headers(out, body)
        with (
            httpx.Client(transport=transport, timeout=timeout, follow_redirects=False) as client,
            client.stream("POST", out.url, content=body.encode(), headers=headers) as response,
        ):
            return _answer(response, transport)
    except AddressRefused as error:
        return Answer(error=str(error))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Answer(error=f"{type(error).__name__}: {error}"[:_EXCERPT].replace("\x00", ""))


def _headers(out: Outgoing, body: str) -> dict[str, str]:
    """What goes along: during a change of secrets a signature by each of them."""
    moment = now()
    message_id = out.payload["id"]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Nazer",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, moment, body) for secret in out.secrets),
    }


def _answer(response: httpx.Response, transport: GuardedTransport) -> Answer:
    transport.hurry(_EXCERPT_SECONDS)
    return Answer(
        response.status_code,
        None if response.is_success else f"HTTP {response.status_code}",
        _excerpt(response),
        _seconds(response.headers.get("Retry-After", ""), now()),
    )


def _excerpt(response: httpx.Response) -> str:
    """The beginning of an answer, however long or slow the rest is."""
    found = b""
    with contextlib.suppress(httpx.HTTPError, httpx.StreamError):  # the status counts, even when the rest never comes
        for part in response.iter_raw():
            found += part
            if len(found) >= _EXCERPT:
                break
    return found[:_EXCERPT].decode("utf-8", "replace").replace("\x00", "")


def _seconds(asked: str, moment: datetime) -> float | None:
    """How long a site asks us to wait (RFC 9110: seconds, or a date); None when it asks nothing that can be read."""
    asked = asked.strip()
    if asked.isascii() and asked.isdecimal():
        return float(asked[:10])
    try:
        until = parsedate_to_datetime(asked)
    except (ValueError, IndexError, TypeError, OverflowError):  # what its parser makes of nonsense
        return None
    return (until.replace(tzinfo=until.tzinfo or UTC) - moment).total_seconds()
