"""What a site learns from its own articles, by the model's name. Taking a learner loads scikit-learn and hazm."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from classifiers.named import Named
from classifiers.relevance import ArticleText

type Approved = Sequence[tuple[str, ArticleText]]
"""Comments that a site's people approved, each with its article, the newest first."""

type Learn = Callable[[Sequence[ArticleText], Approved], tuple[bytes, dict[str, Any]]]
"""Takes a site's articles and approved comments; returns the model as store.pack packs it, and metrics for people (JSON)."""

LEARNERS: Mapping[str, Learn] = Named({"relevance": "classifiers.relevance_learning:learn"})
