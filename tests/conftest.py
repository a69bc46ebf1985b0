"""What every test may use: an application over a fresh database, a client, and a bell that only counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from moderation import access, actors
from moderation.app import create_app
from moderation.db import db
from moderation.settings import Mode, Settings, read_settings
from tests.fakes import CountingBell
from tests.routes import remember_compiled
from tests.servers import PostgreSQL

SECRET = "a-secret-of-the-tests-0123456789-abcdefgh"


def settings_for(folder: Path, **overrides: object) -> Settings:
    """Embedded settings over a folder."""
    return read_settings(mode=Mode.EMBEDDED, data_dir=folder, secret_key=SECRET, **overrides)


@pytest.fixture(scope="session", autouse=True)
def what_each_application_would_do_again(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Templates and routes are compiled once for all applications of a run, and passwords are hashed cheaply."""
    with pytest.MonkeyPatch.context() as patch:
        compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": compiled})
        remember_compiled(patch)
        patch.setattr(access, "SCRYPT", "scrypt:1024:8:1")
        yield


@pytest.fixture
def bell() -> CountingBell:
    return CountingBell()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    folder = tmp_path_factory.mktemp("template")
    migrate(settings_for(folder))
    return folder / "nazer.sqlite"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A private PostgreSQL server with a migrated, empty database to copy."""
    with PostgreSQL.started() as server:
        migrate(settings_for(Path("/nonexistent"), database_url=server.create("template"), broker_url="memory://"))
        yield server


def migrate(settings: Settings) -> None:
    """Bring a database to the newest version."""
    app = create_app(settings, bell=CountingBell())
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings over a fresh database; every test that asks for them runs on SQLite and again on PostgreSQL."""
    common = {"undo_seconds": 0, "key_cache_seconds": 0}
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        (tmp_path / "nazer.sqlite").write_bytes(template.read_bytes())
        yield settings_for(tmp_path, **common)
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    with server.copied("template") as url:
        yield settings_for(tmp_path, database_url=url, **common)


@pytest.fixture
def app(settings: Settings, bell: CountingBell) -> Iterator[Flask]:
    """The web application inside its context, over a database of its own."""
    actors.nobody()  # whoever acted in the test before is not known to this database
    application = create_app(settings, bell=bell)
    application.testing = False  # errors are answered as they would be outside
    actors.nobody()  # whoever acted in the test before
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
