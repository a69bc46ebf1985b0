"""``nazer rules``: a site's rules as a file, and the page that documents all rules."""

from __future__ import annotations

import json
from pathlib import Path

import click

from classifiers import data
from moderation import policy_evaluation, policy_tables, rules_page
from moderation.commands.context import in_app, site_named
from moderation.rules import RULES
from moderation.word_lists import with_lists


@click.group()
def rules() -> None:
    """A site's rules as a file, and the page that documents all rules."""


@rules.command()
@click.option("--site", "slug", required=True, help="Whose rules.")
@in_app
def export(slug: str) -> None:
    """Print the site's live rule set with its word lists as JSON, as 'nazer screen --rule-set' takes it."""
    click.echo(json.dumps(with_lists(site_named(slug).id).to_dict(), ensure_ascii=False, indent=2))


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
