"""The semantic stage of an insult model: what a text means decides where its words leave that open (the extra nazer[semantic])."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.semantic import Encoder, Vector

log = logging.getLogger(__name__)

META = "semantic"
COEF = "semantic_coef"
LONGEST = 160
"""Characters of the longest text that is asked about: eleven in twelve comments of our corpus are no longer. A longer one gained
nothing from its beginning, reading all of it takes seconds, and an insult behind a harmless beginning must not be talked away."""

type Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Weights:
    """Logistic regression on the logit of a text's score and on its sentence vector, for scores in [`ask_from`, `ask_below`).

    `encoder` is the version of the encoder whose vectors it was fitted on.
    """

    coef: Floats
    slope: float
    intercept: float
    ask_from: float
    ask_below: float
    encoder: str

    def asks(self, text: str, score: float) -> bool:
        """Say whether a text is short enough and its score uncertain enough for the stage."""
        return len(text) <= LONGEST and self.ask_from <= score < self.ask_below

    def score(self, first: float, vector: Vector) -> float:
        """Return the calibrated probability of an insult, of a text with a score in the band and a vector.

        It stays inside the band: a text that was asked about passes none that was sure without, and of two texts with one
        vector the one with the higher score stays ahead. A vector that is none raises ValueError.
        """
        margin = self.slope * math.log(first / (1.0 - first)) + float(vector @ self.coef) + self.intercept
        if not math.isfinite(margin):
            raise ValueError("the encoder's vector holds no numbers")
        probability = 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, margin))))
        return min(max(probability, self.ask_from), self.ask_below)

    def stored(self) -> tuple[Floats, dict[str, Any]]:
        """Return what a version folder keeps under COEF and META."""
        names = ("slope", "intercept", "ask_from", "ask_below", "encoder")
        return self.coef, {name: getattr(self, name) for name in names}


class SemanticStage:
    """Gives texts with an uncertain score a second one."""

    def __init__(self, weights: Weights, encoder: Encoder) -> None:
        self.weights = weights
        self.version = encoder.version
        self._encoder = encoder
        self._failed = False

    def second(self, text: str, first: float) -> float | None:
        """Return the score with the text's meaning in it; None where it is not asked or the encoder fails (logged once)."""
        if not self.weights.asks(text, first):
            return None
        try:
            return self.weights.score(first, self._encoder.encode(text))
        except Exception:  # the promise: a broken extra never stops the service
            if not self._failed:
                log.exception(
                    "the encoder %s failed; such texts keep the score that they have without it", self.version
                )
            self._failed = True
            return None


def restored(arrays: Mapping[str, Floats], meta: Mapping[str, Any], encoder: Encoder | None) -> SemanticStage | None:
    """Return the stage of a stored version; None where it has none, or the encoder is absent or another (which is logged)."""
    if encoder is None or META not in meta:
        return None
    weights = Weights(coef=arrays[COEF], **meta[META])
    if weights.encoder != encoder.version:
        log.warning("an insult model's semantic stage knows %s and leaves %s out", weights.encoder, encoder.version)
        return None
    return SemanticStage(weights, encoder)
