"""Fit a site's residual on the decisions of its people, judge it by those that it has not seen, and pack it for the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from scipy.optimize import minimize
from sklearn.base import BaseEstimator, ClassifierMixin

from classifiers import insult, insult_residual, semantic
from classifiers.insult import InsultModel
from classifiers.insult_decisions import Judged, choose, contradicting, split
from classifiers.insult_reading import FEATURES
from classifiers.insult_residual import BUCKETS, SCALE, Residual, Terms, folded_ids, logit
from classifiers.insult_residual_evaluation import evaluate, examples, logits, scores, terms_of
from classifiers.learn import Cuts
from classifiers.progress import step

STRENGTH = 1.0
"""Width of the prior around the shipped model (C of scikit-learn): chosen on simulated sites, see `nazer evaluate insult-site`."""
MOST_NORM = 12.0
"""Length of all weights together at most."""
INSULTS = 0.27
"""Share of insults for which the shipped model is calibrated; a site's decisions are weighed so, and its scores keep their meaning."""
HEAVIEST = 5.0
"""How much more the rarer kind may count than the other."""
_LEXICON_WEIGHT = 0.5
_UNCERTAIN = (0.2, 0.95)
_FIRST_WORD = 1 << insult.CHARACTER_BITS
_EVERY = 200

type Floats = npt.NDArray[np.floating[Any]]
type Labels = npt.NDArray[np.bool_]


class Corrected(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Logistic regression around a score that is there already: its log-odds are the offset, all weights are drawn to zero.

    The first column of X is the offset. scikit-learn's own has no offset; with a column of its own for it, the weight of the
    shipped score would have to be learnt, and few decisions would wash it out.
    """

    def __init__(self, C: float = STRENGTH, most_norm: float = MOST_NORM) -> None:  # noqa: N803  # scikit-learn's name
        self.C = C
        self.most_norm = most_norm

    def fit(self, X: sparse.csr_matrix, y: Labels, sample_weight: Floats | None = None) -> Self:  # noqa: N803
        """Fit by L-BFGS from zero: the same rows give the same weights."""
        offset, rows = X[:, 0].toarray().ravel(), X[:, 1:].tocsc()
        columns = np.flatnonzero(np.diff(rows.indptr))  # what no row holds stays at zero: most of what there could be
        rows = rows[:, columns].tocsr()
        signs = np.where(y, 1.0, -1.0)
        weights = np.ones(len(signs)) if sample_weight is None else sample_weight

        def loss(coef: Floats) -> tuple[float, Floats]:
            margins = signs * (offset + rows @ coef)
            value = weights @ np.logaddexp(0.0, -margins) + coef @ coef / (2 * self.C)
            slopes = -weights * signs * np.exp(-np.logaddexp(0.0, margins))
            return float(value), rows.T @ slopes + coef / self.C

        found = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": 200})
        norm = float(np.linalg.norm(found.x))
        self.coef_ = np.zeros(X.shape[1] - 1)
        self.coef_[columns] = found.x * min(1.0, self.most_norm / max(norm, self.most_norm))
        self.classes_ = np.array([False, True])
        return self

    def decision_function(self, X: sparse.csr_matrix) -> Floats:  # noqa: N803
        """Return log-odds, the offset among them."""
        return np.asarray(X[:, 0].toarray().ravel() + X[:, 1:] @ self.coef_)

    def predict_proba(self, X: sparse.csr_matrix) -> Floats:  # noqa: N803
        """Return probabilities, a row of two a text."""
        positive = 1.0 / (1.0 + np.exp(-self.decision_function(X)))
        return np.stack([1.0 - positive, positive], axis=1)


def learn(rows: Sequence[Judged], current: bytes | None, cuts: Cuts) -> tuple[bytes, dict[str, Any]]:
    """Return the packed residual and its card (JSON): the data, what was left out, and how it does against what is live.

    `rows` are comments that people decided, `current` is the residual that is live, `cuts` are the scores from which the site's
    rule is suspicious and sure. Fitted on the older decisions and judged by the newest alone; raises ValueError for decisions
    of one kind.
    """
    model = insult.load(encoder=semantic.load())
    chosen = choose(rows)
    terms = measured(model, [row.text for row in chosen.rows])
    alone = contradicting(chosen.rows, [term.score for term in terms])
    kept = [number for number, row in enumerate(chosen.rows) if row.person not in alone]
    chosen.left_out["contradicts"] = len(terms) - len(kept)
    decisions, terms = [chosen.rows[number] for number in kept], [terms[number] for number in kept]
    first_held = split(decisions)
    labels = np.array([row.insult for row in decisions], bool)
    if len(set(labels[:first_held])) < 2:
        raise ValueError("the older decisions are all of one kind: there is nothing to tell apart")
    step(f"fitting on {first_held} decisions", 0.5)
    residual = fit(model.version, terms[:first_held], labels[:first_held])
    blob = insult_residual.pack(residual)
    step(f"judging by {len(decisions) - first_held} newer decisions", 0.6)
    served = insult_residual.unpack(blob)  # judged is what is served
    live = _of_this_base(current, model)
    card = evaluate(served, live, terms[first_held:], labels[first_held:], cuts=cuts)
    return blob, {
        "base": model.version,
        "against": "shipped" if live is None else "live",
        "size": len(blob),
        "norm": round(served.norm, 3),
        "data": _data(rows, decisions, first_held) | {"left_out": dict(chosen.left_out), "left_out_people": len(alone)},
        **card,
    }


def measured(model: InsultModel, texts: Sequence[str]) -> list[Terms]:
    """Return what the shipped model sees in texts."""
    found = []
    for number, text in enumerate(texts):
        if number % _EVERY == 0:
            step(f"reading decision {number} of {len(texts)}", 0.1 + 0.4 * number / max(len(texts), 1))
        found.append(terms_of(model, text))
    return found


def fit(base: str, terms: Sequence[Terms], labels: Labels, *, strength: float = STRENGTH) -> Residual:
    """Fit a residual on texts as the shipped model sees them."""
    fitted = Corrected(C=strength).fit(_matrix(terms), labels, sample_weight=_weights(labels))
    coef, lexicon, margin = np.split(fitted.coef_, [2 * BUCKETS, 2 * BUCKETS + len(FEATURES)])
    return _anchored(Residual(base, coef, lexicon * _LEXICON_WEIGHT, margin, _FIRST_WORD))


def _anchored(residual: Residual) -> Residual:
    """Return the residual with an intercept by which it shifts the uncertain development articles of our corpus by nothing on average.

    So a site's residual orders its comments anew, and a threshold goes on meaning what it meant. A group that has everything
    approved cannot talk all scores down either.
    """
    seen = [term for term in examples(residual.base, "dev")[0] if _UNCERTAIN[0] < term.score < _UNCERTAIN[1]]
    shifts = logits(scores(seen, residual)) - logits(scores(seen, None))
    return replace(residual, margin=residual.margin - np.array([0.0, float(shifts.mean())]))


def _matrix(terms: Sequence[Terms]) -> sparse.csr_matrix:
    """The offset, then a column for each weight of a residual."""
    folded = [folded_ids(term.ids, _FIRST_WORD) for term in terms]
    starts = np.cumsum([0, *map(len, folded)])
    values = np.concatenate([term.values for term in terms])
    shape = (len(terms), 2 * BUCKETS)
    grams = sparse.csr_matrix((values, np.concatenate(folded), starts), shape=shape)
    grams.sum_duplicates()
    before = np.array([logit(term.score) for term in terms])
    lexicon = np.stack([term.lexicon for term in terms]) * _LEXICON_WEIGHT
    own = np.stack([before / SCALE, np.ones(len(terms))], axis=1)
    return sparse.hstack([before[:, None], grams, lexicon, own], format="csr")


def _weights(labels: Labels) -> Floats:
    """Weigh the kinds as the shipped model knows them, the rarer one at most HEAVIEST times."""
    insults, clean = int(labels.sum()), int((~labels).sum())
    heavier = INSULTS / (1.0 - INSULTS) * clean / insults
    found = np.ones(len(labels))
    if heavier >= 1.0:
        found[labels] = min(heavier, HEAVIEST)
    else:
        found[~labels] = min(1.0 / heavier, HEAVIEST)
    return found


def _of_this_base(current: bytes | None, model: InsultModel) -> Residual | None:
    live = insult_residual.unpack(current) if current else None
    return live if live is not None and live.base == model.version else None


def _data(rows: Sequence[Judged], kept: Sequence[Judged], first_held: int) -> dict[str, Any]:
    def counts(some: Sequence[Judged]) -> dict[str, int]:
        insults = sum(row.insult for row in some)
        return {"insults": insults, "approved": len(some) - insults}

    by_person = [sum(row.person == person for row in kept) for person in {row.person for row in kept}]
    return {
        "given": counts(rows),
        "fitted_on": counts(kept[:first_held]),
        "judged_by": counts(kept[first_held:]),
        "from": kept[0].at.isoformat(),
        "cut": kept[first_held].at.isoformat() if first_held < len(kept) else None,
        "to": kept[-1].at.isoformat(),
        "people": len(by_person),
        "largest_share": round(max(by_person) / len(kept), 3),
        "authors": len({row.author for row in kept}),
    }
