"""Measure the relevance model on real comments under real articles, and on pairs that do not belong together."""

import io
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers import corpus, relevance, semantic, store
from classifiers.relevance import ArticleText, Choice, Limits, RelevanceModel, RelevanceSignal
from classifiers.relevance_calibration import calibrate
from classifiers.relevance_fitting import GROWN, WITH_ENCODER, corpus_articles, fit_arrays, fit_site
from classifiers.relevance_pairs import OFF_TOPIC, Pair, among_commented, articles, fingerprints, pairs
from classifiers.semantic import Encoder
from classifiers.text import fold

PEERS = (5, 10, 30)
RESAMPLED = 500
TIMED, TIMED_ARTICLES = 200, 30


@dataclass(frozen=True, slots=True)
class Measured:
    """A pair with what the model said."""

    pair: Pair
    signal: RelevanceSignal

    @property
    def judged(self) -> bool:
        return self.signal.outcome != "not_judged"


def evaluate(folder: Path) -> dict[str, Any]:
    """Return the metrics of the newest shipped version, with the semantic stage where the extra is installed."""
    stored = store.load(relevance.NAME)
    model = RelevanceModel(stored.version, stored.arrays, stored.meta)
    return measure_all(model, stored.meta["chosen"], folder, semantic.load())


def measure_all(
    shipped: RelevanceModel, chosen: Mapping[str, Any], folder: Path, encoder: Encoder | None = None
) -> dict[str, Any]:
    """Return every figure of the card: as a young site's model and fitted on the site's own articles, with each stage."""
    site, measured = articles(folder), pairs(folder)
    arrays, meta = fit_site(site, chosen=chosen)
    grown = RelevanceModel("grown", arrays, meta)
    models = {"young_site": shipped, "grown_site": grown}
    if encoder is not None:
        models["young_site_semantic"] = _young_with(encoder, chosen)
        models["grown_site_semantic"] = RelevanceModel("grown", *fit_site(site, encoder, chosen=chosen), encoder)
    result: dict[str, Any] = {name: figures(measure_pairs(model, site, measured)) for name, model in models.items()}
    result["grown_site"]["calibrated"] = _calibrated(grown, site, measured)
    result["peers"] = peers(grown, site, [pair for pair in measured if not pair.dev])
    result["own_corpus"] = own_corpus(shipped)
    result["grown_from"] = GROWN
    result["megabytes"] = round(_megabytes(arrays), 2)
    result["milliseconds"] = {
        name: speed(model, site, measured, turn) for turn, (name, model) in enumerate(models.items(), 1)
    }
    return result


def measure_pairs(model: RelevanceModel, site: Sequence[ArticleText], wanted: Sequence[Pair]) -> list[Measured]:
    """Measure every pair."""
    prints = fingerprints(model, site, wanted)
    return [Measured(pair, model.measure(pair.folded, prints[pair.article_id])) for pair in wanted]


def figures(measured: Sequence[Measured]) -> dict[str, Any]:
    """Return AUCs with their 95 % intervals, and what is flagged, on the half that nothing was chosen on."""
    test = [one for one in measured if not one.pair.dev]
    genuine = [one for one in test if one.pair.kind == "true"]
    return {
        "auc": {kind: auc(test, kind) for kind in OFF_TOPIC},
        "auc_development_half": {kind: auc([one for one in measured if one.pair.dev], kind) for kind in OFF_TOPIC},
        "auc_all_articles": {kind: auc(measured, kind) for kind in OFF_TOPIC},
        "auc_without_the_largest_article": {kind: auc(_without_largest(test), kind) for kind in OFF_TOPIC},
        "interval": {kind: interval(test, kind) for kind in ("random", "section")},
        "articles": len({one.pair.under for one in genuine}),
        "genuine_judged": round(float(np.mean([one.judged for one in genuine])), 3),
        "flagged_of_judged": {kind: _flagged(test, kind) for kind in ("true", *OFF_TOPIC)},
        "by_threshold": {str(share): _at(measured, share) for share in (0.01, 0.02, 0.05)},
        "phatic_flagged": _flagged(measured, "phatic", of_all=True),
        "under_5_content_words_flagged": sum(
            one.signal.outcome == "off_topic_suspect" and one.signal.why == "short" for one in measured
        ),
        "better_article_named": {
            kind: round(
                float(np.mean([one.signal.better_article is not None for one in test if one.pair.kind == kind])), 3
            )
            for kind in ("true", "random", "section")
        },
    }


def peers(model: RelevanceModel, site: Sequence[ArticleText], wanted: Sequence[Pair]) -> dict[str, Any]:
    """Return the AUC without and with so many approved comments, genuine and off-topic pairs of commented articles alone."""
    prints = fingerprints(model, site, wanted)
    result = {}
    for most in PEERS:
        genuine, alone, among = [], [], []
        for seen in among_commented(wanted, most):
            if len(seen.others) < relevance.FEWEST_PEERS:
                continue
            kept = [model.peer(text) for text in seen.others]
            fingerprint = prints[seen.pair.article_id]
            genuine.append(seen.pair.kind == "true")
            alone.append(model.measure(seen.pair.folded, fingerprint).score or 0.0)
            among.append(model.measure(seen.pair.folded, fingerprint, peers=kept).score or 0.0)
        mark = np.array(genuine)
        result[str(most)] = {
            "pairs": len(genuine),
            "without": round(_auc(mark, np.array(alone)), 3),
            "with": round(_auc(mark, np.array(among)), 3),
        }
    return result


def own_corpus(model: RelevanceModel) -> dict[str, Any]:
    """Return what is flagged in our corpus' test split, whose articles are in the background. Genuine: acceptable in every respect."""
    prints = {article.id: model.fingerprint(article) for article in corpus_articles()}
    flagged: dict[str, list[bool]] = defaultdict(list)
    for comment in corpus.comments():
        label = comment.expect["on_topic"]
        if label is None or comment.article_id is None or comment.split != "test" or (label and comment.violated):
            continue
        signal = model.measure(fold(comment.text), prints[comment.article_id])
        name = "on_topic" if label else "off_topic"
        flagged[name].append(signal.outcome == "off_topic_suspect")
        if signal.outcome != "not_judged":
            flagged[f"{name}_judged"].append(signal.outcome == "off_topic_suspect")
    return {name: {"texts": len(found), "flagged": round(float(np.mean(found)), 4)} for name, found in flagged.items()}


def speed(model: RelevanceModel, site: Sequence[ArticleText], wanted: Sequence[Pair], turn: int) -> dict[str, float]:
    """Return CPU milliseconds a comment (cold: never seen; warm: seen before) and an article, folding included.

    Each turn writes its texts with more spaces at the end, so that no encoder remembers them from before.
    """
    fingerprint = model.fingerprint(site[0])
    spaces = " " * turn
    calls = [partial(_measured, model, pair.folded.original + spaces, fingerprint) for pair in wanted[:TIMED]]
    cold = _milliseconds(calls)
    some = [replace(article, title=spaces + article.title) for article in site[1 : TIMED_ARTICLES + 1]]
    prints = [partial(model.fingerprint, article) for article in some]
    return {"comment_cold": cold, "comment_warm": _milliseconds(calls), "article": _milliseconds(prints)}


def auc(measured: Sequence[Measured], kind: str) -> float:
    """Return the AUC of the score, genuine pairs against those of a kind that are long enough."""
    genuine, scores, _ = _told(measured, kind)
    return round(_auc(genuine, scores), 3)


def interval(measured: Sequence[Measured], kind: str) -> tuple[float, float]:
    """Return the middle 95 % of the AUC when the articles that the comments were written under are drawn anew."""
    genuine, scores, under = _told(measured, kind)
    rows: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(under):
        rows[name].append(row)
    groups = [np.array(rows[name]) for name in sorted(rows)]
    draw = np.random.default_rng(0)
    found = []
    for _ in range(RESAMPLED):
        drawn = np.concatenate([groups[place] for place in draw.integers(len(groups), size=len(groups))])
        if genuine[drawn].any() and not genuine[drawn].all():
            found.append(_auc(genuine[drawn], scores[drawn]))
    low, high = np.quantile(found, (0.025, 0.975))
    return round(float(low), 3), round(float(high), 3)


def _without_largest(measured: Sequence[Measured]) -> list[Measured]:
    """Leave out what was written under the article with the most genuine comments: alone it can make a figure."""
    largest, _ = Counter(one.pair.under for one in measured if one.pair.kind == "true").most_common(1)[0]
    return [one for one in measured if one.pair.under != largest]


def _told(measured: Sequence[Measured], kind: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64], list[str]]:
    chosen = [one for one in measured if one.pair.counts and one.pair.kind in ("true", kind)]
    scores = np.array([one.signal.score for one in chosen], np.float64)
    return np.array([one.pair.kind == "true" for one in chosen]), scores, [one.pair.under for one in chosen]


def _auc(genuine: npt.NDArray[np.bool_], scores: npt.NDArray[np.float64]) -> float:
    """Return how often a genuine score lies above another one, a tie as half."""
    others = np.sort(scores[~genuine])
    below = others.searchsorted(scores[genuine], "left") + others.searchsorted(scores[genuine], "right")
    return float(below.mean() / 2 / len(others))


def _at(measured: Sequence[Measured], share: float) -> dict[str, float]:
    """Return the threshold that flags a share of the development half's judged genuine comments, and what it flags of the other."""
    scores = [one.signal.score or 0.0 for one in measured if one.pair.dev and one.pair.kind == "true" and one.judged]
    threshold = float(np.quantile(scores, share, method="lower"))
    result = {"threshold": round(threshold, 3)}
    for kind in ("true", "random", "section", "tweet"):
        found = [
            one.signal.score or 0.0 for one in measured if not one.pair.dev and one.pair.kind == kind and one.judged
        ]
        result[kind] = round(float(np.mean(np.array(found) < threshold)), 3)
    return result


def _calibrated(model: RelevanceModel, site: Sequence[ArticleText], wanted: Sequence[Pair]) -> dict[str, float]:
    """Return the threshold that the genuine comments of the development half would set as a site's approved ones."""
    by_name = {article.id: article for article in site}
    approved = [(one.folded.original, by_name[one.article_id]) for one in wanted if one.dev and one.kind == "true"]
    return {"comments": len(approved), "suspect_below": calibrate(model, approved, fewest=100).suspect_below}


def _young_with(encoder: Encoder, chosen: Mapping[str, Any]) -> RelevanceModel:
    one = chosen["young" + WITH_ENCODER]
    arrays, meta = fit_arrays(corpus_articles(), Limits(**one["limits"]), Choice(**one["choice"]), encoder=encoder)
    return RelevanceModel("young", arrays, meta, encoder)


def _flagged(measured: Sequence[Measured], kind: str, *, of_all: bool = False) -> dict[str, Any]:
    chosen = [one for one in measured if one.pair.kind == kind and (of_all or one.judged)]
    flagged = sum(one.signal.outcome == "off_topic_suspect" for one in chosen)
    return {"texts": len(chosen), "flagged": round(flagged / max(len(chosen), 1), 3)}


def _megabytes(arrays: Mapping[str, npt.NDArray[Any]]) -> float:
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **dict(arrays))
    return len(packed.getvalue()) / 1e6


def _measured(model: RelevanceModel, text: str, fingerprint: relevance.Fingerprint) -> RelevanceSignal:
    return model.measure(fold(text), fingerprint)


def _milliseconds(calls: Sequence[Callable[[], object]]) -> float:
    start = time.process_time()
    for call in calls:
        call()
    return round(1000 * (time.process_time() - start) / len(calls), 2)
