"""``nazer train`` and ``nazer evaluate``: make a classifier's version, and print the figures of a card or of the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import click

from classifiers import corpus_evaluation
from classifiers import data as research
from classifiers import evaluate as evaluating
from classifiers import train as training
from classifiers.store import MODELS
from moderation import learning, policy_evaluation, policy_tables
from moderation.commands.context import DATA, opened, site_named
from moderation.commands.progress import progress_bar
from moderation.db import db
from moderation.models import LearnedModel, LearnedState

POLICY = "policy"
"""What ``nazer evaluate`` measures beside models and corpus: the default rules."""


@click.command()
@click.argument("name", type=click.Choice(sorted(training.TRAINERS)))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=MODELS,
    help="Folder of models (default: the package's own).",
)
@click.option("--site", "slug", help="Fit the model of this site on its own articles instead, now (relevance).")
@DATA
def train(name: str, out: Path, slug: str | None, data: Path | None) -> None:
    """Fit a classifier on the research sets (NAZER_DATA) and our corpus, and write a version with its card."""
    if slug is not None:
        with opened(data):
            _train_site(name, slug)
        return
    try:
        with progress_bar(f"training {name}"):
            folder = training.TRAINERS[name](research.folder(), out)
    except research.MissingDataError as error:
        raise click.ClickException(str(error)) from None
    click.echo(str(folder))


def _train_site(name: str, slug: str) -> None:
    """Fit a site's own model, whether it is due or not; it is live at once."""
    if name != learning.RELEVANCE:
        raise click.UsageError(f"a site has no {name} model of its own")
    fitting = learning.claim(site_named(slug).id)
    if fitting is None:
        raise click.ClickException("another process is fitting this site's model now")
    with progress_bar(f"training {name} of {slug}"):
        learning.learn(fitting)
    found = db.session.get_one(LearnedModel, fitting.id)
    if found.state != LearnedState.LIVE:
        raise click.ClickException(f"nothing was learnt: {found.metrics.get('error')}")
    click.echo(f"version {found.number}: {found.articles} articles, {found.size} bytes, {found.metrics['ms']} ms")


@click.command()
@click.argument("name", type=click.Choice(sorted([*evaluating.EVALUATIONS, evaluating.CORPUS, POLICY])))
@click.option(
    "--json", "as_json", is_flag=True, help="Print the corpus' or the rules' figures as JSON, as those of models are."
)
@click.option("--table", is_flag=True, help="With corpus: fit the insult model with and without it, too (NAZER_DATA).")
def evaluate(name: str, *, as_json: bool, table: bool) -> None:
    """Measure the shipped version of a classifier, the rules (policy), or the corpus; the last two need no research sets."""
    try:
        if name == evaluating.CORPUS:
            _evaluate_corpus(as_json=as_json, table=table)
        elif name == POLICY:
            _evaluate_policy(as_json=as_json)
        else:
            click.echo(_json(evaluating.EVALUATIONS[name](research.folder())))
    except research.MissingDataError as error:
        raise click.ClickException(str(error)) from None


def _evaluate_corpus(*, as_json: bool, table: bool) -> None:
    """Print counts, checks and agreement of the corpus; a failed check is a failure."""
    figures = corpus_evaluation.evaluate(_folder_or_none(), table=table)
    click.echo(_json(figures) if as_json else corpus_evaluation.written(figures))
    if corpus_evaluation.failed(figures):
        raise click.ClickException("the corpus is not sound: see the checks above")


def _evaluate_policy(*, as_json: bool) -> None:
    """Print what the default rules flag and miss of our corpus' test split and, with NAZER_DATA, of the policy examples."""
    with progress_bar("judging"):
        figures = policy_evaluation.evaluate(_folder_or_none())
    click.echo(_json(figures) if as_json else policy_tables.written(figures))


def _folder_or_none() -> Path | None:
    try:
        return research.folder()
    except research.MissingDataError:
        return None


def _json(figures: object) -> str:
    return json.dumps(figures, ensure_ascii=False, indent=2)
