"""What the insult model is held to: disguised words, harsh but civil words, scores that change only with a version; the recipe."""

import json
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sparse

from classifiers import corpus, insult, insult_fairness, insult_robustness, store
from classifiers.insult import NAME, OPEN
from classifiers.insult_figures import RATHER
from classifiers.insult_recipe import NaiveBayesWeights, Recipe, tweet
from classifiers.insult_rows import own, reading
from classifiers.insult_variants import any_word, disguised, short_spans, sure_word
from classifiers.text import fold

FROZEN = json.loads((Path(__file__).parent / "insult_scores.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=[NAME, OPEN])
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def test_scores_are_those_that_were_frozen_with_the_version(name: str) -> None:
    texts = {comment.id: comment.text for comment in corpus.comments()}
    model = insult.load(name=name)

    assert FROZEN[name]["version"] == model.version
    for comment, score in FROZEN[name]["scores"].items():
        assert model.measure(fold(texts[comment])).score == pytest.approx(score, abs=1e-3)


def test_a_disguised_word_is_read_as_the_card_says(name: str) -> None:
    stated = store.load(name).metrics["robustness"]

    measured = insult_robustness.measure(insult.load(name=name), threshold=RATHER)

    for kind, one in measured["kinds"].items():
        assert one["recall"] >= stated["kinds"][kind]["recall"] - 0.01, kind
        assert one["more_false"] <= stated["kinds"][kind]["more_false"] + 0.005, kind
    assert sum(one["recall"] >= insult_robustness.WANTED_RECALL for one in measured["kinds"].values()) >= 17
    assert max(one["more_false"] for one in measured["kinds"].values()) < 0.04


def test_an_office_is_read_as_somebody_and_alone_is_no_insult() -> None:
    model = insult.load()

    assert [token.text for token in reading("مدیرعامل و وزیرش آمدند").tokens] == ["کسی", "و", "کسی", "امدند"]
    assert all(
        model.measure(fold(text)).score < 0.4
        for text in ("مدیرعامل", "وزیر", "شهردار", "سرمربی", "خبرنگار", "زن", "عرب")
    )
    assert model.measure(fold("وزیر")).score == model.measure(fold("مدیرعامل")).score


def test_a_rate_is_held_against_that_of_the_sets_which_hold_the_word() -> None:
    texts = ["رژیم بد است", "رژیم گفت", "هوا خوب است", "هوا سرد است"]
    scores, labels = np.array([0.9, 0.1, 0.9, 0.1]), np.zeros(4, bool)

    measured = insult_fairness.measure({"one": (texts, scores, labels)}, 0.5)

    assert measured["clean_flagged"] == {"one": 0.5}
    assert measured["any"] == {"texts": 2, "flagged": 0.5, "expected": 0.5, "ratio": 1.0}
    assert measured["words"]["رژیم"]["texts"] == 2
    assert measured["words"]["سپاه"] == {"texts": 0}


def test_a_cut_of_an_insult_holds_a_sure_find_and_a_cut_of_a_clean_text_is_short() -> None:
    cuts = short_spans(own("dev"), share=0.5)

    assert any(cut.label for cut in cuts)
    for cut in cuts:
        if cut.label:
            assert any(one.entry.sure for one in reading(cut.text).finds), cut.text
        else:
            assert len(cut.text.split()) <= 6


def test_innocent_words_are_disguised_as_insults_are_and_twice_alike() -> None:
    examples = own("dev")

    made = list(disguised(examples, share=0.3))

    assert made == list(disguised(examples, share=0.3))
    assert {one.label for one in made} == {True, False}
    assert all(one.text not in {example.text for example in examples} for one in made)


def test_the_word_to_disguise_is_the_insult_or_any_word() -> None:
    assert sure_word("وزیر یک احمق است") == [("وزیر یک احمق است", 8, 12)]
    assert sure_word("وزیر خوب است") == []
    assert any_word("😀 12") == []
    ((_, start, end),) = any_word("این خبر خوب بود")
    assert "این خبر خوب بود"[start:end] in {"این", "خبر", "خوب", "بود"}


def test_naive_bayes_weighs_what_tells_the_classes_apart() -> None:
    counts = sparse.csr_matrix(np.array([[1, 1], [1, 1], [0, 1], [0, 1]]))

    weighed = NaiveBayesWeights().fit(counts, np.array([True, True, False, False])).transform(counts)

    assert weighed[0, 0] > weighed[0, 1]


def test_a_tweet_is_read_without_mentions_and_links_and_with_its_hashtags_and_emoji() -> None:
    assert tweet("@someone ببین #داغ_ترین 😂 https://t.co/x 12").split() == ["ببین", "داغ", "ترین", "0", "😂"]


def test_the_recipe_learns_what_it_is_shown() -> None:
    chosen = [one for one in own("dev") if any(found.entry.sure for found in reading(one.text).finds) or not one.label][
        :400
    ]
    texts, labels = [one.text for one in chosen], np.array([one.label for one in chosen])

    recipe = Recipe().fit(texts[:300], labels[:300])
    said = recipe.decision_function(texts[300:]) >= recipe.threshold

    assert recipe.validation["texts"] == 300
    assert (said == labels[300:]).mean() > 0.8
