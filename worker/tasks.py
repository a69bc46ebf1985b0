"""The tasks: claim, do one slow thing, hand it to the lifecycle. The database says what there is to do."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable

from flask import current_app
from sqlalchemy import exists, or_, select

from moderation import (
    answered,
    drift,
    erasures,
    jobs,
    learning,
    lifecycle,
    numbers,
    replay,
    residuals,
    retention,
    tallies,
)
from moderation.db import db, now
from moderation.jobs import Bell
from moderation.learned import LearnedModels
from moderation.measure import Models, load_models
from moderation.models import Comment, Delivery, Endpoint, Event
from moderation.people import accounts, inviting, second_factor, sign_ins, throttling
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
    """Fit what is due or asked for, one model after the other: of sites with enough new articles, and from decisions."""
    _until_idle(jobs.LEARN, _learn_one)


def forget() -> None:
    """Forget what has been kept long enough: fingerprints, answers, deliveries, ended sessions, spent secrets and links, and what a
    site's own days say."""
    days = _settings().delivery_keep_days
    retention.forget_secrets()
    sign_ins.forget_old(_settings())
    for part in (throttling, inviting, accounts, second_factor):
        part.forget_old()
    short_lived = lifecycle.forget_old, answered.forget_old, retention.forget_old
    _until_idle(
        jobs.FORGET, lambda: sum(forget_some() for forget_some in short_lived) + retention.forget_deliveries(days)
    )


def erase() -> None:
    """Erase the authors who are to go, a slice of their comments at a time."""
    _until_idle(jobs.ERASE, lambda: erasures.work(SLICE))


def add_up() -> None:
    """Add up what changed in the queue, so that its counts stay cheap to read."""
    _until_idle(jobs.ADD_UP, tallies.add_up)


def count() -> None:
    """Count the days that are over, for the pages of numbers; then say what stands out, and what there is to learn."""
    _until_idle(jobs.COUNT, numbers.count_a_day)
    drift.raise_alarms()
    residuals.wish_where_due(_settings())


def replay_decisions() -> None:
    """Replay rules that somebody tries over the last decisions, a slice at a time, site after site."""
    _until_idle(jobs.REPLAY, lambda: replay.work(SLICE))


def end_rules() -> None:
    """Retire rules whose time is over, and have what waits screened by those that are live again."""
    publishing.end_due()


def _learn_one() -> int:
    fitting = learning.claim_due(_settings())
    if fitting is not None:
        learning.learn(fitting)
        return 1
    wanted = residuals.claim_wanted()
    if wanted is not None:
        residuals.fit_told(wanted, _settings())
        return 1
    return 0


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
        jobs.LEARN: or_(learning.due_sites(_settings()).exists(), residuals.wanted()),
        jobs.FORGET: or_(lifecycle.forgettable(), answered.forgettable()),
        jobs.REPLAY: replay.waiting(),
        jobs.ERASE: erasures.waiting(),
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
    jobs.ERASE: erase,
    jobs.ADD_UP: add_up,
    jobs.COUNT: count,
    jobs.REPLAY: replay_decisions,
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
