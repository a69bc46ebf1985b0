"""Where a command works: the application's context over the configured database, or an embedded data folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from moderation import embedded
from moderation.actors import Actor, Channel, act_as
from moderation.app import core_context
from moderation.db import db
from moderation.models import Site
from moderation.settings import read_settings

DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Work on this embedded data folder (default: .nazer, unless NAZER_DATABASE_URL is set).",
)


def in_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application's context; adds the ``--data`` option."""

    @DATA
    @wraps(command)
    def run(*args: Any, data: Path | None, **kwargs: Any) -> Any:
        with opened(data):
            return command(*args, **kwargs)

    return run


@contextmanager
def opened(data: Path | None) -> Iterator[None]:
    """The application's context over an embedded data folder, or over the configured database."""
    if data is None and os.environ.get("NAZER_DATABASE_URL"):
        settings = read_settings()
    else:
        folder = data or Path(os.environ.get("NAZER_DATA_DIR", ".nazer"))
        if not (folder / embedded.DATABASE).exists():
            raise click.ClickException(
                f"no embedded service lies in {folder}: start one with 'nazer up --data {folder}', or set NAZER_DATABASE_URL"
            )
        settings = embedded.settings_of(folder)
    with core_context(settings):
        act_as(Actor(Channel.COMMAND))
        yield


def site_named(slug: str) -> Site:
    """The site with this slug. Raises ClickException that names the known ones."""
    site = db.session.execute(select(Site).where(Site.slug == slug)).scalar_one_or_none()
    if site is None:
        known = ", ".join(db.session.execute(select(Site.slug).order_by(Site.slug)).scalars()) or "none yet"
        raise click.ClickException(f"there is no site '{slug}' (known: {known})")
    return site
