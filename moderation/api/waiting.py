"""Requests that wait at the feed: few at a time, and one look at the database for all of them."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import func, select

from moderation.db import db
from moderation.models import Event

type News = Mapping[tuple[uuid.UUID, str], int]
"""The newest position of each kind of event at each site."""


def news_after(position: int) -> News:
    """What was published after a position of the feed, by site and kind. Holds no transaction open."""
    newest = func.max(Event.position).label("newest")
    rows = db.session.execute(
        select(Event.site_id, Event.type, newest).where(Event.position > position).group_by(Event.site_id, Event.type)
    ).all()
    db.session.commit()
    return {(row.site_id, row.type): row.newest for row in rows}


class Lookout:
    """Waits for news at the feed, for all requests of a process that do.

    One of those who wait looks every ``every`` seconds, the others are told; so the database is asked as often for three as for one,
    and only who has news reads its page.
    """

    def __init__(self, places: int, *, every: float = 0.5, look: Callable[[int], News] = news_after) -> None:
        self._places, self._every, self._look = places, every, look
        self._change = threading.Condition()
        self._waiting = 0
        self._news: dict[tuple[uuid.UUID, str], int] = {}
        self._from = self._seen = 0
        self._next_look = 0.0
        self._looking = False

    def wait(self, site_id: uuid.UUID, kinds: Iterable[str], *, since: int, seconds: float) -> bool:
        """Wait until the site may have an event of these kinds that was published after ``since``.

        Args:
            since: the newest position of the whole feed when the caller looked at it.
            seconds: how long to wait at most.

        Returns:
            Whether it is worth to look again; False when the time is up, or at once when all places are taken.
        """
        wanted = [(site_id, kind) for kind in kinds]
        end = time.monotonic() + seconds
        with self._change, self._place(since) as seated:
            while seated:
                if since < self._from or any(self._news.get(each, 0) > since for each in wanted):
                    return True
                moment = time.monotonic()
                if moment >= end:
                    return False
                if not self._looking and moment >= self._next_look:
                    self._look_once()
                else:
                    self._change.wait(max(0.01, min(end, self._next_look) - moment))
        return False

    @contextmanager
    def _place(self, since: int) -> Iterator[bool]:
        if self._waiting >= self._places:
            yield False
            return
        if not self._waiting:  # nobody has looked for a while: begin where this one stands
            self._news.clear()
            self._from = self._seen = since
            self._next_look = 0.0
        self._waiting += 1
        try:
            yield True
        finally:
            self._waiting -= 1

    def _look_once(self) -> None:
        """Look while the others go on waiting; called and left with the lock."""
        self._looking, seen = True, self._seen
        self._change.release()
        news: News = {}
        try:
            news = self._look(seen)
        finally:
            self._change.acquire()
            self._looking = False
            self._next_look = time.monotonic() + self._every
            if news:
                self._news.update(news)
                self._seen = max(seen, *news.values())
                self._change.notify_all()
