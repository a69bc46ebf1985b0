"""Measure a model by name against the research sets: the numbers that stand in its card; and our own corpus."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from classifiers.named import Named

CORPUS = "corpus"
"""What `nazer evaluate` measures beside the models: see corpus_evaluation."""

type Evaluate = Callable[[Path], dict[str, Any]]
"""Takes the folder of the research sets; returns the metrics of the newest shipped version."""

EVALUATIONS: Mapping[str, Evaluate] = Named(
    {
        "language": "classifiers.language_evaluation:evaluate",
        "insult": "classifiers.insult_evaluation:evaluate",
        "insult-recipe": "classifiers.insult_recipe:evaluate",
        "insult-site": "classifiers.insult_site_evaluation:evaluate",
        "insult-open": "classifiers.insult_evaluation:evaluate_open",
        "relevance": "classifiers.relevance_evaluation:evaluate",
        "repeats": "classifiers.repeats_evaluation:evaluate",
    }
)
