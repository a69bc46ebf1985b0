"""``nazer train`` and ``nazer evaluate``: make a classifier's version, and print the figures of a card or of the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import click

from classifiers import corpus_evaluation, data
from classifiers import evaluate as evaluating
from classifiers import train as training
from classifiers.store import MODELS


@click.command()
@click.argument("name", type=click.Choice(sorted(training.TRAINERS)))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=MODELS,
    help="Folder of models (default: the package's own).",
)
def train(name: str, out: Path) -> None:
    """Fit a classifier on the research sets (NAZER_DATA) and our corpus, and write a version with its card."""
    try:
        click.echo(str(training.TRAINERS[name](data.folder(), out)))
    except data.MissingDataError as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.argument("name", type=click.Choice(sorted([*evaluating.EVALUATIONS, evaluating.CORPUS])))
@click.option(
    "--json", "as_json", is_flag=True, help="Print the corpus' figures as JSON, as those of models always are."
)
@click.option("--table", is_flag=True, help="With corpus: fit the insult model with and without it, too (NAZER_DATA).")
def evaluate(name: str, *, as_json: bool, table: bool) -> None:
    """Measure the shipped version of a classifier, or the corpus, which needs no research sets."""
    try:
        if name == evaluating.CORPUS:
            _evaluate_corpus(as_json=as_json, table=table)
        else:
            click.echo(_json(evaluating.EVALUATIONS[name](data.folder())))
    except data.MissingDataError as error:
        raise click.ClickException(str(error)) from None


def _evaluate_corpus(*, as_json: bool, table: bool) -> None:
    """Print counts, checks and agreement of the corpus; a failed check is a failure."""
    figures = corpus_evaluation.evaluate(_folder_or_none(), table=table)
    click.echo(_json(figures) if as_json else corpus_evaluation.written(figures))
    if corpus_evaluation.failed(figures):
        raise click.ClickException("the corpus is not sound: see the checks above")


def _folder_or_none() -> Path | None:
    try:
        return data.folder()
    except data.MissingDataError:
        return None


def _json(figures: object) -> str:
    return json.dumps(figures, ensure_ascii=False, indent=2)
