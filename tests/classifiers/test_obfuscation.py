"""Disguises made on purpose: each kind alters one word only, the same seed alike, and the matcher sees through it."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.disguises import band, lexicon_matcher, recall, sure_entries
from classifiers.obfuscation import KINDS, disguise
from classifiers.romanisation import romanise
from classifiers.text import fold

BEFORE, AFTER = "این آدم ", " نیست"
WORDS = ["احمق", "کثافت", "بی‌شعور", "حرام زاده", "عوضی", "کیر", "گه", "idiot"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_alters_one_word_and_the_same_seed_gives_the_same_disguise(kind: str) -> None:
    for word in WORDS:
        text = BEFORE + word + AFTER
        made = [disguise(text, len(BEFORE), len(BEFORE) + len(word), kind, Random(seed)) for seed in (1, 1, 2, 3)]

        assert made[0] == made[1]
        assert all(one.startswith(BEFORE) and one.endswith(AFTER) for one in made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_disguises_a_word_that_has_letters_for_it(kind: str) -> None:
    made = {disguise("بی‌کیفیتی حقیر", 0, 14, kind, Random(seed)) for seed in range(8)}

    assert made != {"بی‌کیفیتی حقیر"}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12), st.sampled_from(sorted(KINDS)), st.integers(0, 99))
def test_no_word_is_too_strange_to_be_disguised(word: str, kind: str, seed: int) -> None:
    assert disguise(BEFORE + word, len(BEFORE), len(BEFORE + word), kind, Random(seed)).startswith(BEFORE)


def test_a_kind_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        disguise("احمق", 0, 4, "upside_down", Random(1))


@pytest.mark.parametrize("kind", ["arabic_letters", "tatweel", "diacritics", "presentation_forms", "look_alikes"])
def test_disguises_of_the_letters_fold_away(kind: str) -> None:
    for seed in range(20):
        assert fold(KINDS[kind]("بی‌شعورهای کثیف", Random(seed))).text == fold("بی‌شعورهای کثیف").text


def test_romanisations_are_those_that_people_write() -> None:
    made = {romanise(word, Random(seed)) for word in ("کثافت", "کسکش", "بی‌شرف", "احمق") for seed in range(200)}

    assert {"kesafat", "koskesh", "bi sharaf", "ahmagh", "ahmaq"} <= made


# «کو نی», «گل ابی»: two words that people use stay two words.
LEAST = {"split": 0.95}
UNDECIDED = {"finglish", "masked"}


def test_the_lexicon_is_found_in_every_disguise() -> None:
    """The gate of the matcher: a sample of the long terms and all the short ones, once in each kind.

    Terms of three letters are left out where the kind decides nothing: kir and kun are words of other languages, and of
    «*یر» the first letter is missing. `python -m benchmarks.disguises` prints the whole table.
    """
    entries = [entry for entry in sure_entries().values() if not entry.exact]
    long_terms = [entry.term for entry in entries if band(entry.term) == "4+"][::6]
    short_terms = [entry.term for entry in entries if band(entry.term) == "3"]

    found, exact = recall([*long_terms, *short_terms], lexicon_matcher())

    poor = {kind: shares for kind, shares in found.items() if shares["4+"] < LEAST.get(kind, 0.97)}
    assert poor == {}
    assert {kind: shares for kind, shares in exact.items() if shares["4+"] < 0.94} == {}
    short = {kind: shares for kind, shares in found.items() if kind not in UNDECIDED and shares["3"] < 0.9}
    assert short == {}
