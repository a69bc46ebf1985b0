"""An application over an empty database of its own, on either kind, while a benchmark runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from moderation.app import create_app
from moderation.db import db
from moderation.settings import Settings
from tests.conftest import migrate, settings_for
from tests.fakes import CountingBell
from tests.servers import PostgreSQL


@contextmanager
def application(name: str, *, postgresql: bool) -> Iterator[Settings]:
    """Work inside the context of an application; yields its settings."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        where = {"database_url": stack.enter_context(PostgreSQL.started()).create(name)} if postgresql else {}
        settings = settings_for(folder, **where)
        migrate(settings)
        with create_app(settings, bell=CountingBell()).app_context():
            yield settings
            db.session.remove()
            db.engine.dispose()
