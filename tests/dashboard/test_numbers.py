"""Numbers people look at: what is counted, what is kept of it, who sees whose, and what spreadsheets get."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from moderation import lifecycle, numbers
from moderation.db import db, new_id, now
from moderation.lifecycle import Past, Ruling, Screened
from moderation.models import (
    CountedDay,
    DayFigure,
    DecisionOutcome,
    Membership,
    Person,
    Role,
    RuleSetVersion,
    Site,
)
from moderation.numbers.counting import WAITS, count, day_of, start_of
from moderation.numbers.reading import RuleFigures, Waits
from moderation.rules.base import Signals
from moderation.rules.rule_set import judge
from moderation.wire import ArticleBody, ArticleIn, AuthorIn
from moderation.wire_many import PastIn
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_automatic, make_finding, make_person, make_site, make_waiting
from tests.statements import statements
from worker import tasks

APPROVED, REJECTED = DecisionOutcome.APPROVED, DecisionOutcome.REJECTED


@pytest.fixture
def navid(app: Flask, site: Site) -> Visitor:
    return signed_in(app, make_person("navid", site, role=Role.ADMIN))


def made(site: Site, person: Person, outcome: DecisionOutcome, *, flagged: bool = False, days: int = 0) -> None:
    """A comment that came at noon, so many days ago, and waited a minute for a person's decision."""
    findings = [make_finding()] if flagged else []
    came = start_of(day_of(now()) - timedelta(days=days)) + timedelta(hours=12)
    version = db.session.execute(select(RuleSetVersion.id).where(RuleSetVersion.site_id == site.id)).scalar_one()
    article = lifecycle.register_article(site.id, "a-1", ArticleBody(title="خبر"))
    past = Past(
        external_id=new_id().hex,
        article_id=article.id,
        author_name="خواننده",
        text="متن",
        received_at=came,
        decided_at=came + timedelta(seconds=60),
        outcome=outcome,
        reason="no-insults" if outcome is REJECTED else None,
        screened=Screened(new_id(came), 1, version, judge(findings), Signals().to_dict(), findings),
    )
    assert lifecycle.remember(site.id, person.id, [past]) == 1


def counted_all() -> int:
    """Count every day before today, also when today is not an hour old."""
    moment = start_of(day_of(now())) + timedelta(hours=2)
    return sum(iter(lambda: numbers.count_a_day(moment), 0))


def test_a_period_is_summed_up(site: Site, sara_herself: Person) -> None:
    for days in (0, 0, 2):
        made(site, sara_herself, APPROVED, days=days)
    made(site, sara_herself, REJECTED, flagged=True)
    made(site, sara_herself, APPROVED, flagged=True, days=1)
    made(site, sara_herself, APPROVED, days=8)
    make_waiting(site)
    counted_all()
    found = numbers.read([site.id], 7)
    assert (found.received, found.handled, found.automatic) == (6, 5, 0)
    assert [row[1:] for row in found.by_day] == [(0, 0)] * 4 + [(1, 1), (1, 1), (4, 3)]
    assert (found.judged, found.agreed) == (5, 4)
    assert list(found.rules) == [RuleFigures("no-insults", 2, 2, 1)]
    (person,) = found.people
    assert (person.name, person.approved, person.rejected) == (sara_herself.name, 4, 1)
    assert found.by_hour[12][2] == 5
    assert found.waits.decided == 5
    assert found.waits.median == pytest.approx(60, rel=0.2)


def test_a_day_that_is_kept_says_what_counting_it_says(site: Site, sara_herself: Person) -> None:
    for days in (0, 1, 1, 2, 5):
        made(site, sara_herself, APPROVED, days=days)
        made(site, sara_herself, REJECTED, flagged=True, days=days)
    raw = numbers.read([site.id], 2)
    assert counted_all() >= 5
    kept = numbers.read([site.id], 2)
    assert raw == kept
    assert numbers.read([site.id], 7).handled == 10


def test_a_day_is_counted_when_nothing_of_it_can_be_taken_back(site: Site, sara_herself: Person) -> None:
    made(site, sara_herself, APPROVED, days=1)
    midnight = start_of(day_of(now()))
    assert numbers.count_a_day(midnight + timedelta(minutes=59)) == 0
    assert numbers.count_a_day(midnight + timedelta(minutes=61)) == 1
    assert numbers.count_a_day(midnight + timedelta(minutes=61)) == 0
    assert db.session.execute(select(CountedDay.day)).scalars().all() == [day_of(now()) - timedelta(days=1)]


def test_days_that_are_not_counted_yet_are_told_and_not_made_up(
    site: Site, sara: Visitor, sara_herself: Person
) -> None:
    made(site, sara_herself, APPROVED, days=20)
    assert numbers.read([site.id], 30).missing == 19  # twenty-one days since the first comment, two of them counted now
    assert "شمارش ۱۹ روز" in sara.get("/numbers?days=30")
    tasks.count()
    found = numbers.read([site.id], 30)
    assert (found.missing, found.handled) == (0, 1)


def test_comments_that_were_decided_before_nazer_are_nobodys_work(site: Site) -> None:
    past = {
        "external_id": "old",
        "article": ArticleIn(external_id="a-1", title="خبر"),
        "author": AuthorIn(name="کسی"),
        "text": "متن",
        "outcome": APPROVED,
        "decided_at": now() - timedelta(hours=1),
    }
    lifecycle.remember_unscreened(site.id, [PastIn.model_construct(**past, submitted_at=None, parent_external_id=None)])
    found = numbers.read([site.id], 7)
    assert (found.received, found.handled) == (0, 0)


def test_what_was_taken_back_and_what_rules_decided_is_no_persons_work(site: Site, sara_herself: Person) -> None:
    comment = make_waiting(site)
    lifecycle.undo(lifecycle.decide(comment, sara_herself.id, Ruling(APPROVED, 1), 60))
    make_automatic(site)
    found = numbers.read([site.id], 1)
    assert (found.handled, found.automatic, list(found.people)) == (0, 1, [])


def test_no_view_asks_more_for_a_longer_period_or_more_comments(site: Site, sara_herself: Person) -> None:
    def asked(length: int) -> int:
        db.session.rollback()
        with statements() as found:
            numbers.read([site.id], length)
        assert not [sql for sql in found if "finding" in sql and "BETWEEN" not in sql and ">=" not in sql]
        return len([sql for sql in found if sql != "BEGIN"])

    for days in (2, 80):
        made(site, sara_herself, APPROVED, flagged=True, days=days)
    counted_all()
    few = asked(7)
    for days in range(1, 60, 7):
        made(site, sara_herself, REJECTED, flagged=True, days=days)
    numbers.forget_days(date(2000, 1, 1))
    counted_all()
    assert asked(90) == asked(7) == few <= 12


def test_a_day_reads_the_primary_keys_range(site: Site) -> None:
    day = day_of(now())
    with statements() as asked:
        count(day, [site.id])
    assert len(asked) - asked.count("BEGIN") == 4
    bounded = ["comment.id >=", "decision.id >="]
    assert all(any(bound in sql for bound in bounded) for sql in asked if sql != "BEGIN")


def test_sara_sees_the_sites_totals_and_of_people_herself(
    app: Flask, site: Site, sara: Visitor, sara_herself: Person, navid: Visitor
) -> None:
    mina = make_person("mina", site)
    for person in (sara_herself, mina, mina):
        made(site, person, APPROVED)
    page = sara.get("/numbers?days=1")
    assert "<dd>۳</dd>" in page
    assert "شما در این بازه ۱ پیام بررسی کرده‌اید" in page
    assert ">mina<" not in page
    assert ">mina<" in navid.get("/numbers?days=1")
    assert "mina" not in sara.get("/numbers.csv?table=people&days=1")
    assert "mina" in navid.get("/numbers.csv?table=people&days=1")


def test_somebody_who_moderates_one_site_and_administers_another_sees_people_of_the_other_alone(
    app: Flask, site: Site, sara_herself: Person
) -> None:
    other = make_site("jam").site
    both = make_person("mahsa", site)
    db.session.add(Membership(person_id=both.id, site_id=other.id, role=str(Role.ADMIN)))
    db.session.commit()
    made(site, sara_herself, APPROVED)
    made(other, make_person("kian", other), APPROVED)
    visitor = signed_in(app, both)
    assert "kian" in visitor.get("/numbers.csv?table=people&site=jam")
    assert "kian" not in visitor.get("/numbers.csv?table=people")
    assert "sara" not in visitor.get("/numbers.csv?table=people&site=mehr")


def test_kian_counts_nothing_of_another_site(app: Flask, site: Site, sara_herself: Person) -> None:
    made(site, sara_herself, APPROVED, days=1)
    counted_all()
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    kian.get("/numbers?site=mehr", status=404)
    kian.get("/numbers.csv?table=days&site=mehr", status=404)
    assert ",1,1" not in kian.get("/numbers.csv?table=days")


def test_a_table_for_spreadsheets_has_its_mark_and_no_formula(site: Site, sara_herself: Person, navid: Visitor) -> None:
    for name in ('=HYPERLINK("x")', "+1", "-1", "@a", "\ttab"):
        person = make_person(new_id().hex, site)
        person.name = name
        made(site, person, APPROVED)
    answer = navid.client.get("/numbers.csv?table=people&days=1")
    assert answer.mimetype == "text/csv"
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) == 6
    assert all(row[0].startswith("'") for row in rows[1:])
    assert [row[1] for row in rows[1:]] == ["1"] * 5
    navid.get("/numbers.csv?table=nothing", status=404)


@pytest.mark.parametrize("table", ["days", "hours", "waits", "rules", "agreement", "people"])
def test_every_table_is_on_the_page_and_in_a_file(site: Site, navid: Visitor, sara_herself: Person, table: str) -> None:
    made(site, sara_herself, REJECTED, flagged=True)
    page = navid.get("/numbers?days=7")
    assert f'id="{table}-table"' in page
    assert f"/numbers.csv?table={table}&days=7" in page
    assert len(navid.get(f"/numbers.csv?table={table}").splitlines()) > 1


@pytest.mark.parametrize("asked", ["", "0", "8", "x", "-1", "۷", "9" * 50])
def test_an_odd_period_is_a_week(sara: Visitor, asked: str) -> None:
    assert 'days=7" aria-current="true"' in sara.get(f"/numbers?days={asked}")


def test_an_empty_site_has_numbers_too(sara: Visitor) -> None:
    for days in (1, 7, 30, 90):
        assert "<dt>رسیده</dt><dd>۰</dd>" in sara.get(f"/numbers?days={days}")


def test_nobody_counts_a_day_twice(site: Site, sara_herself: Person) -> None:
    made(site, sara_herself, APPROVED, days=1)
    counted_all()
    before = db.session.execute(select(func.sum(DayFigure.count))).scalar_one()
    numbers.forget_days(day_of(now()) - timedelta(days=3))
    assert counted_all() >= 1
    assert db.session.execute(select(func.sum(DayFigure.count))).scalar_one() == before
    assert WAITS[0] < 60 < WAITS[-1]
    assert numbers.read([site.id], 7).waits == Waits(1, pytest.approx(60, rel=0.2), pytest.approx(60, rel=0.2))
