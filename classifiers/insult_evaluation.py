"""Measure the insult model: official tests, our corpus, thresholds, and what it says of harsh but civil words."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, precision_recall_curve, roc_auc_score

from classifiers import corpus, data, insult, insult_fairness, insult_robustness, store
from classifiers.insult import InsultModel
from classifiers.insult_rows import RESEARCH
from classifiers.text import fold

PRECISIONS = (0.90, 0.95, 0.98)
RATHER = 0.5  # the score from which a text is rather an insult than none

type Scores = npt.NDArray[np.float64]
type Labels = npt.NDArray[np.bool_]


def evaluate(folder: Path) -> dict[str, Any]:
    """Return the metrics of the newest shipped version."""
    return _evaluate(insult.NAME, folder)


def evaluate_open(folder: Path) -> dict[str, Any]:
    """Return those of the model that was fitted on freely licensed texts alone."""
    return _evaluate(insult.OPEN, folder)


def _evaluate(name: str, folder: Path) -> dict[str, Any]:
    stored = store.load(name)
    return measure_all(insult.load(stored.version, name=name), folder, stored.metrics["thresholds"])


def measure_all(model: InsultModel, folder: Path, table: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Return every figure of the card; `table` is what `thresholds` gave when the model was fitted."""
    own = {split: corpus_scores(model, split) for split in ("dev", "test")}
    metrics: dict[str, Any] = {
        "thresholds": list(table),
        "corpus_dev": figures(*own["dev"]),
        "corpus_test": figures(*own["test"]) | {"at_thresholds": at_thresholds(*own["test"], table)},
        "milliseconds_a_comment": _speed(model),
        "robustness": insult_robustness.measure(model, threshold=RATHER),
    }
    scored = {"corpus_test": ([one.text for one in _labelled("test")], *own["test"])}
    for source in RESEARCH:
        rows = [row for row in data.rows(folder / "toxicity" / f"{source}.jsonl") if row["split"] == "test"]
        texts, labels = [row["text"] for row in rows], np.array([bool(row["label"]) for row in rows])
        scored[source] = (texts, _scores(model, texts), labels)
        metrics[source] = figures(*scored[source][1:]) | {"at_thresholds": at_thresholds(*scored[source][1:], table)}
    metrics["policy"] = _policy(model, folder, table)
    metrics["fairness"] = [
        insult_fairness.measure(scored, cut) for cut in (RATHER, *(line["score"] for line in table[:2]))
    ]
    return metrics


def figures(scores: Scores, labels: Labels) -> dict[str, Any]:
    """Return F1 of insults, macro F1 (both at score .5) and AUC, with how many texts there were."""
    return {
        "texts": len(labels),
        "insults": int(labels.sum()),
        "f1": round(float(f1_score(labels, scores >= 0.5)), 3),
        "macro_f1": round(float(f1_score(labels, scores >= 0.5, average="macro")), 3),
        "auc": round(float(roc_auc_score(labels, scores)), 3),
    }


def thresholds(scores: Scores, labels: Labels) -> list[dict[str, float]]:
    """Return, for each wanted precision, the lowest score that has it, and the recall there."""
    precision, recall, cuts = precision_recall_curve(labels, scores)
    table = []
    for wanted in PRECISIONS:
        good = np.flatnonzero(precision[:-1] >= wanted)
        place = int(good[0]) if len(good) else len(cuts) - 1
        table.append(
            {
                "precision_wanted": wanted,
                "score": round(float(cuts[place]), 4),
                "recall": round(float(recall[place]), 3),
            }
        )
    return table


def at_thresholds(scores: Scores, labels: Labels, table: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """Return precision, recall and the share of clean texts flagged at each threshold."""
    lines = []
    for line in table:
        flagged = scores >= line["score"]
        hits = int((flagged & labels).sum())
        lines.append(
            {
                "score": line["score"],
                "precision": round(hits / max(int(flagged.sum()), 1), 3),
                "recall": round(hits / max(int(labels.sum()), 1), 3),
                "clean_flagged": round(float(flagged[~labels].mean()), 4),
            }
        )
    return lines


def corpus_scores(model: InsultModel, split: str) -> tuple[Scores, Labels]:
    """Return the scores and labels of the corpus comments of a split; those on which moderators would differ are left out."""
    chosen = _labelled(split)
    return _scores(model, [one.text for one in chosen]), np.array([one.expect["insult"] for one in chosen], bool)


def _labelled(split: str) -> list[corpus.CorpusComment]:
    return [one for one in corpus.comments() if one.split == split and one.expect["insult"] is not None]


def _scores(model: InsultModel, texts: Iterable[str]) -> Scores:
    return np.array([model.measure(fold(text)).score for text in texts])


def _policy(model: InsultModel, folder: Path, table: Sequence[dict[str, float]]) -> dict[str, Any]:
    rows = [row for row in data.rows(folder / "policy" / "examples.jsonl") if row["expect"]["insult"] is not None]
    scores = _scores(model, [row["text"] for row in rows])
    labels = np.array([row["expect"]["insult"] for row in rows], bool)
    return figures(scores, labels) | {"at_thresholds": at_thresholds(scores, labels, table)}


def _speed(model: InsultModel) -> float:
    """Return CPU milliseconds a comment, folding included, over the corpus read a second time."""
    texts = [comment.text for comment in corpus.comments()][:500]
    _scores(model, texts)
    start = time.process_time()
    _scores(model, texts)
    return round(1000 * (time.process_time() - start) / len(texts), 3)
