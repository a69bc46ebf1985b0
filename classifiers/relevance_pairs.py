"""Comments under their own articles and under others: what the relevance model is set and measured on."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers import data
from classifiers.relevance import ArticleText, Fingerprint, RelevanceModel
from classifiers.text import Folded, fold

OFF_TOPIC = ("random", "section", "neighbour", "tweet", "spam")
FEWEST_WORDS, FEWEST_CONTENT = 6, 3  # pairs that the AUCs count; shorter ones nobody could judge
FEWEST_COMMENTS = 6  # of an article that the measurement with approved comments takes part in


@dataclass(frozen=True, slots=True)
class Pair:
    """A comment under an article; `counts` says whether it is long enough for the AUCs."""

    kind: str
    folded: Folded
    article_id: str
    under: str  # the article that it was written under, or its own name: what is resampled and what parts the halves
    dev: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A pair with its article's other comments, as many as are asked for."""

    pair: Pair
    others: tuple[Folded, ...]


def articles(folder: Path) -> list[ArticleText]:
    """Return the articles of the research site."""
    rows = data.rows(folder / "relevance" / "articles.jsonl")
    return [ArticleText(row["id"], row["title"], row["body"]) for row in rows]


def pairs(folder: Path) -> list[Pair]:
    """Return every pair. Half of the commented articles, by the hash of their name, are for choosing and setting."""
    found = []
    for row in data.rows(folder / "relevance" / "pairs.jsonl"):
        under = row["comment_true_article"] or row["comment_id"]
        counts = row["n_words"] >= FEWEST_WORDS and row["n_content"] >= FEWEST_CONTENT
        found.append(Pair(row["pair_kind"], fold(row["comment"]), row["article_id"], under, is_dev(under), counts))
    return found


def is_dev(name: str) -> bool:
    """Say whether an article (or a comment of none) is for choosing and setting."""
    return _digest(name)[0] % 2 == 0


def fingerprints(model: RelevanceModel, site: Sequence[ArticleText], wanted: Sequence[Pair]) -> dict[str, Fingerprint]:
    """Return the fingerprint of each article that a pair stands under."""
    names = {pair.article_id for pair in wanted}
    return {article.id: model.fingerprint(article) for article in site if article.id in names}


def among_commented(wanted: Sequence[Pair], most: int) -> Iterator[Seen]:
    """Yield genuine pairs of articles with comments, and each comment once under another such article.

    The other comments are at most `most`, drawn by their hash, never the comment itself. Off-topic pairs are drawn
    from commented articles alone: else having comments at all would tell them from genuine ones.
    """
    of_article: dict[str, list[Pair]] = defaultdict(list)
    for pair in wanted:
        if pair.kind == "true":
            of_article[pair.article_id].append(pair)
    names = sorted(name for name, found in of_article.items() if len(found) >= FEWEST_COMMENTS)
    for name in names:
        elsewhere = [other for other in names if other != name]
        for pair in of_article[name]:
            if pair.counts and elsewhere:
                place = int.from_bytes(_digest(pair.folded.original)[:4]) % len(elsewhere)
                other = elsewhere[place]
                foreign = Pair("random", pair.folded, other, pair.under, pair.dev, pair.counts)
                yield Seen(pair, _others(pair, of_article[name], most))
                yield Seen(foreign, _others(pair, of_article[other], most))


def _others(pair: Pair, comments: Sequence[Pair], most: int) -> tuple[Folded, ...]:
    texts = {one.folded.original: one.folded for one in comments if one.folded.text != pair.folded.text}
    order = sorted(texts, key=lambda text: _digest(pair.folded.original + text))
    return tuple(texts[text] for text in order[:most])


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
