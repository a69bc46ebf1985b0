"""The tasks: claim, do one slow thing, hand it to the lifecycle. The database says what there is to do."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable

from flask import current_app
from sqlalchemy import exists, or_, select

from moderation import answered, jobs, learning, lifecycle, numbers, retention, tallies
from moderation.db import db, now
from moderation.jobs import Bell
from moderation.learned import LearnedModels
from moderation.measure import Models, load_models
from moderation.models import Comment, Delivery, Endpoint, Event
from moderation.policy import Policies
from moderation.rule_sets import publishing
from moderation.settings import Settings
from worker import deliver as sending
from worker.screening import screen_claim

log = logging.getLogger(__name__)

SLICE = 5.0
"""Seconds after which a job lets others of its queue have a turn and rings for itself again."""


@functools.cache
def preload() -> tuple[Models, Policies, LearnedModels]:
    """The models of this process, and its memory of the sites' compiled rules and models."""
    return load_models(), Policies(), LearnedModels()


def screen() -> None:
    """Measure and judge pending comments, batch after batch, until none is left."""
    models, policies, learned = preload()
    _until_idle(jobs.SCREEN, lambda: screen_claim(models, policies, _settings(), learned))


def publish() -> None:
    """Let out the decisions whose undo window is over."""
    lifecycle.publish()


def deliver() -> None:
    """Post what is due to the sites."""
    _until_idle(jobs.DELIVER, lambda: sending.deliver_claim(_settings()))


def learn() -> None:
    """Fit the models of sites that have enough new articles, one after the other."""
    _until_idle(jobs.LEARN, _learn_one)


def forget() -> None:
    """Forget what has been kept long enough: fingerprints, answers, deliveries, spent secrets, and what a site's own days say."""
    days = _settings().delivery_keep_days
    retention.forget_secrets()
    short_lived = lifecycle.forget_old, answered.forget_old, retention.forget_old
    _until_idle(
        jobs.FORGET, lambda: sum(forget_some() for forget_some in short_lived) + retention.forget_deliveries(days)
    )


def add_up() -> None:
    """Add up what changed in the queue, so that its counts stay cheap to read."""
    _until_idle(jobs.ADD_UP, tallies.add_up)


def count() -> None:
    """Count the days that are over, for the pages of numbers."""
    _until_idle(jobs.COUNT, numbers.count_a_day)


def end_rules() -> None:
    """Retire rules whose time is over, and have what waits screened by those that are live again."""
    publishing.end_due()


def _learn_one() -> int:
    fitting = learning.claim_due(_settings())
    if fitting is None:
        return 0
    learning.learn(fitting)
    return 1


def sweep() -> None:
    """Ring for whatever waits: a lost ring, a killed worker, an expired claim, a decision whose time has come, a site to learn."""
    moment = now()
    free = or_(Comment.claim_until.is_(None), Comment.claim_until < moment)
    forgotten = {
        jobs.SCREEN: or_(
            exists().where(*lifecycle.TO_SCREEN, free),
            exists().where(*lifecycle.TO_SCREEN_AGAIN, free).select_from(Comment),
        ),
        jobs.PUBLISH: exists().where(Event.position.is_(None), Event.due_at <= moment),
        jobs.DELIVER: exists().where(Endpoint.id == Delivery.endpoint_id, *lifecycle.deliverable(moment)),
        jobs.LEARN: learning.due_sites(_settings()).exists(),
        jobs.FORGET: or_(lifecycle.forgettable(), answered.forgettable()),
        jobs.ADD_UP: tallies.worth_adding_up(),
        jobs.END_RULES: publishing.ended().exists(),
    }
    row = db.session.execute(select(*(found.label(name) for name, found in forgotten.items()))).one()
    for name, found in zip(forgotten, row, strict=True):
        if found:
            _ring(name)


JOBS: dict[str, Callable[[], None]] = {
    jobs.SCREEN: screen,
    jobs.PUBLISH: publish,
    jobs.DELIVER: deliver,
    jobs.SWEEP: sweep,
    jobs.LEARN: learn,
    jobs.FORGET: forget,
    jobs.ADD_UP: add_up,
    jobs.COUNT: count,
    jobs.END_RULES: end_rules,
}

SECONDS: dict[str, float] = {jobs.LEARN: learning.FITTING_SECONDS}
"""How long a job may run before its process is stopped, where it could run on for ever."""


def _until_idle(job: str, work: Callable[[], int]) -> None:
    stop = time.monotonic() + SLICE
    while work():
        if time.monotonic() > stop:
            _ring(job)
            return


def _ring(job: str) -> None:
    bell: Bell = current_app.extensions["nazer_bell"]
    bell.ring(job)


def _settings() -> Settings:
    settings: Settings = current_app.config["NAZER"]
    return settings
