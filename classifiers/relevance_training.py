"""Choose, fit and measure the shipped relevance model, the young site's, and write its version folder."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from classifiers import semantic, store
from classifiers.progress import step
from classifiers.relevance import NAME, Choice, Limits, RelevanceModel
from classifiers.relevance_card import write as write_card
from classifiers.relevance_choice import choose
from classifiers.relevance_evaluation import measure_all
from classifiers.relevance_fitting import corpus_articles, fit, fit_arrays
from classifiers.relevance_pairs import articles, pairs

__all__ = ["fit", "train"]


def train(folder: Path, models: Path) -> Path:
    """Choose weights and limits, fit on our corpus' articles, measure on the research pairs, and save the version.

    What concerns the semantic stage is chosen and measured where the extra nazer[semantic] is installed; a version trained
    without it serves sites without the stage, and its card says so.
    """
    encoder = semantic.load()
    step("choosing weights and limits", 0.02)
    chosen = _chosen(folder, encoder)
    young = chosen["young"]
    step("fitting on the corpus' articles", 0.6)
    arrays, meta = fit_arrays(corpus_articles(), Limits(**young["limits"]), Choice(**young["choice"]))
    meta["chosen"] = chosen
    version = store.following(NAME, root=models)
    step("measuring on the research pairs", 0.7)
    metrics = measure_all(RelevanceModel(version, arrays, meta), chosen, folder, encoder)
    card = write_card(version, metrics, chosen)
    return store.save(models / NAME / version, arrays, meta, metrics=metrics, card=card)


def _chosen(folder: Path, encoder: semantic.Encoder | None) -> dict[str, dict[str, Any]]:
    found = choose(articles(folder), pairs(folder), encoder)
    return {age: {"limits": asdict(limits), "choice": asdict(choice)} for age, (limits, choice) in found.items()}
