"""``nazer import-article``: register a saved article page."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from moderation import lifecycle
from moderation.article_page.page import PageError, read_page
from moderation.commands.context import in_app, site_named
from moderation.wire import ArticleBody


@click.command("import-article")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", "slug", required=True, help="The site whose article it is.")
@click.option("--external-id", help="The site's id of the article (default: its link, else a hash of the file).")
@in_app
def import_article(file: Path, slug: str, external_id: str | None) -> None:
    """Read a saved article page (plain text or HTML), leave the site's furniture out and register the article."""
    raw = file.read_bytes()
    try:
        page = read_page(raw)
    except PageError as error:
        raise click.ClickException(f"{file}: {error}") from None
    chosen = external_id or page.url or hashlib.sha256(raw).hexdigest()[:16]
    body = ArticleBody(title=page.title, url=page.url, body=page.body, published_at=page.published_at)
    article = lifecycle.register_article(site_named(slug).id, chosen, body)
    click.echo(f"external_id  {article.external_id}")
    click.echo(f"title        {article.title}")
    click.echo(f"published    {article.published_at.isoformat() if article.published_at else 'unknown'}")
    click.echo(f"words        {len((article.body or '').split())}")
