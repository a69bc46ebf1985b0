"""Migrations keep what is stored, on both databases, forwards and back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Uuid, bindparam, func, select, text

from moderation import keys, standing
from moderation.app import create_app
from moderation.db import db
from moderation.models import AuthorStanding, Comment, Decision, Event
from moderation.settings import Settings
from moderation.standing import Wish
from tests.conftest import settings_for
from tests.factories import make_decided, make_person, make_site
from tests.fakes import CountingBell
from tests.servers import PostgreSQL

MOMENT = "2026-11-20 05:44:02.295000"


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An empty database, without a table."""
    if request.param == "sqlite":
        return settings_for(tmp_path)
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return settings_for(tmp_path, database_url=server.create("webhooks_before"), broker_url="memory://")


ROWS = f"""
INSERT INTO site (id, slug, name, slander_needs_two, created_at) VALUES (:k1, 'mehr', 'M', false, '{MOMENT}');
INSERT INTO person (id, name, email, password_hash, active, created_at) VALUES (:k2, 'S', 's', 'x', true, '{MOMENT}');
INSERT INTO article (id, site_id, external_id, title, created_at, updated_at)
    VALUES (:k3, :k1, 'a', 't', '{MOMENT}', '{MOMENT}');
INSERT INTO comment (id, site_id, article_id, external_id, author_name, text, revision, revised_at, received_at, status,
                     priority, escalated, attempts)
    VALUES (:k4, :k1, :k3, 'c', 'n', 't', 1, '{MOMENT}', '{MOMENT}', 'approved', 0, false, 0);
INSERT INTO decision (id, comment_id, person_id, revision, outcome, vote, decided_at, effective_at)
    VALUES (:k5, :k4, :k2, 1, 'approved', false, '{MOMENT}', '{MOMENT}');
INSERT INTO event (id, site_id, comment_id, decision_id, type, due_at, position, published_at, payload)
    VALUES (:k6, :k1, :k4, :k5, 'comment.approved', '{MOMENT}', 41, '{MOMENT}', '{{"id": "evt_1"}}');
INSERT INTO endpoint (id, site_id, url, secret, active, created_at)
    VALUES (:k7, :k1, 'https://x.example', 's', true, '{MOMENT}');
INSERT INTO delivery (id, event_id, endpoint_id, state, tries, next_try_at, created_at)
    VALUES (:k8, :k6, :k7, 'pending', 1, '{MOMENT}', '{MOMENT}')
"""
"""A comment that was approved, with its event on the way to an endpoint, as version 0002 keeps them."""


def fill() -> None:
    for statement in ROWS.split(";"):
        named = text(statement)
        with db.engine.begin() as connection:
            keys = {name: uuid.UUID(int=int(name[1:])) for name in named.compile().params}
            connection.execute(named.bindparams(*(bindparam(name, type_=Uuid()) for name in keys)), keys)


def test_webhooks_of_before_hear_of_decisions_and_what_was_on_its_way_still_is(settings: Settings) -> None:
    app = create_app(settings, bell=CountingBell())
    with app.app_context():
        flask_migrate.upgrade(revision="0002")
        fill()
        for _ in range(2):
            flask_migrate.upgrade()
            with db.engine.begin() as connection:
                (row,) = connection.execute(
                    text(
                        "SELECT d.state, d.position, d.comment_id = e.comment_id, d.tries, p.events, p.given_up"
                        " FROM delivery d JOIN event e ON e.id = d.event_id JOIN endpoint p ON p.id = d.endpoint_id"
                    )
                )
                assert (row[0], row[1], bool(row[2]), row[3], row[5]) == ("pending", 41, True, 1, 0)
                assert all(f"comment.{kind}" in str(row[4]) for kind in ("approved", "rejected", "reopened"))
                assert "queued" not in str(row[4])
                if connection.dialect.name == "sqlite":
                    assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
            flask_migrate.downgrade(revision="0002")
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A database of the newest version in which a comment was decided and its site told."""
    server: PostgreSQL | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    address = {"database_url": server.create(f"migrated_{tmp_path.name}")} if server else {}
    app = create_app(settings_for(tmp_path, **address), bell=CountingBell())
    with app.app_context():
        flask_migrate.upgrade()
        site = make_site().site
        make_decided(site, make_person("sara", site))
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


def counts() -> list[int]:
    """How many comments, decisions and events of decisions there are: versions before 0007 knew no others."""
    told = select(func.count()).select_from(Event).where(Event.decision_id.is_not(None))
    asked = [*(select(func.count()).select_from(kind) for kind in (Comment, Decision)), told]
    found = [db.session.execute(each).scalar_one() for each in asked]
    db.session.remove()
    return found


def test_what_was_decided_survives_the_way_back_and_forth(stored: Flask) -> None:
    before = counts()
    assert all(before)
    flask_migrate.downgrade(revision="0002")
    flask_migrate.upgrade()
    assert counts() == before
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert db.session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_standings_that_people_decided_survive_and_those_of_keys_go_the_way_back(stored: Flask) -> None:
    site_id, sara = db.session.execute(select(Decision.site_id, Decision.person_id)).one()
    key = keys.of_site(site_id)[0].id
    standing.decide(site_id, "u-1", Wish("blocked", note="n"), sara)
    standing.decide(site_id, "u-2", Wish("trusted"), key_id=key)
    db.session.remove()
    flask_migrate.downgrade(revision="0019")
    flask_migrate.upgrade()
    (row,) = db.session.execute(select(AuthorStanding)).scalars()
    assert (row.author_external_id, row.person_id, row.key_id, row.note) == ("u-1", sara, None, "n")
    standing.decide(site_id, "u-1", Wish("trusted"), key_id=key)
    assert [each.superseded_at is None for each in standing.history(site_id, "u-1")] == [True, False]
