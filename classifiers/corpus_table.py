"""What the corpus buys: the insult model fitted with and without it, on comments and tweets that none of them was fitted on."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, roc_auc_score, roc_curve

from classifiers import data
from classifiers.insult_rows import Example, free, own, research
from classifiers.insult_training import fit_once

FALSE_FLAGS = (0.02, 0.04)
_DRAWS = 200

type Floats = npt.NDArray[np.float64]
type Labels = npt.NDArray[np.bool_]

FITTED_ON: Mapping[str, Callable[[Path], list[Example]]] = {
    "(a) the two research sets": research,
    "(b) this corpus": lambda _: own(),
    "(c) both": lambda folder: [*research(folder), *own()],
    "(d) this corpus, freely licensed texts": lambda folder: [*free(folder), *own()],
}


class TestSet(NamedTuple):
    """Labelled texts that nothing was fitted on."""

    name: str
    texts: Sequence[str]
    labels: Labels


def measure(folder: Path) -> list[dict[str, Any]]:
    """Return a line for each way of fitting and each test set."""
    tests = _tests(folder)
    lines = []
    for name, rows in FITTED_ON.items():
        examples = rows(folder)
        pipeline = fit_once(examples)
        for test in tests:
            margins = np.asarray(pipeline.decision_function(test.texts), np.float64)
            about = {"fitted_on": name, "texts_fitted_on": len(examples), "tested_on": test.name}
            lines.append(about | figures(margins, test.labels))
    return lines


def figures(margins: Floats, labels: Labels) -> dict[str, float]:
    """Return AUC (and half its 95 % interval), recall where few clean texts are flagged, and F1 of insults at margin 0."""
    wrong, right, _ = roc_curve(labels, margins, drop_intermediate=False)
    return {
        "texts": len(labels),
        "insults": int(labels.sum()),
        "auc": round(float(roc_auc_score(labels, margins)), 3),
        "auc_half_interval": round(_half_interval(margins, labels), 3),
        **{
            f"recall_at_{share:.0%}".replace("%", ""): round(float(right[wrong <= share].max()), 3)
            for share in FALSE_FLAGS
        },
        "f1": round(float(f1_score(labels, margins > 0)), 3),
    }


def written(lines: Sequence[Mapping[str, Any]]) -> str:
    """Return the table as Markdown."""
    head = ("tested on", "fitted on", "texts fitted on", "AUC", "recall at 2 %", "recall at 4 %", "F1")
    table = ["## What it buys\n", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for line in sorted(lines, key=lambda line: _order(lines, line["tested_on"])):
        auc = f"{line['auc']:.3f} ± {line['auc_half_interval']:.3f}"
        shares = (f"{line[name]:.3f}" for name in ("recall_at_2", "recall_at_4", "f1"))
        cells = (line["tested_on"], line["fitted_on"], f"{line['texts_fitted_on']:,}", auc, *shares)
        table.append("| " + " | ".join(cells) + " |")
    return "\n".join(table) + "\n"


def _order(lines: Sequence[Mapping[str, Any]], tested_on: str) -> int:
    return [line["tested_on"] for line in lines].index(tested_on)


def _tests(folder: Path) -> list[TestSet]:
    tweets = research(folder, "test")
    policy = [row for row in data.rows(folder / "policy" / "examples.jsonl") if row["expect"]["insult"] is not None]
    sets = {
        "corpus, test split": [(one.text, one.label) for one in own("test")],
        "policy examples": [(row["text"], bool(row["expect"]["insult"])) for row in policy],
        "PHATE test": [(one.text, one.label) for one in tweets if one.source == "phate"],
        "Pars-OFF test": [(one.text, one.label) for one in tweets if one.source == "pars_off"],
    }
    return [
        TestSet(f"{name} ({len(rows):,})", [text for text, _ in rows], np.array([label for _, label in rows]))
        for name, rows in sets.items()
    ]


def _half_interval(margins: Floats, labels: Labels) -> float:
    """Return half the width of the AUC's 95 % interval, by drawing the texts again."""
    dice = np.random.default_rng(0)
    drawn = []
    for _ in range(_DRAWS):
        places = dice.integers(0, len(labels), len(labels))
        if 0 < labels[places].sum() < len(places):
            drawn.append(roc_auc_score(labels[places], margins[places]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(high - low) / 2
