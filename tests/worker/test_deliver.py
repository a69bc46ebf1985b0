"""Webhooks to a real HTTP server that behaves and misbehaves."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from moderation import endpoints, lifecycle, onboarding
from moderation.db import db, now, transaction
from moderation.lifecycle.delivering import ENDPOINT_SHARE
from moderation.models import Delivery, DeliveryState, Endpoint
from moderation.settings import Settings
from tests.conftest import settings_for
from tests.factories import make_decided, make_person, make_site
from tests.worker.conftest import Receiver
from worker.deliver import deliver_claim


def delivery() -> Delivery:
    return db.session.execute(select(Delivery), execution_options={"populate_existing": True}).scalar_one()


def test_a_decision_is_posted_once_signed_and_in_the_shape_of_the_feed(
    decided: Callable, receiver: Receiver, settings: Settings, app: Flask
) -> None:
    credentials, comment = decided()
    assert deliver_claim(settings) == 1
    assert deliver_claim(settings) == 0
    [(headers, body)] = receiver.received
    signed = {name.lower(): value for name, value in headers.items()}
    payload = Webhook(credentials.webhook_secret).verify(body, signed)
    assert payload["data"]["comment"]["external_id"] == comment.external_id
    key = {"Authorization": f"Bearer {credentials.api_key}"}
    assert app.test_client().get("/v1/decisions", headers=key).json["decisions"] == [payload]
    assert delivery().state == DeliveryState.DELIVERED


def test_a_body_that_was_changed_on_the_way_does_not_verify(
    decided: Callable, receiver: Receiver, settings: Settings
) -> None:
    credentials, _ = decided()
    deliver_claim(settings)
    headers, body = receiver.received[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(credentials.webhook_secret).verify(
            body.replace(b"approved", b"rejected"), {name.lower(): value for name, value in headers.items()}
        )


def test_a_site_that_answers_500_is_tried_again_by_the_schedule_and_given_up_visibly(
    decided: Callable, receiver: Receiver, settings: Settings
) -> None:
    decided()
    receiver.status = 500
    schedule = settings.delivery_schedule
    for attempt in range(1, len(schedule) + 1):
        db.session.execute(update(Delivery).values(next_try_at=now()))
        db.session.commit()
        assert deliver_claim(settings) == 1
        row = delivery()
        assert (row.tries, row.last_status) == (attempt, 500)
        assert (row.last_error, row.last_answer) == ("HTTP 500", "hello")
        if attempt < len(schedule):
            wait = (row.next_try_at - now()).total_seconds()
            assert schedule[attempt] * 0.9 - 1 <= wait <= schedule[attempt] * 1.2 + 1
            assert deliver_claim(settings) == 0, "not before its time"
    assert delivery().state == DeliveryState.FAILED
    assert len(receiver.received) == len(schedule)
    assert len({json.loads(body)["id"] for _, body in receiver.received}) == 1, "one message, one id"


def test_a_redirect_is_not_followed(decided: Callable, receiver: Receiver, settings: Settings) -> None:
    decided()
    receiver.status, receiver.headers = 307, {"Location": receiver.url}
    deliver_claim(settings)
    assert len(receiver.received) == 1
    assert delivery().last_status == 307


def test_a_site_that_hangs_is_let_go_after_the_timeout(
    decided: Callable, receiver: Receiver, app: Flask, tmp_path
) -> None:
    decided()
    receiver.delay = 5
    started = time.monotonic()
    deliver_claim(settings_for(tmp_path, delivery_timeout=0.3))
    assert time.monotonic() - started < 3
    assert "Timeout" in delivery().last_error
    assert delivery().state == DeliveryState.PENDING


@pytest.mark.parametrize(
    ("drips", "status", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", None, "ReadTimeout"),
        (b"HTTP/1.1 500 No\r\nContent-Length: 1000\r\n\r\nhello", 500, "HTTP 500"),
    ],
    ids=["header", "body"],
)
def test_a_site_that_drips_its_answer_is_let_go_at_the_deadline(
    decided: Callable, receiver: Receiver, tmp_path: Path, drips: bytes, status: int | None, error: str
) -> None:
    decided()
    receiver.drips = drips
    started = time.monotonic()
    deliver_claim(settings_for(tmp_path, delivery_timeout=0.5))
    assert 0.9 < time.monotonic() - started < 4
    row = delivery()
    assert (row.state, row.last_status) == (DeliveryState.PENDING, status)
    assert row.last_error.startswith(error)


def test_a_slow_site_does_not_delay_what_is_recorded_of_the_others(
    app: Flask, receiver: Receiver, settings: Settings
) -> None:
    slow = make_site("slow", webhook=receiver.url.replace("/hook", "/slow")).site
    quick = make_site("quick", webhook=receiver.url).site
    for site in (slow, quick):
        make_decided(site, make_person("sara", site))
    assert deliver_claim(settings) == 2
    rows = db.session.execute(select(Endpoint.site_id, Delivery.delivered_at).join(Delivery.endpoint))
    recorded = {row.site_id: row.delivered_at for row in rows}
    assert (recorded[slow.id] - recorded[quick.id]).total_seconds() > 0.5


def test_one_claim_takes_few_deliveries_of_one_site_so_that_others_get_their_turn(app: Flask) -> None:
    busy = make_site("busy", webhook="http://busy.example/hook").site
    calm = make_site("calm", webhook="http://calm.example/hook").site
    sara = make_person("sara", busy, calm)
    for site in [busy] * (ENDPOINT_SHARE + 2) + [calm]:
        make_decided(site, sara)
    urls = [out.url for out in lifecycle.due_deliveries(ENDPOINT_SHARE + 1, 60)]
    assert urls == ["http://busy.example/hook"] * ENDPOINT_SHARE + ["http://calm.example/hook"]
    assert len(lifecycle.due_deliveries(100, 60)) == 2, "what is claimed is not claimed again"


def test_no_transaction_stays_open_while_deliveries_are_posted(app: Flask) -> None:
    site = make_site(webhook="http://mehr.example/hook").site
    make_decided(site, make_person("sara", site))
    assert len(lifecycle.due_deliveries(10, 60)) == 1
    assert not db.session().in_transaction()


def test_what_waits_for_an_old_webhook_goes_to_the_new_one_with_its_secret(app: Flask) -> None:
    credentials = make_site(webhook="http://old.example/hook")
    other = make_site("other", webhook="http://other.example/hook").site
    for site in (credentials.site, other):
        make_decided(site, make_person("sara", site))
    with transaction():
        secret = onboarding.set_webhook(credentials.site.id, "http://new.example/hook")
    found = {out.url: out.secrets for out in lifecycle.due_deliveries(10, 60)}
    assert set(found) == {"http://new.example/hook", "http://other.example/hook"}
    assert found["http://new.example/hook"] == (secret,) != (credentials.webhook_secret,)


def test_nothing_is_sent_to_an_endpoint_that_is_switched_off(app: Flask) -> None:
    site = make_site(webhook="http://mehr.example/hook").site
    make_decided(site, make_person("sara", site))
    with transaction():
        db.session.execute(update(Endpoint).values(active=False))
    assert lifecycle.due_deliveries(10, 60) == []


def test_a_site_that_is_not_there_is_tried_again_later(app: Flask, settings: Settings) -> None:
    site = make_site(webhook="http://127.0.0.1:9/hook").site
    make_decided(site, make_person("sara", site))
    deliver_claim(settings)
    assert (delivery().state, delivery().last_status) == (DeliveryState.PENDING, None)
    assert "ConnectError" in delivery().last_error


def test_during_a_change_of_secrets_both_sign_and_the_old_one_ends_by_itself(
    decided: Callable, receiver: Receiver, settings: Settings
) -> None:
    credentials, _ = decided()
    (endpoint,) = endpoints.of_site(credentials.site.id)
    fresh = endpoints.rotate_secret(endpoint.id, keep_old_for=timedelta(hours=1))
    deliver_claim(settings)
    with transaction():
        db.session.execute(update(Endpoint).values(old_secret_until=now() - timedelta(seconds=1)))
    endpoints.replay(delivery())
    deliver_claim(settings)
    (during, body), (after, _) = [
        ({name.lower(): value for name, value in headers.items()}, body) for headers, body in receiver.received
    ]
    assert len(during["webhook-signature"].split()) == 2
    for secret in (fresh, credentials.webhook_secret):
        Webhook(secret).verify(body, during)
    Webhook(fresh).verify(body, after)
    with pytest.raises(WebhookVerificationError):
        Webhook(credentials.webhook_secret).verify(body, after)


def test_a_connection_that_is_closed_without_an_answer_is_tried_again(
    decided: Callable, receiver: Receiver, settings: Settings
) -> None:
    decided()
    receiver.hang_up = True
    deliver_claim(settings)
    assert (delivery().state, delivery().last_status) == (DeliveryState.PENDING, None)
    assert "RemoteProtocolError" in delivery().last_error


def test_a_delivery_that_cannot_even_be_written_fails_alone(
    decided: Callable, receiver: Receiver, settings: Settings
) -> None:
    credentials, _ = decided()
    broken = delivery().id
    make_decided(credentials.site, make_person("sara", credentials.site))
    with transaction():
        db.session.execute(update(Delivery).where(Delivery.id == broken).values(payload={"no": "id"}))
    assert deliver_claim(settings) == 2
    rows = {row.id: row for row in db.session.execute(select(Delivery)).scalars()}
    assert rows.pop(broken).last_error == "internal error: KeyError"
    assert [row.state for row in rows.values()] == [DeliveryState.DELIVERED]


def test_of_a_huge_answer_the_beginning_is_kept(decided: Callable, receiver: Receiver, settings: Settings) -> None:
    decided()
    receiver.status, receiver.body = 200, b"\x00<b>" + b"x" * 20_000_000
    started = time.monotonic()
    deliver_claim(settings)
    assert time.monotonic() - started < 5
    assert delivery().state == DeliveryState.DELIVERED
    assert delivery().last_answer == "<b>" + "x" * 496


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://169.254.169.254/latest/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://0.0.0.0:{port}/",
        "http://2130706433:{port}/",
        "http://[64:ff9b::7f00:1]:{port}/",
        "http://[64:ff9b::a9fe:a9fe]/latest/",
        "http://[::7f00:1]:{port}/",
        "http://[::a00:1]/",
        "http://[fec0::1]/",
        "http://[2002:7f00:1::]:{port}/",
        "http://[fd00::1]/",
        "http://100.64.0.1/",
    ],
)
def test_addresses_inside_the_house_are_refused_unless_allowed(
    decided: Callable, receiver: Receiver, app: Flask, tmp_path, url: str
) -> None:
    decided()
    db.session.execute(update(Endpoint).values(url=url.format(port=receiver.server.server_port)))
    db.session.commit()
    deliver_claim(settings_for(tmp_path, allow_loopback_webhooks=False))
    assert "refused" in delivery().last_error
    assert not receiver.received
