"""``nazer audit``: who did what, at some sites or in the house as a whole; what is of no site stands on no page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import click
from sqlalchemy import select

from moderation import audit as record
from moderation import audit_export, audit_trail, dates
from moderation.audit_trail import Entry, Wanted
from moderation.commands.context import in_app, site_named
from moderation.db import db, transaction
from moderation.models import Person, Site

_HOUSE = "-"


@click.command("audit")
@click.option("--site", "slugs", multiple=True, help="Of this site; may be repeated.")
@click.option("--house", is_flag=True, help="Of no site: accounts of people who work at none.")
@click.option(
    "--since", metavar="DAY", help="From this day on, such as 2026-11-28 or 1405-09-07, as days are in Tehran."
)
@click.option("--until", metavar="DAY", help="To this day, included.")
@click.option("--action", help="An action, such as person.signed-in, or what is before its dot.")
@click.option("--person", "email", metavar="EMAIL", help="Done by this person.")
@click.option("--said", metavar="WORDS", help="With these words in what it tells: subject, before or after.")
@click.option(
    "--csv", "as_csv", is_flag=True, help="As a file for spreadsheets, with the columns of the page's export."
)
@in_app
def audit(  # noqa: PLR0913 -- one for each option
    *, slugs: tuple[str, ...], house: bool, since: str, until: str, action: str, email: str, said: str, as_csv: bool
) -> None:
    """Print the audit, the newest entry first: of all sites and of none, unless --site or --house choose.

    A line tells when, where (- is no site), by which way, who, what was done, to what, and before → after.
    """
    places = _places(slugs, house=house)
    wanted = Wanted(
        person=_person(email) if email else None,
        action=action or None,
        since=_midnight("--since", since) if since else None,
        until=_midnight("--until", until) + timedelta(days=1) if until else None,
        said=said or None,
    )
    if as_csv:
        _note(places)
    found = (entry for some in audit_trail.every(list(places), wanted) for entry in some)
    for line in _csv(found, places) if as_csv else (_told(entry, places) for entry in found):
        click.echo(line, nl=False)


def _places(slugs: tuple[str, ...], *, house: bool) -> dict[uuid.UUID | None, str]:
    """The chosen sites with their slugs, the house as None; without a choice all of them."""
    chosen: dict[uuid.UUID | None, str] = {site_named(slug).id: slug for slug in slugs}
    if not slugs and not house:
        chosen |= {row.id: row.slug for row in db.session.execute(select(Site.id, Site.slug))}
    return chosen if slugs and not house else {**chosen, None: _HOUSE}


def _person(email: str) -> uuid.UUID:
    found = select(Person.id).where(Person.email == email.strip().lower())
    person_id = db.session.execute(found).scalar_one_or_none()
    if person_id is None:
        raise click.ClickException(f"there is nobody with the e-mail {email}")
    return person_id


def _midnight(option: str, raw: str) -> datetime:
    day = dates.day_said(raw)
    if day is None:
        raise click.BadParameter(f"'{raw}' is no day; write it as 2026-11-28 or 1405-09-07", param_hint=option)
    return dates.midnight(day)


def _note(places: Mapping[uuid.UUID | None, str]) -> None:
    """That it was taken along is an entry, too, as on the page."""
    with transaction():
        for site_id in places:
            record.note("audit.exported", site_id, after={"format": "csv"})


def _csv(found: Iterator[Entry], places: Mapping[uuid.UUID | None, str]) -> Iterator[str]:
    slugs = {site_id: slug for site_id, slug in places.items() if site_id}
    return audit_export.csv_lines(audit_export.row(entry, slugs) for entry in found)


def _told(entry: Entry, places: Mapping[uuid.UUID | None, str]) -> str:
    who = entry.person or entry.key or "-"
    change = " → ".join(json.dumps(side, ensure_ascii=False) for side in (entry.before, entry.after) if side)
    moment = f"{entry.at:%Y-%m-%dT%H:%M:%SZ}"
    cells = moment, places[entry.site_id], entry.channel, who, entry.action, entry.subject or "-", change
    return "\t".join(" ".join(cell.split()) for cell in cells).rstrip() + "\n"
