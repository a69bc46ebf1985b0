"""How far a comment has to do with its article: relative similarity, as z-scores against background articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers import store
from classifiers.relevance_reading import Reading, read
from classifiers.relevance_views import Floats, Vectors, Views, Weighted, nearest
from classifiers.semantic import Encoder
from classifiers.text import Folded, fold

NAME = "relevance"
# A text that shares next to nothing with its article is as unrelated as can be: how far below the mean it falls says nothing.
_LOWEST, _HIGHEST = -1.0, 6.0
_LEAST_SPREAD = 1e-6
_MOST_WORDS = 8
FEWEST_PEERS, MANY_PEERS, NEAREST_PEERS = 5, 30, 3
LEAD_WORDS = 80  # of an article, after its title, that the semantic stage reads


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
    better_below: float = 0.0  # the threshold where another article of the site fits clearly better


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
        self._weights = np.array([self.choice.weights[view] for view in self._views.names])
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
        text = self._views.of(reading)
        every = self._views.with_every(text)
        own = self._own(text, every, fingerprint, parent)
        own = self._by_meaning(self._by_peers(own, text, peers), folded, fingerprint)
        if reading.adverts >= self.limits.advert_words and len(shared) <= 1:
            # the words of an advert are rare in articles: what it seems to share is chance
            own -= self.limits.advert_cost
        score = round(own, 4)
        why = self._why_not(reading)
        if why is not None:
            return RelevanceSignal("not_judged", score, why, shared)
        low = score < max(self.limits.suspect_below, self.limits.better_below)
        better = self._better(score, every, fingerprint) if low else None
        suspect_below = self.limits.suspect_below if better is None else self.limits.better_below
        if score >= suspect_below or reading.is_about_the_page:
            return RelevanceSignal("on_topic", score, None, shared)
        if fingerprint.body_words < self.limits.shortest_body:
            return RelevanceSignal("not_judged", score, "thin_article", shared)
        return RelevanceSignal("off_topic_suspect", score, None, shared, better)

    def by_view(self, folded: Folded, fingerprint: Fingerprint) -> dict[str, float]:
        """Return the z-score of a comment with its article in each view, for choosing what the views weigh."""
        text = self._views.of(read(folded))
        own = self._views.with_article(text, fingerprint.vectors, fingerprint.title)
        found = self._relative(own, *self._spread(self._views.with_every(text), fingerprint))
        return dict(zip(self._views.names, found.tolist(), strict=True))

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

    def _why_not(self, reading: Reading) -> str | None:
        """Return why a comment is not judged under any article, None where it is."""
        if len({word.text for word in reading.content}) < self.limits.fewest_content_words:
            return "short"
        return "phatic" if reading.is_phatic else None

    def _own(self, text: Vectors, every: Floats, article: Fingerprint, parent: Folded | None) -> float:
        """Return the weighted mean of a text's z-scores with its article, or with its parent, if that is nearer."""
        mean, spread = self._spread(every, article)
        own = self._views.with_article(text, article.vectors, article.title)
        score = float(self._weights @ self._relative(own, mean, spread))
        if parent is None:
            return score
        answered = self._views.of(read(parent))
        own = self._views.with_article(text, answered, answered.grams)
        return max(score, float(self._weights @ self._relative(own, mean, spread)))

    def _by_peers(self, own: float, text: Vectors, peers: Sequence[Vectors]) -> float:
        """Return a score with what the article's approved comments say of it."""
        others = [peer for peer in peers if not peer.same(text)]
        among = self._among(text, others)
        if among is None:
            return own
        weight = self.choice.peers * min(1.0, len(others) / MANY_PEERS)
        return (1 - weight) * own + weight * among

    def _by_meaning(self, own: float, folded: Folded, article: Fingerprint) -> float:
        """Return a score with what the semantic stage says, if it is there and the score is uncertain."""
        if not self.choice.ask_from <= own < self.choice.ask_below:
            return own
        meant = self.by_meaning(folded, article)
        return own if meant is None else (1 - self.choice.semantic) * own + self.choice.semantic * meant

    def _spread(self, every: Floats, article: Fingerprint) -> tuple[Floats, Floats]:
        """Return mean and standard deviation, view by view, of the cosines with background articles other than this one."""
        place = self._place.get(article.article_id)
        total, squares = np.add.reduce(every, axis=1), np.einsum("ij,ij->i", every, every)
        count = every.shape[1]
        if place is not None:
            total -= every[:, place]
            squares -= every[:, place] ** 2
            count -= 1
        mean = total / count
        variance = squares / count - mean * mean
        return mean, np.sqrt(np.maximum(variance, _LEAST_SPREAD**2))

    def _relative(self, cosines: Floats, mean: Floats, spread: Floats) -> Floats:
        """Return cosines as z-scores, clipped."""
        return np.minimum(np.maximum((cosines - mean) / spread, _LOWEST), _HIGHEST)

    def _among(self, text: Vectors, peers: Sequence[Vectors]) -> float | None:
        """Return how near a text is to the article's approved comments, relative to the titles of background articles."""
        if len(peers) < FEWEST_PEERS:
            return None
        return _clipped(nearest(text, peers, NEAREST_PEERS), self._views.with_titles(text))

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

    def _better(self, score: float, every: Floats, article: Fingerprint) -> str | None:
        """Return a background article of the site that fits clearly better than the comment's own."""
        if not self._nameable.any():
            return None
        mean, spread = self._spread(every, article)
        fits = np.where(self._nameable, self._weights @ self._relative(every, mean[:, None], spread[:, None]), -np.inf)
        if article.article_id in self._place:
            fits[self._place[article.article_id]] = -np.inf
        place = int(fits.argmax())
        if fits[place] >= max(self.limits.better_from, score + self.limits.better_by):
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
