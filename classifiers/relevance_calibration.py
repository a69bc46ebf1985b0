"""Set the threshold of a site's relevance model from the comments that its people approved."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from classifiers.relevance import ArticleText, Fingerprint, Limits, RelevanceModel
from classifiers.text import fold

FEWEST = 200  # judged approved comments; a quantile of fewer says little
SHARE = 0.02


def calibrate(
    model: RelevanceModel,
    approved: Sequence[tuple[str, ArticleText]],
    *,
    share: float = SHARE,
    fewest: int = FEWEST,
) -> Limits:
    """Return the model's limits with a threshold that flags at most `share` of the judged approved comments.

    Where fewer than `fewest` of them are judged (long enough, not phatic, not under a thin article), the limits stay as
    they are.
    """
    prints: dict[ArticleText, Fingerprint] = {}
    scores = []
    for text, article in approved:
        known = prints.get(article) or prints.setdefault(article, model.fingerprint(article))
        signal = model.measure(fold(text), known)
        if (
            signal.outcome != "not_judged"
            and signal.score is not None
            and known.body_words >= model.limits.shortest_body
        ):
            scores.append(signal.score)
    if len(scores) < fewest:
        return model.limits
    # a comment at the threshold is not flagged
    return replace(model.limits, suspect_below=float(np.quantile(scores, share, method="lower")))
