"""Runs the migrations inside the application's context, on whichever database it is configured for."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    """Bring the database to the wanted revision, in one transaction where the database allows it.

    SQLite changes a column by making the table anew, which its foreign keys must not hinder: they are off meanwhile, and
    checked before anything is kept.
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
            with context.begin_transaction():
                context.run_migrations()
                if sqlite and (broken := sqlite.execute("PRAGMA foreign_key_check").fetchone()):
                    raise RuntimeError(f"the migration broke a reference: {tuple(broken)}")
        finally:
            if sqlite:
                sqlite.execute("PRAGMA foreign_keys=ON")


run()
