"""What a site learns from its articles and its people, by the model's name. Taking a learner loads scikit-learn and hazm."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from classifiers.insult_decisions import Judged
from classifiers.named import Named
from classifiers.relevance import ArticleText

type Approved = Sequence[tuple[str, ArticleText]]
"""Comments that a site's people approved, each with its article, the newest first."""

type Learn = Callable[[Sequence[ArticleText], Approved], tuple[bytes, dict[str, Any]]]
"""Takes a site's articles and approved comments; returns the model as store.pack packs it, and metrics for people (JSON)."""

LEARNERS: Mapping[str, Learn] = Named({"relevance": "classifiers.relevance_learning:learn"})

type Cuts = tuple[float, float]
"""The scores from which a site's rule is suspicious, and sure."""

type Correct = Callable[[Sequence[Judged], bytes | None, Cuts], tuple[bytes, dict[str, Any]]]
"""Takes decided comments, the packed residual that is live, and the site's cuts; returns a packed residual and its card (JSON)."""

CORRECTORS: Mapping[str, Correct] = Named({"insult": "classifiers.insult_residual_learning:learn"})
