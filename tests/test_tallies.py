"""What waits and its counts follow the comments, whoever moves them and how many at once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence

import flask_migrate
from flask import Flask
from sqlalchemy import select, text

from moderation import lifecycle, queue, tallies
from moderation.db import db
from moderation.lifecycle import Ruling
from moderation.models import Comment, DecisionOutcome, Site, Status, Tally, TallyChange, Waiting
from tests.factories import make_finding, make_person, make_site, make_waiting


def added_up() -> dict[tuple[str, str], int]:
    while tallies.add_up():
        pass
    assert not db.session.execute(select(TallyChange)).all()
    found = {(row.facet, row.value): row.n for row in db.session.execute(select(Tally)).scalars()}
    db.session.rollback()
    return found


def count_anew() -> None:
    with db.engine.connect().execution_options(nazer_write=True) as connection, connection.begin():
        tallies.rebuild(connection)


def test_counts_are_right_after_many_people_decided_at_once(app: Flask) -> None:
    site = make_site().site
    people = [make_person(name, site) for name in ("sara", "mina", "nima")]
    comments = [make_waiting(site, f"پیام {number}", findings=[make_finding()]) for number in range(15)]
    done = threading.Event()

    def decide(person_id: uuid.UUID, mine: Sequence[Comment]) -> None:
        with app.app_context():
            for number, comment in enumerate(mine):
                decision = lifecycle.decide(comment, person_id, Ruling(DecisionOutcome.APPROVED, 1), 60)
                if number % 2:
                    lifecycle.undo(decision)

    def add_up() -> None:
        with app.app_context():
            while not done.wait(0.01):
                tallies.add_up()

    adder = threading.Thread(target=add_up)
    deciders = [
        threading.Thread(target=decide, args=(person.id, comments[number::3])) for number, person in enumerate(people)
    ]
    for thread in (adder, *deciders):
        thread.start()
    for thread in deciders:
        thread.join()
    done.set()
    adder.join()
    found = added_up()
    assert found["all", ""] == found["rule", "no-insults"] == 6
    count_anew()
    assert added_up() == found


def test_whatever_moves_a_comment_the_queue_follows(app: Flask) -> None:
    site = make_site().site
    comment = make_waiting(site)
    db.session.execute(text("UPDATE comment SET status = 'withdrawn'"))  # by hand, as nobody should
    db.session.commit()
    assert not queue.waiting([site.id]).comments
    db.session.execute(text("UPDATE comment SET status = 'in_review'"))
    db.session.commit()
    assert [one.id for one in queue.waiting([site.id]).comments] == [comment.id]
    assert queue.counts([site.id]).total == 1


def test_migrations_leave_the_queue_complete_and_followed(app: Flask) -> None:
    site_id = make_site().site.id
    site = db.session.get_one(Site, site_id)
    first, second = (make_waiting(site, said, findings=[make_finding()]).id for said in ("یکم", "دوم"))
    before = added_up()
    db.session.remove()
    flask_migrate.downgrade(revision="0008")
    flask_migrate.upgrade()
    assert added_up() == before
    lifecycle.withdraw(site_id, first)
    assert [row.comment_id for row in db.session.execute(select(Waiting)).scalars()] == [second]
    assert db.session.get_one(Comment, second).status == Status.IN_REVIEW


def test_few_changes_are_not_worth_adding_up(app: Flask) -> None:
    site = make_site().site
    make_waiting(site)
    assert not db.session.execute(select(tallies.worth_adding_up())).scalar_one()
    for _ in range(tallies.ENOUGH // 2):
        db.session.add_all(TallyChange(site_id=site.id, facet="all", value="", n=n) for n in (1, -1))
    db.session.commit()
    assert db.session.execute(select(tallies.worth_adding_up())).scalar_one()
    assert added_up()["all", ""] == 1
