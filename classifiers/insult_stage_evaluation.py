"""What the semantic stage adds to an insult model, on texts that neither was fitted on, and how many milliseconds it takes for that."""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from classifiers import insult_fairness, insult_robustness
from classifiers.insult import InsultModel
from classifiers.insult_figures import RATHER, Labels, Scores, Table, at_thresholds, figures, judged
from classifiers.insult_rows import RESEARCH
from classifiers.progress import step
from classifiers.text import fold

TIMED = "corpus_test"
_DRAWS = 300


class Both(NamedTuple):
    """Scores of texts without the stage and with it, and which of them it took part in."""

    before: Scores
    after: Scores
    asked: npt.NDArray[np.bool_]


def measure(plain: InsultModel, staged: InsultModel, folder: Path, table: Table) -> dict[str, Any]:
    """Return what the stage changes on each set, what it costs, and what it does to disguises and to civil words.

    `plain` is the model without the stage; `table` holds the thresholds that were chosen with it. A model without it raises ValueError.
    """
    if staged.stage is None:
        raise ValueError("the model has no semantic stage")
    step("what the semantic stage adds")
    sets = judged(folder)
    cost = _cost(plain, staged, sets[TIMED][0])  # first: a text that was encoded once is remembered
    scored = {name: _both(plain, staged, texts) for name, (texts, _) in sets.items()}
    fair = {name: (sets[name][0], scored[name].after, sets[name][1]) for name in ("corpus_test", *RESEARCH)}
    return {
        "band": staged.stage.weights.stored()[1],
        "thresholds": list(table),
        "sets": {name: compared(scored[name], labels, table) for name, (_, labels) in sets.items()},
        "cost": cost,
        "fairness": insult_fairness.measure(fair, table[0]["score"])["any"],
        "robustness": insult_robustness.measure(staged, threshold=RATHER),
    }


def compared(both: Both, labels: Labels, table: Table) -> dict[str, Any]:
    """Return figures before and after, how often the stage took part, and how well its probabilities fit there."""
    asked = both.asked
    before, after = (
        figures(scores, labels) | {"at_thresholds": at_thresholds(scores, labels, table)}
        for scores in (both.before, both.after)
    )
    return {
        "asked": round(float(asked.mean()), 3),
        "mean_score_of_asked": round(float(both.after[asked].mean()), 3) if asked.any() else None,
        "insults_of_asked": round(float(labels[asked].mean()), 3) if asked.any() else None,
        "auc_gain": auc_gain(both, labels),
        "before": before,
        "after": after,
    }


def auc_gain(both: Both, labels: Labels) -> list[float]:
    """Return the ends of the 95 % interval of what the stage adds to the AUC: texts drawn anew, the same ones for both."""
    random = np.random.default_rng(0)
    gains = []
    for _ in range(_DRAWS):
        drawn = random.integers(len(labels), size=len(labels))
        if labels[drawn].any() and not labels[drawn].all():
            after, before = (float(roc_auc_score(labels[drawn], one[drawn])) for one in (both.after, both.before))
            gains.append(after - before)
    return [round(float(end), 4) for end in np.quantile(gains, [0.025, 0.975])]


def _both(plain: InsultModel, staged: InsultModel, texts: Sequence[str]) -> Both:
    folded = [fold(text) for text in texts]
    signals = [staged.measure(one) for one in folded]
    return Both(
        np.array([plain.measure(one).score for one in folded]),
        np.array([signal.score for signal in signals]),
        np.array([signal.encoder is not None for signal in signals]),
    )


def _cost(plain: InsultModel, staged: InsultModel, texts: Sequence[str]) -> dict[str, Any]:
    """Return CPU milliseconds a comment, folding left out: of those that the stage took part in, of all, and without it.

    Both models read each text in turn, in one run; no text was encoded before.
    """
    asked, with_stage, without = [], [], []
    for text in texts:
        folded = fold(text)
        start = time.process_time()
        plain.measure(folded)
        between = time.process_time()
        signal = staged.measure(folded)
        end = time.process_time()
        without.append(1000 * (between - start))
        with_stage.append(1000 * (end - between))
        if signal.encoder:
            asked.append(1000 * (end - between))
    return {
        "texts": len(texts),
        "asked": len(asked),
        "asked_median": round(median(asked), 1) if asked else None,
        "with_mean": round(mean(with_stage), 2),
        "without_median": round(median(without), 3),
    }
