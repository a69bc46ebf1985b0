"""Choose what approved comments weigh, when the semantic stage is asked and from where a comment is suspected."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from classifiers import corpus
from classifiers.relevance import MANY_PEERS, ArticleText, Choice, Fingerprint, Limits, RelevanceModel
from classifiers.relevance_calibration import calibrate
from classifiers.relevance_fitting import WITH_ENCODER, corpus_articles, fit_arrays
from classifiers.relevance_pairs import Pair, among_commented, fingerprints
from classifiers.semantic import Encoder

VIEWS_OF = {"young": ("words", "grams", "title"), "grown": ("grams", "title", "gram_topics", "lemma_topics")}
PEERS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
SEMANTIC = (0.3, 0.4, 0.5, 0.6)
ASK_BELOW = (0.5, 1.0, 1.5, 2.0, 3.0)
ASK_FROM = -1.0  # the lowest score there is
SLOW_SAMPLE = 10  # every tenth comment of our corpus is enough to set a threshold through the slow stage
FLAGGED = (
    0.01  # so that it is 2 % where it is higher than on these few articles: suspecting wrongly is the costlier error
)
FLAGGED_OF_OURS = 0.02
GIVEN_UP = 0.002  # of the mean AUC, for asking the slow stage about fewer comments
ANY = Limits(suspect_below=-10.0, better_below=-10.0)

type Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Probe:
    """A model fitted once, whose choices are tried on the development pairs."""

    arrays: Mapping[str, npt.NDArray[Any]]
    meta: Mapping[str, Any]
    dev: Sequence[Pair]
    prints: Mapping[str, Fingerprint]
    articles: Mapping[str, ArticleText]
    encoder: Encoder | None

    def model(self, choice: Choice, *, asking: bool = False) -> RelevanceModel:
        """Return the model under a choice that weighs the same views, with or without the semantic stage."""
        meta = {**self.meta, "choice": asdict(choice)}
        return RelevanceModel("probe", self.arrays, meta, self.encoder if asking else None)


def choose(
    site: Sequence[ArticleText], pairs: Sequence[Pair], encoder: Encoder | None
) -> dict[str, tuple[Limits, Choice]]:
    """Return limits and choice for a young and a grown site, and for both with the semantic stage if there is an encoder.

    Of the pairs, those of the development half alone are looked at.
    """
    dev = [pair for pair in pairs if pair.dev]
    chosen = {}
    for age, views in VIEWS_OF.items():
        probe = _probe(corpus_articles() if age == "young" else site, site, dev, views, encoder)
        choice = Choice(_evenly(views))
        choice = replace(choice, peers=_peers(probe, choice))
        chosen[age] = (_limits(probe, choice, young=age == "young", asking=False), choice)
        if encoder is not None:
            asked = _semantic(probe, choice)
            chosen[age + WITH_ENCODER] = (_limits(probe, asked, young=age == "young", asking=True), asked)
    return chosen


def _probe(
    own: Sequence[ArticleText],
    site: Sequence[ArticleText],
    dev: Sequence[Pair],
    views: Sequence[str],
    encoder: Encoder | None,
) -> Probe:
    arrays, meta = fit_arrays(own, ANY, Choice(_evenly(views)), encoder=encoder)
    prints = fingerprints(RelevanceModel("probe", arrays, meta, encoder), site, dev)
    return Probe(arrays, meta, dev, prints, {one.id: one for one in (*site, *corpus_articles())}, encoder)


def _peers(probe: Probe, choice: Choice) -> float:
    """Return the weight of thirty approved comments, chosen by AUC among commented articles alone."""
    model = probe.model(choice)
    genuine, scores, among, share = [], [], [], []
    for seen in among_commented(probe.dev, MANY_PEERS):
        near = model.by_peers(seen.pair.folded, [model.peer(text) for text in seen.others])
        if near is not None:
            genuine.append(seen.pair.kind == "true")
            scores.append(_score(model, seen.pair, probe.prints))
            among.append(near)
            share.append(min(1.0, len(seen.others) / MANY_PEERS))
    own, nearness, shares = (np.array(column) for column in (scores, among, share))
    aucs = [roc_auc_score(genuine, (1 - weight * shares) * own + weight * shares * nearness) for weight in PEERS]
    return PEERS[int(np.argmax(aucs))]


def _semantic(probe: Probe, choice: Choice) -> Choice:
    """Choose the weight of the semantic stage and the narrowest band that gives nearly the best mean of two AUCs."""
    model = probe.model(choice, asking=True)
    told = _told(probe)
    scores = np.array([_score(model, pair, probe.prints) for pair in told])
    meant = np.array([model.by_meaning(pair.folded, probe.prints[pair.article_id]) for pair in told], np.float64)
    found = {}
    for below in ASK_BELOW:
        for weight in SEMANTIC:
            together = np.where(scores < below, (1 - weight) * scores + weight * meant, scores)
            found[below, weight] = _mean_auc(told, together)
    best = max(found.values())
    below = min(below for (below, _), mean in found.items() if mean >= best - GIVEN_UP)
    weight = max(SEMANTIC, key=lambda weight: found[below, weight])
    return replace(choice, semantic=weight, ask_from=ASK_FROM, ask_below=below)


def _limits(probe: Probe, choice: Choice, *, young: bool, asking: bool) -> Limits:
    """Set the threshold that flags FLAGGED of the judged genuine comments.

    A young site's is the lower one of that and of the same for acceptable comments of our corpus (not its test split).
    """
    model = probe.model(choice, asking=asking)
    theirs = [(one.folded.original, probe.articles[one.article_id]) for one in probe.dev if one.kind == "true"]
    lowest = calibrate(model, theirs, share=FLAGGED, fewest=1).suspect_below
    if young:
        ours = [
            (one.text, probe.articles[one.article_id])
            for one in corpus.comments()
            if one.article_id and one.split != "test" and one.expect["on_topic"] and not one.violated
        ]
        every = SLOW_SAMPLE if asking else 1
        lowest = min(lowest, calibrate(model, ours[::every], share=FLAGGED_OF_OURS, fewest=1).suspect_below)
    return Limits(suspect_below=lowest)


def _evenly(views: Sequence[str]) -> dict[str, float]:
    """Weigh views alike: what a regression on some twenty articles makes of them is mostly chance."""
    return dict.fromkeys(views, 1 / len(views))


def _told(probe: Probe) -> list[Pair]:
    return [pair for pair in probe.dev if pair.counts and pair.kind in ("true", "random", "section")]


def _score(model: RelevanceModel, pair: Pair, prints: Mapping[str, Fingerprint]) -> float:
    """Return the weighted mean of the views' z-scores."""
    z = model.by_view(pair.folded, prints[pair.article_id])
    return sum(model.choice.weights[view] * value for view, value in z.items())


def _mean_auc(told: Sequence[Pair], scores: Floats) -> float:
    aucs = []
    for kind in ("random", "section"):
        chosen = [place for place, pair in enumerate(told) if pair.kind in ("true", kind)]
        aucs.append(roc_auc_score([told[place].kind == "true" for place in chosen], scores[chosen]))
    return float(np.mean(aucs))
