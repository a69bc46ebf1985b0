"""Scoring insults: what is caught, what stays free, which words are shown, and that answering equals fitting."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from classifiers import corpus, data, insult_training, store, words
from classifiers.insult import NAME, InsultModel, load
from classifiers.insult_evaluation import corpus_scores, measure_all
from classifiers.insult_fairness import MOST_RATIO
from classifiers.insult_figures import figures, thresholds
from classifiers.insult_reading import FEATURES, Reader
from classifiers.insult_rows import Example
from classifiers.insult_training import export, fit, weights
from classifiers.text import compile_terms, find, fold


@pytest.fixture(scope="module")
def model() -> InsultModel:
    return load()


def score(model: InsultModel, text: str) -> float:
    return model.measure(fold(text)).score


@pytest.mark.parametrize(
    "text",
    [
        "وزیر احمق استعفا بده",
        "خفه شو بی‌شعور",
        "برو گمشو کثافت",
        "مدیرعامل یه حیوون بی‌شرفه",
        "اح*مق بی ش ر ف",
        "vazir ahmagh va bisharaf",
        "الهی بمیری بی‌ناموس",
    ],
)
def test_a_plain_insult_scores_high_however_it_is_spelled(model: InsultModel, text: str) -> None:
    assert score(model, text) > 0.8


@pytest.mark.parametrize(
    "text",
    [
        "این وزیر به مردم دروغ گفت و باید استعفا بدهد",
        "سپاه و دولت باید پاسخگوی این فساد باشند",
        "گاو و گوسفند امسال گران شده است",
        "مرغ و تخم مرغ هم گران شد",
        "کسی می‌داند کنسرسیوم کی جواب می‌دهد؟",
        "ممنون از گزارش خوبتان",
        "لطفا در نظرات فحش ندهید و مؤدب باشید",
    ],
)
def test_criticism_and_innocent_words_stay_below_the_threshold_of_a_flag(model: InsultModel, text: str) -> None:
    flag_from = model_thresholds()[0]["score"]

    assert score(model, text) < flag_from


def model_thresholds() -> list[dict[str, float]]:
    table: list[dict[str, float]] = store.load(NAME).metrics["thresholds"]
    return table


def test_the_spans_are_the_insulting_words_of_the_original_exactly(model: InsultModel) -> None:
    text = "سلام، وزیر راه یک احــمق و بی\u200cشعور است و بس"

    spans = model.measure(fold(text)).spans

    shown = " ".join(text[start:end] for start, end in spans)
    assert "احــمق" in shown
    assert "بی\u200cشعور" in shown
    assert "سلام" not in shown


def test_spans_lie_inside_the_text_in_order_and_apart_for_every_comment_of_the_corpus(model: InsultModel) -> None:
    for comment in corpus.comments():
        signal = model.measure(fold(comment.text))
        places = [place for span in signal.spans for place in span]

        assert 0.0 <= signal.score <= 1.0
        assert places == sorted(places)
        assert all(0 <= start < end <= len(comment.text) for start, end in signal.spans)


@pytest.mark.parametrize(
    "text", ["", " ", "\u200c", "؟؟؟", "🤡" * 50, "ا" * 10_000, "<b>" * 500, "\ud83d", "a1b2" * 2_000]
)
def test_hostile_texts_are_scored_without_raising(model: InsultModel, text: str) -> None:
    first = model.measure(fold(text))

    assert 0.0 <= first.score <= 1.0
    assert model.measure(fold(text)) == first


@pytest.fixture
def two_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calibration by fewer folds: what is tested does not depend on how many, and each costs a second."""
    monkeypatch.setattr(insult_training, "FOLDS", 2)


@pytest.mark.usefixtures("two_folds")
def test_answering_equals_the_scikit_learn_pipeline_to_a_millionth() -> None:
    own = [comment for comment in corpus.comments() if comment.expect["insult"] is not None][:300]
    examples = [
        Example(
            one.text,
            bool(one.expect["insult"]),
            "phate" if number % 3 == 0 else "corpus",
            "train",
            one.article_id or "",
        )
        for number, one in enumerate(own)
    ]
    pipeline = fit(examples).pipeline
    arrays, intercept = export(pipeline)
    served = InsultModel("test", arrays, intercept)
    texts = [comment.text for comment in corpus.comments()[-300:]] + ["", "سلام سلام سلام"]

    wanted = pipeline.predict_proba(texts)[:, 1]

    assert max(abs(score(served, text) - one) for text, one in zip(texts, wanted, strict=True)) < 1e-6


@pytest.mark.usefixtures("two_folds")
def test_fitting_twice_gives_the_same_weights() -> None:
    examples = [
        Example(one.text, bool(one.expect["insult"]), "corpus", "train", one.article_id or "")
        for one in corpus.comments()[:60]
    ]

    first, second = export(fit(examples).pipeline), export(fit(examples).pipeline)

    assert all(np.array_equal(first[0][name], second[0][name]) for name in first[0])
    assert first[1] == second[1]


def test_clean_texts_with_reviled_words_weigh_more_only_where_insults_use_them_more() -> None:
    reviled = [Example("رژیم بد است", True, "phate", "train")] * 9 + [
        Example("رژیم غذایی", False, "phate", "train")
    ] * 6
    other = [Example("هوا خوب است", False, "phate", "train")] * 30

    result = weights([*reviled, *other])

    assert result[9] > 1.5  # clean, with the word
    assert result[0] == 1.0
    assert result[-1] == 1.0


def test_the_corpus_test_articles_are_told_apart_as_well_as_the_card_says(model: InsultModel) -> None:
    scores, labels = corpus_scores(model, "test")
    stated = store.load(NAME).metrics["corpus_test"]

    measured = figures(scores, labels)

    assert measured["auc"] == pytest.approx(stated["auc"], abs=0.02)
    assert measured["auc"] > 0.9
    assert scores[~labels].mean() < 0.25


def test_a_threshold_is_the_lowest_score_that_holds_its_precision() -> None:
    scores = np.array([0.1, 0.2, 0.6, 0.7, 0.8, 0.9])
    labels = np.array([False, False, True, False, True, True])

    table = thresholds(scores, labels)

    assert [line["score"] for line in table] == [0.8, 0.8, 0.8]
    assert table[0]["recall"] == pytest.approx(2 / 3, abs=0.001)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("او احمق نیست", "negated"),
        ("من احمق بودم که خریدم", "self"),
        ("نوشته بود احمق", "reported"),
        ("وزیر احمق", "bare"),
    ],
)
def test_a_find_is_read_in_its_frame(text: str, frame: str) -> None:
    reading = Reader().read(fold(text))

    assert [one.frame for one in reading.finds] == [frame]
    assert reading.features.shape == (len(FEATURES),)


def test_platform_debris_and_numbers_carry_no_weight() -> None:
    reader = Reader()

    plain = reader.read(fold("وزیر گفت 12"))
    littered = reader.read(fold("RT @someone وزیر گفت 99 #داغ https://t.co/abc"))

    assert [token.text for token in littered.tokens] == [token.text for token in plain.tokens]


def test_every_entry_of_the_lexicon_finds_itself_and_no_allowed_phrase_holds_a_find() -> None:
    matcher = compile_terms([entry.term for entry in words.entries()], allow=words.allowed())

    missed = [entry.term for entry in words.entries() if not find(fold(entry.term), matcher)]

    assert len(missed) <= 3, missed
    sure = compile_terms(
        [entry.term for entry in words.entries() if entry.sure and not entry.exact], allow=words.allowed()
    )
    assert [phrase for phrase in words.allowed() if find(fold(phrase), sure)] == []


def test_the_lexicon_keeps_the_mistakes_of_its_sources_out() -> None:
    sure = {term for terms in words.families().values() for term in terms}

    assert sure.isdisjoint(
        {"ترک", "لر", "عرب", "فارس", "افغانی", "کردن", "ساک", "کس", "گاو", "خر", "سگ", "زن", "آخوند", "دزد"}
    )


def test_a_model_of_other_features_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / NAME / "1"
    store.save(
        folder, {"character_coef": np.zeros(1)}, {"features": ["other"], "intercept": 0.0}, metrics={}, card="card"
    )
    stored = store.read(folder)
    monkeypatch.setattr(store, "load", lambda _name, _version=None: stored)

    with pytest.raises(store.RefusedModel, match="other lexicon features"):
        load()


def test_answering_loads_neither_scikit_learn_nor_hazm() -> None:
    code = (
        "import sys; from classifiers import insult, relevance; from classifiers.text import fold; "
        "insult.load().measure(fold('سلام')); m = relevance.load(); "
        "f = m.fingerprint(relevance.ArticleText('a', 'عنوان', 'متن خبر ' * 50)); m.measure(fold('پیامی دربارهٔ خبر'), f); "
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'hazm', 'scipy')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif(
    not Path(os.environ.get(data.VARIABLE, data.DEFAULT)).is_dir(), reason="NAZER_DATA: no research sets"
)
def test_the_official_tests_give_what_a_linear_model_can_give(model: InsultModel) -> None:
    metrics = measure_all(model, data.folder(), model_thresholds())

    assert metrics["phate"]["auc"] >= 0.84
    assert metrics["pars_off"]["auc"] >= 0.9
    assert metrics["policy"]["at_thresholds"][0]["clean_flagged"] <= 0.02
    assert all(cut["any"]["ratio"] <= MOST_RATIO for cut in metrics["fairness"][1:])  # at the thresholds that flag
