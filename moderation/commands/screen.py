"""``nazer screen``: apply the rules to lines of a file, offline."""

from __future__ import annotations

import json
import sys
from typing import BinaryIO

import click

from classifiers import relevance_training
from moderation.measure import load_models
from moderation.offline import ArticlesError, Desk, background, read_articles
from moderation.rules import RULES
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import CompiledRuleSet, RuleSet


@click.command()
@click.option(
    "--articles",
    type=click.File("rb"),
    help="The site's articles, one JSON object a line; the relevance model is fitted on them.",
)
@click.option(
    "--rule-set",
    "rule_set",
    type=click.File("rb"),
    help="Rules as 'nazer rules export' writes them (default: every rule with its defaults).",
)
@click.option(
    "--comments",
    type=click.File("rb"),
    default="-",
    help='Lines {"id", "article_id", "text", "author"?} (default: standard input).',
)
def screen(articles: BinaryIO | None, rule_set: BinaryIO | None, comments: BinaryIO) -> None:
    """Screen comments from standard input, one JSON object a line, and write one screening a line."""
    rules = _read_rules(rule_set)
    models = load_models()
    try:
        known = read_articles(articles) if articles else {}
    except ArticlesError as error:
        raise click.ClickException(f"{articles.name if articles else ''}: {error}") from None
    if known:
        models.relevance = relevance_training.fit(background(known))
    desk = Desk(models, rules, known)
    lines = comments.readlines()
    out = sys.stdout
    with click.progressbar(
        desk.screen(lines), length=len(lines), file=sys.stderr, label="screening", hidden=not sys.stderr.isatty()
    ) as screenings:
        for line in screenings:
            out.write(line + "\n")


def _read_rules(file: BinaryIO | None) -> CompiledRuleSet:
    try:
        return (RuleSet.from_dict(json.loads(file.read())) if file else RuleSet()).compile(RULES)
    except RuleSetError as error:
        raise click.ClickException("the rule set cannot be used: " + str(error)) from None
    except ValueError as error:
        raise click.ClickException(f"the rule set is not JSON: {error}") from None
