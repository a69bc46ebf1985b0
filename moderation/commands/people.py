"""``nazer people``, ``invite``, ``reset-password``, ``reset-second-factor``: who works at a site, and help for who cannot get in."""

from __future__ import annotations

import click
from sqlalchemy import select

from moderation.commands.context import in_app, site_named
from moderation.db import db, transaction
from moderation.models import Person, Role
from moderation.people import accounts, inviting, roles, second_factor, sign_ins

_ADDRESS = click.option(
    "--address", default="", metavar="URL", help="Where the dashboard is, such as https://nazer.example."
)


@click.command("people")
@click.option("--site", "slug", required=True, help="Whose people.")
@in_app
def people(slug: str) -> None:
    """List who works at a site: e-mail, name, role, second factor, last seen; then who is invited."""
    site = site_named(slug)
    for each in roles.of_site(site.id):
        seen = each.person.last_seen_at
        told = f"seen {seen:%Y-%m-%d %H:%M}" if seen else "never seen"
        factor = "second factor" if each.has_second_factor else "password only"
        click.echo("\t".join([each.person.email, each.person.name, str(each.role), factor, told]))
    for row in inviting.waiting(site.id):
        role = next(place.role for place in row.places if place.site_id == site.id)
        click.echo("\t".join([row.email, "invited", role, f"until {row.expires_at:%Y-%m-%d %H:%M}"]))


@click.command("invite")
@click.argument("email")
@click.option("--site", "slugs", required=True, multiple=True, help="The site to invite to; may be repeated.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), default=str(Role.MODERATOR), show_default=True)
@_ADDRESS
@in_app
def invite(email: str, slugs: tuple[str, ...], role: str, address: str) -> None:
    """Invite somebody and print the link to hand over: it works once, for seven days."""
    try:
        invited = inviting.invite(email, {site_named(slug).id: Role(role) for slug in slugs})
    except roles.Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{address.rstrip('/')}/invitation/{invited.token}")


@click.command("reset-password")
@click.argument("email")
@_ADDRESS
@in_app
def reset_password(email: str, address: str) -> None:
    """Print a link by which somebody sets a new password: it works once, for a day."""
    person = _person_named(email)
    with transaction():
        token = accounts.make_link(person)
    click.echo(f"{address.rstrip('/')}/new-password/{token}")


@click.command("reset-second-factor")
@click.argument("email")
@in_app
def reset_second_factor(email: str) -> None:
    """Take the second factor of somebody away who has lost it; the person is signed out everywhere."""
    person = _person_named(email)
    with transaction():
        had = second_factor.switch_off(person, "second-factor.reset")
        sign_ins.end_all(person.id)
    click.echo(f"{person.email}: {'reset' if had else 'there was none'}")


def _person_named(email: str) -> Person:
    """The person with this e-mail. Raises ClickException."""
    found = select(Person).where(Person.email == email.strip().lower())
    person = db.session.execute(found).scalar_one_or_none()
    if person is None:
        raise click.ClickException(f"there is nobody with the e-mail {email}")
    return person
