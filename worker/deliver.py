"""Post events to the sites, signed (Standard Webhooks). One slow site holds up nobody else."""

from __future__ import annotations

import contextlib
import json
import logging
from concurrent.futures import ThreadPoolExecutor, as_completed

import httpx
from standardwebhooks import Webhook

from moderation import lifecycle
from moderation.db import now
from moderation.lifecycle import Outgoing
from moderation.settings import Settings
from worker.guarded_http import AddressRefused, guarded_transport

log = logging.getLogger(__name__)

_AT_ONCE = 16
_EXCERPT = 500


def deliver_claim(settings: Settings) -> int:
    """Claim what is due, post it, record the outcomes. Returns how many deliveries were tried."""
    claimed = lifecycle.due_deliveries(_AT_ONCE, seconds=settings.delivery_timeout * 3 + 10)
    if not claimed:
        return 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        posts = {pool.submit(_post, out, settings): out for out in claimed}
        for post in as_completed(posts):
            status, error = post.result()
            lifecycle.delivery_tried(posts[post], status=status, error=error, schedule=settings.delivery_schedule)
    return len(claimed)


def _post(out: Outgoing, settings: Settings) -> tuple[int | None, str | None]:
    """Try one delivery: the status that came back, and why it does not count as delivered (None when it does)."""
    body = json.dumps(out.payload, ensure_ascii=False, separators=(",", ":"))
    moment = now()
    message_id = out.payload["id"]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Nazer",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(out.secret).sign(message_id, moment, body),
    }
    transport = guarded_transport(
        loopback=settings.allow_loopback_webhooks,
        private=settings.allow_private_webhooks,
        seconds=settings.delivery_timeout * 2,
    )
    timeout = httpx.Timeout(settings.delivery_timeout)
    try:
        with (
            httpx.Client(transport=transport, timeout=timeout, follow_redirects=False) as client,
            client.stream("POST", out.url, content=body.encode(), headers=headers) as response,
        ):
            if response.is_success:
                return response.status_code, None
            return response.status_code, f"HTTP {response.status_code}: {_excerpt(response)}"
    except AddressRefused as error:
        return None, str(error)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"[:_EXCERPT]


def _excerpt(response: httpx.Response) -> str:
    """The beginning of an answer, however long or slow the rest is."""
    found = b""
    with contextlib.suppress(httpx.TransportError):  # the status counts, even when the rest never comes
        for part in response.iter_raw():
            found += part
            if len(found) >= _EXCERPT:
                break
    return found[:_EXCERPT].decode("utf-8", "replace").replace("\x00", "")
