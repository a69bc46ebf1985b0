"""What every test may use: an application over a fresh database, a client, and a bell that only counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient

from moderation.app import create_app
from moderation.db import db
from moderation.settings import Mode, Settings, read_settings
from tests.fakes import CountingBell

SECRET = "a-secret-of-the-tests-0123456789-abcdefgh"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(settings_for(folder), bell=CountingBell())
    with app.app_context():
        flask_migrate.upgrade()
        db.session.execute(db.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return folder / "nazer.sqlite"


def settings_for(folder: Path, **overrides: object) -> Settings:
    """Embedded settings over a folder."""
    return read_settings(mode=Mode.EMBEDDED, data_dir=folder, secret_key=SECRET, **overrides)


@pytest.fixture
def bell() -> CountingBell:
    return CountingBell()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path, undo_seconds=0, key_cache_seconds=0)


@pytest.fixture
def app(settings: Settings, template: Path, tmp_path: Path, bell: CountingBell) -> Iterator[Flask]:
    """The web application inside its context, over a database of its own."""
    (tmp_path / "nazer.sqlite").write_bytes(template.read_bytes())
    application = create_app(settings, bell=bell)
    application.testing = False  # errors are answered as they would be outside
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
