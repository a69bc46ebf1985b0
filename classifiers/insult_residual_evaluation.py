"""Judge a site's residual by decisions that it has not seen and by the shipped examples, and say whether it may be promoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import precision_recall_curve, roc_auc_score

from classifiers import insult
from classifiers.insult import InsultModel
from classifiers.insult_residual import Residual, Terms, logit
from classifiers.insult_rows import own
from classifiers.learn import Cuts
from classifiers.progress import step
from classifiers.text import fold

FEWEST_HELD = 15
"""Insults and approvals each, among the decisions that it has not seen, from which a candidate can be judged at all."""
MOST_AUC_LOSS = 0.01
"""AUC that a residual may cost on the shipped examples, the test split of our corpus."""
MOST_MORE_FLAGGED = 0.01
"""Share of approved comments that a residual may flag beyond what is flagged now, at the site's threshold."""
MOST_RECALL_LOSS = 0.1
"""Share of the insults of the shipped examples that a residual may let go at the site's threshold."""
RESAMPLES = 500
PRECISIONS = (0.80, 0.90, 0.95)

type Floats = npt.NDArray[np.floating[Any]]
type Labels = npt.NDArray[np.bool_]


def evaluate(
    residual: Residual,
    live: Residual | None,
    seen: Sequence[Terms],
    labels: Labels,
    *,
    cuts: Cuts,
) -> dict[str, Any]:
    """Return the figures of a card and, under "refused", why it may not be promoted: nothing where it may."""
    if len(set(labels)) < 2:
        return {"refused": ["too-few-held"]}
    now = scores(seen, live)
    after = scores(seen, residual)
    held = {
        "now": figures(now, labels, cuts),
        "after": figures(after, labels, cuts),
        "shipped": figures(scores(seen, None), labels, cuts),
        "auc_gain": gain(now, after, labels),
        "thresholds": thresholds(after, labels),
    }
    step("asking the shipped examples", 0.8)
    shipped = shipped_examples(residual, cuts)
    return {"held": held, "shipped_examples": shipped, "refused": refused(held, shipped)}


def terms_of(model: InsultModel, text: str) -> Terms:
    """Return what the shipped model sees in a text."""
    folded = fold(text)
    return Terms(model.measure(folded).score, *model.features(folded))


def scores(seen: Sequence[Terms], residual: Residual | None) -> Floats:
    """Return the scores of texts, corrected by a residual where there is one."""
    if residual is None:
        return np.array([one.score for one in seen])
    return np.array([residual.corrected(one.score, one.ids, one.values, one.lexicon)[0] for one in seen])


def logits(found: Floats) -> Floats:
    """Return log-odds of scores."""
    return np.array([logit(score) for score in found])


def figures(found: Floats, labels: Labels, cuts: Cuts) -> dict[str, Any]:
    """Return AUC, and at each cut precision, recall, flagged approved comments and missed insults."""
    return {"auc": round(float(roc_auc_score(labels, found)), 4), "at": [_at(found, labels, cut) for cut in cuts]}


def gain(now: Floats, after: Floats, labels: Labels, *, seed: int = 0) -> dict[str, float]:
    """Return by how much AUC rises, with the interval that holds nine in ten resamples of the decisions (paired, seeded)."""
    rng = np.random.default_rng(seed)
    better = _wins(after, labels) - _wins(now, labels)
    insults, clean = better.shape
    of_insults = rng.multinomial(insults, np.full(insults, 1 / insults), RESAMPLES) / insults
    of_clean = rng.multinomial(clean, np.full(clean, 1 / clean), RESAMPLES) / clean
    drawn = ((of_insults.astype(np.float32) @ better) * of_clean).sum(axis=1)
    low, high = np.quantile(drawn, (0.05, 0.95))
    return {"by": round(float(better.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def thresholds(found: Floats, labels: Labels) -> list[dict[str, float]]:
    """Return, for each wanted precision that is reached, the lowest score that has it, and the recall there."""
    precision, recall, cuts = precision_recall_curve(labels, found)
    table = []
    for wanted in PRECISIONS:
        good = np.flatnonzero(precision[:-1] >= wanted)
        if len(good):
            place = int(good[0])
            row = {"precision_wanted": wanted, "score": float(cuts[place]), "recall": float(recall[place])}
            table.append({name: round(value, 4) for name, value in row.items()})
    return table


def shipped_examples(residual: Residual, cuts: Cuts) -> dict[str, Any]:
    """Return how shipped model and residual do on the test split of our corpus, by words alone."""
    seen, labels = examples(residual.base, "test")
    return {
        "texts": len(labels),
        "now": figures(scores(seen, None), labels, cuts),
        "after": figures(scores(seen, residual), labels, cuts),
    }


def refused(held: Mapping[str, Any], shipped: Mapping[str, Any]) -> list[str]:
    """Return the codes of all reasons that speak against promoting."""
    now, after = held["now"], held["after"]
    found = []
    if min(after["at"][0]["insults"], after["at"][0]["approved"]) < FEWEST_HELD:
        found.append("too-few-held")
    if held["auc_gain"]["low"] <= 0:
        found.append("not-better")
    more = after["at"][0]["approved_flagged"] - now["at"][0]["approved_flagged"]
    if more > MOST_MORE_FLAGGED * after["at"][0]["approved"]:
        found.append("flags-more-approved")
    if shipped["now"]["auc"] - shipped["after"]["auc"] > MOST_AUC_LOSS:
        found.append("shipped-examples")
    if shipped["now"]["at"][0]["recall"] - shipped["after"]["at"][0]["recall"] > MOST_RECALL_LOSS:
        found.append("shipped-recall")
    return found


def _at(found: Floats, labels: Labels, cut: float) -> dict[str, Any]:
    flagged = found >= cut
    hits, insults = int((flagged & labels).sum()), int(labels.sum())
    return {
        "cut": cut,
        "insults": insults,
        "approved": len(labels) - insults,
        "precision": round(hits / max(int(flagged.sum()), 1), 4),
        "recall": round(hits / max(insults, 1), 4),
        "approved_flagged": int((flagged & ~labels).sum()),
        "insults_missed": insults - hits,
    }


def _wins(found: Floats, labels: Labels) -> npt.NDArray[np.float32]:
    """Return 1 for each pair of an insult and an approved comment in the right order, ½ where they are equal."""
    insults, clean = found[labels][:, None], found[~labels][None, :]
    won: npt.NDArray[np.float32] = (insults > clean).astype(np.float32)
    won += np.float32(0.5) * (insults == clean)
    return won


@cache
def examples(version: str, split: str) -> tuple[list[Terms], Labels]:
    """Return our corpus' comments of a split as a shipped version sees them, by words alone, with their labels."""
    model, chosen = insult.load(version), own(split)
    return [terms_of(model, one.text) for one in chosen], np.array([one.label for one in chosen], bool)
