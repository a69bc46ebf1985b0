"""The jobs by name, and the doorbell: a message carries no work, it only says "look".

The database is the truth. A ring that gets lost costs seconds (the sweep rings again), so ringing never waits, never
raises and never blocks a request: a thread of its own talks to the broker.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any, Protocol

from celery import Celery
from flask import current_app
from kombu.transport.redis import Channel
from sqlalchemy import event
from sqlalchemy.orm import Session

from moderation import request_ids
from moderation.db import db

SCREEN = "nazer.screen"
PUBLISH = "nazer.publish"
DELIVER = "nazer.deliver"
SWEEP = "nazer.sweep"
LEARN = "nazer.learn"
FORGET = "nazer.forget"
ERASE = "nazer.erase"
ADD_UP = "nazer.add-up"
COUNT = "nazer.count"
REPLAY = "nazer.replay"
END_RULES = "nazer.end-rules"

BACKGROUND_QUEUE = "background"
QUEUES = {
    SCREEN: "screening",
    PUBLISH: "screening",
    SWEEP: "screening",
    DELIVER: "delivery",
    LEARN: BACKGROUND_QUEUE,
    FORGET: BACKGROUND_QUEUE,
    ERASE: BACKGROUND_QUEUE,
    ADD_UP: "screening",
    COUNT: BACKGROUND_QUEUE,
    REPLAY: BACKGROUND_QUEUE,
    END_RULES: "screening",
}
"""Which queue serves a job. A site that hangs holds up deliveries only; what may take minutes gets ``background``."""

_BREATH = 0.02  # seconds between rings
_ENOUGH = 100  # rings that may lie in a queue
_PAUSE = 1.0  # the same after a ring that the broker did not take

log = logging.getLogger(__name__)


class Bell(Protocol):
    """Whatever can ring for a job."""

    def ring(self, job: str) -> None:
        """Say "look" for this job; returns at once, whatever the broker does."""


def connect_broker(broker_url: str) -> Celery:
    """A Celery application that talks to the broker; both ends of every queue are configured here and nowhere else."""
    celery = Celery("nazer", set_as_current=False)
    Channel.do_restore = False  # a worker that hands its rings back to a broker that is gone ends; rings may be lost
    options: dict[str, Any] = {"visibility_timeout": 120, "socket_connect_timeout": 2, "socket_timeout": 5}
    if broker_url.startswith("filesystem://"):
        folder = Path(broker_url.removeprefix("filesystem://"))
        for name in ("queue", "control"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        options = {name: str(folder / "queue") for name in ("data_folder_in", "data_folder_out")}
        options |= {"control_folder": str(folder / "control"), "store_processed": False}
        broker_url = "filesystem://"
    celery.conf.update(
        broker_url=broker_url,
        broker_transport_options=options,
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        task_routes={job: {"queue": queue} for job, queue in QUEUES.items()},
        task_default_queue="screening",
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_send_task_events=False,
        task_acks_late=False,
        worker_prefetch_multiplier=1,
    )
    return celery


class Doorbell:
    """Rings for jobs through the broker, from one background thread; rings of the same job are coalesced."""

    def __init__(self, celery: Celery) -> None:
        self._celery = celery
        self._waiting: dict[str, str | None] = {}
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def ring(self, job: str) -> None:
        """Note the job, and the request that rang for it first, and return at once."""
        with self._wake:
            self._waiting.setdefault(job, request_ids.current())
            if self._thread is None or not self._thread.is_alive():  # first ring, or first one after a fork
                self._thread = threading.Thread(target=self._run, name="nazer-doorbell", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting:
                    self._wake.wait()
                jobs, self._waiting = self._waiting, {}
            rung = [self._send(job, request_id) for job, request_id in sorted(jobs.items())]
            time.sleep(_BREATH if all(rung) else _PAUSE)  # rings that come meanwhile are coalesced

    def _send(self, job: str, request_id: str | None = None) -> bool:
        named = {request_ids.HEADER: request_id} if request_id else None
        try:
            if self._rings_waiting(job) > _ENOUGH:
                return True  # workers are away: one that comes back needs one ring, not a heap of them
            # expires: a worker that was away for an hour needs one ring, not an hour of them
            self._celery.send_task(job, expires=60, retry=False, headers=named)
        except Exception as error:  # the broker is down: the sweep finds the work when it is back
            log.warning("no ring for %s: %s", job, error)
            return False
        return True

    def _rings_waiting(self, job: str) -> int:
        with self._celery.pool.acquire(block=True) as connection:
            return int(connection.default_channel.queue_declare(queue=QUEUES[job], durable=True).message_count)


def ring_after_commit(job: str) -> None:
    """Ring for a job once the running transaction is committed; a rolled back one rings for nothing."""
    db.session.info.setdefault("nazer_rings", set()).add(job)


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a released savepoint is not a commit
    jobs = session.info.pop("nazer_rings", set())
    if jobs:
        bell: Bell = current_app.extensions["nazer_bell"]
        for job in sorted(jobs):
            bell.ring(job)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("nazer_rings", None)
