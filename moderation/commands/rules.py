"""``nazer rules``: a site's rules as a file."""

from __future__ import annotations

import json

import click

from moderation.commands.context import in_app, site_named
from moderation.word_lists import with_lists


@click.group()
def rules() -> None:
    """A site's rules as a file."""


@rules.command()
@click.option("--site", "slug", required=True, help="Whose rules.")
@in_app
def export(slug: str) -> None:
    """Print the site's live rule set with its word lists as JSON, as 'nazer screen --rule-set' takes it."""
    click.echo(json.dumps(with_lists(site_named(slug).id).to_dict(), ensure_ascii=False, indent=2))
