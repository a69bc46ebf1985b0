"""``nazer train`` and ``nazer evaluate``: make a classifier's version, and print the figures of a card or of the corpus."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import click
from flask import current_app

from classifiers import corpus_evaluation
from classifiers import data as research
from classifiers import evaluate as evaluating
from classifiers import train as training
from classifiers.store import MODELS
from moderation import learning, policy_evaluation, policy_tables, residuals
from moderation.commands.context import DATA, opened, site_named
from moderation.commands.progress import progress_bar
from moderation.db import db
from moderation.models import LearnedModel, LearnedState
from moderation.settings import Settings

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
@click.option(
    "--site", "slug", help="Fit this site's model instead, now: relevance on its articles, insult on its decisions."
)
@click.option("--imported", is_flag=True, help="With --site: decisions that the site imported teach, too (insult).")
@DATA
def train(name: str, *, out: Path, slug: str | None, imported: bool, data: Path | None) -> None:
    """Fit a classifier on the research sets (NAZER_DATA) and our corpus, and write a version with its card."""
    if slug is not None:
        with opened(data):
            _train_site(name, slug, imported=imported)
        return
    try:
        with progress_bar(f"training {name}"):
            folder = training.TRAINERS[name](research.folder(), out)
    except research.MissingDataError as error:
        raise click.ClickException(str(error)) from None
    click.echo(str(folder))


def _train_site(name: str, slug: str, *, imported: bool) -> None:
    """Fit a site's own model, whether it is due or not: of relevance it is live at once, of insults a candidate."""
    if name == residuals.INSULT:
        _train_residual(slug, imported=imported)
        return
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


def _train_residual(slug: str, *, imported: bool) -> None:
    """Fit a candidate on what the site's people decided; people promote it on the page of models, or over the API."""
    site = site_named(slug)
    with suppress(residuals.Refused):  # one is asked for, or at work: the claim says which
        residuals.wish(site.id, imported=imported)
    fitting = residuals.claim_wanted(site.id)
    if fitting is None:
        raise click.ClickException("another process is fitting this site's model now")
    settings: Settings = current_app.config["NAZER"]
    with progress_bar(f"training insult of {slug}"):
        residuals.fit(fitting, settings)
    found = residuals.numbered(site.id, fitting.number)
    if found.state != LearnedState.CANDIDATE:
        raise click.ClickException(f"nothing was learnt: {found.metrics.get('error')}")
    refused = ", ".join(found.metrics["refused"])
    verdict = f"may not be promoted: {refused}" if refused else "may be promoted"
    click.echo(f"candidate {found.number}: {found.decisions} decisions, {found.size} bytes, {verdict}")
    click.echo(
        _json({name: found.metrics[name] for name in ("data", "held", "shipped_examples") if name in found.metrics})
    )


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
