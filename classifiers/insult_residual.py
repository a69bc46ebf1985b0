"""What one site's people taught: a small correction of the shipped insult model, served as plain arrays.

It reads what the shipped model reads and moves that score on the scale of log-odds, by no more than MOST_SHIFT. A residual of zeros
leaves every score as it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from classifiers import store
from classifiers.grams import Ids
from classifiers.insult_reading import FEATURES

BUCKETS = 1 << 16
"""Numbers to which the hashed n-grams of each kind, characters and words, are folded."""
LARGEST = 1024 * 1024
"""Bytes of the largest residual, packed and unpacked."""
MOST_SHIFT = 2.5
"""Log-odds by which a residual moves a score at most, whatever it learnt: .5 becomes .08 or .92 at the outermost."""
SURE = 1e-6
SCALE = 4.0
"""What the shipped model's log-odds are divided by where they are a feature themselves."""

_COEF, _LEXICON, _MARGIN = "coef", "lexicon", "margin"
_HALF = np.int32(BUCKETS - 1)

type Floats = npt.NDArray[np.floating[Any]]


class Terms(NamedTuple):
    """What the shipped model sees in one text: its score, its distinct n-grams with their values, and the finds of the lexicon."""

    score: float
    ids: Ids
    values: Floats
    lexicon: Floats


def folded_ids(ids: Ids, first_word: int) -> Ids:
    """Return the places of n-grams in a residual's array: those of words, from `first_word` on, behind those of characters."""
    return np.where(ids < first_word, ids & _HALF, (ids & _HALF) + np.int32(BUCKETS))


def logit(score: float) -> float:
    """Return the log-odds of a score, of one that is all but sure those of SURE."""
    kept = min(max(score, SURE), 1.0 - SURE)
    return math.log(kept / (1.0 - kept))


@dataclass(frozen=True, slots=True)
class Residual:
    """A correction of the shipped version `base`.

    `coef` holds a weight for each folded n-gram (2 * BUCKETS), `lexicon` one for each of FEATURES, `margin` those of the shipped
    log-odds and of the intercept.
    """

    base: str
    coef: Floats
    lexicon: Floats
    margin: Floats
    first_word: int

    def corrected(self, score: float, ids: Ids, values: Floats, lexicon: Floats) -> tuple[float, Floats]:
        """Return the corrected score, and what each n-gram added to it (log-odds).

        A shift of nothing gives back the very score.
        """
        added = values * self.coef.take(folded_ids(ids, self.first_word))
        before = logit(score)
        shift = float(added.sum() + lexicon @ self.lexicon + self.margin @ (before / SCALE, 1.0))
        if shift == 0.0:
            return score, added
        after = before + max(-MOST_SHIFT, min(MOST_SHIFT, shift))
        return 1.0 / (1.0 + math.exp(-after)), added

    @property
    def norm(self) -> float:
        """The length of all weights together."""
        return math.sqrt(sum(float(part @ part) for part in (self.coef, self.lexicon, self.margin)))


def pack(residual: Residual) -> bytes:
    """Return a residual as a blob for the database. Raises store.RefusedModel for one over LARGEST."""
    arrays: store.Arrays = {
        _COEF: residual.coef.astype(np.float16),
        _LEXICON: residual.lexicon.astype(np.float32),
        _MARGIN: residual.margin.astype(np.float32),
    }
    meta = {"base": residual.base, "features": list(FEATURES), "first_word": residual.first_word}
    blob = store.pack(arrays, meta)
    if len(blob) > LARGEST:
        raise store.RefusedModel(f"a residual of {len(blob)} bytes is larger than {LARGEST}")
    return blob


def unpack(blob: bytes) -> Residual:
    """Return the residual of a blob. Raises store.RefusedModel for anything that does not fit this code."""
    if len(blob) > LARGEST:
        raise store.RefusedModel(f"a residual of {len(blob)} bytes is larger than {LARGEST}")
    arrays, meta = store.unpack(blob)
    if tuple(meta.get("features", ())) != FEATURES:
        raise store.RefusedModel("the residual was fitted on other lexicon features than this code reads")
    shapes = {_COEF: (2 * BUCKETS,), _LEXICON: (len(FEATURES),), _MARGIN: (2,)}
    if {name: array.shape for name, array in arrays.items()} != shapes:
        raise store.RefusedModel("the residual's arrays are not those of this code")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise store.RefusedModel("the residual holds what is no number")
    coef, lexicon, margin = (arrays[name].astype(np.float32) for name in shapes)
    return Residual(str(meta["base"]), coef, lexicon, margin, int(meta["first_word"]))
