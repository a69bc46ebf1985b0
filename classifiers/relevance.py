"""How far a comment has to do with its article: relative similarity, as z-scores against background articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers import store
from classifiers.grams import GramTable, Ids, sublinear
from classifiers.relevance_reading import Content, Reading, lemma_of, read
from classifiers.text import Folded, fold

NAME = "relevance"
SHORTEST, LONGEST, BITS = 3, 5, 17
# A text that shares next to nothing with its article is as unrelated as can be: how far below the mean it falls says nothing.
_LOWEST, _HIGHEST = -1.0, 6.0
_WEIGHTS = {"grams": 0.4, "title": 0.2, "topics": 0.4}
_MOST_WORDS = 8
FEWEST_PEERS, MANY_PEERS, NEAREST_PEERS = 5, 30, 3
_PEER_WEIGHT = 0.2

type Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as a site registers it."""

    id: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Limits:
    """When a verdict is given. `suspect_below` flags about 2 % of the genuine comments set aside to choose it."""

    suspect_below: float = -0.25
    advert_cost: float = 1.3
    advert_words: int = 3
    fewest_content_words: int = 5
    shortest_body: int = 60
    fewest_background: int = 50
    better_by: float = 4.5
    better_from: float = 4.0
    better_below: float = -0.25


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
    title: Vectors
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


class Postings:
    """The background articles by n-gram: which hold it, and with what weight."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]], name: str, articles: int) -> None:
        self._starts = arrays[f"{name}_starts"].astype(np.int64)
        self._holders = arrays[f"{name}_holders"].astype(np.int64)
        self._values = np.asarray(arrays[f"{name}_values"], np.float64)
        self._articles = articles

    def cosines(self, text: Vectors) -> Floats:
        """Return the cosine of a text with every background article."""
        starts, ends = self._starts[text.ids], self._starts[text.ids + 1]
        lengths = ends - starts
        # Every posting of every n-gram of the text, as one flat index.
        first = starts - np.concatenate(([0], lengths.cumsum()))[: len(lengths)]
        offsets = np.repeat(first, lengths) + np.arange(int(lengths.sum()))
        weights = np.repeat(text.values, lengths) * self._values[offsets]
        return np.bincount(self._holders[offsets], weights=weights, minlength=self._articles)


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
        self._postings = {view: Postings(arrays, view, len(self._background)) for view in ("grams", "title")}
        self._topics = np.asarray(arrays["background_topics"], np.float32)

    def fingerprint(self, article: ArticleText) -> Fingerprint:
        """Return what measuring needs of an article."""
        reading = read(fold(f"{article.title}\n{article.body}"))
        lemmas = (self._lemma(one) for one in reading.content)
        return Fingerprint(
            article.id,
            self._vectors(reading),
            self._vectors(read(fold(article.title))),
            frozenset(lemma for lemma in lemmas if lemma is not None),
            frozenset(one.word for one in reading.content),
            len(article.body.split()),
        )

    def peer(self, folded: Folded) -> Vectors:
        """Return what is kept of an approved comment, to measure other comments of its article against it."""
        return self._vectors(read(folded))

    def measure(
        self,
        folded: Folded,
        fingerprint: Fingerprint | None,
        parent: Folded | None = None,
        peers: Sequence[Vectors] = (),
    ) -> RelevanceSignal:
        """Measure one comment against its article and, for a reply, the comment that it answers (the better of both).

        `peers` are approved comments of the article, other than this one, made by `peer` of the same model version. Fewer
        than five say nothing.
        """
        if fingerprint is None:
            return RelevanceSignal("not_judged", None, "no_article")
        if len(self._background) < self.limits.fewest_background:
            return RelevanceSignal("not_judged", None, "cold_start")
        reading = read(folded)
        shared = self._shared(reading.content, fingerprint)
        text = self._vectors(reading)
        own, background = self._scores(text, fingerprint, parent)
        own += self._among(text, peers)
        if reading.adverts >= self.limits.advert_words and len(shared) <= 1:
            own -= (
                self.limits.advert_cost
            )  # the words of an advert are rare in articles: what it seems to share is chance
        score = round(own, 4)
        if len({one.word for one in reading.content}) < self.limits.fewest_content_words:
            return RelevanceSignal("not_judged", score, "short", shared)
        if reading.is_phatic:
            return RelevanceSignal("not_judged", score, "phatic", shared)
        better = self._better(score, background)
        suspect_below = self.limits.suspect_below if better is None else self.limits.better_below
        if score >= suspect_below or reading.is_about_the_page:
            return RelevanceSignal("on_topic", score, None, shared)
        if fingerprint.body_words < self.limits.shortest_body:
            return RelevanceSignal("not_judged", score, "thin_article", shared)
        return RelevanceSignal("off_topic_suspect", score, None, shared, better)

    def _vectors(self, reading: Reading) -> Vectors:
        """Return a text in both views."""
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

    def _scores(self, text: Vectors, article: Fingerprint, parent: Folded | None) -> tuple[float, Floats]:
        """Return the score of a text with its article (or parent, if nearer) and with each background article."""
        kept = np.ones(len(self._background), bool)
        if article.article_id in self._place:
            kept[self._place[article.article_id]] = False
        every = np.where(kept & self._nameable, 0.0, -np.inf)
        targets = [(article.vectors, article.title)]
        if parent is not None:
            answered = self._vectors(read(parent))
            targets.append((answered, answered))
        own = np.zeros(len(targets))
        for view, weight in _WEIGHTS.items():
            mine, found = self._similarities(view, text, targets)
            mean, spread = found[kept].mean(), max(float(found[kept].std()), 1e-6)
            own += weight * np.clip((mine - mean) / spread, _LOWEST, _HIGHEST)
            every += weight * np.clip((found - mean) / spread, _LOWEST, _HIGHEST)
        return float(own.max()), every

    def _similarities(
        self, view: str, text: Vectors, targets: Sequence[tuple[Vectors, Vectors]]
    ) -> tuple[Floats, Floats]:
        """Return the cosines of a text in one view: with each target (a whole text and its title) and with the background."""
        if view == "topics":
            found = (self._topics @ text.topics).astype(np.float64)
            return np.array([float(text.topics @ whole.topics) for whole, _ in targets]), found
        mine = [_cosine(text, title if view == "title" else whole) for whole, title in targets]
        return np.array(mine), self._postings[view].cosines(text)

    def _among(self, text: Vectors, peers: Sequence[Vectors]) -> float:
        """Return what nearness to the article's approved comments adds to a score."""
        if len(peers) < FEWEST_PEERS:
            return 0.0
        near = sorted((_cosine(text, peer) for peer in peers), reverse=True)[:NEAREST_PEERS]
        found = self._postings["title"].cosines(text)
        z = (sum(near) / len(near) - float(found.mean())) / max(float(found.std()), 1e-6)
        weight = _PEER_WEIGHT * min(1.0, len(peers) / MANY_PEERS)
        return weight * min(max(z, _LOWEST), _HIGHEST)

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
