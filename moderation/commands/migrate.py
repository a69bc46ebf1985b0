"""``nazer migrate``: bring the database to the version of the code."""

from __future__ import annotations

import click
import flask_migrate

from moderation.app import create_core
from moderation.settings import read_settings


@click.command()
def migrate() -> None:
    """Bring the configured database up to date; safe to run again."""
    app = create_core(read_settings())
    with app.app_context():
        flask_migrate.upgrade()
    click.echo("The database is up to date.")
