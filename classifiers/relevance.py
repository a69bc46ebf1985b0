"""How far a comment has to do with its article: relative similarity, as z-scores against background articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers import store
from classifiers.relevance_reading import Reading, read
from classifiers.relevance_views import Floats, Vectors, Views, Weighted, nearest, with_article
from classifiers.semantic import Encoder
from classifiers.text import Folded, fold

NAME = "relevance"
# A text that shares next to nothing with its article is as unrelated as can be: how far below the mean it falls says nothing.
_LOWEST, _HIGHEST = -1.0, 6.0
_LEAST_SPREAD = 1e-6
_MOST_WORDS = 8
FEWEST_PEERS, MANY_PEERS, NEAREST_PEERS = 5, 30, 3
LEAD_WORDS = 120  # of an article, after its title, that the semantic stage reads


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
class Choice:
    """What was chosen on the development half of real comments: what each view weighs, and when the semantic stage is asked.

    The semantic stage is asked about scores in [`ask_from`, `ask_below`); its z-score then has `semantic` of the weight.
    """

    weights: Mapping[str, float]
    peers: float = 0.0
    semantic: float = 0.0
    ask_from: float = 0.0
    ask_below: float = 0.0


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of an article to measure comments against it; made by the model version that measures."""

    article_id: str
    vectors: Vectors
    title: Weighted
    words: frozenset[str]
    body_words: int
    semantic: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class RelevanceSignal:
    """`score` is a mean of z-scores, higher = more related; `why` says why nothing was judged; `words` are shared ones."""

    outcome: str
    score: float | None
    why: str | None = None
    words: tuple[str, ...] = ()
    better_article: str | None = None


class RelevanceModel:
    """Fitted views of a site's language and its background articles; see relevance_fitting."""

    def __init__(
        self,
        version: str,
        arrays: Mapping[str, npt.NDArray[Any]],
        meta: Mapping[str, Any],
        encoder: Encoder | None = None,
    ) -> None:
        """Take a version's arrays and meta. The semantic stage needs an encoder of the version that it was fitted with."""
        self.version = version
        self.limits = Limits(**meta["limits"])
        self.choice = Choice(**meta["choice"])
        self._background: list[str] = list(meta["background"])
        self._place = {name: place for place, name in enumerate(self._background)}
        named = set(meta["nameable"])
        self._nameable = np.array([name in named for name in self._background], bool)
        self._views = Views(arrays, self.choice.weights, len(self._background))
        self.encoder = encoder if encoder is not None and meta.get("encoder") == encoder.version else None
        self._meanings = np.asarray(arrays["semantic"], np.float32) if self.encoder else None

    def fingerprint(self, article: ArticleText) -> Fingerprint:
        """Return what measuring needs of an article."""
        reading = read(fold(f"{article.title}\n{article.body}"))
        return Fingerprint(
            article.id,
            self._views.of(reading),
            self._views.of(read(fold(article.title))).grams,
            frozenset(word.text for word in reading.content),
            len(article.body.split()),
            self.encoder.encode(lead(article), kind="passage") if self.encoder else None,
        )

    def peer(self, folded: Folded) -> Vectors:
        """Return what is kept of an approved comment, to measure other comments of its article against it."""
        return self._views.of(read(folded))

    def measure(
        self,
        folded: Folded,
        fingerprint: Fingerprint | None,
        parent: Folded | None = None,
        peers: Sequence[Vectors] = (),
    ) -> RelevanceSignal:
        """Measure one comment against its article and, for a reply, the comment that it answers (the better of both).

        `peers` are approved comments of the article, made by `peer` of the same model version; copies of this one do not
        count, and fewer than five say nothing.
        """
        if fingerprint is None:
            return RelevanceSignal("not_judged", None, "no_article")
        if len(self._background) < self.limits.fewest_background:
            return RelevanceSignal("not_judged", None, "cold_start")
        reading = read(folded)
        shared = self._shared(folded, reading, fingerprint)
        own, background = self._score(folded, reading, fingerprint, parent, peers)
        if reading.adverts >= self.limits.advert_words and len(shared) <= 1:
            # the words of an advert are rare in articles: what it seems to share is chance
            own -= self.limits.advert_cost
        return self._outcome(round(own, 4), reading, fingerprint, shared, self._better(own, background))

    def by_view(self, folded: Folded, fingerprint: Fingerprint) -> dict[str, float]:
        """Return the z-score of a comment with its article in each view, for choosing what the views weigh."""
        z, _ = self._zs(self._views.of(read(folded)), fingerprint, [(fingerprint.vectors, fingerprint.title)])
        return dict(zip(self._views.names, z[:, 0].tolist(), strict=True))

    def by_peers(self, folded: Folded, peers: Sequence[Vectors]) -> float | None:
        """Return the z-score of a comment with its peers, None where they are too few."""
        text = self._views.of(read(folded))
        return self._among(text, [peer for peer in peers if not peer.same(text)])

    def by_meaning(self, folded: Folded, fingerprint: Fingerprint) -> float | None:
        """Return the z-score of a comment with its article to the semantic stage, None without it."""
        if self.encoder is None or self._meanings is None or fingerprint.semantic is None:
            return None
        query = self.encoder.encode(folded.original, kind="query")
        found = np.delete(self._meanings @ query, self._place.get(fingerprint.article_id, []))
        return _clipped(float(fingerprint.semantic @ query), found)

    def _outcome(
        self,
        score: float,
        reading: Reading,
        fingerprint: Fingerprint,
        shared: tuple[str, ...],
        better: str | None,
    ) -> RelevanceSignal:
        """Return the outcome of a score, or why there is none."""
        if len({word.text for word in reading.content}) < self.limits.fewest_content_words:
            return RelevanceSignal("not_judged", score, "short", shared)
        if reading.is_phatic:
            return RelevanceSignal("not_judged", score, "phatic", shared)
        suspect_below = self.limits.suspect_below if better is None else self.limits.better_below
        if score >= suspect_below or reading.is_about_the_page:
            return RelevanceSignal("on_topic", score, None, shared)
        if fingerprint.body_words < self.limits.shortest_body:
            return RelevanceSignal("not_judged", score, "thin_article", shared)
        return RelevanceSignal("off_topic_suspect", score, None, shared, better)

    def _score(
        self,
        folded: Folded,
        reading: Reading,
        article: Fingerprint,
        parent: Folded | None,
        peers: Sequence[Vectors],
    ) -> tuple[float, Floats]:
        """Return the score of a text with its article (or parent, if nearer) and with each background article."""
        text = self._views.of(reading)
        targets = [(article.vectors, article.title)]
        if parent is not None:
            answered = self._views.of(read(parent))
            targets.append((answered, answered.grams))
        z, every = self._zs(text, article, targets)
        weights = np.array([self.choice.weights[view] for view in self._views.names])
        own = float((weights @ z).max())
        others = [peer for peer in peers if not peer.same(text)]
        among = self._among(text, others)
        if among is not None:
            weight = self.choice.peers * min(1.0, len(others) / MANY_PEERS)
            own = (1 - weight) * own + weight * among
        if self.choice.ask_from <= own < self.choice.ask_below:
            meant = self.by_meaning(folded, article)
            if meant is not None:
                own = (1 - self.choice.semantic) * own + self.choice.semantic * meant
        return own, np.where(self._nameable, weights @ every, -np.inf)

    def _zs(
        self, text: Vectors, article: Fingerprint, targets: Sequence[tuple[Vectors, Weighted]]
    ) -> tuple[Floats, Floats]:
        """Return the z-scores, view by view, of a text with each target and with each background article."""
        own = np.empty((len(self._views.names), len(targets)))
        every = np.empty((len(self._views.names), len(self._background)))
        for row, view in enumerate(self._views.names):
            every[row] = self._views.with_background(view, text)
            own[row] = [with_article(view, text, whole, title) for whole, title in targets]
        place = self._place.get(article.article_id)
        others = every if place is None else np.delete(every, place, axis=1)
        mean = others.mean(axis=1, keepdims=True)
        spread = np.maximum(others.std(axis=1, keepdims=True), _LEAST_SPREAD)
        every = np.clip((every - mean) / spread, _LOWEST, _HIGHEST)
        if place is not None:
            every[:, place] = _LOWEST
        return np.clip((own - mean) / spread, _LOWEST, _HIGHEST), every

    def _among(self, text: Vectors, peers: Sequence[Vectors]) -> float | None:
        """Return how near a text is to the article's approved comments, relative to the titles of background articles."""
        if len(peers) < FEWEST_PEERS:
            return None
        found = self._views.with_background("title", text)
        return _clipped(nearest(text, peers, NEAREST_PEERS), found)

    def _shared(self, folded: Folded, reading: Reading, article: Fingerprint) -> tuple[str, ...]:
        """Return the comment's words that its article has too, as written, the rarest first."""
        found: dict[str, float] = {}
        for word in reading.content:
            lemma = self._views.lemma(word.text)
            if word.text in article.words or (lemma is not None and lemma in article.vectors.words):
                start, end = folded.span(word.start, word.end)
                rarity = np.inf if lemma is None else float(self._views.lemma_idf[lemma])
                found.setdefault(folded.original[start:end], rarity)
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


def lead(article: ArticleText) -> str:
    """Return the part of an article that the semantic stage reads."""
    return " ".join([article.title, *article.body.split()[:LEAD_WORDS]])


def _clipped(own: float, background: Floats) -> float:
    """Return a similarity as a z-score among those with background articles, clipped."""
    z = (own - float(background.mean())) / max(float(background.std()), _LEAST_SPREAD)
    return min(max(z, _LOWEST), _HIGHEST)
