"""Fit the relevance model on articles: idf of n-grams and lemmas, topics (LSA) over n-grams, and a background sample."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from hazm import Lemmatizer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from classifiers import corpus, store
from classifiers.grams import GramTable
from classifiers.relevance import NAME, ArticleText, Choice, Limits, RelevanceModel, lead
from classifiers.relevance_reading import Reading, read
from classifiers.relevance_views import BITS, LONGEST, SHORTEST
from classifiers.semantic import Encoder
from classifiers.text import Folded, fold

TOPICS = 150
BACKGROUND = 300
GROWN = 200  # articles of its own from which a site's topics say more than its n-grams
WITH_ENCODER = "-semantic"  # after an age, in the choices that a shipped version holds
RAREST, COMMONEST = 2, 0.5  # articles a lemma must occur in; share of them it may occur in
MOST_LEMMAS = 20_000
TOPIC_RAREST = {"gram_topics": 5, "lemma_topics": 2}  # articles that what has topics must occur in
MOST_WITH_TOPICS = {"gram_topics": 24_000, "lemma_topics": 10_000}  # they are most of a model's size
FLATTER = {
    "gram_topics": -0.5,
    "lemma_topics": 0.0,
}  # power of the singular values: below 0, rare topics count for more

type Arrays = dict[str, npt.NDArray[Any]]


def fit(articles: Sequence[ArticleText], encoder: Encoder | None = None) -> RelevanceModel:
    """Fit a site's own model, in memory; see fit_site."""
    arrays, meta = fit_site(articles, encoder)
    return RelevanceModel(meta["version"], arrays, meta, encoder)


def fit_site(
    articles: Sequence[ArticleText], encoder: Encoder | None = None, *, chosen: Mapping[str, Any] | None = None
) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays and the meta of a site's own model, its version in the meta.

    While the site is young, our corpus' articles stand beside its own and fade as they come in. What its views weigh and when
    it suspects was chosen beforehand; it stands in the shipped version (`chosen` is for one that is not shipped yet). With an
    encoder the semantic stage is fitted too, at some tenths of a second for each of 300 articles. `articles` in the meta
    counts both.
    """
    together = [*articles, *_beside(articles)]
    age = "grown" if len(articles) >= GROWN else "young"
    chosen = chosen or store.load(NAME).meta["chosen"]
    if age + WITH_ENCODER not in chosen:
        encoder = None  # trained without the extra: nothing says how far the stage may be trusted
    one = chosen[age + (WITH_ENCODER if encoder else "")]
    limits, choice = Limits(**one["limits"]), Choice(**one["choice"])
    named = [article.id for article in articles]
    arrays, meta = fit_arrays(together, limits, choice, nameable=named, encoder=encoder)
    return arrays, meta | {"version": f"site-{_fingerprint(together)}"}


def fit_arrays(
    articles: Sequence[ArticleText],
    limits: Limits,
    choice: Choice,
    *,
    nameable: Sequence[str] = (),
    encoder: Encoder | None = None,
) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays and the meta of a model; only a `nameable` article may be called a better one for a comment."""
    folded = [fold(f"{article.title}\n{article.body}") for article in articles]
    readings = [read(text) for text in folded]
    sample = _background(articles)
    counts = _gram_counts(readings)
    grams = _weigher(counts)
    titles = grams.transform(_gram_counts([read(fold(articles[place].title)) for place in sample]))
    arrays: Arrays = {"gram_idf": grams.idf_.astype(np.float16)} | _postings("title", titles)
    if choice.weights.get("grams"):
        arrays |= _postings("grams", grams.transform(counts[sample]))
    if choice.weights.get("gram_topics"):
        arrays |= _topics("gram_topics", grams.transform(counts), sample)
    arrays |= _lemma_view(folded, readings, sample, choice)
    if encoder is not None:
        meanings = [encoder.encode(lead(articles[place]), kind="passage") for place in sample]
        arrays["semantic"] = np.stack(meanings).astype(np.float16)
    names = [articles[place].id for place in sample]
    named = set(nameable)
    return arrays, {
        "limits": asdict(limits),
        "choice": asdict(choice),
        "background": names,
        "nameable": [name for name in names if name in named],
        "articles": len(articles),
        "encoder": encoder.version if encoder is not None else None,
    }


def _weigher(counts: sparse.csr_matrix) -> TfidfTransformer:
    """Return a fitted TF-IDF whose idf is exactly what is stored."""
    tfidf = TfidfTransformer(sublinear_tf=True).fit(counts)
    tfidf.idf_ = tfidf.idf_.astype(np.float16).astype(np.float64)
    return tfidf


def _gram_counts(readings: Sequence[Reading]) -> sparse.csr_matrix:
    table = GramTable(SHORTEST, LONGEST, BITS)
    return _counts([table.of_words(reading.words) for reading in readings], 1 << BITS)


def _counts(rows: Sequence[tuple[npt.NDArray[Any], npt.NDArray[Any]]], size: int) -> sparse.csr_matrix:
    starts = np.cumsum([0, *(len(ids) for ids, _ in rows)])
    ids, counts = (np.concatenate(column) for column in zip(*rows, strict=True))
    return sparse.csr_matrix((counts.astype(np.float64), ids, starts), shape=(len(rows), size))


def _postings(view: str, weighted: sparse.csr_matrix) -> Arrays:
    held = weighted.tocsc()
    return {
        f"{view}_starts": held.indptr.astype(np.int32),
        f"{view}_holders": held.indices.astype(np.uint16),
        f"{view}_values": held.data.astype(np.float16),
    }


def _topics(view: str, weighted: sparse.csr_matrix, sample: Sequence[int]) -> Arrays:
    """Return the topics (LSA) of what is neither rare nor common, one byte a number, and of the background articles."""
    frequency = np.asarray((weighted > 0).sum(axis=0)).ravel()
    fit = (frequency >= TOPIC_RAREST[view]) & (frequency <= COMMONEST * weighted.shape[0])
    order = np.argsort(np.where(fit, -frequency, 0), kind="stable")
    kept = np.sort(order[: min(MOST_WITH_TOPICS[view], int(fit.sum()))])
    weighted = normalize(weighted[:, kept])
    size = min(TOPICS, min(weighted.shape) - 1)
    svd = TruncatedSVD(size, random_state=0, algorithm="arpack").fit(weighted)
    components = svd.components_.T * svd.singular_values_ ** FLATTER[view]
    scales = (np.abs(components).max(axis=1) / 127).clip(1e-12).astype(np.float32)
    rounded = np.round(components / scales[:, None]).astype(np.int8)
    return {
        f"{view}_ids": kept.astype(np.int32),
        f"{view}_scales": scales,
        f"{view}_components": rounded,
        f"{view}_background": normalize(weighted[list(sample)] @ (rounded * scales[:, None])).astype(np.float16),
    }


def _lemma_view(folded: Sequence[Folded], readings: Sequence[Reading], sample: Sequence[int], choice: Choice) -> Arrays:
    """Return the lemma table with its idf, and what the views of lemmas need of the background articles."""
    lemmas_of = [list(_lemmas(text, reading)) for text, reading in zip(folded, readings, strict=True)]
    frequency = Counter(lemma for found in lemmas_of for lemma in {lemma for _, lemma in found})
    most = COMMONEST * len(folded)
    fit = [(-times, lemma) for lemma, times in frequency.items() if RAREST <= times <= most]
    number = {lemma: place for place, lemma in enumerate(sorted(lemma for _, lemma in sorted(fit)[:MOST_LEMMAS]))}
    forms = {form: number[lemma] for found in lemmas_of for form, lemma in found if lemma in number}
    rows = [Counter(number[lemma] for _, lemma in found if lemma in number) for found in lemmas_of]
    counts = _counts([_columns(row) for row in rows], max(len(number), 1))
    tfidf = _weigher(counts)
    weighted = tfidf.transform(counts)
    names = sorted(forms)
    arrays: Arrays = {
        "lemma_forms": np.frombuffer("\n".join(names).encode("utf-8"), np.uint8),
        "lemma_of_form": np.array([forms[name] for name in names], np.int32),
        "lemma_idf": tfidf.idf_.astype(np.float16),
    }
    if choice.weights.get("words"):
        arrays |= _postings("words", weighted[sample])
    if choice.weights.get("lemma_topics"):
        arrays |= _topics("lemma_topics", weighted, sample)
    return arrays


def _columns(row: Mapping[int, int]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    ids = sorted(row)
    return np.array(ids, np.int32), np.array([row[number] for number in ids], np.int64)


def _lemmas(folded: Folded, reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield each content word, folded, with hazm's lemma of it as written, folded."""
    for word in reading.content:
        start, end = folded.span(word.start, word.end)
        yield word.text, _lemma(folded.original[start:end])


@cache
def _lemma(written: str) -> str:
    plain = written.replace("ي", "ی").replace("ك", "ک")
    return fold(_lemmatizer().lemmatize(plain)).text


@cache
def _lemmatizer() -> Lemmatizer:
    return Lemmatizer()


def _background(articles: Sequence[ArticleText]) -> list[int]:
    """Return a sample of the articles that depends on nothing but their names."""
    order = sorted(range(len(articles)), key=lambda place: hashlib.sha256(articles[place].id.encode()).digest())
    return sorted(order[:BACKGROUND])


def _beside(articles: Sequence[ArticleText]) -> list[ArticleText]:
    """Return our corpus' articles for a young site, without those that the site has itself; no site's id is like theirs."""
    known = {article.title for article in articles}
    ours = [article for article in corpus_articles() if article.title not in known]
    spare = max(0, BACKGROUND - len(articles))
    return [ArticleText(f"corpus/{article.id}", article.title, article.body) for article in ours[:spare]]


def corpus_articles() -> list[ArticleText]:
    return [ArticleText(article.id, article.title, article.text) for article in corpus.articles()]


def _fingerprint(articles: Sequence[ArticleText]) -> str:
    digest = hashlib.sha256()
    for article in articles:
        digest.update("\0".join((article.id, article.title, article.body)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:12]
