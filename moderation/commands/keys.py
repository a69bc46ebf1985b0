"""``nazer keys add|list|rotate|revoke`` and ``nazer rotate-key``: a site's API keys."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import click

from moderation import keys as ring
from moderation.commands.context import in_app, site_named
from moderation.db import now
from moderation.models import BACKEND_SCOPES, ApiKey, Scope

_SITE = click.option("--site", "slug", required=True, help="Whose key.")
_KEEP = click.option(
    "--keep-old-for",
    "hours",
    type=click.FloatRange(min=0, max=24 * 365),
    default=24,
    show_default=True,
    help="Hours that the old key stays valid; 0 ends it now.",
)


@click.group()
def keys() -> None:
    """Give, list, rotate and revoke a site's API keys."""


@keys.command("add")
@_SITE
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([str(scope) for scope in Scope]),
    default=[str(scope) for scope in BACKEND_SCOPES],
    show_default=True,
    help="What the key may do; may be repeated.",
)
@in_app
def add(slug: str, name: str, scopes: tuple[str, ...]) -> None:
    """Give a site a new key called NAME and print it."""
    if not 0 < len(name.strip()) <= ring.LONGEST_NAME:
        raise click.ClickException(f"a key's name has 1 to {ring.LONGEST_NAME} characters")
    try:
        given = ring.give(site_named(slug).id, name.strip(), [Scope(scope) for scope in scopes])
    except ring.Refused as error:
        raise click.ClickException(str(error)) from None
    _show([given])


@keys.command("list")
@_SITE
@in_app
def listing(slug: str) -> None:
    """List a site's keys: id, name, scopes, last use, end."""
    for row in ring.of_site(site_named(slug).id):
        click.echo(
            "\t".join([str(row.id), row.name, ",".join(row.scopes), f"used {_when(row.last_used_at)}", _end(row)])
        )


@keys.command("rotate")
@_SITE
@click.argument("key")
@_KEEP
@in_app
def rotate(slug: str, key: str, hours: float) -> None:
    """Replace KEY (its id, or its name) by a new one of the same name and scopes."""
    site = site_named(slug)
    try:
        given = ring.rotate(site.id, _named(site.id, key).id, keep_old_for=timedelta(hours=hours))
    except ring.Refused as error:
        raise click.ClickException(str(error)) from None
    _show([given] if given else [])


@keys.command("revoke")
@_SITE
@click.argument("key")
@in_app
def revoke(slug: str, key: str) -> None:
    """End KEY (its id, or its name) now."""
    site = site_named(slug)
    row = _named(site.id, key)
    ring.revoke(site.id, row.id)
    click.echo(f"{row.name} ({row.id}) has ended")


@click.command("rotate-key")
@_SITE
@_KEEP
@in_app
def rotate_key(slug: str, hours: float) -> None:
    """Replace every key of a site at once: after a leak, or for sites with one key."""
    given = ring.rotate_all(site_named(slug), keep_old_for=timedelta(hours=hours))
    if not given:
        raise click.ClickException(f"the site has no living key: nazer keys add --site {slug} NAME")
    _show(given)


def _show(given: list[ring.NewKey]) -> None:
    for each in given:
        click.echo(f"key      {each.row.name} ({each.row.id}), scopes {','.join(each.row.scopes)}")
        click.echo(f"api key  {each.key}")
    click.echo("Keep it now: only a hash of the key is stored.", err=True)


def _named(site_id: uuid.UUID, asked: str) -> ApiKey:
    """The key with this id, or the one that stands under this name. Raises ClickException."""
    known = ring.of_site(site_id)
    found = [row for row in known if str(row.id) == asked] or [row for row in known if row.name == asked]
    standing = [row for row in found if row.expires_at is None] or found
    if not standing:
        raise click.ClickException(f"the site has no key '{asked}': nazer keys list shows them")
    return standing[-1]


def _when(moment: datetime | None) -> str:
    return moment.isoformat(timespec="minutes") if moment else "never"


def _end(row: ApiKey) -> str:
    if row.expires_at is None:
        return "no end"
    return f"{'ended' if row.expires_at <= now() else 'ends'} {_when(row.expires_at)}"
