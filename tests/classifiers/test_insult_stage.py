"""The semantic stage of an insult model: whom it asks about, what it may change, and that a failing encoder changes nothing."""

import logging
from pathlib import Path

import numpy as np
import pytest

from classifiers import corpus, insult, insult_stage, semantic, store
from classifiers.insult import NAME, InsultModel
from classifiers.insult_rows import Example
from classifiers.insult_stage import COEF, LONGEST, META, SemanticStage, Weights
from classifiers.insult_stage_training import KEPT, Chosen, Seen, choose, rescored, seen
from classifiers.semantic import SIZE
from classifiers.text import fold
from moderation.measure import Measurable, Models, measure
from tests.fakes import FakeEncoder, FakeLanguage, FakeRelevance

UNCERTAIN = "این آقا مغزش تعطیل است"
BAND = (0.15, 0.85)


def weights(encoder: str = "encoder-fake", *, towards: float = 3.0, slope: float = 0.7) -> Weights:
    """A stage that adds `towards` to the margin of what the fake encoder knows, and takes it from all else."""
    coef = np.zeros(SIZE, np.float32)
    coef[0] = towards
    return Weights(coef, slope, 0.0, *BAND, encoder)


def model_with(encoder: FakeEncoder, stage: Weights | None = None) -> InsultModel:
    stored = store.load(NAME)
    stage = stage or weights()
    return InsultModel("x", stored.arrays, stored.meta["intercept"], SemanticStage(stage, encoder))


@pytest.fixture(scope="module")
def plain() -> InsultModel:
    return insult.load()


@pytest.fixture(scope="module")
def uncertain(plain: InsultModel) -> list[str]:
    """Comments that the model alone is unsure of."""
    texts = [comment.text for comment in corpus.comments() if comment.split == "dev"][:400]
    found = [text for text in texts if BAND[0] <= plain.measure(fold(text)).score < BAND[1] and len(text) <= LONGEST]
    assert len(found) > 50
    return found


def test_what_a_text_means_moves_an_uncertain_score_both_ways(plain: InsultModel, uncertain: list[str]) -> None:
    text = uncertain[0]
    up, down = model_with(FakeEncoder((text,))), model_with(FakeEncoder())
    first = plain.measure(fold(text))

    assert down.measure(fold(text)).score < first.score < up.measure(fold(text)).score
    assert up.measure(fold(text)).encoder == "encoder-fake"
    assert first.encoder is None


def test_a_sure_text_and_a_long_one_cost_no_encoding(plain: InsultModel, uncertain: list[str]) -> None:
    encoder = FakeEncoder()
    model = model_with(encoder)
    long = uncertain[0] + " و" * LONGEST
    texts = ["مرتیکه احمق بی‌شعور", "ممنون از گزارش خوبتان", "", long]

    signals = [model.measure(fold(text)) for text in texts]

    assert encoder.asked == []
    assert signals == [plain.measure(fold(text)) for text in texts]


def test_a_long_text_keeps_its_score_though_the_score_is_uncertain() -> None:
    stage = SemanticStage(weights(), FakeEncoder())

    assert stage.second("ا" * LONGEST, 0.5) is not None
    assert stage.second("ا" * (LONGEST + 1), 0.5) is None


@pytest.mark.parametrize("towards", [-50.0, -1.0, 0.0, 1.0, 50.0])
def test_the_second_score_stays_in_the_band_and_in_the_order_of_the_first(towards: float) -> None:
    vector = FakeEncoder(("",)).encode("")
    stage = weights(towards=towards)
    firsts = np.linspace(BAND[0], BAND[1], 50, endpoint=False).tolist()

    seconds = [stage.score(first, vector) for first in firsts]

    assert seconds == sorted(seconds)
    assert min(seconds) >= BAND[0]
    assert max(seconds) <= BAND[1]
    assert not stage.asks("", BAND[0] - 1e-9)
    assert not stage.asks("", BAND[1])


def test_the_words_shown_are_those_of_the_model_alone(plain: InsultModel, uncertain: list[str]) -> None:
    for encoder in (FakeEncoder(), FakeEncoder(("",))):
        model = model_with(encoder)
        for text in uncertain:
            before, after = plain.measure(fold(text)), model.measure(fold(text))
            assert after.spans == before.spans or (not before.spans and after.score > before.score)


def test_a_text_that_the_stage_makes_an_insult_shows_its_words(plain: InsultModel, uncertain: list[str]) -> None:
    model = model_with(FakeEncoder(("",)))
    raised = [text for text in uncertain if plain.measure(fold(text)).score < 0.3]

    assert raised
    assert all(model.measure(fold(text)).spans for text in raised)


@pytest.mark.parametrize("error", [RuntimeError("broken on purpose"), MemoryError()])
def test_a_failing_encoder_leaves_the_first_score_and_one_line_in_the_log(
    plain: InsultModel, uncertain: list[str], caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    encoder = FakeEncoder(error=error)
    model = model_with(encoder)

    signals = [model.measure(fold(text)) for text in uncertain[:3]]

    assert signals == [plain.measure(fold(text)) for text in uncertain[:3]]
    assert len(encoder.asked) == 3  # one text may fail where the next one does not
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize("vector", [np.full(SIZE, np.nan), np.zeros(3), np.zeros((1, SIZE))])
def test_what_is_no_vector_changes_no_score(uncertain: list[str], vector: semantic.Vector) -> None:
    class Odd(FakeEncoder):
        def encode(self, text: str, *, kind: semantic.Kind = "query") -> semantic.Vector:
            return vector

    assert model_with(Odd()).measure(fold(uncertain[0])).encoder is None


def test_a_version_without_the_stage_is_served_beside_an_encoder() -> None:
    assert insult_stage.restored({}, {"features": []}, FakeEncoder()) is None
    assert insult_stage.restored({}, {}, None) is None


def test_the_stage_is_stored_and_restored_as_it_was(tmp_path: Path) -> None:
    coef, meta = weights().stored()
    folder = store.save(tmp_path / "m" / "1", {COEF: coef}, {META: meta}, metrics={}, card="card")
    kept = store.read(folder)

    stage = insult_stage.restored(kept.arrays, kept.meta, FakeEncoder())

    assert stage is not None
    assert np.array_equal(stage.weights.coef, coef)
    assert stage.weights.stored()[1] == meta


def learnable(count: int, *, seed: int) -> Seen:
    """Comments whose first scores say something of their label, and whose meaning says the rest."""
    random = np.random.default_rng(seed)
    labels = random.random(count) < 0.3
    texts = ["بد" if label != (random.random() < 0.1) else "خوب" for label in labels]
    scores = 1 / (1 + np.exp(-(random.normal(size=count) + 1.5 * labels - 1.5)))
    examples = [
        Example(text, bool(label), "corpus", "train", f"g{place % 40}")
        for place, (text, label) in enumerate(zip(texts, labels, strict=True))
    ]
    return seen(examples, scores, FakeEncoder(("بد",)))


@pytest.fixture(scope="module")
def chosen() -> Chosen:
    return choose(learnable(800, seed=0), learnable(800, seed=1), "encoder-fake")


def test_the_stage_learns_what_vectors_say_and_its_probabilities_are_calibrated(chosen: Chosen) -> None:
    dev = learnable(800, seed=1)

    scores = rescored(chosen.weights, dev)

    asked = (dev.scores >= chosen.weights.ask_from) & (dev.scores < chosen.weights.ask_below)
    assert abs(scores[asked].mean() - dev.labels[asked].mean()) < 0.05
    assert scores[asked & dev.labels].mean() > dev.scores[asked & dev.labels].mean() + 0.1
    assert np.array_equal(scores[~asked], dev.scores[~asked])
    assert chosen.weights.slope > 0
    assert chosen.held.shape == (800,)


def test_the_band_is_the_one_that_asks_least_of_those_that_keep_most_of_the_gain(chosen: Chosen) -> None:
    bands, before = chosen.choice["bands"], chosen.choice["loss_before"]
    best = before - min(band["loss"] for band in bands)
    good = [band for band in bands if before - band["loss"] >= KEPT * best - 1e-4]

    assert (chosen.weights.ask_from, chosen.weights.ask_below) in {(one["ask_from"], one["ask_below"]) for one in good}
    assert min(one["asked"] for one in good) == next(
        band["asked"]
        for band in bands
        if band["ask_from"] == chosen.weights.ask_from and band["ask_below"] == chosen.weights.ask_below
    )


def test_a_long_comment_is_not_encoded_while_fitting() -> None:
    encoder = FakeEncoder()
    long, short = Example("ا" * (LONGEST + 1), True, "corpus", "train"), Example("ا", False, "corpus", "train")

    found = seen([long, short], np.array([0.5, 0.5]), encoder)

    assert found.short.tolist() == [False, True]
    assert encoder.asked == ["ا"]
    assert not found.vectors[0].any()


def test_the_signals_name_the_encoder_where_it_took_part_and_nowhere_else(uncertain: list[str]) -> None:
    models = Models(FakeLanguage(), model_with(FakeEncoder()), FakeRelevance())

    asked, sure = measure([Measurable(uncertain[0]), Measurable("ممنون از گزارش خوبتان")], models)

    assert asked.models["insult-semantic"] == "encoder-fake"
    assert asked.models["insult"] == sure.models["insult"] == "x"
    assert "insult-semantic" not in sure.models
    assert asked.failed == sure.failed == ()
