"""The lookout: one look for all who wait, few places, nobody overlooked."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field

import pytest

from moderation.api.waiting import Lookout, News

MEHR, JAM = uuid.uuid4(), uuid.uuid4()
KIND = ("comment.approved",)


@dataclass
class Feed:
    """A feed in memory that counts who looks, and can fail."""

    events: list[tuple[uuid.UUID, str, int]] = field(default_factory=list)
    looks: int = 0
    broken: bool = False

    def look(self, position: int) -> News:
        self.looks += 1
        if self.broken:
            raise RuntimeError("the database is away")
        return {(site, kind): at for site, kind, at in list(self.events) if at > position}


def waiters(lookout: Lookout, count: int, *, site: uuid.UUID = MEHR, seconds: float = 5) -> tuple[list, list[bool]]:
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda: answers.append(lookout.wait(site, KIND, since=0, seconds=seconds)))
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    return threads, answers


def test_many_who_wait_cost_no_more_looks_than_one() -> None:
    feed = Feed()
    lookout = Lookout(8, every=0.1, look=feed.look)
    threads, answers = waiters(lookout, 8, seconds=1)
    for thread in threads:
        thread.join()
    assert answers == [False] * 8
    assert 2 <= feed.looks <= 12


def test_all_who_wait_for_it_are_told_and_others_go_on_waiting() -> None:
    feed = Feed()
    lookout = Lookout(8, every=0.05, look=feed.look)
    ours, told = waiters(lookout, 3)
    theirs, nothing = waiters(lookout, 2, site=JAM, seconds=1.5)
    time.sleep(0.2)
    feed.events.append((MEHR, "comment.approved", 4))
    for thread in ours:
        thread.join(3)
    assert told == [True] * 3
    assert nothing == []
    for thread in theirs:
        thread.join(3)
    assert nothing == [False] * 2


def test_who_finds_no_place_is_answered_at_once_and_a_place_that_is_left_is_free() -> None:
    lookout = Lookout(1, every=0.05, look=Feed().look)
    threads, _ = waiters(lookout, 1, seconds=0.5)
    time.sleep(0.1)
    started = time.monotonic()
    assert lookout.wait(MEHR, KIND, since=0, seconds=5) is False
    assert time.monotonic() - started < 0.3
    threads[0].join()
    started = time.monotonic()
    assert lookout.wait(MEHR, KIND, since=0, seconds=0.2) is False
    assert time.monotonic() - started >= 0.2


def test_who_stands_before_what_is_watched_is_told_to_look_again() -> None:
    """Its event may have been published between its own look and the first one of the lookout."""
    lookout = Lookout(2, every=0.05, look=Feed().look)
    thread = threading.Thread(target=lambda: lookout.wait(JAM, KIND, since=7, seconds=0.5))
    thread.start()
    time.sleep(0.1)
    assert lookout.wait(MEHR, KIND, since=5, seconds=5) is True
    thread.join()


def test_old_news_is_no_news() -> None:
    feed = Feed([(MEHR, "comment.approved", 4)])
    lookout = Lookout(2, every=0.05, look=feed.look)
    assert lookout.wait(MEHR, KIND, since=3, seconds=1) is True
    assert lookout.wait(MEHR, KIND, since=4, seconds=0.2) is False
    assert lookout.wait(MEHR, ("comment.queued",), since=3, seconds=0.2) is False


def test_a_look_that_fails_fails_for_one_and_leaves_the_others_and_the_places_alone() -> None:
    feed = Feed(broken=True)
    lookout = Lookout(1, every=0.05, look=feed.look)
    with pytest.raises(RuntimeError):
        lookout.wait(MEHR, KIND, since=0, seconds=1)
    feed.broken = False
    feed.events.append((MEHR, "comment.approved", 1))
    assert lookout.wait(MEHR, KIND, since=0, seconds=1) is True
