"""Measure the insult model: official tests, our corpus, thresholds, and what it says of harsh but civil words."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from classifiers import corpus, insult, insult_fairness, insult_robustness, insult_stage_evaluation, semantic, store
from classifiers.insult import InsultModel
from classifiers.insult_figures import RATHER, Labels, Scores, Table, at_thresholds, figures, judged
from classifiers.insult_rows import RESEARCH, own
from classifiers.text import fold


def evaluate(folder: Path) -> dict[str, Any]:
    """Return the metrics of the newest shipped version, with those of its semantic stage where the extra is installed."""
    return _evaluate(insult.NAME, folder)


def evaluate_open(folder: Path) -> dict[str, Any]:
    """Return those of the model that was fitted on freely licensed texts alone."""
    return _evaluate(insult.OPEN, folder)


def _evaluate(name: str, folder: Path) -> dict[str, Any]:
    stored = store.load(name)
    plain = insult.load(stored.version, name=name)
    metrics = measure_all(plain, folder, stored.metrics["thresholds"])
    staged = insult.load(stored.version, name=name, encoder=semantic.load())
    if staged.stage:
        table = stored.metrics["semantic"]["thresholds"]
        metrics["semantic"] = insult_stage_evaluation.measure(plain, staged, folder, table)
    return metrics


def measure_all(model: InsultModel, folder: Path, table: Table) -> dict[str, Any]:
    """Return every figure of the card but the stage's; `table` is what `thresholds` gave when the model was fitted."""
    scored = {name: (texts, _scores(model, texts), labels) for name, (texts, labels) in judged(folder).items()}
    metrics: dict[str, Any] = {
        name: figures(scores, labels) | {"at_thresholds": at_thresholds(scores, labels, table)}
        for name, (_, scores, labels) in scored.items()
    }
    del metrics["corpus_dev"]["at_thresholds"]  # they were chosen there
    fair = {name: scored[name] for name in ("corpus_test", *RESEARCH)}
    return metrics | {
        "thresholds": list(table),
        "milliseconds_a_comment": _speed(model),
        "robustness": insult_robustness.measure(model, threshold=RATHER),
        "fairness": [insult_fairness.measure(fair, cut) for cut in (RATHER, *(line["score"] for line in table[:2]))],
    }


def corpus_scores(model: InsultModel, split: str) -> tuple[Scores, Labels]:
    """Return the scores and labels of the corpus comments of a split; those on which moderators would differ are left out."""
    chosen = own(split)
    return _scores(model, [one.text for one in chosen]), np.array([one.label for one in chosen], bool)


def _scores(model: InsultModel, texts: Iterable[str]) -> Scores:
    return np.array([model.measure(fold(text)).score for text in texts])


def _speed(model: InsultModel) -> float:
    """Return CPU milliseconds a comment, folding included, over the corpus read a second time."""
    texts = [comment.text for comment in corpus.comments()][:500]
    _scores(model, texts)
    start = time.process_time()
    _scores(model, texts)
    return round(1000 * (time.process_time() - start) / len(texts), 3)
