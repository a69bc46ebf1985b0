"""A site's residual: it learns what people decided, stays small, moves scores no further than it may, and poisoning gets nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest
from sklearn.base import clone

from classifiers import insult, insult_residual, store
from classifiers.insult import InsultModel
from classifiers.insult_decisions import PER_AUTHOR, Judged, choose, contradicting, split
from classifiers.insult_reading import FEATURES
from classifiers.insult_residual import BUCKETS, LARGEST, MOST_SHIFT, Residual, folded_ids, logit
from classifiers.insult_residual_evaluation import MOST_AUC_LOSS, refused
from classifiers.insult_residual_learning import MOST_NORM, Corrected, learn
from classifiers.insult_rows import own
from classifiers.insult_site_evaluation import in_dialect
from classifiers.text import fold

CUTS = (0.6, 0.9)
FIRST_DAY = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def model() -> InsultModel:
    return insult.load()


def zeros(version: str) -> Residual:
    return Residual(version, np.zeros(2 * BUCKETS), np.zeros(len(FEATURES)), np.zeros(2), 1 << insult.CHARACTER_BITS)


def judged(texts: Iterable[tuple[str, bool]], *, first: int = 0, author: str = "", person: str = "") -> list[Judged]:
    """Decisions an hour apart, each of another author and of one of three people unless told."""
    return [
        Judged(
            text,
            label,
            author or f"author {first + number}",
            person or f"person {number % 3}",
            FIRST_DAY + timedelta(hours=first + number),
        )
        for number, (text, label) in enumerate(texts)
    ]


def site(seed: int = 0, size: int = 900) -> list[tuple[str, bool]]:
    """Comments of a site with words of its own, in random order."""
    texts = in_dialect([(one.text, one.label) for one in own("dev")])
    Random(seed).shuffle(texts)
    return texts[:size]


def test_a_residual_of_zeros_leaves_every_signal_as_it_was(model: InsultModel) -> None:
    nothing = insult_residual.unpack(insult_residual.pack(zeros(model.version)))
    for one in own("dev")[:200]:
        folded = fold(one.text)
        assert model.measure(folded, nothing) == model.measure(folded)


def test_a_residual_moves_a_score_no_further_than_it_may(model: InsultModel) -> None:
    wild = Residual(
        model.version, np.full(2 * BUCKETS, 50.0), np.zeros(len(FEATURES)), np.zeros(2), 1 << insult.CHARACTER_BITS
    )
    for one in own("dev")[:50]:
        folded = fold(one.text)
        before, after = model.measure(folded).score, model.measure(folded, wild).score
        assert 0.0 <= after <= 1.0
        assert logit(after) - logit(before) <= MOST_SHIFT + 1e-6


def test_words_that_a_residual_counts_are_among_those_that_are_shown(model: InsultModel) -> None:
    ids, values, _ = model.features(fold("شلغمک"))
    residual = zeros(model.version)
    residual.coef[folded_ids(ids, residual.first_word)] = 9.0 * values
    text = "شلغمک بزرگی است"
    assert "شلغمک" not in {text[start:end] for start, end in model.measure(fold(text)).spans}
    signal = model.measure(fold(text), residual)
    assert signal.score > model.measure(fold(text)).score
    assert "شلغمک" in {text[start:end] for start, end in signal.spans}


def test_a_fit_is_small_the_same_each_time_and_judged_by_what_it_has_not_seen(model: InsultModel) -> None:
    rows = judged(site())
    blob, card = learn(rows, None, CUTS)
    assert blob == learn(rows, None, CUTS)[0]
    assert len(blob) <= LARGEST
    residual = insult_residual.unpack(blob)
    assert residual.base == model.version
    assert residual.norm <= MOST_NORM + 5.0  # the intercept that anchors it comes on top
    data = card["data"]
    fitted, held = (sum(data[part].values()) for part in ("fitted_on", "judged_by"))
    assert held == round(0.3 * (fitted + held))
    assert data["from"] < data["cut"] < data["to"]
    assert card["held"]["after"]["auc"] > card["held"]["shipped"]["auc"]
    assert card["held"]["now"] == card["held"]["shipped"], "nothing of its own is live"
    assert card["against"] == "shipped"


def test_what_it_is_judged_by_teaches_nothing() -> None:
    rows = judged(site(size=600))
    cut = split(rows)
    turned = [*rows[:cut], *(Judged(one.text, not one.insult, one.author, one.person, one.at) for one in rows[cut:])]
    same, other = (insult_residual.unpack(learn(some, None, CUTS)[0]) for some in (rows, turned))
    assert np.array_equal(same.coef, other.coef)


def test_with_few_decisions_it_hardly_moves(model: InsultModel) -> None:
    some = site(size=900)
    norms = [insult_residual.unpack(learn(judged(some[:size]), None, CUTS)[0]).norm for size in (30, 300, 900)]
    assert norms[0] < norms[1] < norms[2]


def test_the_live_one_is_what_a_candidate_has_to_beat() -> None:
    rows = judged(site())
    live, _ = learn(rows, None, CUTS)
    _, card = learn(rows, live, CUTS)
    assert card["against"] == "live"
    assert card["held"]["auc_gain"] == {"by": 0.0, "low": 0.0, "high": 0.0}
    assert "not-better" in card["refused"], "it is the same"


def test_decisions_of_one_kind_teach_nothing() -> None:
    with pytest.raises(ValueError, match="one kind"):
        learn(judged([(f"خوب بود {number}", False) for number in range(50)]), None, CUTS)


def test_too_few_unseen_decisions_judge_nothing() -> None:
    _, card = learn(judged(site(size=60)), None, CUTS)
    assert "too-few-held" in card["refused"]


# Poison


def insults(number: int) -> list[str]:
    return [one.text for one in own("train") if one.label][:number]


def test_three_authors_with_five_hundred_approved_insults_move_nothing() -> None:
    honest = judged(site())
    attack = [
        Judged(text, False, f"attacker {number % 3}", f"person {number % 3}", FIRST_DAY + timedelta(minutes=number))
        for number, text in enumerate(insults(500))
    ]
    _, card = learn([*honest, *attack], None, CUTS)
    assert card["data"]["left_out"]["author"] >= 500 - 3 * PER_AUTHOR
    shipped = card["shipped_examples"]
    assert shipped["now"]["auc"] - shipped["after"]["auc"] <= MOST_AUC_LOSS


def test_a_moderator_who_turns_two_hundred_decisions_around_is_not_learnt_from() -> None:
    honest = judged(site())
    rogue = judged([(text, False) for text in insults(200)], person="rogue")
    blob, card = learn([*honest, *rogue], None, CUTS)
    assert card["data"]["left_out_people"] == 1
    assert card["data"]["left_out"]["contradicts"] >= 150
    assert insult_residual.unpack(blob).norm == insult_residual.unpack(learn(honest, None, CUTS)[0]).norm


def test_a_whole_desk_gone_rogue_is_refused_or_bounded() -> None:
    texts = [(text, False) for text in insults(1200)] + [(one.text, True) for one in own("train") if not one.label][
        :400
    ]
    Random(1).shuffle(texts)
    blob, card = learn(judged(texts), None, CUTS)
    shipped = card["shipped_examples"]
    lost = shipped["now"]["auc"] - shipped["after"]["auc"]
    assert lost <= MOST_AUC_LOSS or "shipped-examples" in card["refused"]
    sure = insult.load().measure(fold("وزیر احمق و بی‌شعور خفه شو کثافت"), insult_residual.unpack(blob)).score
    assert sure > 0.9, "no decision makes a plain insult innocent"


def test_equal_texts_count_once_and_disputed_ones_not_at_all() -> None:
    rows = judged([("خوب بود", False), ("خوب  بود", False), ("بد بود", True), ("بدبود", False), ("عالی", False)])
    chosen = choose(rows)
    assert [row.text for row in chosen.rows] == ["خوب بود", "عالی"]
    assert dict(chosen.left_out) == {"repeated": 1, "disputed": 2}


def test_of_one_author_only_the_newest_comments_teach() -> None:
    rows = judged(((f"پیام {number}", False) for number in range(25)), author="one")
    chosen = choose(rows)
    assert [row.text for row in chosen.rows] == [f"پیام {number}" for number in range(25 - PER_AUTHOR, 25)]


def test_nobody_is_left_out_where_there_are_no_colleagues_to_compare_with() -> None:
    rows = judged([(f"متن {number}", number % 2 == 0) for number in range(80)], person="alone")
    assert contradicting(rows, [0.99 if not row.insult else 0.01 for row in rows]) == frozenset()


@pytest.mark.parametrize(
    ("held", "shipped", "reason"),
    [
        ({"low": -0.001}, {}, "not-better"),
        ({"low": 0.0}, {}, "not-better"),
        ({"flagged": 30}, {}, "flags-more-approved"),
        ({"insults": 5}, {}, "too-few-held"),
        ({}, {"auc": 0.92}, "shipped-examples"),
        ({}, {"recall": 0.5}, "shipped-recall"),
        ({}, {}, None),
    ],
)
def test_a_candidate_is_refused_with_the_reason(
    held: dict[str, float], shipped: dict[str, float], reason: str | None
) -> None:
    at = {"insults": held.get("insults", 40), "approved": 400, "approved_flagged": 10, "recall": 0.7}
    after = {"auc": 0.95, "at": [at | {"approved_flagged": held.get("flagged", 10)}]}
    before = {"auc": 0.93, "at": [at]}
    gains = {"by": 0.02, "low": held.get("low", 0.01), "high": 0.03}
    of_corpus = {
        "now": {"auc": 0.94, "at": [{"recall": 0.7}]},
        "after": {"auc": shipped.get("auc", 0.94), "at": [{"recall": shipped.get("recall", 0.7)}]},
    }
    found = refused({"now": before, "after": after, "auc_gain": gains}, of_corpus)
    assert found == ([reason] if reason else [])


# Storing


def test_what_is_no_residual_is_refused(model: InsultModel) -> None:
    right = insult_residual.pack(zeros(model.version))
    broken = zeros(model.version).coef.copy()
    broken[7] = np.nan
    not_numbers = insult_residual.pack(
        Residual(model.version, broken, np.zeros(len(FEATURES)), np.zeros(2), 1 << insult.CHARACTER_BITS)
    )
    others = [right[:-3], b"", not_numbers, store.pack({"coef": np.zeros(3)}, {"features": list(FEATURES)})]
    for blob in others:
        with pytest.raises(store.RefusedModel):
            insult_residual.unpack(blob)


def test_a_residual_that_is_too_large_is_not_packed(model: InsultModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insult_residual, "LARGEST", 100)
    with pytest.raises(store.RefusedModel, match="larger"):
        insult_residual.pack(zeros(model.version))


def test_the_estimator_is_one_of_scikit_learn() -> None:
    assert clone(Corrected(C=3.0)).get_params() == {"C": 3.0, "most_norm": MOST_NORM}
