"""``nazer words``: a site's own word lists, in and out as CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click

from moderation import word_lists
from moderation.commands.context import in_app, site_named
from moderation.models import RuleSetVersion
from moderation.policy import lists_of
from moderation.rules.word_lists import Kind, ListRefused, SiteList, SiteWord, why_name_refused
from moderation.word_csv import NotReadable, Remark, Report, read_words, write_words

_SHOWN = 20  # remarks of one kind

SITE = click.option("--site", "slug", required=True, help="Whose words.")


@click.group()
def words() -> None:
    """A site's own word lists: blocked, suspect and allowed words, phrases and patterns."""


@words.command("import")
@click.argument("file", type=click.File("rb"))
@SITE
@click.option("--name", help="The list's name (default: the name of the file). A list of the same name is replaced.")
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in Kind]),
    default=str(Kind.BLOCK),
    show_default=True,
    help="Of lines that name none.",
)
@click.option("--add", is_flag=True, help="Add to the list of that name instead of replacing it.")
@click.option("--skip-refused", is_flag=True, help="Import the other lines where some are refused.")
@click.option("--dry-run", is_flag=True, help="Only report.")
@in_app
def import_words(  # noqa: PLR0913 -- one for each option
    file: BinaryIO, slug: str, name: str | None, kind: str, *, add: bool, skip_refused: bool, dry_run: bool
) -> None:
    """Read a CSV file (entry, kind, type, section, note) into a list of the site; the rules are live at once."""
    site = site_named(slug)
    named = name or Path(file.name).stem
    if why := why_name_refused(named):
        raise click.ClickException(why.en)
    known = _entries(lists_of(site.id), named) if add else ()
    try:
        report = read_words(file.read(), Kind(kind), known)
    except NotReadable as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    _tell(report)
    if report.refused and not skip_refused:
        raise click.ClickException("nothing was imported: mend these lines, or leave them out with --skip-refused")
    if not report.words:
        raise click.ClickException("nothing was imported: the file has no entries")
    if dry_run:
        click.echo("Only a report: nothing was imported.", err=True)
        return
    try:
        version = word_lists.put_list(site.id, SiteList(named, tuple(report.words)))
    except ListRefused as refused:
        raise click.ClickException(str(refused)) from None
    _live(version)


@words.command()
@SITE
@click.option("--name", help="Which list; needed when the site has several.")
@in_app
def export(slug: str, name: str | None) -> None:
    """Print a list as CSV, as spreadsheets and 'nazer words import' read it."""
    lists = lists_of(site_named(slug).id)
    if name is None and len(lists) == 1:
        name = lists[0].name
    chosen = [one for one in lists if one.name == name]
    if not chosen:
        known = ", ".join(one.name for one in lists) or "none yet"
        raise click.ClickException(f"name a list with --name (known: {known})")
    click.echo(write_words(chosen[0].entries), nl=False)


@words.command("list")
@SITE
@in_app
def list_lists(slug: str) -> None:
    """Print the site's lists: name, entries of each kind, patterns, the beginning of the content hash."""
    for one in lists_of(site_named(slug).id):
        kinds = Counter(word.kind for word in one.entries)
        counts = "  ".join(f"{kind} {kinds[kind]}" for kind in Kind)
        click.echo(f"{one.name}  {counts}  patterns {sum(word.pattern for word in one.entries)}  {one.sha256[:12]}")


@words.command()
@SITE
@click.argument("name")
@in_app
def remove(slug: str, name: str) -> None:
    """Take a list out of the site's rules; older versions of the rules keep it."""
    version = word_lists.remove_list(site_named(slug).id, name)
    if version is None:
        raise click.ClickException(f"the site has no list '{name}'")
    _live(version)


def _entries(lists: Sequence[SiteList], name: str) -> Sequence[SiteWord]:
    return next((one.entries for one in lists if one.name == name), ())


def _live(version: RuleSetVersion | None) -> None:
    click.echo(f"version {version.number} of the rules is live" if version else "nothing changed")


def _tell(report: Report) -> None:
    """Say on standard error what is in the file."""
    click.echo(f"{len(report.words)} entries, read as {report.encoding}", err=True)
    _remarks("refused", report.refused)
    _remarks("left out, twice the same", report.repeated)
    _remarks("take care", report.warnings)


def _remarks(title: str, remarks: Sequence[Remark]) -> None:
    if not remarks:
        return
    click.echo(f"{len(remarks)} {title}:", err=True)
    for one in remarks[:_SHOWN]:
        click.echo(f"  line {one.line}: {one.entry[:60]!r}: {one.said.en} / {one.said.fa}", err=True)
    if len(remarks) > _SHOWN:
        click.echo(f"  … and {len(remarks) - _SHOWN} more", err=True)
