"""Webhooks that ask for patience, go away, stay silent, come back; and what was missed meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from moderation import endpoints, lifecycle
from moderation.db import db, now
from moderation.models import Comment, Delivery, DeliveryState, Endpoint, Event
from moderation.onboarding import SiteCredentials
from moderation.settings import Settings
from tests.factories import make_decided, make_person, make_site, make_waiting
from tests.worker.conftest import Receiver
from worker import tasks
from worker.deliver import _seconds, deliver_claim

type Decided = Callable[[], tuple[SiteCredentials, Comment]]


def delivery() -> Delivery:
    return db.session.execute(select(Delivery), execution_options={"populate_existing": True}).scalar_one()


def endpoint() -> Endpoint:
    return db.session.execute(select(Endpoint), execution_options={"populate_existing": True}).scalar_one()


def states() -> list[str]:
    return list(db.session.execute(select(Delivery.state).order_by(Delivery.created_at, Delivery.id)).scalars())


def seconds_until(moment: datetime | None) -> float:
    assert moment is not None
    return (moment - now()).total_seconds()


def all_due() -> None:
    db.session.execute(update(Delivery).values(next_try_at=now()))
    db.session.execute(update(Endpoint).values(paused_until=None))
    db.session.commit()


@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
def test_a_site_that_asks_to_wait_is_left_alone_so_long(
    decided: Decided, receiver: Receiver, settings: Settings, as_date: bool
) -> None:
    credentials, _ = decided()
    asked = format_datetime(datetime.now(UTC) + timedelta(seconds=900), usegmt=True) if as_date else "900"
    receiver.status, receiver.headers = 503, {"Retry-After": asked}
    deliver_claim(settings)
    assert 890 < seconds_until(delivery().next_try_at) <= 900
    assert 890 < seconds_until(endpoint().paused_until) <= 900
    make_decided(credentials.site, make_person("sara", credentials.site))
    assert deliver_claim(settings) == 0, "other events wait as well"
    receiver.status = 204
    all_due()
    assert deliver_claim(settings) == 2


def test_a_wait_longer_than_a_day_is_taken_for_a_day_and_a_shorter_one_than_ours_for_ours(
    decided: Decided, receiver: Receiver, settings: Settings
) -> None:
    decided()
    receiver.status, receiver.headers = 429, {"Retry-After": "99999999999999999999"}
    deliver_claim(settings)
    assert 86_390 < seconds_until(delivery().next_try_at) <= 86_400
    all_due()
    receiver.headers = {"Retry-After": "1"}
    deliver_claim(settings)
    assert seconds_until(delivery().next_try_at) > 290, "the schedule says five minutes"


@pytest.mark.parametrize("asked", ["", "soon", "-5", "1.5", "۵", "Sat, 99 Nov 2026 99:99:99 GMT", "\x00", "Mon"])
def test_a_wait_that_cannot_be_read_is_none(asked: str) -> None:
    assert _seconds(asked, now()) is None


def test_a_date_without_a_zone_or_in_the_past_is_no_trouble() -> None:
    moment = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert _seconds("Sat, 28 Nov 2026 12:01:00 -0000", moment) == 60
    assert (_seconds("Sat, 28 Nov 2020 12:01:00 GMT", moment) or 0) < 0


def test_410_switches_the_webhook_off_at_once_and_what_waits_stays_waiting(
    decided: Decided, receiver: Receiver, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    credentials, _ = decided()
    make_decided(credentials.site, make_person("sara", credentials.site))
    receiver.status = 410
    with caplog.at_level(logging.INFO):
        deliver_claim(settings)
    assert (endpoint().active, endpoint().switched_off) == (False, "gone")
    assert endpoints.silenced([credentials.site.id]) == 1
    assert f"webhook {endpoint().id}" in caplog.text
    assert "whsec_" not in caplog.text
    assert receiver.url not in caplog.text, "a URL may hold a secret"
    assert set(states()) == {DeliveryState.FAILED}
    make_decided(credentials.site, make_person("omid", credentials.site))
    all_due()
    assert deliver_claim(settings) == 0
    assert len(states()) == 2, "no delivery is made for a webhook that is off"


def test_a_webhook_at_which_nothing_arrives_is_switched_off_after_so_many_given_up(
    app: Flask, receiver: Receiver, settings: Settings
) -> None:
    impatient = settings.model_copy(update={"webhook_dead_after": 3, "delivery_schedule": (0,)})
    site = make_site(webhook=receiver.url).site
    sara = make_person("sara", site)
    receiver.status = 500
    for _ in range(2):
        make_decided(site, sara)
        deliver_claim(impatient)
    assert (endpoint().active, endpoint().given_up) == (True, 2)
    receiver.status = 200
    make_decided(site, sara)
    deliver_claim(impatient)
    assert (endpoint().given_up, endpoint().failing_since) == (0, None), "one that arrives begins a clean record"
    receiver.status = 500
    for _ in range(3):
        make_decided(site, sara)
        deliver_claim(impatient)
    assert (endpoint().active, endpoint().switched_off) == (False, "failing")


def test_a_webhook_that_fails_for_days_is_switched_off_before_anything_is_given_up(
    decided: Decided, receiver: Receiver, settings: Settings
) -> None:
    decided()
    receiver.hang_up = True
    deliver_claim(settings)
    assert endpoint().active
    db.session.execute(update(Endpoint).values(failing_since=now() - timedelta(days=settings.webhook_dead_days + 0.1)))
    db.session.commit()
    all_due()
    deliver_claim(settings)
    assert endpoint().switched_off == "failing"
    assert states() == [DeliveryState.PENDING], "it is posted when somebody switches the webhook on"


def test_what_a_webhook_missed_while_it_was_off_is_sent_again_once_and_in_order(
    decided: Decided, receiver: Receiver, settings: Settings, app: Flask
) -> None:
    credentials, _ = decided()
    site, sara = credentials.site, make_person("sara", credentials.site)
    receiver.status = 410
    deliver_claim(settings)
    missed = [make_decided(site, sara)[0] for _ in range(3)]
    taken_back, _ = make_decided(site, sara)
    lifecycle.withdraw(site.id, taken_back.id)
    lifecycle.publish()
    with pytest.raises(endpoints.Refused):
        endpoints.recover(endpoint().id)
    feed = app.test_client().get("/v1/decisions", headers={"Authorization": f"Bearer {credentials.api_key}"}).json
    assert len(feed["decisions"]) == 5, "nothing is lost: the feed has it"
    receiver.status = 204
    endpoints.switch(endpoint().id, on=True)
    assert (endpoint().active, endpoint().switched_off, endpoint().failing_since) == (True, None, None)
    assert endpoints.recover(endpoint().id) == (4, False), "the given up one, the missed ones, not the one taken back"
    assert endpoints.recover(endpoint().id) == (0, False)
    receiver.received.clear()
    while deliver_claim(settings):
        pass
    recovered = [told["data"]["comment"]["id"] for told in receiver.told]
    assert {str(comment.id) for comment in missed} < set(recovered)
    assert len(recovered) == 4


def test_recovering_goes_on_where_it_stopped(decided: Decided, settings: Settings, monkeypatch) -> None:
    credentials, _ = decided()
    sara = make_person("sara", credentials.site)
    endpoints.switch(endpoint().id, on=False)
    for _ in range(5):
        make_decided(credentials.site, sara)
    endpoints.switch(endpoint().id, on=True)
    monkeypatch.setattr(endpoints, "MOST_RECOVERED", 2)
    assert [endpoints.recover(endpoint().id) for _ in range(4)] == [(2, True), (2, True), (1, False), (0, False)]
    assert endpoints.recover(endpoint().id, after=0) == (0, False), "all are on their way"


def test_a_replay_posts_the_same_event_again_and_a_second_click_does_no_more(
    decided: Decided, receiver: Receiver, settings: Settings
) -> None:
    decided()
    deliver_claim(settings)
    again = endpoints.replay(delivery())
    assert endpoints.replay(again).id == again.id
    assert deliver_claim(settings) == 1
    (first, body), (second, same) = receiver.received
    assert body == same
    assert first["webhook-id"] == second["webhook-id"]
    assert states() == [DeliveryState.DELIVERED] * 2


def test_a_delivery_that_waits_is_brought_forward(decided: Decided, receiver: Receiver, settings: Settings) -> None:
    decided()
    receiver.status, receiver.headers = 500, {"Retry-After": "3600"}
    deliver_claim(settings)
    assert deliver_claim(settings) == 0
    assert endpoints.replay(delivery()).id == delivery().id
    receiver.status = 204
    assert deliver_claim(settings) == 1
    assert delivery().state == DeliveryState.DELIVERED


def test_a_test_is_posted_once_even_to_a_webhook_that_is_off_and_says_nothing_of_its_health(
    app: Flask, receiver: Receiver, settings: Settings
) -> None:
    site = make_site(webhook=receiver.url).site
    endpoints.switch(endpoint().id, on=False)
    receiver.status = 500
    trial = endpoints.test(endpoint().id)
    assert endpoints.test(endpoint().id).id == trial.id, "one at a time"
    assert deliver_claim(settings) == 1
    assert deliver_claim(settings) == 0
    assert (delivery().state, delivery().last_status, delivery().last_answer) == (DeliveryState.FAILED, 500, "hello")
    assert (endpoint().failing_since, endpoint().given_up) == (None, 0)
    (told,) = receiver.told
    assert (told["type"], told["data"]) == ("webhook.test", {"webhook": str(endpoint().id)})
    assert db.session.execute(select(Event).where(Event.site_id == site.id)).all() == [], "the feed does not know it"


def test_the_sweep_rings_for_what_can_be_posted_and_not_for_what_cannot(
    decided: Decided, receiver: Receiver, settings: Settings, app: Flask
) -> None:
    bell = app.extensions["nazer_bell"]
    decided()
    bell.rings.clear()
    tasks.sweep()
    assert bell.rings["nazer.deliver"] == 1
    receiver.status, receiver.headers = 503, {"Retry-After": "900"}
    deliver_claim(settings)
    db.session.execute(update(Delivery).values(next_try_at=now()))
    db.session.commit()
    tasks.sweep()
    assert bell.rings["nazer.deliver"] == 1, "the site asked to be left alone"
    endpoints.test(endpoint().id)
    bell.rings.clear()
    tasks.sweep()
    assert bell.rings["nazer.deliver"] == 1, "a test is not kept waiting"


def test_old_deliveries_and_spent_secrets_are_forgotten_and_what_waits_is_not(
    decided: Decided, receiver: Receiver, settings: Settings
) -> None:
    credentials, _ = decided()
    deliver_claim(settings)
    make_decided(credentials.site, make_person("sara", credentials.site))
    endpoints.rotate_secret(endpoint().id, keep_old_for=timedelta(seconds=-1))
    db.session.execute(update(Delivery).values(created_at=now() - timedelta(days=settings.delivery_keep_days + 1)))
    db.session.commit()
    tasks.forget()
    assert states() == [DeliveryState.PENDING]
    assert (endpoint().old_secret, endpoint().old_secret_until) == (None, None)
    endpoints.switch(endpoint().id, on=False)
    tasks.forget()
    assert states() == [], "nobody will ever post it"
    assert len(db.session.execute(select(Event.id)).all()) == 4, "the feed keeps every event"


def test_an_endpoint_gets_what_it_chose_and_nothing_else(app: Flask, receiver: Receiver, settings: Settings) -> None:
    site = make_site(webhook=receiver.url).site
    endpoints.change(endpoint().id, kinds=["comment.queued", "comment.withdrawn"])
    comment = make_waiting(site, "متن")
    make_decided(site, make_person("sara", site))
    lifecycle.withdraw(site.id, comment.id)
    lifecycle.publish()
    while deliver_claim(settings):
        pass
    told = [(each["type"], each["data"]["comment"]["id"] == str(comment.id)) for each in receiver.told]
    assert sorted(told) == [("comment.queued", False), ("comment.withdrawn", True)], (
        "what was withdrawn unsent is not sent"
    )
    queued = next(each for each in receiver.told if each["type"] == "comment.queued")
    assert queued["data"]["decision"] is None
    assert queued["data"]["screening"] == {"revision": 1, "verdict": "clean", "rules": []}
