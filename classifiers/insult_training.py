"""Fit an insult model on labelled texts, our own corpus among them, and write its version folder."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import FeatureUnion, Pipeline

from classifiers import (
    insult_card,
    insult_recipe,
    insult_stage,
    insult_stage_evaluation,
    insult_stage_training,
    semantic,
    store,
)
from classifiers.grams import Counts, GramTable, Ids, word_grams
from classifiers.insult import CHARACTER_BITS, LONGEST, NAME, OPEN, SHORTEST, WORD_BITS, InsultModel
from classifiers.insult_evaluation import corpus_scores, measure_all
from classifiers.insult_figures import thresholds
from classifiers.insult_reading import FEATURES, Reading
from classifiers.insult_rows import OWN, Example, free, own, reading, research
from classifiers.insult_stage import SemanticStage
from classifiers.insult_variants import disguised, short_spans
from classifiers.progress import step
from classifiers.words import frame

# Chosen by five-fold cross-validation over the corpus' training articles; the numbers are in the card.
STRENGTH = 3.0
LEXICON_WEIGHT = 0.5
CORPUS_WEIGHT = 3.0
HEAVIEST_CRITICISM = 3.0
CUT_SHARE = 0.3
DISGUISED_SHARE = 0.3
FOLDS = 5

type Floats = npt.NDArray[np.floating[Any]]


class ReadTexts(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Raw strings to readings; a text read once is remembered while fitting."""

    def fit(self, _texts: Sequence[str], _labels: object = None) -> Self:
        return self

    def transform(self, texts: Sequence[str]) -> list[Reading]:
        return [reading(text) for text in texts]

    def __sklearn_is_fitted__(self) -> bool:
        return True


class HashedCounts(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Readings to counts of hashed features: `kind` is "character" or "word"."""

    def __init__(self, kind: str = "character") -> None:
        self.kind = kind

    def fit(self, _readings: Sequence[Reading], _labels: object = None) -> Self:
        return self

    def transform(self, readings: Sequence[Reading]) -> sparse.csr_matrix:
        count, bits = _counting(self.kind)
        rows = [count([token.text for token in reading.tokens]) for reading in readings]
        starts = np.cumsum([0, *(len(ids) for ids, _ in rows)])
        ids, counts = (np.concatenate(column) for column in zip(*rows, strict=True))
        return sparse.csr_matrix((counts.astype(np.float64), ids, starts), shape=(len(rows), 1 << bits))

    def __sklearn_is_fitted__(self) -> bool:
        return True


class LexiconFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Readings to the features of FEATURES."""

    def fit(self, _readings: Sequence[Reading], _labels: object = None) -> Self:
        return self

    def transform(self, readings: Sequence[Reading]) -> sparse.csr_matrix:
        return sparse.csr_matrix(np.array([reading.features for reading in readings]))

    def __sklearn_is_fitted__(self) -> bool:
        return True


class TwoDomains(LogisticRegression):  # type: ignore[misc]  # scikit-learn has no types
    """Logistic regression that learns from another domain without becoming it.

    Every weight is shared, and texts from elsewhere have a second set of their own (Daumé 2007, "Frustratingly easy domain
    adaptation"); only the shared set is kept, so answering is plain logistic regression.
    """

    def fit(self, x: sparse.csr_matrix, y: object, sample_weight: object = None, elsewhere: object = None) -> Self:
        width = x.shape[1]
        if elsewhere is not None:
            marks = np.asarray(elsewhere, np.float64)[:, None]
            x = sparse.hstack([x, x.multiply(marks), sparse.csr_matrix(2.0 * marks)]).tocsr()
        super().fit(x, y, sample_weight)
        self.coef_: Floats = np.ascontiguousarray(self.coef_[:, :width])
        self.n_features_in_ = width
        return self


def build() -> Pipeline:
    """Return the unfitted pipeline over raw strings."""
    blocks = [
        (kind, Pipeline([("count", HashedCounts(kind)), ("tfidf", TfidfTransformer(sublinear_tf=True))]))
        for kind in ("character", "word")
    ]
    return Pipeline(
        [
            ("read", ReadTexts()),
            (
                "features",
                FeatureUnion(
                    [*blocks, ("lexicon", LexiconFeatures())], transformer_weights={"lexicon": LEXICON_WEIGHT}
                ),
            ),
            ("model", TwoDomains(C=STRENGTH, solver="liblinear", random_state=0)),
        ]
    )


class Fitted(NamedTuple):
    """A calibrated pipeline, and its scores of the corpus comments it was fitted on, each by a fold that left its article out."""

    pipeline: Pipeline
    scores: Floats
    labels: npt.NDArray[np.bool_]


def fit(examples: Sequence[Example]) -> Fitted:
    """Fit and calibrate on the corpus' own domain; the weights are rounded to what is stored."""
    margins, labels = _held_out_margins(examples)
    step("fitting on all", 0.5)
    pipeline = fit_once(examples)
    calibration = LogisticRegression(C=1e6).fit(margins[:, None], labels)
    model = pipeline.named_steps["model"]
    slope = float(calibration.coef_[0, 0])
    model.coef_ = (model.coef_ * slope).astype(np.float16).astype(np.float64)
    model.intercept_ = model.intercept_ * slope + calibration.intercept_
    for kind in ("character", "word"):
        tfidf = _tfidf(pipeline, kind)
        tfidf.idf_ = tfidf.idf_.astype(np.float16).astype(np.float64)
    return Fitted(pipeline, calibration.predict_proba(margins[:, None])[:, 1], labels)


def export(pipeline: Pipeline) -> tuple[dict[str, Floats], float]:
    """Return the arrays and the intercept by which InsultModel answers as the pipeline does."""
    model = pipeline.named_steps["model"]
    character, word, lexicon = np.split(model.coef_[0], [1 << CHARACTER_BITS, (1 << CHARACTER_BITS) + (1 << WORD_BITS)])
    arrays: dict[str, Floats] = {
        "character_coef": character.astype(np.float16),
        "word_coef": word.astype(np.float16),
        "lexicon_coef": lexicon * LEXICON_WEIGHT,
        "character_idf": _tfidf(pipeline, "character").idf_.astype(np.float16),
        "word_idf": _tfidf(pipeline, "word").idf_.astype(np.float16),
    }
    return arrays, float(model.intercept_[0])


def train(folder: Path, models: Path) -> Path:
    """Fit, measure and save the next version of the insult model; returns its folder.

    Its semantic stage is fitted where the extra nazer[semantic] is installed; a version fitted elsewhere has none, as its card
    says. The model without the stage is the same either way.
    """
    return _train(NAME, [*research(folder), *own()], folder, models)


def train_open(folder: Path, models: Path) -> Path:
    """The same of the model that learns from our corpus and freely licensed texts alone."""
    return _train(OPEN, [*free(folder), *own()], folder, models)


def _train(name: str, examples: Sequence[Example], folder: Path, models: Path) -> Path:
    fitted = fit(examples)
    arrays, intercept = export(fitted.pipeline)
    version = store.following(name, root=models)
    model = InsultModel(version, arrays, intercept)
    # The development articles alone hold a few dozen insults: the folds of the training articles steady the table.
    scores, labels = corpus_scores(model, "dev")
    table = thresholds(np.concatenate([scores, fitted.scores]), np.concatenate([labels, fitted.labels]))
    step("measuring", 0.6)
    metrics = measure_all(model, folder, table)
    if name == NAME:
        step("the recipe on the research sets' own splits", 0.75)
        metrics["recipe"] = insult_recipe.evaluate(folder)
    meta: dict[str, Any] = {"features": list(FEATURES), "intercept": intercept}
    encoder = semantic.load()
    if encoder:
        stage = insult_stage_training.train(fitted.scores, scores, encoder)
        staged = InsultModel(version, arrays, intercept, SemanticStage(stage.weights, encoder))
        measured = insult_stage_evaluation.measure(model, staged, folder, stage.thresholds)
        metrics["semantic"] = measured | {"choice": stage.choice}
        arrays[insult_stage.COEF], meta[insult_stage.META] = stage.weights.stored()
    card = insult_card.write(name, version, metrics)
    return store.save(models / name / version, arrays, meta, metrics=metrics, card=card)


def weights(examples: Sequence[Example]) -> Floats:
    """Return a weight a text: our corpus counts more; clean texts with words of criticism balance the tweets that revile."""
    result = np.array([CORPUS_WEIGHT if example.source == OWN else 1.0 for example in examples])
    labels = np.array([example.label for example in examples])
    critical = frame("criticism")
    words = [{token.text for token in reading(example.text).tokens} & critical for example in examples]
    odds = labels.mean() / (1 - labels.mean())
    heavier = np.ones(len(examples))
    for word in critical:
        having = np.array([word in found for found in words])
        clean, insults = (having & ~labels).sum(), (having & labels).sum()
        if clean >= 5:
            wanted = min(HEAVIEST_CRITICISM, insults / (clean * odds))
            heavier[having & ~labels] = np.maximum(heavier[having & ~labels], wanted)
    return np.asarray(result * heavier)


def fit_once(examples: Sequence[Example]) -> Pipeline:
    """Fit without calibrating: margins that order texts, above 0 for what is rather an insult.

    A share of the texts is fitted on once more as a cut of a few words, since comments are shorter than most of them, and
    a share with one word in disguise.
    """
    examples = [*examples, *short_spans(examples, share=CUT_SHARE), *disguised(examples, share=DISGUISED_SHARE)]
    elsewhere = [example.source != OWN for example in examples]
    return build().fit(
        [example.text for example in examples],
        [example.label for example in examples],
        model__sample_weight=weights(examples),
        model__elsewhere=None if all(elsewhere) else elsewhere,
    )


def _held_out_margins(examples: Sequence[Example]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return margins of corpus comments whose article was not fitted on, with their labels."""
    ours = [example for example in examples if example.source == OWN]
    others = [example for example in examples if example.source != OWN]
    margins, labels = np.zeros(len(ours)), np.array([example.label for example in ours])
    groups = [example.group for example in ours]
    for number, (fitted, held) in enumerate(GroupKFold(FOLDS).split(ours, groups=groups)):
        step(f"fitting fold {number + 1} of {FOLDS}", 0.1 * number)
        pipeline = fit_once([*others, *(ours[index] for index in fitted)])
        margins[held] = pipeline.decision_function([ours[index].text for index in held])
    return margins, labels


@cache
def _counting(kind: str) -> tuple[Callable[[Sequence[str]], tuple[Ids, Counts]], int]:
    if kind == "character":
        return GramTable(SHORTEST, LONGEST, CHARACTER_BITS).of_words, CHARACTER_BITS
    return lambda words: word_grams(words, WORD_BITS), WORD_BITS


def _tfidf(pipeline: Pipeline, kind: str) -> TfidfTransformer:
    union = pipeline.named_steps["features"]
    return dict(union.transformer_list)[kind].named_steps["tfidf"]
