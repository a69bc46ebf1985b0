"""How many requests a key may send: counted in Redis for all processes, or in this one; and never in a comment's way."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from typing import Any

from limits.storage import MemoryStorage, RedisStorage
from redis.backoff import NoBackoff
from redis.retry import Retry

from moderation.settings import Settings

LIMIT_HEADERS = ("RateLimit-Policy", "RateLimit")
"""The headers of draft-ietf-httpapi-ratelimit-headers-10."""

_PATIENCE = 0.25  # seconds that Redis may take for a count
_PAUSE = 5.0  # seconds without counting after it failed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a key has left: ``remaining`` of ``limit`` requests in a window of ``window`` seconds that ends in ``reset``."""

    limit: int
    window: int
    used: int
    reset: int

    @property
    def over(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """The same as headers of the answer."""
        left = max(0, self.limit - self.used)
        return {
            "RateLimit-Policy": f'"key";q={self.limit};w={self.window}',
            "RateLimit": f'"key";r={left};t={self.reset}',
        }


class RateLimits:
    """Counts requests by key in fixed windows; one question to Redis each.

    Fixed windows let a key send twice its limit within one window's length, across their border: the limit protects the
    service from a loop that has gone wrong, it sells nothing. A Redis that is away or slow refuses nobody: requests then go
    uncounted for some seconds, which is logged once until it is back.
    """

    def __init__(self, settings: Settings) -> None:
        self._limit, self._window = settings.rate_limit, settings.rate_limit_seconds
        self._url = settings.broker_url
        self._storage: MemoryStorage | RedisStorage | None = None
        self._away = False
        self._again_at = 0.0

    def count(self, key_id: uuid.UUID) -> Standing | None:
        """Count a request; None when there is no limit, or when nobody can count."""
        if not self._limit or (self._away and time.monotonic() < self._again_at):
            return None
        self._again_at = time.monotonic() + _PAUSE  # while one asks whether it is back, others do not wait for it
        moment = time.time()
        number = int(moment // self._window)
        try:
            used = self._counted(f"nazer/{key_id.hex}/{self._window}/{number}")
        except Exception as error:  # whatever it is: a comment is worth more than a count
            if not self._away:
                log.warning("requests are not counted, and none is refused, until Redis is back: %s", error)
            self._away = True
            return None
        if self._away:
            log.warning("requests are counted again")
            self._away = False
        return Standing(self._limit, self._window, used, max(1, int((number + 1) * self._window - moment)))

    def close(self) -> None:
        """Let go of the connections to Redis; the next count opens one again."""
        if isinstance(self._storage, RedisStorage):
            self._storage.storage.close()

    def _counted(self, name: str) -> int:
        if self._storage is None:
            self._storage = _storage(self._url)
        return int(self._storage.incr(name, self._window + 1))


def _storage(broker_url: str) -> MemoryStorage | RedisStorage:
    """Redis, when that is the broker; else the memory of this process, which is all there is embedded."""
    if not broker_url.startswith(("redis://", "rediss://")):
        return MemoryStorage()
    options: dict[str, Any] = {
        "socket_timeout": _PATIENCE,
        "socket_connect_timeout": _PATIENCE,
        "retry": Retry(NoBackoff(), 1),  # once more on a connection that a restart has broken
    }
    return RedisStorage(broker_url, **options)
