"""``nazer import``: a site's past comments with what was decided."""

from __future__ import annotations

import os
import sys
from itertools import batched
from typing import BinaryIO

import click
from flask import current_app

from moderation.commands.context import in_app, site_named
from moderation.importing import CHUNK, Import
from moderation.settings import Settings


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--site", "slug", required=True, help="The site whose history it is.")
@in_app
def import_history(file: BinaryIO, slug: str) -> None:
    """Import past comments with what was decided, one JSON object a line, as POST /v1/import takes them.

    Interrupted, start it again: what is known stays as it is. Exits with 1 when lines were wrong.
    """
    settings: Settings = current_app.config["NAZER"]
    import_ = Import(site_named(slug).id, settings.max_comment_chars)
    size = os.fstat(file.fileno()).st_size if file.seekable() else 0
    hidden = not (size and sys.stderr.isatty()) or bool(os.environ.get("CI"))
    try:
        with click.progressbar(length=size or 1, label="importing", file=sys.stderr, hidden=hidden) as bar:
            for chunk in batched(file, CHUNK):
                import_.take(chunk)
                bar.update(sum(map(len, chunk)))
    finally:
        import_.note()
    for wrong in import_.wrong_lines:
        fields = "; ".join(f"{error.pointer}: {error.detail}" for error in wrong.errors)
        click.echo(f"line {wrong.line}: {fields or wrong.detail}", err=True)
    click.echo(f"stored  {import_.stored}")
    click.echo(f"known   {import_.known}")
    click.echo(f"wrong   {import_.wrong}")
    if import_.wrong:
        sys.exit(1)
