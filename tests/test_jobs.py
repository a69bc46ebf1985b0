"""The doorbell: rings that never wait, never raise and never pile up."""

from __future__ import annotations

import time
from pathlib import Path

from moderation.jobs import DELIVER, QUEUES, SCREEN, Doorbell, connect_broker
from tests.servers import Redis, free_port


def rings(bell: Doorbell, job: str) -> int:
    return bell._rings_waiting(job)


def test_rings_do_not_pile_up_while_workers_are_away() -> None:
    bell = Doorbell(connect_broker("memory://"))
    for _ in range(300):
        assert bell._send(SCREEN)
    assert 0 < rings(bell, SCREEN) <= 102


def test_a_ring_reaches_the_queue_of_its_job_and_many_at_once_are_one() -> None:
    celery = connect_broker("memory://")
    bell = Doorbell(celery)
    before = rings(bell, DELIVER)
    for _ in range(50):
        bell.ring(DELIVER)
    deadline = time.monotonic() + 5
    while rings(bell, DELIVER) == before and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert before < rings(bell, DELIVER) <= before + 10
    assert QUEUES[DELIVER] == "delivery"


def test_a_worker_that_holds_a_ring_outlives_its_broker(tmp_path: Path) -> None:
    redis = Redis(free_port(), tmp_path)
    redis.start()
    celery = connect_broker(redis.url)
    bell = Doorbell(celery)
    assert bell._send(SCREEN)
    connection = celery.connection_for_read()
    channel = connection.channel()
    try:
        assert channel.basic_get(QUEUES[SCREEN]) is not None  # and not acknowledged
    finally:
        redis.kill()
    connection.transport.client = None  # as Celery leaves it when it has noticed
    connection.maybe_close_channel(channel)


def test_ringing_a_broker_that_is_down_returns_at_once() -> None:
    bell = Doorbell(connect_broker("redis://127.0.0.1:1/0"))
    started = time.monotonic()
    for _ in range(100):
        bell.ring(SCREEN)
    assert time.monotonic() - started < 0.5
