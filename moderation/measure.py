"""Classifiers in, signals out: a batch of comments (or one) at a time, outside any transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, Protocol

from classifiers import insult, language, relevance
from classifiers.insult import InsultSignal
from classifiers.language import LanguageSignal
from classifiers.relevance import ArticleText, Fingerprint, RelevanceSignal
from classifiers.text import Folded, fold
from moderation.rules.base import Signals

log = logging.getLogger(__name__)

_FINGERPRINTS_KEPT = 2_000


class Language(Protocol):
    """Which language a text is in."""

    version: str

    def measure(self, folded: Folded) -> LanguageSignal:
        """Measure one text."""


class Insult(Protocol):
    """How sure it is that a text insults somebody."""

    version: str

    def measure(self, folded: Folded) -> InsultSignal:
        """Measure one text."""


class Relevance(Protocol):
    """How much a text has to do with an article."""

    version: str

    def fingerprint(self, article: ArticleText) -> Fingerprint:
        """What is kept of an article to measure texts against it."""

    def measure(self, folded: Folded, fingerprint: Fingerprint | None, parent: Folded | None = None) -> RelevanceSignal:
        """Measure one text against an article and the comment that it answers."""


@dataclass(frozen=True, slots=True)
class Measurable:
    """A text with what it stands under."""

    text: str
    article: ArticleText | None = None
    parent_text: str | None = None


@dataclass
class Models:
    """The loaded classifiers of a process, and the fingerprints of the articles seen last."""

    language: Language
    insult: Insult
    relevance: Relevance
    _fingerprints: dict[ArticleText, Fingerprint] = field(default_factory=dict)

    @property
    def versions(self) -> dict[str, str]:
        """The version of each model, as stored with every screening."""
        return {name: getattr(self, name).version for name in ("language", "insult", "relevance")}

    def fingerprint(self, article: ArticleText) -> Fingerprint:
        """The article's fingerprint, remembered by its content: a changed article is measured anew."""
        known = self._fingerprints.pop(article, None)
        if known is None:
            known = self.relevance.fingerprint(article)
            if len(self._fingerprints) >= _FINGERPRINTS_KEPT:
                del self._fingerprints[next(iter(self._fingerprints))]
        self._fingerprints[article] = known  # last used goes last
        return known


def load_models() -> Models:
    """Load the shipped models; neither scikit-learn nor hazm is imported.

    A model that cannot be loaded is replaced by one that fails over every text: people go on working, and see why.
    """
    return Models(
        language=_loaded("language", language.load),
        insult=_loaded("insult", insult.load),
        relevance=_loaded("relevance", relevance.load),
    )


class _Unavailable:
    """Stands where a model should be that could not be loaded."""

    version = "unavailable"

    def fingerprint(self, article: ArticleText) -> NoReturn:
        """Fail."""
        raise RuntimeError("the model could not be loaded")

    def measure(self, folded: Folded, *_: object) -> NoReturn:
        """Fail."""
        raise RuntimeError("the model could not be loaded")


def _loaded[Model](name: str, load: Callable[[], Model]) -> Model | _Unavailable:
    try:
        return load()
    except Exception:  # the promise: a broken model holds comments for people, it never loses them
        log.exception("the model %s could not be loaded", name)
        return _Unavailable()


def measure(batch: Sequence[Measurable], models: Models) -> list[Signals]:
    """Measure each text with every model. A model that raises over a text is named in that text's ``failed``."""
    return [_measure_one(item, models) for item in batch]


def _measure_one(item: Measurable, models: Models) -> Signals:
    folded = fold(item.text)
    signals = Signals(models=models.versions)
    for name, measured in _MEASURES.items():
        try:
            signals = replace(signals, **measured(item, folded, models))
        except Exception:  # the promise: a broken model holds the comment for a person, it never loses it
            log.exception("model %s failed over a text of %d characters", name, len(item.text))
            signals = replace(signals, failed=(*signals.failed, name))
    return signals


def _language(_item: Measurable, folded: Folded, models: Models) -> dict[str, Any]:
    signal = models.language.measure(folded)
    return {"language": signal.outcome, "language_margin": signal.margin, "language_words": tuple(signal.words)}


def _insult(_item: Measurable, folded: Folded, models: Models) -> dict[str, Any]:
    signal = models.insult.measure(folded)
    return {"insult": signal.score, "insult_spans": tuple(signal.spans)}


def _relevance(item: Measurable, folded: Folded, models: Models) -> dict[str, Any]:
    fingerprint = models.fingerprint(item.article) if item.article else None
    parent = fold(item.parent_text) if item.parent_text else None
    signal = models.relevance.measure(folded, fingerprint, parent)
    return {
        "relevance": signal.score,
        "relevance_outcome": signal.outcome,
        "relevance_why": signal.why,
        "relevance_words": tuple(signal.words),
        "better_article": signal.better_article,
    }


_MEASURES: dict[str, Callable[[Measurable, Folded, Models], dict[str, Any]]] = {
    "language": _language,
    "insult": _insult,
    "relevance": _relevance,
}
