"""The gate of the shipped relevance model: frozen scores and figures of our corpus; the research pairs where they are."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from classifiers import corpus, data, store
from classifiers.relevance import NAME, RelevanceModel, load
from classifiers.relevance_evaluation import figures, measure_pairs, own_corpus, peers
from classifiers.relevance_fitting import corpus_articles, fit_site
from classifiers.relevance_pairs import among_commented, articles, pairs
from classifiers.text import fold

FROZEN = Path(__file__).parent / "relevance_scores.json"
needs_research = pytest.mark.skipif(
    not Path(os.environ.get(data.VARIABLE, data.DEFAULT)).is_dir(), reason="NAZER_DATA: no research sets"
)


def scores(model: RelevanceModel) -> dict[str, float | None]:
    """Return the score of every hundredth comment under its own article and under the next one."""
    order = corpus_articles()
    place = {article.id: number for number, article in enumerate(order)}
    prints = [model.fingerprint(article) for article in order]
    found = {}
    for comment in [one for one in corpus.comments() if one.article_id][::100]:
        at = place[comment.article_id or ""]
        found[f"{comment.id} own"] = model.measure(fold(comment.text), prints[at]).score
        found[f"{comment.id} other"] = model.measure(fold(comment.text), prints[(at + 1) % len(order)]).score
    return found


def test_the_shipped_version_gives_the_scores_that_it_was_released_with() -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))

    assert frozen["version"] == load().version
    assert scores(load()) == pytest.approx(frozen["scores"], abs=1e-3)


def test_our_corpus_test_split_is_read_as_the_card_says() -> None:
    found, card = own_corpus(load()), store.load(NAME).metrics["own_corpus"]

    assert found["on_topic"]["flagged"] <= card["on_topic"]["flagged"] + 1e-6
    assert found["off_topic_judged"]["flagged"] >= card["off_topic_judged"]["flagged"] - 1e-6
    assert found["on_topic"]["flagged"] <= 0.03


@needs_research
def test_real_comments_are_told_from_those_of_other_articles_as_the_card_says() -> None:
    stored, folder = store.load(NAME), data.folder()
    site, measured = articles(folder), pairs(folder)
    grown = RelevanceModel("grown", *fit_site(site))
    found: dict[str, Any] = {
        "grown_site": figures(measure_pairs(grown, site, measured)),
        "young_site": figures(measure_pairs(load(), site, measured)),
    }

    for name, figure in found.items():
        for kind in ("random", "section"):
            assert figure["auc"][kind] >= stored.metrics[name]["auc"][kind] - 0.002
        assert figure["under_5_content_words_flagged"] == 0
        assert figure["phatic_flagged"]["flagged"] <= 0.01
        assert figure["flagged_of_judged"]["true"]["flagged"] <= 0.03
    assert found["grown_site"]["auc"]["random"] >= 0.90
    assert found["grown_site"]["flagged_of_judged"]["random"]["flagged"] >= 0.35
    helped = peers(grown, site, [pair for pair in measured if not pair.dev])
    assert helped["30"]["with"] >= helped["30"]["without"]


@needs_research
def test_a_comment_is_never_its_own_peer_and_off_topic_pairs_stand_under_commented_articles() -> None:
    measured = pairs(data.folder())
    commented = {pair.article_id for pair in measured if pair.kind == "true"}
    seen = list(among_commented(measured, 30))

    assert seen
    assert all(one.pair.folded.text not in {other.text for other in one.others} for one in seen)
    assert {one.pair.article_id for one in seen} <= commented
