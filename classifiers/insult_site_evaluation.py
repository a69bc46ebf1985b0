"""What a residual would gain at simulated sites: each one's texts in random order as decisions, fitted on the first, judged by the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers import data, insult, insult_residual
from classifiers.insult_decisions import HELD_SHARE
from classifiers.insult_residual import Terms
from classifiers.insult_residual_evaluation import evaluate as judge
from classifiers.insult_residual_learning import fit, measured
from classifiers.insult_rows import RESEARCH, own
from classifiers.insult_variants import sure_word
from classifiers.learn import Cuts
from classifiers.progress import step

SIZES = (400, 1000, 1700)
SEEDS = 3
INSULTS = 0.2
CUTS: Cuts = (0.6, 0.9)
COINED = ("چغولک", "مفنگول", "پخمالو", "زیقول", "شلغمک", "غازقلنگ", "لپوکی", "گلابتون‌مغز")
"""Words that nobody uses: the insults of a made-up dialect."""
_COINED_SHARE = 0.5

type Texts = list[tuple[str, bool]]


def evaluate(folder: Path) -> dict[str, Any]:
    """Return, by site and number of decisions, means over SEEDS orders. Fits some dozens of residuals: minutes."""
    model = insult.load()
    found: dict[str, Any] = {}
    for number, (name, texts) in enumerate(_sites(folder)):
        step(f"simulating {name}", number / 4)
        terms = measured(model, [text for text, _ in texts])
        labels = np.array([label for _, label in texts], bool)
        found[name] = [_with(model.version, terms, labels, size) for size in SIZES if size <= len(texts)]
    return found


def _sites(folder: Path) -> Iterator[tuple[str, Texts]]:
    """Our own development articles, the same in a dialect, and tweets: the parts that the shipped model was not fitted on."""
    ours = [(one.text, one.label) for one in own("dev")]
    yield "corpus", ours
    yield "dialect", in_dialect(ours)
    for source in RESEARCH:
        rows = data.rows(folder / "toxicity" / f"{source}.jsonl")
        yield source, fewer_insults([(row["text"], bool(row["label"])) for row in rows if row["split"] == "test"])


def in_dialect(texts: Texts, *, seed: int = 0) -> Texts:
    """Return the texts with a made-up word in the place of the insulting one in half of the insults that have one."""
    rng = Random(seed)  # noqa: S311  # chance, not secrecy
    changed = []
    for text, label in texts:
        places = sure_word(text) if label and rng.random() < _COINED_SHARE else []
        for _, start, end in places:
            text = text[:start] + rng.choice(COINED) + text[end:]  # the same comment in other words
        changed.append((text, label))
    return changed


def fewer_insults(texts: Texts, *, seed: int = 0) -> Texts:
    """Return the clean texts with so many insults that these are INSULTS of all: readers revile less than tweets do."""
    rng = Random(seed)  # noqa: S311  # chance, not secrecy
    clean, insults = ([one for one in texts if one[1] is label] for label in (False, True))
    return [*clean, *rng.sample(insults, min(len(insults), round(INSULTS / (1 - INSULTS) * len(clean))))]


def _with(base: str, terms: Sequence[Terms], labels: npt.NDArray[np.bool_], size: int) -> dict[str, Any]:
    runs = []
    for seed in range(SEEDS):
        order = np.random.default_rng(seed).permutation(len(terms))[:size]
        cut = size - round(HELD_SHARE * size)
        fitted, held = order[:cut], order[cut:]
        residual = fit(base, [terms[place] for place in fitted], labels[fitted])
        served = insult_residual.unpack(insult_residual.pack(residual))
        runs.append(judge(served, None, [terms[place] for place in held], labels[held], cuts=CUTS))
    return {"decisions": size, **_means(runs)}


def _means(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    held = [run["held"] for run in runs]
    gains = [one["auc_gain"]["by"] for one in held]

    def mean(name: str, when: str) -> float:
        return round(float(np.mean([one[when]["at"][0][name] for one in held])), 3)

    return {
        "auc_shipped": round(float(np.mean([one["now"]["auc"] for one in held])), 4),
        "auc_gain": round(float(np.mean(gains)), 4),
        "auc_gain_of_each": gains,
        "recall": [mean("recall", "now"), mean("recall", "after")],
        "precision": [mean("precision", "now"), mean("precision", "after")],
        "shipped_examples_auc_loss": round(
            max(run["shipped_examples"]["now"]["auc"] - run["shipped_examples"]["after"]["auc"] for run in runs), 4
        ),
        "refused": dict(Counter(reason for run in runs for reason in run["refused"])),
        "may_be_promoted": sum(not run["refused"] for run in runs),
        "of": len(runs),
    }
