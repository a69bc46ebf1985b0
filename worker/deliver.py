"""Post events to the sites, signed (Standard Webhooks). One slow site holds up nobody else."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

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
        outcomes = list(pool.map(lambda out: _post(out, settings), claimed))
    for out, (status, error) in zip(claimed, outcomes, strict=True):
        lifecycle.delivery_tried(out, status=status, error=error, schedule=settings.delivery_schedule)
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
    transport = guarded_transport(loopback=settings.allow_loopback_webhooks, private=settings.allow_private_webhooks)
    timeout = httpx.Timeout(settings.delivery_timeout)
    deadline = moment + timedelta(seconds=settings.delivery_timeout * 2)
    try:
        with (
            httpx.Client(transport=transport, timeout=timeout, follow_redirects=False) as client,
            client.stream("POST", out.url, content=body.encode(), headers=headers) as response,
        ):
            if response.is_success:
                return response.status_code, None
            return response.status_code, f"HTTP {response.status_code}: {_excerpt(response, deadline.timestamp())}"
    except AddressRefused as error:
        return None, str(error)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"[:_EXCERPT]


def _excerpt(response: httpx.Response, deadline: float) -> str:
    """The beginning of an answer, however long or slow the rest is."""
    found = b""
    for part in response.iter_raw(_EXCERPT):
        found += part
        if len(found) >= _EXCERPT or now().timestamp() > deadline:
            break
    return found[:_EXCERPT].decode("utf-8", "replace").replace("\x00", "")
