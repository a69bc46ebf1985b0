"""The table of n-grams and its memory of words: exact, bounded, safe to share; fitting and choosing give the same twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from classifiers import language_choice, language_table, store
from classifiers.language import NAME, LanguageModel, Thresholds, load
from classifiers.language_reading import longest_latin_run, read
from classifiers.language_table import REMEMBERED, ScriptModel
from classifiers.language_texts import Labelled, distorted
from classifiers.language_training import fit_all

PERSIAN = (
    "این خبر خیلی خوب بود",
    "چرا کسی جواب مردم را نمی‌دهد",
    "دست شما درد نکند که خبر دادید",
    "مردم از این وضع خسته شدند",
)
ARABIC = (
    "هذا الخبر غير صحيح أبدا",
    "لماذا لا يجيب أحد عن هذا السؤال",
    "شكرا لكم على هذا الخبر",
    "تعب الناس من هذا الوضع",
)
FINGLISH = ("in khabar kheili khoob bood", "chera kasi javab nemide be in mardom", "mardom az in vaz khaste shodan")
ENGLISH = ("this was a very good report", "why does nobody answer the people", "the people are tired of this")


def rows() -> list[Labelled]:
    texts = {"fa": PERSIAN, "ar": ARABIC, "fa-latn": FINGLISH, "en": ENGLISH}
    return [Labelled(text, language, "hand") for language, found in texts.items() for text in found for _ in range(3)]


def table(words: int = 4) -> ScriptModel:
    weights = np.array([[0, 1, -2], [0, -3, 4], [0, 5, 6]], np.int16)
    return ScriptModel([" س", "سل", "ام "], weights, 0.25, ["fa", "ar", "ur"])


def test_a_remembered_word_weighs_to_the_last_bit_what_it_weighed_at_first() -> None:
    model = load().arabic
    words = read(" ".join(PERSIAN + ARABIC)).arabic
    fresh, grams = model._weigh(words)

    for _ in range(2):
        weighed, known = model.weigh(words)
        assert weighed.tobytes() == fresh.tobytes()
        assert known == grams.sum()


def test_a_full_memory_begins_anew_and_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_table, "REMEMBERED", 3)
    model = table()
    for words in (["سلام", "سلم"], ["ام", "سلام", "م"], ["الف", "ب", "پ"], ["سلام", "ا", "ب", "پ", "ت"]):
        weighed, known = model.weigh(words)
        fresh, grams = model._weigh(words)
        assert np.array_equal(weighed, fresh)
        assert known == grams.sum()
        assert len(model._memory.places) <= 3


def test_the_memory_is_bounded_whatever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert REMEMBERED <= 100_000
    monkeypatch.setattr(language_table, "REMEMBERED", 100)
    model = table()
    for number in range(1_000):
        model.weigh([f"سلام{number}"])
        assert len(model._memory.places) <= 100 == len(model._memory.sums)


def test_a_word_of_endless_length_is_weighed_and_not_remembered() -> None:
    model = table()
    model.weigh(["س" * 100_000])
    assert not model._memory.places


def test_no_words_weigh_nothing() -> None:
    weighed, known = table().weigh([])
    assert weighed.shape == (0, 3)
    assert known == 0


def test_threads_that_share_a_table_get_the_answers_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_table, "REMEMBERED", 50)
    model = table()
    texts = [[f"سلام{number % 97}", f"ام{number % 89}", "سل"] for number in range(2_000)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(model.weigh, texts))

    for words, (weighed, known) in zip(texts, answers, strict=True):
        fresh, grams = model._weigh(words)
        assert np.array_equal(weighed, fresh)
        assert known == grams.sum()


def test_two_fits_of_the_same_texts_give_identical_arrays() -> None:
    (first, first_meta), (second, second_meta) = fit_all(rows()), fit_all(rows())

    assert first_meta == second_meta
    assert first.keys() == second.keys()
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)


def test_distortions_are_the_same_at_each_call_and_keep_most_of_the_text() -> None:
    text = PERSIAN[1]
    first = dict(distorted(text, ARABIC))

    assert first == dict(distorted(text, ARABIC))
    assert first["as it is"] == text
    assert first["glued"].replace(" ", "") == text.replace(" ", "")
    assert text in first["verse"]
    assert first.keys() == {"as it is", "misspelt", "glued", "product", "verse"}


def test_choosing_takes_thresholds_of_the_grids_and_the_same_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    small: dict[str, Any] = {"handicap": (5.0, 10.0), "log_odds": (-60.0, -10.0)}
    monkeypatch.setattr(language_choice, "GRIDS", small)
    arrays, meta = fit_all(rows())
    model = LanguageModel(store.StoredModel(NAME, "draft", arrays, meta, {}))
    part = language_choice.Part("all", model, [*rows(), Labelled(ARABIC[0], "ar", "quran")])
    chosen, told = language_choice.choose([part])

    assert (chosen, told) == language_choice.choose([part])
    assert chosen.handicap in small["handicap"]
    assert chosen.log_odds in small["log_odds"]
    assert chosen.words == Thresholds().words
    for name, lines in told["costs"].items():
        assert [line["value"] for line in lines] == list(small[name])


def test_the_longest_latin_run_is_what_no_persian_word_interrupts() -> None:
    assert longest_latin_run("one two سلام three, four 5 five خوب six") == ["three", "four", "five"]
    assert longest_latin_run("سلام") == []
