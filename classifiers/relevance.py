"""How far a comment has to do with its article: relative similarity, as z-scores against background articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers import store
from classifiers.grams import GramTable, Ids, sublinear
from classifiers.relevance_reading import Content, lemma_of, read
from classifiers.text import Folded, fold

NAME = "relevance"
SHORTEST, LONGEST, BITS = 3, 5, 17
_LOWEST, _HIGHEST = -3.0, 6.0
_MOST_WORDS = 8

type Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as a site registers it."""

    id: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Limits:
    """When a verdict is given. `suspect_below` is set on commented articles so that 2 % of genuine comments fall below it."""

    suspect_below: float = -0.36
    fewest_content_words: int = 5
    shortest_body: int = 60
    fewest_background: int = 50
    better_by: float = 3.5
    better_from: float = 3.0


@dataclass(frozen=True, slots=True)
class Vectors:
    """A text as the two views see it, each of length 1 (or without any entry)."""

    ids: Ids
    values: Floats
    topics: Floats


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of an article to measure comments against it; made by the model version that measures."""

    article_id: str
    vectors: Vectors
    lemmas: frozenset[int]
    words: frozenset[str]
    body_words: int


@dataclass(frozen=True, slots=True)
class RelevanceSignal:
    """`score` is a mean of z-scores, higher = more related; `why` says why nothing was judged; `words` are shared ones."""

    outcome: str
    score: float | None
    why: str | None = None
    words: tuple[str, ...] = ()
    better_article: str | None = None


class RelevanceModel:
    """Fitted views of a site's language and its background articles; see relevance_training."""

    def __init__(self, version: str, arrays: Mapping[str, npt.NDArray[Any]], meta: Mapping[str, Any]) -> None:
        self.version = version
        self.limits = Limits(**meta["limits"])
        self._background: list[str] = list(meta["background"])
        self._place = {name: place for place, name in enumerate(self._background)}
        self._nameable = np.array([name in set(meta["nameable"]) for name in self._background], bool)
        self._grams = GramTable(SHORTEST, LONGEST, BITS, remember=50_000)
        self._idf = np.asarray(arrays["gram_idf"], np.float64)
        forms = arrays["lemma_forms"].tobytes().decode("utf-8").split("\n")
        self._lemmas = dict(zip(forms, arrays["lemma_of_form"].tolist(), strict=True))
        self._lemma_idf = np.asarray(arrays["lemma_idf"], np.float64)
        self._components = np.ascontiguousarray(arrays["components"], np.float32)
        self._starts = arrays["gram_starts"].astype(np.int64)
        self._holders = arrays["gram_holders"].astype(np.int64)
        self._held = np.asarray(arrays["gram_values"], np.float64)
        self._topics = np.asarray(arrays["background_topics"], np.float32)

    def fingerprint(self, article: ArticleText) -> Fingerprint:
        """Return what measuring needs of an article."""
        text = fold(f"{article.title}\n{article.body}")
        reading = read(text)
        lemmas = frozenset(filter(None.__ne__, (self._lemma(one) for one in reading.content)))
        return Fingerprint(
            article.id,
            self.vectors(text),
            frozenset(lemma for lemma in lemmas if lemma is not None),
            frozenset(one.word for one in reading.content),
            len(article.body.split()),
        )

    def measure(self, folded: Folded, fingerprint: Fingerprint | None, parent: Folded | None = None) -> RelevanceSignal:
        """Measure one comment against its article and, for a reply, the comment that it answers (the better of both)."""
        if fingerprint is None:
            return RelevanceSignal("not_judged", None, "no_article")
        if len(self._background) < self.limits.fewest_background:
            return RelevanceSignal("not_judged", None, "cold_start")
        reading = read(folded)
        shared = self._shared(reading.content, fingerprint)
        vectors = self.vectors(folded)
        others = [fingerprint.vectors] + ([self.vectors(parent)] if parent is not None else [])
        own, background = self._scores(vectors, others, fingerprint.article_id)
        score = round(float(own.max()), 4)
        if len(reading.content) < self.limits.fewest_content_words:
            return RelevanceSignal("not_judged", score, "short", shared)
        if reading.is_phatic:
            return RelevanceSignal("not_judged", score, "phatic", shared)
        if score >= self.limits.suspect_below:
            return RelevanceSignal("on_topic", score, None, shared)
        if fingerprint.body_words < self.limits.shortest_body:
            return RelevanceSignal("not_judged", score, "thin_article", shared)
        return RelevanceSignal("off_topic_suspect", score, None, shared, self._better(score, background))

    def vectors(self, folded: Folded) -> Vectors:
        """Return a text in both views."""
        reading = read(folded)
        ids, counts = self._grams.of_words(reading.words)
        values = _unit(sublinear(counts) * self._idf[ids])
        lemmas = [lemma for one in reading.content if (lemma := self._lemma(one)) is not None]
        if not lemmas:
            return Vectors(ids, values, np.zeros(self._components.shape[1], np.float32))
        known, times = np.unique(np.array(lemmas, np.int64), return_counts=True)
        weights = _unit(sublinear(times) * self._lemma_idf[known]).astype(np.float32)
        return Vectors(ids, values, _unit(weights @ self._components[known]))

    def _lemma(self, one: Content) -> int | None:
        return lemma_of(one.word, self._lemmas)

    def _scores(self, text: Vectors, others: Sequence[Vectors], article_id: str) -> tuple[Floats, Floats]:
        """Return the scores of a text with its article (and parent) and with each background article."""
        grams, topics = self._with_background(text)
        kept = np.ones(len(self._background), bool)
        if article_id in self._place:
            kept[self._place[article_id]] = False
        own_grams = np.array([_cosine(text, other) for other in others])
        own_topics = np.array([float(text.topics @ other.topics) for other in others])
        own, every = np.zeros(len(others)), np.zeros(len(kept))
        for mine, all_of_them in ((own_grams, grams), (own_topics, topics)):
            mean, spread = all_of_them[kept].mean(), max(float(all_of_them[kept].std()), 1e-6)
            own += np.clip((mine - mean) / spread, _LOWEST, _HIGHEST) / 2
            every += np.clip((all_of_them - mean) / spread, _LOWEST, _HIGHEST) / 2
        every[~(kept & self._nameable)] = -np.inf
        return own, every

    def _with_background(self, text: Vectors) -> tuple[Floats, Floats]:
        """Return the cosine of a text with every background article, by n-grams and by topics."""
        starts, ends = self._starts[text.ids], self._starts[text.ids + 1]
        lengths = ends - starts
        total = int(lengths.sum())
        # Every posting of every n-gram of the text, as one flat index.
        offsets = np.repeat(starts - np.concatenate(([0], lengths.cumsum()[:-1])), lengths) + np.arange(total)
        weights = np.repeat(text.values, lengths) * self._held[offsets]
        grams = np.bincount(self._holders[offsets], weights=weights, minlength=len(self._background))
        return grams, (self._topics @ text.topics).astype(np.float64)

    def _shared(self, content: Sequence[Content], article: Fingerprint) -> tuple[str, ...]:
        """Return the comment's words that its article has too, the rarest first."""
        found: dict[str, float] = {}
        for one in content:
            lemma = self._lemma(one)
            if (lemma in article.lemmas) if lemma is not None else (one.word in article.words):
                found.setdefault(one.written, self._lemma_idf[lemma] if lemma is not None else np.inf)
        return tuple(sorted(found, key=lambda word: -found[word])[:_MOST_WORDS])

    def _better(self, score: float, background: Floats) -> str | None:
        """Return a background article of the site that fits clearly better than the comment's own."""
        place = int(background.argmax())
        if background[place] >= max(self.limits.better_from, score + self.limits.better_by):
            return self._background[place]
        return None


def load(version: str | None = None) -> RelevanceModel:
    """Load a shipped version, fitted on our corpus' articles: what a young site is measured by."""
    stored = store.load(NAME, version)
    return RelevanceModel(stored.version, stored.arrays, stored.meta)


def _unit(values: Floats) -> Floats:
    norm = float(np.sqrt(values @ values))
    return values / norm if norm else values


def _cosine(one: Vectors, other: Vectors) -> float:
    places = np.searchsorted(other.ids, one.ids)
    places[places == len(other.ids)] = 0
    if not len(other.ids):
        return 0.0
    same = other.ids[places] == one.ids
    return float(one.values[same] @ other.values[places[same]])
