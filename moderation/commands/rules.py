"""``nazer rules``: a site's rules as a file, their versions, and the page that documents all rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

from classifiers import data
from moderation import policy_evaluation, policy_tables, rules_page
from moderation.commands.context import in_app, site_named
from moderation.policy import with_lists
from moderation.rule_sets import drafts, publishing, versions
from moderation.rule_sets.refusals import Conflict, NoSuchVersion, OverBudget, Unproven
from moderation.rules import RULES
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet


@click.group()
def rules() -> None:
    """A site's rules as a file, their versions, and the page that documents all rules."""


@rules.command()
@click.option("--site", "slug", required=True, help="Whose rules.")
@in_app
def export(slug: str) -> None:
    """Print the site's live rule set with its word lists as JSON, as 'nazer screen --rule-set' takes it."""
    click.echo(json.dumps(with_lists(site_named(slug).id).to_dict(), ensure_ascii=False, indent=2))


_SITE = click.option("--site", "slug", required=True, help="Whose rules.")
_NOTE = click.option("--note", required=True, help="Why, for those who read the versions later.")


@rules.command("versions")
@_SITE
@in_app
def list_versions(slug: str) -> None:
    """List the versions of a site's rules, newest first: number, state (* the one that holds), when, by whom, until when, why."""
    site = site_named(slug)
    live = versions.live(site.id).number
    for one in versions.of_site(site.id):
        author = one.person.name if one.person else one.key.name if one.key else "-"
        until = one.until.isoformat(timespec="minutes") if one.until else "-"
        state = f"{one.state}{'*' if one.number == live else ''}"
        moment = one.created_at.isoformat(timespec="minutes")
        click.echo("\t".join([str(one.number), state, moment, author, until, one.note or ""]))


@rules.command("publish")
@_SITE
@click.argument("file", type=click.File("rb"))
@_NOTE
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="When its time is over, in UTC (2026-11-20T09:00)."
)
@click.option("--confirmed", is_flag=True, help="Although no replay speaks for it, or too much against it.")
@in_app
def publish(slug: str, file: BinaryIO, note: str, until: datetime | None, *, confirmed: bool) -> None:
    """Make the rule set in FILE ('nazer rules export' writes one) live, for the next comment. Replaces the site's draft."""
    site = site_named(slug)
    with _refusals():
        draft = drafts.save(site.id, _read(file), edit=drafts.of(site.id).edit)
        ends = until.replace(tzinfo=UTC) if until else None
        version = publishing.publish(site.id, edit=draft.edit, note=note, confirmed=confirmed, until=ends)
    click.echo(f"version {version.number} of the rules is live")


@rules.command("roll-back")
@_SITE
@click.argument("number", type=click.IntRange(1, 2_147_483_647))
@_NOTE
@in_app
def roll_back(slug: str, number: int, note: str) -> None:
    """Make the rules of version NUMBER live again, as a new version."""
    site = site_named(slug)
    with _refusals():
        version = publishing.roll_back(site.id, number, note=note)
    click.echo(f"version {version.number} of the rules is live, as version {number} was")


@contextmanager
def _refusals() -> Iterator[None]:
    """Say why rules are not changed, each wrong field on a line of its own."""
    try:
        yield
    except RuleSetError as error:
        told = "\n".join(f"  {pointer}: {message}" for pointer, message in error.errors.items())
        raise click.ClickException(f"these rules cannot be used:\n{told}") from None
    except NoSuchVersion:
        raise click.ClickException("the site has no such version: nazer rules versions lists them") from None
    except Conflict as error:
        raise click.ClickException(f"{error}: try again") from None
    except (Unproven, OverBudget) as error:
        raise click.ClickException(f"{error}; they lie in the draft: replay them, or say --confirmed") from None


def _read(file: BinaryIO) -> RuleSet:
    try:
        return RuleSet.from_dict(json.loads(file.read()))
    except (ValueError, RecursionError) as error:
        if isinstance(error, RuleSetError):
            raise
        raise click.ClickException(f"{file.name} is no JSON: {error}") from None


@rules.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=Path("docs/rules.md"))
@click.option("--figures", is_flag=True, help="Measure the rules anew, too (NAZER_DATA), and write the figures.")
def page(file: Path, *, figures: bool) -> None:
    """Write the blocks of docs/rules.md that come from the code: policy, codes and options of each rule."""
    written = rules_page.with_rules(file.read_text(encoding="utf-8"), RULES)
    if figures:
        tables = policy_tables.written(policy_evaluation.evaluate(data.folder()))
        written = rules_page.with_figures(written, tables)
    file.write_text(written, encoding="utf-8")
