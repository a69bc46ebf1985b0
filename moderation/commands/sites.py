"""``nazer add-site``, ``add-person``: take sites and people in."""

from __future__ import annotations

import click

from moderation import onboarding
from moderation.commands.context import in_app, site_named
from moderation.models import Role


@click.command("add-site")
@click.argument("slug")
@click.option("--name", help="The site's name as moderators see it (default: the slug).")
@click.option("--webhook", metavar="URL", help="Where the site wants to hear of decisions.")
@in_app
def add_site(slug: str, name: str | None, webhook: str | None) -> None:
    """Take a site in and print its API key and webhook secret. In production they are shown only now."""
    try:
        credentials = onboarding.add_site(slug, name or slug, webhook=webhook)
    except onboarding.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"site            {credentials.site.slug}")
    click.echo(f"api key         {credentials.api_key}")
    if credentials.webhook_secret:
        click.echo(f"webhook secret  {credentials.webhook_secret}")
    click.echo("Keep them now: only a hash of the key is stored.", err=True)


@click.command("add-person")
@click.argument("email")
@click.option("--name", required=True, help="The person's name as colleagues see it.")
@click.option("--site", "slugs", required=True, multiple=True, help="The site where the person works; may be repeated.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), default=str(Role.MODERATOR), show_default=True)
@click.option("--password", help="Default: one is made and printed.")
@in_app
def add_person(email: str, name: str, slugs: tuple[str, ...], role: str, password: str | None) -> None:
    """Take a moderator or an admin in and print the password."""
    chosen = password or onboarding.new_password()
    roles = {site_named(slug).id: Role(role) for slug in slugs}
    try:
        person = onboarding.add_person(name, email, chosen, roles=roles)
    except onboarding.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"person    {person.name} <{person.email}>")
    if not password:
        click.echo(f"password  {chosen}")
