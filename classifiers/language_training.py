"""Fit the language model on the research set's training part and our corpus, and write its version folder."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from classifiers import language_card, language_choice, store
from classifiers.language import FINGLISH, NAME, PERSIAN, LanguageModel, Thresholds
from classifiers.language_evaluation import measure_all
from classifiers.language_reading import read
from classifiers.language_table import LONGEST, SHORTEST
from classifiers.language_texts import LATIN_CLASSES, REGIONAL, Labelled, held_out, learnt, of_sources
from classifiers.progress import step

ARABIC_GRAMS, LATIN_GRAMS = 40_000, 16_000
SMOOTHING = 0.3
RAREST = 3  # texts that an n-gram, or a known word of a Latin class, must occur in
MOST_WORDS = 3_000  # known words of a Latin class
FOLDS = (("arman", "tatoeba_ar", "ud_ps"), ("corpus",), ("cv_fa", "fars_news_arabic_yk"))
"""Sources that are left out together, so that thresholds are set on kinds of text that were not learnt."""

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


def training_words(rows: Iterable[Labelled]) -> tuple[Texts, Texts]:
    """Return the words of the texts by class, in Arabic script and in Latin."""
    arabic: dict[str, list[list[str]]] = defaultdict(list)
    latin: dict[str, list[list[str]]] = defaultdict(list)
    for row in rows:
        script = latin if row.language in LATIN_CLASSES else arabic
        for text in _variants(row.text, row.language):
            reading = read(text)
            words = reading.latin if script is latin else reading.arabic
            if words:
                script[row.language].append(words)
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


def known_words(latin: Texts, classes: Iterable[str]) -> npt.NDArray[np.uint8]:
    """Return the words that occur again and again in each class: a line a class, UTF-8."""
    lines = []
    for name in classes:
        counts = Counter(word for words in latin[name] for word in set(words))
        often = sorted(
            (word for word, count in counts.items() if count >= RAREST), key=lambda word: (-counts[word], word)
        )
        lines.append(" ".join(often[:MOST_WORDS]))
    return np.frombuffer("\n".join(lines).encode("utf-8"), np.uint8)


def fit_all(rows: Iterable[Labelled]) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Fit both scripts; return the arrays and the meta of a version with the thresholds that choosing starts from."""
    arabic, latin = training_words(rows)
    arrays: dict[str, npt.NDArray[Any]] = {}
    meta: dict[str, Any] = {"thresholds": asdict(Thresholds()), "regional": list(REGIONAL)}
    for script, fitted in (
        ("arabic", fit(arabic, PERSIAN, ARABIC_GRAMS)),
        ("latin", fit(latin, FINGLISH, LATIN_GRAMS)),
    ):
        more_arrays, more_meta = as_stored(fitted, script)
        arrays |= more_arrays
        meta |= more_meta
    return arrays | {"latin_words": known_words(latin, meta["latin"]["classes"])}, meta


def fitted_without(path: Path, sources: Collection[str]) -> LanguageModel:
    """Return a model that never saw a text of these sources."""
    arrays, meta = fit_all(learnt(path, without=sources))
    return LanguageModel(store.StoredModel(NAME, "draft", arrays, meta, {}))


def parts(path: Path, model: LanguageModel) -> list[language_choice.Part]:
    """Return what thresholds are chosen on: held-out texts, and whole sources under models that never saw them."""
    found = [language_choice.Part("held out", model, tuple(held_out(path)))]
    for sources in FOLDS:
        rows = tuple(of_sources(path, sources))
        found.append(language_choice.Part(f"without {', '.join(sources)}", fitted_without(path, sources), rows))
    return found


def train(folder: Path, models: Path) -> Path:
    """Fit, choose thresholds, measure and save the next version of the language model; returns its folder."""
    path = folder / "language" / "train.jsonl"
    step("fitting both scripts", 0.02)
    arrays, meta = fit_all(learnt(path))
    version = store.following(NAME, root=models)
    model = LanguageModel(store.StoredModel(NAME, version, arrays, meta, {}))
    step("choosing thresholds on sources that were not learnt", 0.2)
    chosen, choice = language_choice.choose(parts(path, model))
    model.use(chosen)
    step("measuring on the test set", 0.8)
    meta = meta | {"thresholds": asdict(chosen)}
    metrics: Mapping[str, Any] = {"test": measure_all(model, folder), "choice": choice}
    return store.save(
        models / NAME / version, arrays, meta, metrics=metrics, card=language_card.write(version, metrics, meta)
    )
