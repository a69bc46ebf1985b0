"""How surely a text insults somebody, and which words carry that: a linear model served as plain arrays."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers import store
from classifiers.grams import Counts, GramTable, Ids, sublinear, word_grams
from classifiers.insult_reading import FEATURES, Reader, Reading
from classifiers.text import Folded

NAME = "insult"
OPEN = "insult-open"
"""The model that was fitted on freely licensed texts alone."""
CHARACTER_BITS, WORD_BITS, SHORTEST, LONGEST = 18, 18, 2, 5
_CARRIED = 0.6  # the words shown hold this share of what speaks for an insult
_MOST_SPANS = 5
_SHOWN_FROM = 0.1

type Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class InsultSignal:
    """`score` is a calibrated probability of an insult; `spans` are [start, end) of the words that carried it."""

    score: float
    spans: tuple[tuple[int, int], ...]


class InsultModel:
    """Answers as the scikit-learn pipeline that it was fitted by (see insult_training), without scikit-learn."""

    def __init__(self, version: str, arrays: Mapping[str, Floats], intercept: float) -> None:
        self.version = version
        self._arrays = {name: np.asarray(array, np.float64) for name, array in arrays.items()}
        self._intercept = intercept
        self._grams = GramTable(SHORTEST, LONGEST, CHARACTER_BITS)
        self._reader = Reader()

    def measure(self, folded: Folded) -> InsultSignal:
        """Score one text."""
        reading = self._reader.read(folded)
        texts = [token.text for token in reading.tokens]
        characters, words = self._grams.of_words(texts), word_grams(texts, WORD_BITS)
        margin = (
            self._intercept
            + self._block("character", *characters)
            + self._block("word", *words)
            + float(reading.features @ self._arrays["lexicon_coef"])
        )
        score = 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, margin))))
        spans = self._spans(reading, characters) if score >= _SHOWN_FROM else ()
        return InsultSignal(score, spans)

    def _block(self, name: str, ids: Ids, counts: Counts) -> float:
        """Return what one TF-IDF block (sublinear, L2) adds to the margin."""
        values = sublinear(counts) * self._arrays[f"{name}_idf"][ids]
        norm = math.sqrt(float(values @ values))
        return float(values @ self._arrays[f"{name}_coef"][ids]) / norm if norm else 0.0

    def _spans(self, reading: Reading, characters: tuple[Ids, Counts]) -> tuple[tuple[int, int], ...]:
        """Return the places that carry most of what speaks for an insult, by place."""
        weights = self._weights(reading, characters)
        wanted = _CARRIED * sum(weight for weight in weights.values() if weight > 0)
        chosen: list[tuple[int, int]] = []
        for span, weight in sorted(weights.items(), key=lambda item: -item[1]):
            if weight <= 0 or wanted <= 0 or len(chosen) == _MOST_SPANS:
                break
            if not any(start < span[1] and span[0] < end for start, end in chosen):
                chosen.append(span)
            wanted -= weight
        return tuple(sorted(chosen))

    def _weights(self, reading: Reading, characters: tuple[Ids, Counts]) -> dict[tuple[int, int], float]:
        """Return how much each place adds to the margin: a word by its n-grams, a lexicon find by its family."""
        ids, counts = characters
        idf, coef = self._arrays["character_idf"], self._arrays["character_coef"]
        values = sublinear(counts) * idf[ids]
        norm = math.sqrt(float(values @ values)) or 1.0
        share = values * coef[ids] / (norm * counts)
        weights: dict[tuple[int, int], float] = {}
        for token in reading.tokens:
            place = (token.start, token.end)
            weights[place] = weights.get(place, 0.0) + float(
                share[np.searchsorted(ids, self._grams.of_word(token.text))].sum()
            )
        places = sorted(weights)  # kept in order: what a find covers is looked up
        for found, entry, frame, _ in reading.finds:
            feature = f"{entry.family if frame == 'bare' else frame}:{'sure' if entry.sure else 'maybe'}"
            first = bisect_right(places, found.start, key=itemgetter(1))
            last = bisect_left(places, found.end, key=itemgetter(0))
            inside = places[first:last]
            place = (min([found.start, *(p[0] for p in inside)]), max([found.end, *(p[1] for p in inside)]))
            places[first:last] = [place]
            within = sum(weights.pop(one) for one in inside)
            weights[place] = within + float(self._arrays["lexicon_coef"][FEATURES.index(feature)])
        return weights


def load(version: str | None = None, *, name: str = NAME) -> InsultModel:
    """Load a shipped version, the newest when none is named; `name` may be OPEN."""
    stored = store.load(name, version)
    if tuple(stored.meta["features"]) != FEATURES:
        raise store.RefusedModel(f"{name} {stored.version} was fitted on other lexicon features than this code reads")
    return InsultModel(stored.version, stored.arrays, float(stored.meta["intercept"]))
