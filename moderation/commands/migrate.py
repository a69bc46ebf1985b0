"""``nazer migrate``: bring the database to the version of the code."""

from __future__ import annotations

import click
import flask_migrate

from moderation.app import core_context
from moderation.settings import read_settings


@click.command()
def migrate() -> None:
    """Bring the configured database up to date; safe to run again."""
    with core_context(read_settings()):
        flask_migrate.upgrade()
    click.echo("The database is up to date.")
