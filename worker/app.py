"""The worker: Celery inside the application's context, its queues and its schedule.

Started as ``celery --app worker.app worker --queues screening`` (or ``delivery``, ``background``) and ``celery --app worker.app beat``.
"""

from __future__ import annotations

import gc
import logging
import os
from typing import Any

from celery import Celery, Task
from celery.signals import after_setup_logger, worker_init, worker_process_init
from flask import Flask

from moderation import request_ids
from moderation.app import create_core
from moderation.db import db
from moderation.jobs import BACKGROUND_QUEUE, COUNT, FORGET, SWEEP, connect_broker
from moderation.screen import warm_up
from moderation.settings import Settings, read_settings
from worker import tasks

log = logging.getLogger(__name__)


def create_worker(settings: Settings | None = None) -> Celery:
    """A Celery application whose tasks run inside the application's context."""
    settings = settings or read_settings()
    flask_app = create_core(settings)
    celery = connect_broker(settings.broker_url)
    celery.conf.update(
        beat_schedule={
            "sweep": {"task": SWEEP, "schedule": settings.sweep_seconds, "options": {"expires": 30}},
            "count": {"task": COUNT, "schedule": 600.0, "options": {"expires": 300}},
            "forget": {"task": FORGET, "schedule": 3600.0, "options": {"expires": 600}},
        },
        timezone="UTC",
        worker_hijack_root_logger=False,
    )
    for name, work in tasks.JOBS.items():
        celery.task(name=name, base=_in_context(flask_app), time_limit=tasks.SECONDS.get(name))(work)
    celery.flask_app = flask_app
    return celery


def _in_context(flask_app: Flask) -> type[Task]:
    class InContext(Task):  # type: ignore[misc]  # Celery ships no types
        abstract = True

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with flask_app.app_context():
                request_ids.carry_on(self.request.get(request_ids.HEADER))
                return self.run(*args, **kwargs)

    return InContext


app = create_worker()


@after_setup_logger.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _name_requests(logger: logging.Logger, **_: Any) -> None:
    """Log lines say for which request they were written."""
    for output in logger.handlers:
        output.setFormatter(request_ids.NamingRequests())


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _preload(sender: Any, **_: Any) -> None:
    """Load the models before the pool forks, and keep the collector off them, so that processes share their pages."""
    queues = set(sender.app.amqp.queues.consume_from or ())
    if queues == {BACKGROUND_QUEUE}:
        os.nice(10)  # what may take minutes steps back for what people wait for
    if "screening" in queues:
        warm_up(tasks.preload()[0])
        gc.collect()
        gc.freeze()


@worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _fresh_connections(**_: Any) -> None:
    """A forked process must not share its parent's database connections."""
    with app.flask_app.app_context():
        db.engine.dispose(close=False)
