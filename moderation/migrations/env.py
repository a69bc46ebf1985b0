"""Runs the migrations inside the application's context, on whichever database it is configured for."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    """Bring the database to the wanted revision, in one transaction where the database allows it."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection.execution_options(nazer_write=True),
            target_metadata=database.metadata,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
