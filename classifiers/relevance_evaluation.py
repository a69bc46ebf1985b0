"""Measure the relevance model on real comments under real articles, and on pairs that do not belong together."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from classifiers import corpus, data, relevance
from classifiers.relevance import ArticleText, Fingerprint, RelevanceModel, RelevanceSignal
from classifiers.relevance_fitting import fit
from classifiers.text import fold

OFF_TOPIC = ("random", "section", "neighbour", "tweet", "spam")
FEWEST_WORDS, FEWEST_CONTENT = 6, 3  # pairs that the AUCs count; shorter ones nobody could judge


@dataclass(frozen=True, slots=True)
class Measured:
    """A pair with what the model said; `counts` says whether it is long enough for the AUCs."""

    kind: str
    dev: bool
    counts: bool
    words: int
    signal: RelevanceSignal


def evaluate(folder: Path) -> dict[str, Any]:
    """Return the metrics of the newest shipped version."""
    return measure_all(relevance.load(), folder)


def measure_all(model: RelevanceModel, folder: Path) -> dict[str, Any]:
    """Return every figure of the card: as a young site's model, and fitted on the site's own articles."""
    articles = [
        ArticleText(row["id"], row["title"], row["body"]) for row in data.rows(folder / "relevance" / "articles.jsonl")
    ]
    grown = fit(articles)
    return {
        "young_site": figures(pairs(model, articles, folder)),
        "site_with_its_own_articles": figures(pairs(grown, articles, folder)),
        "own_corpus": own_corpus(model),
        "milliseconds": {"comment": _speed(grown, articles, folder), "article": _article_speed(grown, articles)},
    }


def pairs(model: RelevanceModel, articles: Sequence[ArticleText], folder: Path) -> list[Measured]:
    """Measure every pair. Half of the commented articles, by the hash of their name, are for setting thresholds."""
    by_name = {article.id: article for article in articles}
    prints: dict[str, Fingerprint] = {}
    found = []
    for row in data.rows(folder / "relevance" / "pairs.jsonl"):
        name = row["article_id"]
        if name not in prints:
            prints[name] = model.fingerprint(by_name[name])
        group = row["comment_true_article"] or row["comment_id"]
        found.append(
            Measured(
                row["pair_kind"],
                is_dev(group),
                row["n_words"] >= FEWEST_WORDS and row["n_content"] >= FEWEST_CONTENT,
                row["n_words"],
                model.measure(fold(row["comment"]), prints[name]),
            )
        )
    return found


def is_dev(name: str) -> bool:
    """Say whether an article (or a comment of none) is for setting thresholds."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def figures(measured: Sequence[Measured]) -> dict[str, Any]:
    """Return AUCs and what is flagged, on the half that no threshold was set on; and the threshold the other half gives."""
    test = [one for one in measured if not one.dev]
    genuine = [one for one in test if one.kind == "true"]
    result: dict[str, Any] = {"threshold_that_flags_2_percent_of_dev": dev_threshold(measured)}
    result["auc"] = {kind: _auc(test, kind) for kind in OFF_TOPIC}
    result["auc_all_articles"] = {kind: _auc(measured, kind) for kind in OFF_TOPIC}
    result["genuine_judged"] = round(float(np.mean([_judged(one) for one in genuine])), 3)
    result["flagged_of_judged"] = {kind: _flagged(test, kind) for kind in ("true", *OFF_TOPIC)}
    result["flagged_of_judged_all_articles"] = {kind: _flagged(measured, kind) for kind in ("true", *OFF_TOPIC)}
    result["phatic_flagged"] = _flagged(measured, "phatic", of_all=True)
    result["under_5_content_words_flagged"] = sum(
        one.signal.outcome == "off_topic_suspect" and one.signal.why == "short" for one in measured
    )
    result["better_article_named"] = {
        kind: round(float(np.mean([one.signal.better_article is not None for one in test if one.kind == kind])), 3)
        for kind in ("true", "random", "section")
    }
    return result


def dev_threshold(measured: Sequence[Measured], share: float = 0.02) -> float:
    """Return the score below which `share` of the judged genuine comments of the development half lie."""
    scores = [one.signal.score for one in measured if one.dev and one.kind == "true" and _judged(one)]
    return round(float(np.quantile([score for score in scores if score is not None], share)), 3)


def own_corpus(model: RelevanceModel) -> dict[str, Any]:
    """Return what is flagged in our corpus, whose articles are the model's background. Genuine: acceptable in every respect."""
    prints = {one.id: model.fingerprint(ArticleText(one.id, one.title, one.text)) for one in corpus.articles()}
    flagged: dict[str, list[bool]] = {"on_topic": [], "off_topic": [], "off_topic_judged": []}
    for comment in corpus.comments():
        label = comment.expect["on_topic"]
        if label is None or comment.article_id is None or (label and comment.violated):
            continue
        signal = model.measure(fold(comment.text), prints[comment.article_id])
        suspect = signal.outcome == "off_topic_suspect"
        flagged["on_topic" if label else "off_topic"].append(suspect)
        if not label and signal.outcome != "not_judged":
            flagged["off_topic_judged"].append(suspect)
    return {name: {"texts": len(found), "flagged": round(float(np.mean(found)), 4)} for name, found in flagged.items()}


def _judged(one: Measured) -> bool:
    return one.signal.outcome != "not_judged"


def _auc(measured: Sequence[Measured], kind: str) -> float:
    chosen = [one for one in measured if one.counts and one.kind in ("true", kind) and one.signal.score is not None]
    labels = [one.kind == "true" for one in chosen]
    return round(float(roc_auc_score(labels, [one.signal.score for one in chosen])), 3)


def _flagged(measured: Sequence[Measured], kind: str, *, of_all: bool = False) -> dict[str, Any]:
    chosen = [one for one in measured if one.kind == kind and (of_all or _judged(one))]
    flagged = sum(one.signal.outcome == "off_topic_suspect" for one in chosen)
    return {"texts": len(chosen), "flagged": round(flagged / max(len(chosen), 1), 3)}


def _speed(model: RelevanceModel, articles: Sequence[ArticleText], folder: Path) -> float:
    """Return CPU milliseconds a comment, folding included."""
    fingerprint = model.fingerprint(articles[0])
    texts = [row["comment"] for row in data.rows(folder / "relevance" / "pairs.jsonl")][:300]
    return _milliseconds([partial(model.measure, fold(text), fingerprint) for text in texts])


def _article_speed(model: RelevanceModel, articles: Sequence[ArticleText]) -> float:
    return _milliseconds([partial(model.fingerprint, article) for article in articles[:200]])


def _milliseconds(calls: Sequence[Callable[[], object]]) -> float:
    start = time.process_time()
    for call in calls:
        call()
    return round(1000 * (time.process_time() - start) / len(calls), 2)
