"""Fit the relevance model on articles: the idf of hashed n-grams, topics (LSA) over lemmas, and a background sample."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from hazm import Lemmatizer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer

from classifiers import corpus
from classifiers.grams import GramTable
from classifiers.relevance import BITS, LONGEST, SHORTEST, ArticleText, Limits, RelevanceModel
from classifiers.relevance_reading import SHORTEST_CONTENT, read, stopwords
from classifiers.text import Folded, fold, words

TOPICS = 150
BACKGROUND = 300
RAREST = 2  # articles a lemma must occur in
GROWN = 200  # articles of its own from which a site is no longer young
YOUNG = Limits(suspect_below=-0.4, better_below=0.0)  # knows fewer words; a better one of few articles is rarely chance
COMMONEST = 0.5  # share of the articles a lemma may occur in

type Arrays = dict[str, npt.NDArray[Any]]


def fit(articles: Sequence[ArticleText]) -> RelevanceModel:
    """Fit a site's own model. While the site is young, our corpus' articles stand beside its own and fade as they come in."""
    ours = corpus_articles()
    spare = max(0, BACKGROUND - len(articles))
    together = [*articles, *ours[:spare]]
    arrays, meta = fit_arrays(together, nameable=[article.id for article in articles])
    return RelevanceModel(f"site-{_fingerprint(together)}", arrays, meta)


def fit_arrays(articles: Sequence[ArticleText], *, nameable: Sequence[str] = ()) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays and the meta of a model; only a `nameable` article may be called a better one for a comment."""
    folded = [fold(f"{article.title}\n{article.body}") for article in articles]
    sample = _background(articles)
    counts = _counts(folded)
    tfidf = TfidfTransformer(sublinear_tf=True).fit(counts)
    tfidf.idf_ = tfidf.idf_.astype(np.float16).astype(np.float64)
    arrays: Arrays = {"gram_idf": tfidf.idf_.astype(np.float16)}
    arrays |= _postings("grams", tfidf.transform(counts[sample]))
    arrays |= _postings("title", tfidf.transform(_counts([fold(articles[place].title) for place in sample])))
    lemma_arrays, topics = _topic_view(folded)
    arrays |= lemma_arrays | {"background_topics": topics[sample].astype(np.float16)}
    names = [articles[place].id for place in sample]
    named = set(nameable)
    meta = {
        "limits": asdict(Limits() if len(nameable) >= GROWN else YOUNG),
        "background": names,
        "nameable": [name for name in names if name in named],
        "articles": len(articles),
    }
    return arrays, meta


def _counts(folded: Sequence[Folded]) -> sparse.csr_matrix:
    table = GramTable(SHORTEST, LONGEST, BITS)
    rows = [table.of_words(read(text).words) for text in folded]
    starts = np.cumsum([0, *(len(ids) for ids, _ in rows)])
    ids, counts = (np.concatenate(column) for column in zip(*rows, strict=True))
    return sparse.csr_matrix((counts.astype(np.float64), ids, starts), shape=(len(rows), 1 << BITS))


def _postings(view: str, weighted: sparse.csr_matrix) -> Arrays:
    held = weighted.tocsc()
    return {
        f"{view}_starts": held.indptr.astype(np.int32),
        f"{view}_holders": held.indices.astype(np.uint16),
        f"{view}_values": held.data.astype(np.float16),
    }


def _topic_view(folded: Sequence[Folded]) -> tuple[Arrays, npt.NDArray[np.float64]]:
    """Return the lemma table with the topics' components, and the articles in topics, each of length 1."""
    lemmas_of = [list(_lemmas(text)) for text in folded]
    frequency: dict[str, int] = {}
    for found in lemmas_of:
        for lemma in {lemma for _, lemma in found}:
            frequency[lemma] = frequency.get(lemma, 0) + 1
    most = COMMONEST * len(folded)
    vocabulary = sorted(lemma for lemma, times in frequency.items() if RAREST <= times <= most)
    number = {lemma: place for place, lemma in enumerate(vocabulary)}
    forms = {form: number[lemma] for found in lemmas_of for form, lemma in found if lemma in number}
    matrix = sparse.lil_matrix((len(folded), max(len(vocabulary), 1)))
    for row, found in enumerate(lemmas_of):
        for _, lemma in found:
            if lemma in number:
                matrix[row, number[lemma]] += 1
    tfidf = TfidfTransformer(sublinear_tf=True)
    weighted = tfidf.fit_transform(matrix.tocsr())
    size = min(TOPICS, min(weighted.shape) - 1)
    svd = TruncatedSVD(size, random_state=0, algorithm="randomized").fit(weighted)
    topics = svd.transform(weighted)
    norms = np.linalg.norm(topics, axis=1, keepdims=True)
    names = sorted(forms)
    arrays = {
        "lemma_forms": np.frombuffer("\n".join(names).encode("utf-8"), np.uint8),
        "lemma_of_form": np.array([forms[name] for name in names], np.int32),
        "lemma_idf": tfidf.idf_.astype(np.float32),
        "components": svd.components_.T.astype(np.float16),
    }
    return arrays, topics / np.where(norms, norms, 1.0)


def _lemmas(folded: Folded) -> Iterator[tuple[str, str]]:
    """Yield each content word, folded, with hazm's lemma of it as written, folded."""
    skipped = stopwords()
    for word in words(folded, joined=True):
        if len(word.text) >= SHORTEST_CONTENT and word.text not in skipped and not word.text.isdigit():
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


def corpus_articles() -> list[ArticleText]:
    return [ArticleText(article.id, article.title, article.text) for article in corpus.articles()]


def _fingerprint(articles: Sequence[ArticleText]) -> str:
    digest = hashlib.sha256()
    for article in articles:
        digest.update("\0".join((article.id, article.title, article.body)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:12]
