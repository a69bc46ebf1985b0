"""How surely a text insults somebody, and which words carry that: a linear model served as plain arrays."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from classifiers import insult_stage, store
from classifiers.grams import Counts, GramTable, Ids, distinct, sublinear, word_ids
from classifiers.insult_reading import FEATURES, Reader, Reading
from classifiers.insult_residual import Residual
from classifiers.insult_stage import SemanticStage
from classifiers.semantic import Encoder
from classifiers.text import Folded

NAME = "insult"
OPEN = "insult-open"
"""The model that was fitted on freely licensed texts alone."""
CHARACTER_BITS, WORD_BITS, SHORTEST, LONGEST = 18, 18, 2, 5
_FIRST_WORD = np.int32(1 << CHARACTER_BITS)
_CARRIED = 0.6  # the words shown hold this share of what speaks for an insult
_MOST_SPANS = 5
_SHOWN_FROM = 0.3  # below it no rule asks about an insult, and a threat is shown by its own words

type Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class InsultSignal:
    """`score` is a calibrated probability of an insult; `spans` are [start, end) of the words that carried it.

    `encoder` is the version of the encoder that took part in the score, None where none did.
    """

    score: float
    spans: tuple[tuple[int, int], ...]
    encoder: str | None = None


class _Terms(NamedTuple):
    """The distinct n-grams of a text: the first `words` are of characters, which alone are counted, the rest of words."""

    ids: Ids
    counts: Counts
    values: Floats
    coef: Floats
    words: int


class InsultModel:
    """Answers as the scikit-learn pipeline that it was fitted by (see insult_training), without scikit-learn."""

    def __init__(
        self, version: str, arrays: Mapping[str, Floats], intercept: float, stage: SemanticStage | None = None
    ) -> None:
        self.version = version
        self.stage = stage
        self._lexicon = np.asarray(arrays["lexicon_coef"], np.float64)
        # idf and coefficient side by side, as they are looked up together; character n-grams and after them the words
        idf, coef = (
            np.concatenate([arrays[f"{kind}_{name}"] for kind in ("character", "word")]) for name in ("idf", "coef")
        )
        self._table = np.stack([idf, coef], axis=1).astype(np.float64)
        self._intercept = intercept
        self._grams = GramTable(SHORTEST, LONGEST, CHARACTER_BITS)
        self._reader = Reader()

    def measure(self, folded: Folded, residual: Residual | None = None) -> InsultSignal:
        """Score one text; the semantic stage, where there is one, may change the score and never the words that carry it.

        A site's residual corrects what comes of both, and takes part in saying which words carried it.
        """
        reading, terms = self._terms(folded)
        characters, words = terms.values[: terms.words] * terms.coef[: terms.words], terms.values[terms.words :]
        lexicon = float(reading.features @ self._lexicon)
        margin = self._intercept + float(characters.sum()) + float((words * terms.coef[terms.words :]).sum()) + lexicon
        score = 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, margin))))
        second = self.stage.second(folded.original, score) if self.stage else None
        first, score = score, score if second is None else second
        if residual is not None:
            score, added = residual.corrected(score, terms.ids, terms.values, reading.features)
            characters = characters + added[: terms.words]
        shown = max(first, score) >= _SHOWN_FROM
        spans = self._spans(reading, terms.ids[: terms.words], characters / terms.counts) if shown else ()
        return InsultSignal(score, spans, self.stage.version if self.stage and second is not None else None)

    def features(self, folded: Folded) -> tuple[Ids, Floats, Floats]:
        """Return what a residual is fitted on: distinct n-grams (characters below 2^18, words above), their values, the lexicon's."""
        reading, terms = self._terms(folded)
        return terms.ids, terms.values, reading.features

    def _terms(self, folded: Folded) -> tuple[Reading, _Terms]:
        """Return a text's reading and its n-grams by TF-IDF (sublinear, L2); the two blocks are looked up as one."""
        reading = self._reader.read(folded)
        texts = [token.text for token in reading.tokens]
        grams, _ = self._grams.of_each(texts)
        ids, counts = distinct(np.concatenate([grams, word_ids(texts, WORD_BITS) + _FIRST_WORD]))
        idf, coef = self._table.take(ids, axis=0).T
        values = sublinear(counts) * idf
        words = int(ids.searchsorted(_FIRST_WORD))
        for block in (slice(words), slice(words, None)):
            values[block] /= math.sqrt(float(values[block] @ values[block])) or 1.0
        return reading, _Terms(ids, counts[:words], values, coef, words)

    def _spans(self, reading: Reading, ids: Ids, shares: Floats) -> tuple[tuple[int, int], ...]:
        """Return the places that carry most of what speaks for an insult, by place."""
        weights = self._weights(reading, ids, shares)
        wanted = _CARRIED * sum(weight for weight in weights.values() if weight > 0)
        chosen: list[tuple[int, int]] = []
        for span, weight in sorted(weights.items(), key=lambda item: -item[1]):
            if weight <= 0 or wanted <= 0 or len(chosen) == _MOST_SPANS:
                break
            if not any(start < span[1] and span[0] < end for start, end in chosen):
                chosen.append(span)
            wanted -= weight
        return tuple(sorted(chosen))

    def _weights(self, reading: Reading, ids: Ids, shares: Floats) -> dict[tuple[int, int], float]:
        """Return how much each place adds to the margin: a word by its n-grams, a lexicon find by its family.

        `shares` is what one occurrence of each n-gram of `ids` adds.
        """
        weights: dict[tuple[int, int], float] = {}
        grams, lengths = self._grams.of_each([token.text for token in reading.tokens])
        if len(grams):
            added = shares.take(ids.searchsorted(grams))
            begins = [0, *accumulate(lengths[:-1])]
            for token, weight in zip(reading.tokens, np.add.reduceat(added, begins).tolist(), strict=True):
                place = (token.start, token.end)
                weights[place] = weights.get(place, 0.0) + weight
        places = sorted(weights)  # kept in order: what a find covers is looked up
        for found, entry, frame, _ in reading.finds:
            feature = f"{entry.family if frame == 'bare' else frame}:{'sure' if entry.sure else 'maybe'}"
            first = bisect_right(places, found.start, key=itemgetter(1))
            last = bisect_left(places, found.end, key=itemgetter(0))
            inside = places[first:last]
            place = (min([found.start, *(p[0] for p in inside)]), max([found.end, *(p[1] for p in inside)]))
            places[first:last] = [place]
            within = sum(weights.pop(one) for one in inside)
            weights[place] = within + float(self._lexicon[FEATURES.index(feature)])
        return weights


def load(version: str | None = None, *, name: str = NAME, encoder: Encoder | None = None) -> InsultModel:
    """Load a shipped version, the newest when none is named; `name` may be OPEN. With an encoder its semantic stage is asked."""
    stored = store.load(name, version)
    if tuple(stored.meta["features"]) != FEATURES:
        raise store.RefusedModel(f"{name} {stored.version} was fitted on other lexicon features than this code reads")
    stage = insult_stage.restored(stored.arrays, stored.meta, encoder)
    return InsultModel(stored.version, stored.arrays, float(stored.meta["intercept"]), stage)
