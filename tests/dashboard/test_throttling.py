"""Who guesses waits, longer each time; and nobody can lock Sara out."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from moderation.db import db, now
from moderation.models import AuditEntry, Person, Site, Tries
from moderation.people import throttling
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import PASSWORD, make_person


def guess(
    visitor: Visitor, email: str, number: int = 0, address: str = "192.0.2.1", password: str = ""
) -> TestResponse:
    """One guess from an address."""
    form = {"csrf_token": visitor.token(), "email": email, "password": password or f"guess number {number}"}
    return visitor.client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": address})


def let_time_pass() -> None:
    """Every wait is over."""
    db.session.execute(update(Tries).values(wait_until=now()))
    db.session.commit()


def test_the_sixth_guess_waits_and_the_wait_is_said(app: Flask, sara_herself: Person) -> None:
    visitor = Visitor.of(app)
    assert [guess(visitor, sara_herself.email, n).status_code for n in range(5)] == [422] * 5
    answer = guess(visitor, sara_herself.email, password=PASSWORD)
    assert answer.status_code == 429, "even the right one"
    assert "ثانیهٔ دیگر دوباره بکوشید" in answer.text
    let_time_pass()
    assert guess(visitor, sara_herself.email, password=PASSWORD).status_code == 303


def test_each_wait_is_twice_as_long_and_none_is_for_ever() -> None:
    waits = [throttling.FROM_HERE.wait(count).total_seconds() for count in (4, 5, 6, 7, 9, 10, 50, 10_000)]
    assert waits == [0, 30, 60, 120, 480, 900, 900, 900]
    assert throttling.FROM_ANYWHERE.wait(10_000) == timedelta(seconds=10)


def test_an_account_that_does_not_exist_waits_the_same_way(app: Flask, sara_herself: Person) -> None:
    answers = {}
    for email in (sara_herself.email, "nobody@nazer.example"):
        visitor = Visitor.of(app)
        told = [guess(visitor, email, n, address=f"192.0.2.{len(email)}") for n in range(7)]
        answers[email] = [(answer.status_code, answer.text.count("problem")) for answer in told]
    first, second = answers.values()
    assert first == second


def test_a_stranger_does_not_lock_sara_out(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    sara.post("/sign-out")
    for number in range(60):  # from many addresses, as patiently as it takes
        guess(Visitor.of(app), sara_herself.email, number, address=f"198.51.100.{number}")
        let_time_pass()
    for number in range(60, 70):
        guess(Visitor.of(app), sara_herself.email, number, address=f"198.51.100.{number}")
    assert guess(Visitor.of(app), sara_herself.email, address="203.0.113.9", password=PASSWORD).status_code == 429
    seconds = db.session.execute(select(Tries.wait_until).order_by(Tries.wait_until.desc())).scalars().first()
    assert seconds
    assert seconds - now() <= timedelta(seconds=10), "elsewhere it takes seconds"
    again = guess(sara, sara_herself.email, address="203.0.113.9", password=PASSWORD)
    assert again.status_code == 303, "and where she has signed in before nothing at all"


def test_a_colleague_behind_the_same_address_is_not_held_up_by_guesses_at_sara(
    app: Flask, site: Site, sara_herself: Person
) -> None:
    for number in range(6):
        guess(Visitor.of(app), sara_herself.email, number)
    mina = make_person("mina", site)
    assert guess(Visitor.of(app), mina.email, password=PASSWORD).status_code == 303


def test_one_password_tried_with_many_accounts_waits_too(app: Flask) -> None:
    visitor = Visitor.of(app)
    statuses = [guess(visitor, f"reader{n}@nazer.example").status_code for n in range(31)]
    assert statuses == [422] * 30 + [429]


def test_the_mark_of_a_browser_is_worth_nothing_for_another_account(app: Flask, site: Site, sara: Visitor) -> None:
    mina = make_person("mina", site)
    sara.post("/sign-out")
    statuses = [guess(sara, mina.email, n).status_code for n in range(6)]
    assert statuses == [422] * 5 + [429]


def test_a_browser_that_is_known_waits_as_well(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    sara.post("/sign-out")
    addresses = [f"198.51.100.{n}" for n in range(6)]
    statuses = [guess(sara, sara_herself.email, n, address=one).status_code for n, one in enumerate(addresses)]
    assert statuses == [422] * 5 + [429]


def test_guesses_at_once_are_not_more_than_one_after_the_other(app: Flask, sara_herself: Person) -> None:
    counted = throttling.of_password(sara_herself.email, "192.0.2.1", None)
    let_through: list[int] = []

    def knock() -> None:
        with app.app_context():
            try:
                let_through.append(throttling.count_try(counted))
            except throttling.Wait:
                pass
            finally:
                db.session.remove()

    threads = [threading.Thread(target=knock) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(let_through) == [1, 2, 3, 4, 5]


def test_what_was_tried_is_recorded_in_bulk(app: Flask, sara_herself: Person) -> None:
    for number in range(10):
        guess(Visitor.of(app), sara_herself.email, number)
        let_time_pass()
    guess(Visitor.of(app), "nobody@nazer.example", address="192.0.2.2")
    entries = db.session.execute(select(AuditEntry).where(AuditEntry.action == "sign-in.failed")).scalars().all()
    assert [entry.after for entry in entries] == [{"tries": 5}, {"tries": 10}]
    assert {entry.subject for entry in entries} == {str(sara_herself.id)}
    assert {entry.address for entry in entries} == {"192.0.2.1"}


def test_after_an_hour_the_counting_begins_anew_and_after_a_day_it_is_forgotten(
    app: Flask, sara_herself: Person
) -> None:
    counted = throttling.of_password(sara_herself.email, "192.0.2.1", None)
    for _ in range(4):
        throttling.count_try(counted)
    db.session.execute(update(Tries).values(last_at=now() - timedelta(minutes=61)))
    db.session.commit()
    assert throttling.count_try(counted) == 1
    db.session.execute(update(Tries).values(last_at=now() - timedelta(hours=25)))
    db.session.commit()
    assert throttling.forget_old() == 3


def test_no_address_of_anybody_is_kept(app: Flask) -> None:
    guess(Visitor.of(app), "secret-reader@nazer.example")
    keys = db.session.execute(select(Tries.key)).scalars().all()
    assert keys
    assert all(len(key) == 64 and "reader" not in key for key in keys)


def test_whether_an_account_exists_is_not_told_by_the_clock(app: Flask, sara_herself: Person) -> None:
    """Interleaved, by their medians: the hash is looked at for both."""
    taken: dict[str, list[float]] = {sara_herself.email: [], "nobody@nazer.example": []}
    visitors = {email: Visitor.of(app) for email in taken}
    for number in range(15):
        for email, times in taken.items():
            token = visitors[email].token()
            started = time.perf_counter()
            form = {"csrf_token": token, "email": email, "password": "guess"}
            visitors[email].client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
            times.append(time.perf_counter() - started)
    known, unknown = (statistics.median(times) for times in taken.values())
    assert 0.5 < known / unknown < 2


def test_a_session_that_begins_marks_the_browser_for_the_way_in_alone(app: Flask, sara_herself: Person) -> None:
    visitor = signed_in(app, sara_herself)
    mark = visitor.client.get_cookie("nazer_browser", path="/sign-in")
    assert mark
    assert mark.http_only
    assert sara_herself.email not in mark.value
