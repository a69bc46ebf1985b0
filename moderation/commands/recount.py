"""``nazer recount``: make the lists and counts of the queue anew, and what is searched."""

from __future__ import annotations

import click

from moderation import lifecycle, tallies
from moderation.app import core_context
from moderation.db import db
from moderation.settings import read_settings


@click.command()
@click.option("--search", is_flag=True, help="Also make comments searchable that were screened before search came.")
def recount(search: bool) -> None:
    """Make the queue's lists and counts anew from the comments; safe at any time, others wait meanwhile."""
    with core_context(read_settings()):
        with db.engine.connect().execution_options(nazer_write=True) as connection, connection.begin():
            tallies.rebuild(connection)
        click.echo("The queue is counted anew.")
        if search:
            made = 0
            while more := lifecycle.make_searchable():
                made += more
            click.echo(f"{made} comments were made searchable.")
