"""``nazer seed``: fill a site with articles and comments of our own writing."""

from __future__ import annotations

import click

from moderation.commands.context import in_app, site_named
from moderation.demo import CannotSeed, seed_articles, seed_demo
from moderation.measure import load_models


@click.command()
@click.option("--site", "slug", default="demo", show_default=True, help="The site to fill.")
@click.option("--demo", is_flag=True, help="Also some 70 comments for the queue and more than a thousand decided ones.")
@in_app
def seed(slug: str, demo: bool) -> None:
    """Fill a site with articles of our own writing; with --demo also with comments."""
    site = site_named(slug)
    if not demo:
        click.echo(f"{seed_articles(site)} articles")
        return
    try:
        seeded = seed_demo(site, load_models())
    except CannotSeed as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{seeded.articles} articles, {seeded.waiting} comments for the queue, {seeded.decided} decided ones")
