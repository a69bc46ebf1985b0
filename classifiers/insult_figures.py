"""The texts that an insult model is judged by, and the figures: F1, AUC, thresholds and what each of them catches and flags."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, precision_recall_curve, roc_auc_score

from classifiers import data
from classifiers.insult_rows import RESEARCH, own

PRECISIONS = (0.90, 0.95, 0.98)
RATHER = 0.5  # the score from which a text is rather an insult than none

type Scores = npt.NDArray[np.float64]
type Labels = npt.NDArray[np.bool_]
type Table = Sequence[Mapping[str, float]]


def judged(folder: Path) -> dict[str, tuple[list[str], Labels]]:
    """Return texts and labels of every set that no weight was fitted on; those on which moderators would differ are left out."""
    sets = {f"corpus_{split}": [(one.text, one.label) for one in own(split)] for split in ("dev", "test")}
    for source in RESEARCH:
        rows = [row for row in data.rows(folder / "toxicity" / f"{source}.jsonl") if row["split"] == "test"]
        sets[source] = [(row["text"], bool(row["label"])) for row in rows]
    policy = [row for row in data.rows(folder / "policy" / "examples.jsonl") if row["expect"]["insult"] is not None]
    sets["policy"] = [(row["text"], row["expect"]["insult"]) for row in policy]
    return {
        name: ([text for text, _ in pairs], np.array([label for _, label in pairs], bool))
        for name, pairs in sets.items()
    }


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


def at_thresholds(scores: Scores, labels: Labels, table: Table) -> list[dict[str, float]]:
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
