"""Choose what the views weigh, when the semantic stage is asked and from where a comment is suspected: on one half of real comments."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from classifiers import corpus
from classifiers.relevance import MANY_PEERS, ArticleText, Choice, Limits, RelevanceModel
from classifiers.relevance_calibration import calibrate
from classifiers.relevance_fitting import corpus_articles, fit_arrays
from classifiers.relevance_pairs import Pair, among_commented, fingerprints
from classifiers.semantic import Encoder

CANDIDATES = {"young": ("words", "grams", "title"), "grown": ("words", "title", "topics")}
STEP = 0.05  # weights are rounded to it: finer ones would be read into the few articles there are
PEERS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
SEMANTIC = (0.3, 0.4, 0.5, 0.6)
ASK_BELOW = (0.5, 1.0, 1.5, 2.0, 3.0)
ASK_FROM = -1.0  # the lowest score there is
GIVEN_UP = 0.002  # of the mean AUC, for asking the slow stage about fewer comments
ANY = Limits(suspect_below=-10.0, better_below=-10.0)

type Floats = npt.NDArray[np.float64]


def choose(
    site: Sequence[ArticleText], dev: Sequence[Pair], encoder: Encoder | None
) -> dict[str, tuple[Limits, Choice]]:
    """Return limits and choice for a young and a grown site, and for both with the semantic stage if there is an encoder."""
    chosen = {}
    for age, views in CANDIDATES.items():
        own = corpus_articles() if age == "young" else site
        choice = _weights(own, site, dev, views)
        choice = replace(choice, peers=_peers(own, site, dev, choice))
        chosen[age] = (_limits(own, site, dev, choice, None), choice)
        if encoder is not None:
            asked = _semantic(own, site, dev, choice, encoder)
            chosen[f"{age}-semantic"] = (_limits(own, site, dev, asked, encoder), asked)
    return chosen


def _model(own: Sequence[ArticleText], choice: Choice, encoder: Encoder | None = None) -> RelevanceModel:
    return RelevanceModel("probe", *fit_arrays(own, ANY, choice, encoder=encoder), encoder)


def _weights(
    own: Sequence[ArticleText], site: Sequence[ArticleText], dev: Sequence[Pair], views: Sequence[str]
) -> Choice:
    """Weigh the views by a logistic regression on their z-scores, genuine comments against random and same-section ones."""
    model = _model(own, Choice(dict.fromkeys(views, 1.0)))
    prints = fingerprints(model, site, dev)
    told = [pair for pair in dev if pair.counts and pair.kind in ("true", "random", "section")]
    z = [model.by_view(pair.folded, prints[pair.article_id]) for pair in told]
    features = np.array([[one[view] for view in views] for one in z])
    found = LogisticRegression().fit(features, [pair.kind == "true" for pair in told]).coef_[0].clip(0)
    weights = np.round(found / found.sum() / STEP) * STEP
    return Choice({view: round(float(weight), 2) for view, weight in zip(views, weights / weights.sum(), strict=True)})


def _peers(own: Sequence[ArticleText], site: Sequence[ArticleText], dev: Sequence[Pair], choice: Choice) -> float:
    """Return the weight of thirty approved comments, among commented articles alone."""
    model = _model(own, choice)
    prints = fingerprints(model, site, dev)
    genuine, scores, among, share = [], [], [], []
    for seen in among_commented(dev, MANY_PEERS):
        near = model.by_peers(seen.pair.folded, [model.peer(text) for text in seen.others])
        if near is not None:
            genuine.append(seen.pair.kind == "true")
            scores.append(_score(model, seen.pair, prints))
            among.append(near)
            share.append(min(1.0, len(seen.others) / MANY_PEERS))
    own_scores, near_scores, shares = (np.array(column) for column in (scores, among, share))
    aucs = [
        roc_auc_score(genuine, (1 - weight * shares) * own_scores + weight * shares * near_scores) for weight in PEERS
    ]
    return PEERS[int(np.argmax(aucs))]


def _semantic(
    own: Sequence[ArticleText], site: Sequence[ArticleText], dev: Sequence[Pair], choice: Choice, encoder: Encoder
) -> Choice:
    """Choose the weight of the semantic stage and the narrowest band that gives nearly the best mean of two AUCs."""
    model = _model(own, choice, encoder)
    told = [pair for pair in dev if pair.counts and pair.kind in ("true", "random", "section")]
    prints = fingerprints(model, site, told)
    scores = np.array([_score(model, pair, prints) for pair in told])
    meant = np.array([model.by_meaning(pair.folded, prints[pair.article_id]) for pair in told], np.float64)
    found = {}
    for below in ASK_BELOW:
        for weight in SEMANTIC:
            together = np.where(scores < below, (1 - weight) * scores + weight * meant, scores)
            found[below, weight] = _mean_auc(told, together)
    best = max(found.values())
    below = min(below for (below, _), mean in found.items() if mean >= best - GIVEN_UP)
    weight = max(SEMANTIC, key=lambda weight: found[below, weight])
    return replace(choice, semantic=weight, ask_from=ASK_FROM, ask_below=below)


def _limits(
    own: Sequence[ArticleText],
    site: Sequence[ArticleText],
    dev: Sequence[Pair],
    choice: Choice,
    encoder: Encoder | None,
) -> Limits:
    """Set the threshold that flags 2 % of the judged genuine comments, of the research half or of our corpus, whichever is lower."""
    model = _model(own, choice, encoder)
    by_name = {article.id: article for article in (*site, *corpus_articles())}
    theirs = [(pair.folded.original, by_name[pair.article_id]) for pair in dev if pair.kind == "true"]
    limits = [calibrate(model, theirs, fewest=1)]
    if own[0].id in {article.id for article in corpus_articles()}:
        ours = [
            (comment.text, by_name[comment.article_id])
            for comment in corpus.comments()
            if comment.article_id and comment.split != "test" and comment.expect["on_topic"] and not comment.violated
        ]
        limits.append(calibrate(model, ours[:: 1 if encoder is None else 10], fewest=1))
    lowest = min(one.suspect_below for one in limits)
    return replace(Limits(), suspect_below=lowest, better_below=lowest)


def _score(model: RelevanceModel, pair: Pair, prints: dict[str, Any]) -> float:
    """Return the weighted mean of the views' z-scores."""
    z = model.by_view(pair.folded, prints[pair.article_id])
    return sum(model.choice.weights[view] * value for view, value in z.items())


def _mean_auc(told: Sequence[Pair], scores: Floats) -> float:
    aucs = []
    for kind in ("random", "section"):
        chosen = [place for place, pair in enumerate(told) if pair.kind in ("true", kind)]
        aucs.append(roc_auc_score([told[place].kind == "true" for place in chosen], scores[chosen]))
    return float(np.mean(aucs))
