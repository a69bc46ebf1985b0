"""``nazer webhooks``: a site's webhooks, for whoever has a shell and no browser."""

from __future__ import annotations

import uuid
from datetime import timedelta

import click

from moderation import endpoints
from moderation.commands.context import in_app, site_named
from moderation.models import DECISIONS, Endpoint, EventType

_EVENTS = click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice([str(kind) for kind in EventType]),
    help=f"What it hears of; may be repeated (default: {', '.join(DECISIONS)}).",
)
_ID = click.argument("webhook", type=click.UUID)


@click.group()
def webhooks() -> None:
    """Where a site wants to be told."""


@webhooks.command("list")
@click.option("--site", "slug", required=True, help="Whose webhooks.")
@in_app
def list_(slug: str) -> None:
    """Print a site's webhooks, their state and what they hear of."""
    for endpoint in endpoints.of_site(site_named(slug).id):
        click.echo(f"{endpoint.id}  {_state(endpoint):8}  {endpoint.url}  {' '.join(endpoint.events)}")


@webhooks.command()
@click.argument("url")
@click.option("--site", "slug", required=True, help="Whose webhook.")
@_EVENTS
@in_app
def add(url: str, slug: str, events: tuple[str, ...]) -> None:
    """Add a webhook and print its secret: it is not shown again."""
    try:
        endpoint = endpoints.add(site_named(slug).id, url, events or None)
    except endpoints.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"webhook         {endpoint.id}")
    click.echo(f"webhook secret  {endpoint.secret}")


@webhooks.command("rotate-secret")
@_ID
@click.option(
    "--keep-old-for",
    "hours",
    type=click.FloatRange(0, 24 * 14),
    default=24,
    show_default=True,
    help="Hours that the old secret signs as well.",
)
@in_app
def rotate_secret(webhook: uuid.UUID, hours: float) -> None:
    """Give a webhook a new secret and print it: it is not shown again."""
    click.echo(f"webhook secret  {endpoints.rotate_secret(_known(webhook).id, keep_old_for=timedelta(hours=hours))}")


@webhooks.command()
@_ID
@in_app
def enable(webhook: uuid.UUID) -> None:
    """Switch a webhook on, with a clean record."""
    endpoints.switch(_known(webhook).id, on=True)


@webhooks.command()
@_ID
@in_app
def disable(webhook: uuid.UUID) -> None:
    """Switch a webhook off; what waits for it stays waiting."""
    endpoints.switch(_known(webhook).id, on=False)


@webhooks.command()
@_ID
@in_app
def test(webhook: uuid.UUID) -> None:
    """Send a test event to a webhook, on or off."""
    click.echo(f"delivery  {endpoints.test(_known(webhook).id).id}")


@webhooks.command()
@_ID
@click.option("--after", type=click.IntRange(0), help="A cursor of the feed (default: since it began to miss events).")
@in_app
def recover(webhook: uuid.UUID, after: int | None) -> None:
    """Send again what a webhook has missed."""
    try:
        made, more = endpoints.recover(_known(webhook).id, after)
    except endpoints.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{made} deliveries" + ("; there are more, run it again" if more else ""))


@webhooks.command()
@_ID
@click.confirmation_option(prompt="Remove it with everything that is known of its deliveries?")
@in_app
def remove(webhook: uuid.UUID) -> None:
    """Remove a webhook for good."""
    endpoints.remove(_known(webhook).id)


def _known(webhook: uuid.UUID) -> Endpoint:
    found = endpoints.by_id(webhook)
    if found is None:
        raise click.ClickException(f"there is no webhook {webhook}: 'nazer webhooks list --site SLUG' names them")
    return found


def _state(endpoint: Endpoint) -> str:
    if endpoint.active:
        return "failing" if endpoint.failing_since else "on"
    return endpoint.switched_off or "off"
