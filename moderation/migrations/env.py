"""Runs the migrations inside the application's context, on whichever database it is configured for."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from moderation import tallies

database = current_app.extensions["migrate"].db


def run() -> None:
    """Bring the database to the wanted revision, in one transaction where the database allows it.

    SQLite changes a column by making the table anew, which its foreign keys must not hinder: they are off meanwhile, and
    checked before anything is kept. The triggers that keep the queue name several tables, so they are away meanwhile; what
    they keep is made anew with them at the end.
    """
    with database.engine.connect() as connection:
        sqlite = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
        if sqlite:
            sqlite.execute("PRAGMA foreign_keys=OFF")  # before the transaction begins: inside one it does nothing
        context.configure(
            connection=connection.execution_options(nazer_write=True),
            target_metadata=database.metadata,
            **current_app.extensions["migrate"].configure_args,
        )
        try:
            with _queue_made_anew(connection), context.begin_transaction():
                context.run_migrations()
                if sqlite and (broken := sqlite.execute("PRAGMA foreign_key_check").fetchone()):
                    raise RuntimeError(f"the migration broke a reference: {tuple(broken)}")
        finally:
            if sqlite:
                sqlite.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _queue_made_anew(connection: Connection) -> Iterator[None]:
    """Without the triggers that keep the queue, and with what they keep made anew at the end; unless there is nothing to do."""
    moves = _moves()
    connection.rollback()  # it only read
    if not moves:
        yield
        return
    with connection.begin():
        tallies.drop_triggers(connection)
    try:
        yield
    finally:
        connection.rollback()  # what is open here has failed
        with connection.begin():
            if inspect(connection).has_table("waiting"):
                tallies.rebuild(connection)


def _moves() -> bool:
    """Whether another revision is wanted than the database has; each start of a process asks for the newest one."""
    try:
        wanted = context.get_revision_argument()
    except KeyError:  # a command that only looks
        return False
    return wanted != context.get_context().get_current_revision()


run()
