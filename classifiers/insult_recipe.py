"""What the recipe gives on a research set's own official split: the figure to hold against published ones.

The shipped model is fitted on our corpus and judged on news comments; published figures are those of models fitted on a set's
training part and judged on its test part, with that set's idea of an insult. Here the same folding and the same lexicon are
fitted so. Two members read a text: logistic regression on TF-IDF of character n-grams and words that naive Bayes has weighted
(Wang and Manning 2012, "Baselines and bigrams"), and a support vector machine on their latent dimensions; both read the
lexicon. A logistic regression over what they say of texts held out from them joins the two. All settings and the threshold come
from five-fold cross-validation on the training part.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer, Normalizer
from sklearn.svm import SVC

from classifiers import data
from classifiers.insult_rows import RESEARCH, reading
from classifiers.text import fold, words

FOLDS = 5
TOPICS = 200
PUBLISHED = {"phate": {"f1": 0.781}, "pars_off": {"macro_f1": 0.8957}}
"""ParsBERT and XLM-R on PHATE (Delbari et al., AAAI 2024); BERT with fastText on Pars-OFF (IEEE TAFFC)."""

_MENTIONS = re.compile(r"(?:https?://|www\.)\S+|@\w+")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")

type Floats = npt.NDArray[np.float64]
type Labels = npt.NDArray[np.bool_]


def tweet(text: str) -> str:
    """Return a tweet as the n-grams read it: folded words, hashtags among them, then its emoji; mentions and links left out."""
    folded = fold(_MENTIONS.sub(" ", text).replace("#", " # "))
    spoken = ["0" if word.text.isdigit() else word.text for word in words(folded, joined=True)]
    return " ".join([*spoken, *_EMOJI.findall(folded.text)])


def _tweets(texts: Sequence[str]) -> list[str]:
    return [tweet(text) for text in texts]


def _lexicon(texts: Sequence[str]) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.array([reading(text).features for text in texts]))


class NaiveBayesWeights(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Multiply each feature by the size of its log-count ratio between the classes, at most `most`."""

    def __init__(self, most: float = 4.0) -> None:
        self.most = most

    def fit(self, x: sparse.csr_matrix, y: Labels) -> Self:
        seen, labels = x > 0, np.asarray(y, bool)
        insult, clean = (1.0 + np.asarray(seen[rows].sum(axis=0)).ravel() for rows in (labels, ~labels))
        self.ratio_ = np.minimum(np.abs(np.log(insult / insult.sum()) - np.log(clean / clean.sum())), self.most)
        return self

    def transform(self, x: sparse.csr_matrix) -> sparse.csr_matrix:
        return x.multiply(self.ratio_).tocsr()


def _grams(*, weighted: bool) -> FeatureUnion:
    kinds = {
        "character": {"analyzer": "char_wb", "ngram_range": (2, 5)},
        "word": {"ngram_range": (1, 2), "token_pattern": r"\S+"},
    }
    return FeatureUnion(
        [
            (
                kind,
                Pipeline(
                    [
                        ("count", TfidfVectorizer(sublinear_tf=True, min_df=2, lowercase=False, **how)),
                        ("weigh", NaiveBayesWeights() if weighted else "passthrough"),
                    ]
                ),
            )
            for kind, how in kinds.items()
        ]
    )


def members() -> list[Pipeline]:
    """Return the two unfitted members; each takes raw strings and has a decision function."""
    linear = [("tweet", FunctionTransformer(_tweets)), ("grams", _grams(weighted=True))]
    latent = [
        ("tweet", FunctionTransformer(_tweets)),
        ("grams", _grams(weighted=False)),
        ("topics", TruncatedSVD(TOPICS, random_state=0)),
        ("unit", Normalizer()),
    ]
    lexicon = FunctionTransformer(_lexicon)
    return [
        Pipeline(
            [
                (
                    "read",
                    FeatureUnion(
                        [("grams", Pipeline(steps)), ("lexicon", lexicon)], transformer_weights={"lexicon": weight}
                    ),
                ),
                ("model", model),
            ]
        )
        for steps, weight, model in (
            (linear, 0.5, LogisticRegression(C=1.0, solver="liblinear", random_state=0)),
            (latent, 0.3, SVC(C=3.0, gamma=1.0)),
        )
    ]


class Recipe:
    """The two members joined, with a threshold for the best macro F1 in cross-validation."""

    def fit(self, texts: Sequence[str], labels: Labels) -> Self:
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        held = np.column_stack(
            [cross_val_predict(member, texts, labels, cv=folds, method="decision_function") for member in members()]
        )
        self._mean, self._spread = held.mean(axis=0), held.std(axis=0)
        again = StratifiedKFold(FOLDS, shuffle=True, random_state=1)
        margins = cross_val_predict(self._join(), self._scaled(held), labels, cv=again, method="decision_function")
        self.threshold = _best_threshold(margins, labels)
        self.validation = _figures(margins, labels, self.threshold)
        self._joined = self._join().fit(self._scaled(held), labels)
        self._members = [member.fit(texts, labels) for member in members()]
        return self

    def decision_function(self, texts: Sequence[str]) -> Floats:
        """Return a margin a text; above `threshold` it is called an insult."""
        said = np.column_stack([member.decision_function(texts) for member in self._members])
        margins: Floats = self._joined.decision_function(self._scaled(said))
        return margins

    def _scaled(self, said: Floats) -> Floats:
        scaled: Floats = (said - self._mean) / self._spread
        return scaled

    @staticmethod
    def _join() -> LogisticRegression:
        return LogisticRegression(C=0.05)


def evaluate(folder: Path) -> dict[str, Any]:
    """Return, for each research set, the figures in cross-validation and on its official test, beside the published one."""
    return {name: _evaluate(name, folder) for name in RESEARCH}


def _evaluate(name: str, folder: Path) -> dict[str, Any]:
    rows = list(data.rows(folder / "toxicity" / f"{name}.jsonl"))
    fitted, tested = ([row for row in rows if (row["split"] == "test") is test] for test in (False, True))
    recipe = Recipe().fit([row["text"] for row in fitted], _labels(fitted))
    margins = recipe.decision_function([row["text"] for row in tested])
    return {
        "fitted_on": len(fitted),
        "validation": recipe.validation,
        "test": _figures(margins, _labels(tested), recipe.threshold),
        "published": PUBLISHED[name],
    }


def _labels(rows: Sequence[dict[str, Any]]) -> Labels:
    return np.array([bool(row["label"]) for row in rows])


def _best_threshold(margins: Floats, labels: Labels) -> float:
    cuts = np.quantile(margins, np.linspace(0.1, 0.9, 161))
    return float(max(cuts, key=lambda cut: f1_score(labels, margins >= cut, average="macro")))


def _figures(margins: Floats, labels: Labels, threshold: float) -> dict[str, Any]:
    said = margins >= threshold
    return {
        "texts": len(labels),
        "f1": round(float(f1_score(labels, said)), 4),
        "macro_f1": round(float(f1_score(labels, said, average="macro")), 4),
        "auc": round(float(roc_auc_score(labels, margins)), 4),
    }
