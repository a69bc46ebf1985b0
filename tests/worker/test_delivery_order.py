"""The events of a comment arrive at an endpoint in their order, whatever happens on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select, update

from moderation import endpoints, lifecycle
from moderation.db import db, now
from moderation.lifecycle import Answer, Outgoing, Ruling
from moderation.models import Comment, DecisionOutcome, Delivery, DeliveryState
from moderation.onboarding import SiteCredentials
from moderation.settings import Settings
from tests.factories import make_decided, make_person, make_site
from tests.worker.conftest import Receiver
from worker.deliver import deliver_claim

HOOK = "http://mehr.example/hook"


def reopen_and_reject(comment: Comment, person_id: object) -> None:
    """Two more events of a comment that was approved."""
    lifecycle.reopen(comment)
    again = db.session.get_one(Comment, comment.id, populate_existing=True)
    lifecycle.decide(again, person_id, Ruling(DecisionOutcome.REJECTED, again.revision, "no-insults"), 0)
    lifecycle.publish()


def three_events() -> Comment:
    site = make_site(webhook=HOOK).site
    sara = make_person("sara", site)
    comment, _ = make_decided(site, sara)
    reopen_and_reject(comment, sara.id)
    return comment


def claim() -> list[Outgoing]:
    return lifecycle.due_deliveries(100, 60)


def all_due() -> None:
    """Everything that is to be tried again may be tried now."""
    db.session.execute(update(Delivery).values(next_try_at=now()))
    db.session.commit()


def test_of_a_comment_only_the_earliest_event_is_under_way(app: Flask, settings: Settings) -> None:
    three_events()
    order = []
    for _ in range(3):
        (out,) = claim()
        assert claim() == [], "the next one waits for this one"
        lifecycle.delivery_tried(out, Answer(204), settings)
        order.append(out.payload["type"])
    assert order == ["comment.approved", "comment.reopened", "comment.rejected"]
    assert claim() == []


def test_a_later_event_waits_until_the_earlier_one_is_given_up(app: Flask, settings: Settings) -> None:
    three_events()
    tried = []
    for _ in settings.delivery_schedule:
        all_due()
        (out,) = claim()
        tried.append(out.payload["type"])
        lifecycle.delivery_tried(out, Answer(500, "HTTP 500"), settings)
    assert set(tried) == {"comment.approved"}
    (out,) = claim()
    assert out.payload["type"] == "comment.reopened"


def test_comments_do_not_wait_for_one_another(app: Flask, settings: Settings) -> None:
    site = make_site(webhook=HOOK).site
    sara = make_person("sara", site)
    first, _ = make_decided(site, sara)
    make_decided(site, sara)
    (_, other) = claim()
    lifecycle.delivery_tried(other, Answer(204), settings)
    reopen_and_reject(first, sara.id)
    assert claim() == [], "the first comment's approval is still under way"


def test_endpoints_do_not_wait_for_one_another(app: Flask, settings: Settings) -> None:
    site = make_site(webhook=HOOK).site
    endpoints.add(site.id, "http://second.example/hook")
    sara = make_person("sara", site)
    comment, _ = make_decided(site, sara)
    outs = {out.url: out for out in claim()}
    reopen_and_reject(comment, sara.id)
    lifecycle.delivery_tried(outs[HOOK], Answer(204), settings)
    assert [(out.url, out.payload["type"]) for out in claim()] == [(HOOK, "comment.reopened")]


def test_what_was_cancelled_while_it_was_posted_holds_the_next_one_back_until_that_try_has_ended(
    app: Flask, settings: Settings
) -> None:
    site = make_site(webhook=HOOK).site
    (endpoint,) = endpoints.of_site(site.id)
    endpoints.change(endpoint.id, kinds=["comment.approved", "comment.withdrawn"])
    comment, _ = make_decided(site, make_person("sara", site))
    (approved,) = claim()
    lifecycle.withdraw(site.id, comment.id)
    lifecycle.publish()
    assert claim() == [], "the approval may be arriving at this moment"
    lifecycle.delivery_tried(approved, Answer(204), settings)
    (withdrawn,) = claim()
    assert withdrawn.payload["type"] == "comment.withdrawn"
    states = db.session.execute(select(Delivery.state).order_by(Delivery.position)).scalars().all()
    assert states == [DeliveryState.CANCELLED, DeliveryState.PENDING]


def test_a_worker_that_died_holds_nothing_back_for_ever(app: Flask, settings: Settings) -> None:
    three_events()
    (dead,) = lifecycle.due_deliveries(100, seconds=-1)
    (out,) = claim()
    assert (out.id, out.tries) == (dead.id, 2), "the same delivery, taken over"


def test_two_workers_at_once_keep_the_order_of_every_comment(
    app: Flask, receiver: Receiver, settings: Settings
) -> None:
    site = make_site(webhook=receiver.url).site
    sara = make_person("sara", site)
    comments = [make_decided(site, sara)[0] for _ in range(4)]
    for comment in comments:
        reopen_and_reject(comment, sara.id)
    errors: list[BaseException] = []
    workers = [threading.Thread(target=_work, args=(app, settings, errors)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not errors
    while deliver_claim(settings):  # what one worker left to the other
        pass
    by_comment: dict[str, list[str]] = {}
    for told in receiver.told:
        by_comment.setdefault(told["data"]["comment"]["id"], []).append(told["type"])
    assert by_comment == {
        str(comment.id): ["comment.approved", "comment.reopened", "comment.rejected"] for comment in comments
    }


def _work(app: Flask, settings: Settings, errors: list[BaseException]) -> None:
    try:
        with app.app_context():
            for _ in range(12):
                deliver_claim(settings)
            db.session.remove()
    except BaseException as error:
        errors.append(error)


def test_an_edit_does_not_take_back_what_is_published_and_on_its_way(
    decided: Callable[[], tuple[SiteCredentials, Comment]], receiver: Receiver, settings: Settings
) -> None:
    credentials, comment = decided()
    lifecycle.revise(credentials.site.id, comment.id, "متن دوم")
    deliver_claim(settings)
    assert [told["type"] for told in receiver.told] == ["comment.approved"]
