"""A text as the relevance model sees it, and how near it is to every background article in each view."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.grams import GramTable, Ids, distinct, sublinear
from classifiers.relevance_reading import Reading, lemma_of

SHORTEST, LONGEST, BITS = 3, 5, 17
_FIRST_LEMMA = np.int32(1 << BITS)
_REMEMBER = 50_000  # words whose lemmas are kept

VIEWS = ("words", "grams", "title", "gram_topics", "lemma_topics")
"""Lemmas and n-grams against a whole article, n-grams against its title, topics (over either) against its topics."""

type Floats = npt.NDArray[np.floating[Any]]
type Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Weighted:
    """A sparse vector of length 1 (or without any entry): ascending numbers and the value of each."""

    ids: Ids
    values: Floats

    def __contains__(self, number: int) -> bool:
        place = int(self.ids.searchsorted(number))
        return place < len(self.ids) and int(self.ids[place]) == number

    def cosine(self, other: "Weighted") -> float:
        """Return the cosine with another one."""
        if not len(other.ids):
            return 0.0
        places = other.ids.searchsorted(self.ids)
        shared = (other.ids.take(places, mode="clip") == self.ids).nonzero()[0]
        return float(self.values.take(shared) @ other.values.take(places.take(shared)))


@dataclass(frozen=True, slots=True)
class Vectors:
    """A text in each view; a view that the model does without is empty."""

    words: Weighted
    grams: Weighted
    topics: Mapping[str, Floats]

    def same(self, other: "Vectors") -> bool:
        """Say whether two texts are the same to every view."""
        return np.array_equal(self.grams.ids, other.grams.ids) and np.array_equal(self.words.ids, other.words.ids)


class Postings:
    """The background articles by n-gram and by lemma: which hold it in which view, and with what weight.

    The views stand in one table, as a text is looked up in all of them at once: a lemma's number follows the n-grams', and
    article ``a`` of view ``v`` is holder ``v * articles + a``.
    """

    def __init__(self, arrays: Arrays, views: Sequence[str], articles: int) -> None:
        self._shape = len(views), articles
        owners, holders = [], []
        for place, view in enumerate(views):
            lengths = np.diff(arrays[f"{view}_starts"])
            owners.append((np.arange(len(lengths)) + (_FIRST_LEMMA if view == "words" else 0)).repeat(lengths))
            holders.append(arrays[f"{view}_holders"] + np.int32(place * articles))
        owner = np.concatenate(owners)
        order = owner.argsort(kind="stable")
        self._holders = np.concatenate(holders)[order]
        self._values = np.concatenate([arrays[f"{view}_values"] for view in views]).astype(np.float32)[order]
        size = _FIRST_LEMMA + len(arrays["lemma_idf"])
        self._starts = np.concatenate([[0], np.bincount(owner, minlength=size).cumsum()])

    def cosines(self, text: Vectors) -> Floats:
        """Return the cosines of a text with every background article, a row for each view."""
        ids = np.concatenate([text.grams.ids, text.words.ids + _FIRST_LEMMA])
        values = np.concatenate([text.grams.values, text.words.values])
        starts = self._starts.take(ids)
        lengths = self._starts.take(ids + 1) - starts
        ends = lengths.cumsum()
        if not len(ends) or not ends[-1]:
            return np.zeros(self._shape)
        # Every posting of every entry of the text, as one flat index.
        offsets = np.arange(ends[-1]) + (starts - ends + lengths).repeat(lengths)
        weights = values.repeat(lengths) * self._values.take(offsets)
        found = np.bincount(self._holders.take(offsets), weights, self._shape[0] * self._shape[1])
        return found.reshape(self._shape)


class Topics:
    """Topics over words or n-grams, one byte a number, and the background articles in them."""

    def __init__(self, arrays: Arrays, name: str, size: int) -> None:
        self._components: npt.NDArray[np.int8] = arrays[f"{name}_components"]
        self._scales = np.asarray(arrays[f"{name}_scales"], np.float64)
        self._row = np.full(size, -1, np.int32)
        self._row[arrays[f"{name}_ids"]] = np.arange(len(self._scales))
        self._background = np.asarray(arrays[f"{name}_background"], np.float32)

    def of(self, text: Weighted) -> Floats:
        """Return a text in topics, of length 1."""
        rows = self._row[text.ids]
        known = rows >= 0
        rows = rows[known]
        weights = (text.values[known] * self._scales[rows]).astype(np.float32)
        return unit(weights @ self._components[rows].astype(np.float32))

    def cosines(self, topics: Floats) -> Floats:
        """Return the cosine of a text in topics with every background article."""
        return self._background @ topics


class Views:
    """The fitted views: how a text is turned into vectors, and the background articles in each of them."""

    def __init__(self, arrays: Arrays, weights: Mapping[str, float], articles: int) -> None:
        self.names = tuple(view for view in VIEWS if weights.get(view))
        self._grams = GramTable(SHORTEST, LONGEST, BITS)
        self._idf = np.asarray(arrays["gram_idf"], np.float64)
        forms = arrays["lemma_forms"].tobytes().decode("utf-8").split("\n")
        self._lemmas = dict(zip(forms, arrays["lemma_of_form"].tolist(), strict=True))
        self._known: dict[str, int | None] = {}
        self.lemma_idf = np.asarray(arrays["lemma_idf"], np.float64)
        # in the order of VIEWS: titles come last, for they are asked about even where they weigh nothing
        kept = [view for view in VIEWS[:3] if view in self.names or view == "title"]
        self._postings = Postings(arrays, kept, articles)
        sizes = {"gram_topics": 1 << BITS, "lemma_topics": len(self.lemma_idf)}
        self._topics = {view: Topics(arrays, view, size) for view, size in sizes.items() if view in self.names}

    def lemma(self, word: str) -> int | None:
        """Return the number of a folded word's lemma; None for an unknown word."""
        try:
            return self._known[word]
        except KeyError:
            if len(self._known) >= _REMEMBER:
                self._known.clear()
            found = self._known[word] = lemma_of(word, self._lemmas)
            return found

    def of(self, reading: Reading) -> Vectors:
        """Return a text in each view."""
        ids, counts = self._grams.of_words(reading.words)
        grams = Weighted(ids, unit(sublinear(counts) * self._idf[ids]))
        words = self._words([word.text for word in reading.content])
        topics = {view: table.of(grams if view == "gram_topics" else words) for view, table in self._topics.items()}
        return Vectors(words, grams, topics)

    def _words(self, content: Iterable[str]) -> Weighted:
        ids, counts = distinct(np.array([lemma for lemma in map(self.lemma, content) if lemma is not None], np.int32))
        return Weighted(ids, unit(sublinear(counts) * self.lemma_idf[ids]))

    def with_every(self, text: Vectors) -> Floats:
        """Return the cosines of a text with the background articles, a row for each view."""
        lists = self._postings.cosines(text)[: len(self.names) - len(self._topics)]
        if not self._topics:
            return lists
        return np.vstack([lists, *(self._topics[view].cosines(text.topics[view]) for view in self._topics)])

    def with_titles(self, text: Vectors) -> Floats:
        """Return the cosines of a text with the titles of the background articles."""
        return self._postings.cosines(text)[-1]  # type: ignore[no-any-return]

    def with_article(self, text: Vectors, whole: Vectors, title: Weighted) -> Floats:
        """Return the cosines of a text with one article, one for each view."""
        return np.array([_with_article(view, text, whole, title) for view in self.names])


def _with_article(view: str, text: Vectors, whole: Vectors, title: Weighted) -> float:
    if view in text.topics:
        return float(text.topics[view] @ whole.topics[view])
    if view == "words":
        return text.words.cosine(whole.words)
    return text.grams.cosine(title if view == "title" else whole.grams)


def unit(values: Floats) -> Floats:
    """Return a vector at length 1; one of zeros as it is."""
    norm = math.sqrt(values @ values)
    return values / norm if norm else values


def nearest(text: Vectors, peers: Sequence[Vectors], most: int) -> float:
    """Return the mean cosine, over n-grams, of a text with the nearest `most` of its peers."""
    found = sorted((text.grams.cosine(peer.grams) for peer in peers), reverse=True)
    return sum(found[:most]) / most
