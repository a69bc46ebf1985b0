"""Migrations keep what is stored, on both databases, forwards and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from moderation.app import create_app
from moderation.db import db
from moderation.models import Comment, Decision, Event
from tests.conftest import settings_for
from tests.factories import make_decided, make_person, make_site
from tests.fakes import CountingBell
from tests.servers import PostgreSQL


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
    found = [
        db.session.execute(select(func.count()).select_from(kind)).scalar_one() for kind in (Comment, Decision, Event)
    ]
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
