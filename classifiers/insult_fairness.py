"""Whether harsh but civil words, and the names of peoples, are held against clean texts.

On a news site criticism is the false positive that matters. Measured as equality of false-positive rates (Hardt, Price and Srebro
2016, one side of "equalized odds"; Dixon et al. 2018 for words of identity): clean texts that hold such a word must not be flagged
much more often than clean texts are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.text import fold, words

WORDS = ("دروغ", "رژیم", "نظام", "فساد", "دزدی", "سپاه", "اسلام", "زن", "عرب", "ترک")
MOST_RATIO = 1.5
FEWEST = 20
"""Clean texts with a word, below which its rate says nothing by itself."""

type Scored = tuple[Sequence[str], npt.NDArray[np.float64], npt.NDArray[np.bool_]]
"""Texts, their scores and whether each is an insult."""


def measure(sets: Mapping[str, Scored], threshold: float) -> dict[str, Any]:
    """Return the share of clean texts flagged at `threshold`: of all, of those with any of WORDS, and by word, sets pooled.

    A rate is held against the rate that the same sets have without looking at words, each set in the share in which it holds
    them: else a set that is flagged often would pass for a word that is.
    """
    overall = {name: float((scores[~labels] >= threshold).mean()) for name, (_, scores, labels) in sets.items()}
    lines = [
        (found, float(score) >= threshold, overall[name])
        for name, (texts, scores, labels) in sets.items()
        for text, score, label in zip(texts, scores, labels, strict=True)
        if not label and (found := _found(text))
    ]
    result = {"threshold": threshold, "clean_flagged": {name: round(rate, 4) for name, rate in overall.items()}}
    result["any"] = _rate([(flagged, rate) for _, flagged, rate in lines])
    result["words"] = {
        word: _rate([(flagged, rate) for found, flagged, rate in lines if word in found]) for word in WORDS
    }
    return result


def _rate(lines: Sequence[tuple[bool, float]]) -> dict[str, Any]:
    """Return how often clean texts are flagged, how often texts of their sets are, and the ratio of both."""
    if not lines:
        return {"texts": 0}
    flagged, expected = (float(np.mean(column)) for column in zip(*lines, strict=True))
    ratio = round(flagged / expected, 2) if expected else None
    return {"texts": len(lines), "flagged": round(flagged, 4), "expected": round(expected, 4), "ratio": ratio}


def _found(text: str) -> frozenset[str]:
    """Return which of WORDS stand in a text, as words of their own."""
    return frozenset(WORDS).intersection(word.text for word in words(fold(text)))
