"""Classifiers in, signals out: a batch of comments (or one) at a time, outside any transaction."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

from classifiers import insult, language, relevance, semantic
from classifiers.insult import InsultSignal
from classifiers.insult_residual import Residual
from classifiers.language import LanguageSignal
from classifiers.relevance import FEWEST_PEERS, ArticleText, Fingerprint, RelevanceSignal
from classifiers.relevance_views import Vectors
from classifiers.text import Folded, fold
from moderation.rules.base import Signals

log = logging.getLogger(__name__)


_FINGERPRINTS_KEPT = 500
_ARTICLES_WITH_PEERS_KEPT = 100


class Language(Protocol):
    """Which language a text is in."""

    version: str

    def measure(self, folded: Folded) -> LanguageSignal:
        """Measure one text."""


class Insult(Protocol):
    """How sure it is that a text insults somebody."""

    version: str

    def measure(self, folded: Folded, residual: Residual | None = None) -> InsultSignal:
        """Measure one text, corrected by what a site's people taught."""


class Relevance(Protocol):
    """How much a text has to do with an article."""

    version: str

    def fingerprint(self, article: ArticleText) -> Fingerprint:
        """What is kept of an article to measure texts against it."""

    def peer(self, folded: Folded) -> Vectors:
        """What is kept of an approved comment to measure others against it."""

    def measure(
        self,
        folded: Folded,
        fingerprint: Fingerprint | None,
        parent: Folded | None = None,
        peers: Sequence[Vectors] = (),
    ) -> RelevanceSignal:
        """Measure one text against an article, the comment that it answers and approved comments of the article."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a site has learnt: its own relevance model, or none, and then which version was refused, if one was.

    ``titles`` are those of the articles that the model may call a better one. ``residual`` corrects the shipped insult model
    (``residual_version``), unless that version was refused.
    """

    relevance: Relevance | None = None
    refused: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    residual: Residual | None = None
    residual_version: str | None = None
    residual_refused: str | None = None


NOTHING_LEARNT = Learnt()


@dataclass(frozen=True, slots=True)
class Peer:
    """An approved comment of an article."""

    id: uuid.UUID
    revision: int
    text: str


@dataclass(frozen=True, slots=True)
class Peers:
    """The approved comments of one article as they are at this moment."""

    article_id: uuid.UUID
    comments: tuple[Peer, ...]

    def without(self, comment_id: uuid.UUID) -> Peers:
        """The same without one of them: no comment is measured against itself."""
        if all(peer.id != comment_id for peer in self.comments):
            return self
        return Peers(self.article_id, tuple(peer for peer in self.comments if peer.id != comment_id))


@dataclass(frozen=True, slots=True)
class Measurable:
    """A text with what it stands under, and what its site has learnt."""

    text: str
    article: ArticleText | None = None
    parent_text: str | None = None
    peers: Peers | None = None
    learnt: Learnt = NOTHING_LEARNT


class _Remembered[Key, Value]:
    """What was computed last, at most ``most`` of it; whatever was used longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        if key in self._known:
            self._known[key] = self._known.pop(key)  # last used goes last
        return self._known.get(key)

    def put(self, key: Key, value: Value) -> Value:
        self._known.pop(key, None)
        if len(self._known) >= self._most:
            del self._known[next(iter(self._known))]
        self._known[key] = value
        return value


@dataclass
class Models:
    """The loaded classifiers of a process, and what was measured of the articles and approved comments seen last.

    ``relevance`` measures for every site that has no model of its own.
    """

    language: Language
    insult: Insult
    relevance: Relevance
    _fingerprints: _Remembered[tuple[str, ArticleText], Fingerprint] = field(
        default_factory=lambda: _Remembered(_FINGERPRINTS_KEPT)
    )
    _peers: _Remembered[tuple[str, uuid.UUID], dict[tuple[uuid.UUID, int], Vectors]] = field(
        default_factory=lambda: _Remembered(_ARTICLES_WITH_PEERS_KEPT)
    )

    @property
    def versions(self) -> dict[str, str]:
        """The version of each model."""
        return {name: getattr(self, name).version for name in ("language", "insult", "relevance")}

    def relevance_of(self, learnt: Learnt) -> Relevance:
        """The model that measures relevance for a site."""
        return learnt.relevance or self.relevance

    def versions_for(self, learnt: Learnt) -> dict[str, str]:
        """The version of each model as stored with a screening; a site's version that was refused is named, too."""
        versions = self.versions | {"relevance": self.relevance_of(learnt).version}
        named = {
            "relevance-refused": learnt.refused,
            "insult-site": learnt.residual_version,
            "insult-refused": learnt.residual_refused,
        }
        return versions | {name: version for name, version in named.items() if version}

    def fingerprint(self, article: ArticleText, model: Relevance) -> Fingerprint:
        """The article's fingerprint, remembered by model version and content: a changed article is measured anew."""
        key = (model.version, article)
        known = self._fingerprints.get(key)
        return known if known is not None else self._fingerprints.put(key, model.fingerprint(article))

    def vectors(self, peers: Peers, model: Relevance) -> tuple[Vectors, ...]:
        """The approved comments as the model sees them, each measured once; none when there are too few.

        Whatever is not approved any more is forgotten when its article is asked for again.
        """
        if len(peers.comments) < FEWEST_PEERS:
            return ()
        key = (model.version, peers.article_id)
        before = self._peers.get(key) or {}
        now = {(peer.id, peer.revision): peer for peer in peers.comments}
        if before.keys() != now.keys():
            measured = {place: before.get(place) or model.peer(fold(peer.text)) for place, peer in now.items()}
            before = self._peers.put(key, measured)
        return tuple(before.values())


def load_models() -> Models:
    """Load the shipped models; neither scikit-learn nor hazm is imported.

    A model that cannot be loaded is replaced by one that fails over every text: people go on working, and see why.
    """
    return Models(
        language=_loaded("language", language.load),
        insult=_loaded("insult", lambda: insult.load(encoder=semantic.load())),
        relevance=_loaded("relevance", relevance.load),
    )


class _Unavailable:
    """Stands where a model should be that could not be loaded."""

    version = "unavailable"

    def fingerprint(self, article: ArticleText) -> NoReturn:
        """Fail."""
        raise RuntimeError("the model could not be loaded")

    def peer(self, folded: Folded) -> NoReturn:
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
    found: dict[str, Any] = {}
    failed: list[str] = []
    for name, measured in _MEASURES.items():
        try:
            found |= measured(item, folded, models)
        except Exception:  # the promise: a broken model holds the comment for a person, it never loses it
            log.exception("model %s failed over a text of %d characters", name, len(item.text))
            failed.append(name)
    versions = models.versions_for(item.learnt) | found.pop("took_part", {})
    return Signals(**found, failed=tuple(failed), models=versions)


def _language(_item: Measurable, folded: Folded, models: Models) -> dict[str, Any]:
    signal = models.language.measure(folded)
    return {"language": signal.outcome, "language_margin": signal.margin, "language_words": tuple(signal.words)}


def _insult(item: Measurable, folded: Folded, models: Models) -> dict[str, Any]:
    signal = models.insult.measure(folded, item.learnt.residual)
    took_part = {"insult-semantic": signal.encoder} if signal.encoder else {}
    return {"insult": signal.score, "insult_spans": tuple(signal.spans), "took_part": took_part}


def _relevance(item: Measurable, folded: Folded, models: Models) -> dict[str, Any]:
    model = models.relevance_of(item.learnt)
    fingerprint = models.fingerprint(item.article, model) if item.article else None
    parent = fold(item.parent_text) if item.parent_text else None
    peers = models.vectors(item.peers, model) if item.peers else ()
    signal = model.measure(folded, fingerprint, parent, peers)
    return {
        "relevance": signal.score,
        "relevance_outcome": signal.outcome,
        "relevance_why": signal.why,
        "relevance_words": tuple(signal.words),
        "better_article": signal.better_article,
        "better_title": item.learnt.titles.get(signal.better_article or ""),
    }


_MEASURES: dict[str, Callable[[Measurable, Folded, Models], dict[str, Any]]] = {
    "language": _language,
    "insult": _insult,
    "relevance": _relevance,
}
