"""Choose and fit the semantic stage of an insult model, on scores that each training comment got from a fold without its article."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold, cross_val_predict

from classifiers.insult_figures import thresholds
from classifiers.insult_rows import Example, own
from classifiers.insult_stage import LONGEST, Weights
from classifiers.progress import step
from classifiers.semantic import SIZE, Encoder

BANDS = ((0.05, 0.95), (0.1, 0.9), (0.1, 0.8), (0.15, 0.85), (0.2, 0.8), (0.2, 0.7), (0.3, 0.7))
STRENGTHS = (0.003, 0.01, 0.03, 0.1)
KEPT = 0.8
"""What is asked about costs time: of the bands that keep this share of the best one's gain, the one that asks least is chosen."""
FOLDS = 5
_SCALE = 20.0  # brings the numbers of a unit vector near 1: one strength holds for the score's logit, too

type Floats = npt.NDArray[np.floating[Any]]
type Labels = npt.NDArray[np.bool_]


class Seen(NamedTuple):
    """Comments as the stage sees them: scores without it, vectors (n, SIZE; of long texts zeros), labels, and what they stand under."""

    scores: Floats
    vectors: Floats
    labels: Labels
    groups: Sequence[str]
    short: npt.NDArray[np.bool_]


class Banded(NamedTuple):
    """The stage for one band, with the scores that the training comments have by it, each by a fold without its article."""

    weights: Weights
    held: Floats


class Chosen(NamedTuple):
    """The stage that was chosen, held-out scores of the training comments, and what the choice was made by."""

    weights: Weights
    held: Floats
    choice: dict[str, Any]


class Trained(NamedTuple):
    """The stage, the thresholds of scores with it, and what the choice was made by."""

    weights: Weights
    thresholds: list[dict[str, float]]
    choice: dict[str, Any]


class _Fitted(NamedTuple):
    coef: Floats
    intercept: float
    held: Floats  # margins


def train(held: Floats, dev: Floats, encoder: Encoder) -> Trained:
    """Return the stage for a model by its scores of our corpus: of the training comments by folds, of the development comments."""
    trained, development = seen(own(), held, encoder), seen(own("dev"), dev, encoder)
    chosen = choose(trained, development, encoder.version)
    scores = np.concatenate([rescored(chosen.weights, development), chosen.held])
    table = thresholds(scores, np.concatenate([development.labels, trained.labels]))
    return Trained(chosen.weights, table, chosen.choice)


def seen(examples: Sequence[Example], scores: Floats, encoder: Encoder) -> Seen:
    """Return comments with their vectors; this takes some hundredths of a second each."""
    vectors = np.zeros((len(examples), SIZE), np.float32)
    short = np.array([len(example.text) <= LONGEST for example in examples])
    for count, place in enumerate(np.flatnonzero(short).tolist()):
        if count % 100 == 0:
            step(f"encoding {short.sum()} comments", count / short.sum())
        vectors[place] = encoder.encode(examples[place].text)
    labels = np.array([example.label for example in examples], bool)
    return Seen(scores, vectors, labels, [example.group for example in examples], short)


def choose(train: Seen, dev: Seen, encoder: str) -> Chosen:
    """Return the stage fitted on `train` with the strength, then the band, by which `dev` has the least log loss (see KEPT)."""
    step("fitting the semantic stage")
    fitted = {strength: _fit(train, strength) for strength in STRENGTHS}
    losses = {strength: _loss(_banded(one, train, BANDS[0], encoder).weights, dev) for strength, one in fitted.items()}
    strength = min(losses, key=lambda one: losses[one])
    bands = [_banded(fitted[strength], train, band, encoder) for band in BANDS]
    lines = [_line(one.weights, dev) for one in bands]
    before = float(log_loss(dev.labels, dev.scores))
    enough = before - KEPT * (before - min(line["loss"] for line in lines))
    place = min((line["asked"], place) for place, line in enumerate(lines) if line["loss"] <= enough)[1]
    choice = {
        "strength": strength,
        "losses": {str(one): round(loss, 4) for one, loss in losses.items()},
        "loss_before": round(before, 4),
        "bands": [_rounded(line) for line in lines],
        "kept": KEPT,
        "comments": int(train.short.sum()),
    }
    return Chosen(*bands[place], choice)


def _fit(train: Seen, strength: float) -> _Fitted:
    """Fit on all short comments, those with a sure score too: they are better examples than none."""
    short = train.short
    features = np.hstack([_logit(train.scores)[:, None], _SCALE * train.vectors])[short]
    groups = [group for group, one in zip(train.groups, short, strict=True) if one]
    model = LogisticRegression(C=strength, max_iter=1_000)
    held = np.zeros(len(short))
    held[short] = cross_val_predict(
        model, features, train.labels[short], groups=groups, cv=GroupKFold(FOLDS), method="decision_function"
    )
    model.fit(features, train.labels[short])
    return _Fitted(model.coef_[0], float(model.intercept_[0]), held)


def _banded(fitted: _Fitted, train: Seen, band: tuple[float, float], encoder: str) -> Banded:
    """Calibrate on the comments that the stage would be asked about (Platt), by their held-out margins."""
    asked = train.short & (train.scores >= band[0]) & (train.scores < band[1])
    platt = LogisticRegression(C=1e6).fit(fitted.held[asked, None], train.labels[asked])
    factor = float(platt.coef_[0, 0])
    weights = Weights(
        coef=(factor * _SCALE * fitted.coef[1:]).astype(np.float32),
        slope=factor * float(fitted.coef[0]),
        intercept=factor * fitted.intercept + float(platt.intercept_[0]),
        ask_from=band[0],
        ask_below=band[1],
        encoder=encoder,
    )
    calibrated = platt.predict_proba(fitted.held[:, None])[:, 1].clip(*band)
    return Banded(weights, np.where(asked, calibrated, train.scores))


def rescored(weights: Weights, comments: Seen) -> Floats:
    """Return the scores that comments have with the stage."""
    asked = comments.short & (comments.scores >= weights.ask_from) & (comments.scores < weights.ask_below)
    scores = comments.scores.copy()
    scores[asked] = [weights.score(scores[place], comments.vectors[place]) for place in np.flatnonzero(asked)]
    return scores


def _loss(weights: Weights, dev: Seen) -> float:
    return float(log_loss(dev.labels, rescored(weights, dev)))


def _line(weights: Weights, dev: Seen) -> dict[str, float]:
    asked = dev.short & (dev.scores >= weights.ask_from) & (dev.scores < weights.ask_below)
    return {
        "ask_from": weights.ask_from,
        "ask_below": weights.ask_below,
        "asked": float(asked.mean()),
        "loss": _loss(weights, dev),
    }


def _rounded(line: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in line.items()}


def _logit(scores: Floats) -> Floats:
    clipped = scores.clip(1e-9, 1 - 1e-9)
    logits: Floats = np.log(clipped / (1.0 - clipped))
    return logits
