"""``nazer train`` and ``nazer evaluate``: make a classifier's version, and print the figures of its card."""

from __future__ import annotations

import json
from pathlib import Path

import click

from classifiers import evaluate as evaluating
from classifiers import train as training
from classifiers.data import MissingDataError, folder
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
        click.echo(str(training.TRAINERS[name](folder(), out)))
    except MissingDataError as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.argument("name", type=click.Choice(sorted(evaluating.EVALUATIONS)))
def evaluate(name: str) -> None:
    """Measure the shipped version of a classifier and print its figures as JSON."""
    try:
        figures = evaluating.EVALUATIONS[name](folder())
    except MissingDataError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps(figures, ensure_ascii=False, indent=2))
