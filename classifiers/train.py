"""Train a model by name."""

from collections.abc import Callable, Mapping
from pathlib import Path

from classifiers.named import Named

type Train = Callable[[Path, Path], Path]
"""Takes the folder of the research sets and the folder of models; returns the version folder it wrote."""

TRAINERS: Mapping[str, Train] = Named(
    {
        "language": "classifiers.language_training:train",
        "insult": "classifiers.insult_training:train",
        "insult-open": "classifiers.insult_training:train_open",
        "relevance": "classifiers.relevance_training:train",
    }
)
