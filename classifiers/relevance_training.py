"""Fit the shipped relevance model, the young site's, and write its version folder."""

from pathlib import Path

from classifiers import store
from classifiers.relevance import NAME, RelevanceModel
from classifiers.relevance_card import write as write_card
from classifiers.relevance_evaluation import measure_all
from classifiers.relevance_fitting import corpus_articles, fit, fit_arrays

__all__ = ["fit", "train"]


def train(folder: Path, models: Path) -> Path:
    """Fit the shipped model on our corpus' articles, measure it on the research pairs, and save its version."""
    arrays, meta = fit_arrays(corpus_articles())
    version = store.following(NAME, root=models)
    metrics = measure_all(RelevanceModel(version, arrays, meta), folder)
    return store.save(models / NAME / version, arrays, meta, metrics=metrics, card=write_card(version, metrics))
