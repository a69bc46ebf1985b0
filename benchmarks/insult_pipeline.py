"""The scikit-learn pipeline that an insult model was exported from, put together again from the stored arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline

from classifiers.insult_reading import Reader, Reading
from classifiers.insult_training import LEXICON_WEIGHT, build
from classifiers.store import StoredModel
from classifiers.text import fold


class ReadAnew(TransformerMixin, BaseEstimator):
    """Raw strings to readings as a service reads them: each text anew, while fitting remembers what it has read."""

    def fit(self, _texts: Sequence[str], _labels: object = None) -> Self:
        self.reader_ = Reader()
        return self

    def transform(self, texts: Sequence[str]) -> list[Reading]:
        return [self.reader_.read(fold(text)) for text in texts]


def rebuild(stored: StoredModel) -> Pipeline:
    """Return the fitted pipeline over raw strings whose `predict_proba` the stored arrays were exported from."""
    pipeline = build()
    pipeline.steps[0] = ("read", ReadAnew().fit(()))
    arrays = {name: np.asarray(array, np.float64) for name, array in stored.arrays.items()}
    blocks = dict(pipeline.named_steps["features"].transformer_list)
    for kind in ("character", "word"):
        tfidf = blocks[kind].named_steps["tfidf"]
        tfidf.idf_ = arrays[f"{kind}_idf"]
    model = pipeline.named_steps["model"]
    lexicon = arrays["lexicon_coef"] / LEXICON_WEIGHT
    model.coef_ = np.concatenate([arrays["character_coef"], arrays["word_coef"], lexicon])[None, :]
    model.intercept_ = np.array([float(stored.meta["intercept"])])
    model.classes_ = np.array([False, True])
    model.n_features_in_ = model.coef_.shape[1]
    return pipeline
