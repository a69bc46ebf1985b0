"""Fit the language model on the research set's training part, and write its version folder."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from classifiers import data, language_card, store
from classifiers.fold import Folded, fold
from classifiers.language import (
    FINGLISH,
    LONGEST,
    MIXED,
    NAME,
    NONE,
    PERSIAN,
    SHORTEST,
    UNCERTAIN,
    LanguageModel,
    Thresholds,
)
from classifiers.language_evaluation import measure_all
from classifiers.language_reading import read

REGIONAL = ("bqi", "glk", "lrc", "luz", "mzn")  # near to Persian: never rejected without a person
LATIN_CLASSES = (FINGLISH, "en", "tr", "az", "kmr")
MERGED = {"arz": "ar"}
ARABIC_GRAMS, LATIN_GRAMS = 40_000, 16_000
SMOOTHING = 0.3
MOST_A_CLASS = 12_000
RAREST = 3  # texts an n-gram must occur in


type Texts = dict[str, list[list[str]]]
"""The words of each text, by class."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """One script's classes, n-grams and log odds against the first class, one row an n-gram."""

    classes: list[str]
    grams: list[str]
    log_odds: npt.NDArray[np.float64]


def grams_of(words: Iterable[str]) -> list[str]:
    """Return the n-grams of words with their edges, the same as answering counts."""
    found = []
    for word in words:
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            found += [padded[start : start + size] for start in range(len(padded) - size + 1)]
    return found


def in_development(text: str) -> bool:
    """Say whether a training text is held out to set thresholds: one in ten, by its hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0] < 26


def fit(texts: Texts, first: str, most_grams: int) -> Fitted:
    """Fit multinomial naive Bayes with equal priors on the words of each class; log odds are against `first`."""
    classes = [first, *sorted(set(texts) - {first})]
    documents = [words for name in classes for words in texts[name]]
    labels = [number for number, name in enumerate(classes) for _ in texts[name]]
    vectorizer = CountVectorizer(analyzer=grams_of, min_df=RAREST, dtype=np.int32)
    counts = vectorizer.fit_transform(documents)
    model = MultinomialNB(alpha=SMOOTHING, fit_prior=False).fit(counts, labels)
    log_odds = (model.feature_log_prob_ - model.feature_log_prob_[0]).T
    # What an n-gram tells, weighted by how often it is seen in the class that has it most.
    told = np.ptp(log_odds, axis=1) * np.exp(model.feature_log_prob_.max(axis=0))
    kept = np.sort(np.argsort(-told, kind="stable")[:most_grams])
    grams = vectorizer.get_feature_names_out()[kept]
    return Fitted(classes, list(grams), log_odds[kept])


def training_words(path: Path) -> tuple[Texts, Texts]:
    """Return the words of the training texts by class, in Arabic script and in Latin, without the held-out part."""
    arabic: dict[str, list[list[str]]] = defaultdict(list)
    latin: dict[str, list[list[str]]] = defaultdict(list)
    for row in data.rows(path):
        if in_development(row["text"]):
            continue
        name = MERGED.get(row["language"], row["language"])
        script = latin if name in LATIN_CLASSES else arabic
        for text in _variants(row["text"], name):
            reading = read(text)
            words = reading.latin if script is latin else reading.arabic
            if words and len(script[name]) < MOST_A_CLASS:
                script[name].append(words)
    return dict(arabic), dict(latin)


def _variants(text: str, language: str) -> list[str]:
    """Persian is written with a ZWNJ in edited texts and without one in comments: learn both."""
    if language == PERSIAN and "\u200c" in text:
        return [text, text.replace("\u200c", "")]
    return [text]


def as_stored(fitted: Fitted, script: str) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Return the arrays and the meta of one script: 16-bit steps, far finer than any threshold."""
    scale = float(np.abs(fitted.log_odds).max()) / 32_000
    joined = "\n".join(fitted.grams).encode("utf-8")
    arrays: dict[str, npt.NDArray[Any]] = {
        f"{script}_grams": np.frombuffer(joined, np.uint8),
        f"{script}_weights": np.round(fitted.log_odds / scale).astype(np.int16),
    }
    return arrays, {script: {"scale": scale, "classes": fitted.classes}}


def fit_all(path: Path) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Fit both scripts; return the arrays and the meta of a version."""
    arabic, latin = training_words(path)
    arrays: dict[str, npt.NDArray[Any]] = {}
    meta: dict[str, Any] = {"thresholds": asdict(Thresholds()), "regional": list(REGIONAL)}
    for script, fitted in (
        ("arabic", fit(arabic, PERSIAN, ARABIC_GRAMS)),
        ("latin", fit(latin, FINGLISH, LATIN_GRAMS)),
    ):
        more_arrays, more_meta = as_stored(fitted, script)
        arrays |= more_arrays
        meta |= more_meta
    return arrays, meta


def train(folder: Path, models: Path) -> Path:
    """Fit, measure and save the next version of the language model; returns its folder."""
    arrays, meta = fit_all(folder / "language" / "train.jsonl")
    version = store.following(NAME, root=models)
    model = LanguageModel(store.StoredModel(NAME, version, arrays, meta, {}))
    metrics = {
        "test": measure_all(model, folder),
        "thresholds_on_the_development_part": threshold_table(model, folder / "language" / "train.jsonl"),
    }
    return store.save(
        models / NAME / version, arrays, meta, metrics=metrics, card=language_card.write(version, metrics, meta)
    )


def threshold_table(model: LanguageModel, path: Path) -> list[dict[str, float]]:
    """Return what of the held-out training texts each threshold rejects (percent, 4 words or more)."""
    texts: dict[str, list[Folded]] = defaultdict(list)
    for row in data.rows(path):
        if in_development(row["text"]) and len(row["text"].split()) >= 4:
            texts[MERGED.get(row["language"], row["language"])].append(fold(row["text"]))
    shipped = model.thresholds
    table = []
    for log_odds in (-10.0, -20.0, shipped.log_odds, -40.0, -60.0):
        model.thresholds = replace(shipped, log_odds=log_odds)
        line = {"log_odds": log_odds}
        for language in (PERSIAN, "ar", "ur", "ps", "ckb", "azb"):
            known = {PERSIAN, MIXED, NONE, UNCERTAIN, FINGLISH}
            rejected = sum(model.measure(text).outcome not in known for text in texts[language])
            line[language] = round(100 * rejected / len(texts[language]), 2)
        table.append(line)
    model.thresholds = shipped
    return table
