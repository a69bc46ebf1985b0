"""What is kept of texts: copies meet, small edits are near, distinct comments and short ones stay apart."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import corpus
from classifiers.repeats import BANDS, NEAR, Sketch, similarity, sketch
from classifiers.repeats_evaluation import Line, found, joined
from classifiers.text import fold

TEXT = "این پل را سه سال پیش هم با همین روبان افتتاح کرده بودند، عکسش در روزنامه هست"


def kept(text: str) -> Sketch:
    made = sketch(fold(text))
    assert made is not None, text
    return made


def meet(one: str, other: str) -> bool:
    """Whether two texts are found to be nearly the same: they share a key and are alike."""
    left, right = kept(one), kept(other)
    return bool({*left.keys} & {*right.keys}) and similarity(left.imprint, right.imprint) >= NEAR


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.replace("ی", "ي").replace("ک", "ك"),
        TEXT.replace(" ", "  ").replace("،", " !!! "),
        TEXT + " 🌹🌹🌹",
        TEXT.replace("روزنامه", "روز\u200cنامه"),
        TEXT.replace("پل", "پـــل"),
        "\u202e" + TEXT.replace("افتتاح", "افتتاااااح") + "؟؟",
    ],
    ids=["Arabic letters", "spaces and signs", "pictures", "a half space", "tatweel", "stretched"],
)
def test_what_a_reader_does_not_see_makes_no_difference(copy: str) -> None:
    one, other = kept(TEXT), kept(copy)
    assert one.keys[0] == other.keys[0]
    assert similarity(one.imprint, other.imprint) == 1.0


@pytest.mark.parametrize(
    "copy", ["سلام. " + TEXT, TEXT + " لطفا منتشر کنید", TEXT.replace("سه", "چهار"), TEXT.replace("روبان", "روبن")]
)
def test_a_small_edit_is_near_and_not_the_same(copy: str) -> None:
    assert meet(TEXT, copy)
    assert kept(TEXT).keys[0] != kept(copy).keys[0]
    assert similarity(kept(TEXT).imprint, kept(copy).imprint) < 1.0


@pytest.mark.parametrize(
    "text",
    [
        "", " \u200c\n", "عالی بود", "ممنون", "ممنون از خبر خوبتان، خسته نباشید", "سلام و درود بر شما عزیزان و سپاس از مطلب خوبتان",
        "روحش شاد و یادش گرامی، خدا بیامرزه", "احمق", "احمق " * 50, "خخخخخخخخخخخخخخخخخخخخخخخخ", "۱۲۳۴۵۶۷۸۹۰ ۱۲۳۴۵۶۷۸۹۰ ۱۲",
        "👏" * 40, "؟!." * 40, "\ud83d\udc00" * 20,
    ],
)  # fmt: skip
def test_nothing_is_kept_of_what_anybody_says(text: str) -> None:
    assert sketch(fold(text)) is None


def test_the_same_number_of_keys_is_kept_of_a_short_and_of_a_long_text() -> None:
    for text in (TEXT, f"{TEXT} " * 200):
        made = kept(text)
        assert len(made.keys) == len(set(made.keys)) == BANDS + 1
        assert len(made.imprint) == 136
        assert all(-(2**63) <= key < 2**63 for key in made.keys)
    assert kept(TEXT).words == kept(f"{TEXT} " * 200).words == 6


def test_another_process_keeps_the_same() -> None:
    program = (
        "import sys; from classifiers.repeats import sketch; from classifiers.text import fold; "
        "made = sketch(fold(sys.argv[1])); print(made.keys, made.imprint.hex())"
    )
    done = subprocess.run([sys.executable, "-c", program, TEXT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{kept(TEXT).keys} {kept(TEXT).imprint.hex()}"


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec=None) | st.sampled_from("ابپرشوه گتمی\u200c"), max_size=200))
def test_any_text_is_taken_and_is_like_itself(text: str) -> None:
    made = sketch(fold(text))
    if made is not None:
        assert similarity(made.imprint, made.imprint) == 1.0


def test_a_text_of_a_megabyte_takes_a_moment_and_finds_its_copy() -> None:
    picked = random.Random(1)
    words = ["".join(picked.choices("ابپتجدرزسشعفکگلمنوهی", k=6)) for _ in range(150_000)]
    text = " ".join(words)
    folded, other = fold(text), fold(text + " پایان این متن")
    started = time.process_time()
    one = sketch(folded)
    assert time.process_time() - started < 3.0
    two = sketch(other)
    assert one is not None
    assert two is not None
    assert one.keys[1:] == two.keys[1:]
    assert one.keys[0] != two.keys[0]


LEAST = {
    "signs and pictures": 0.99,
    "a number behind": 0.99,
    "a greeting before": 0.99,
    "a plea behind": 0.93,
    "another letter": 0.95,
    "a word more": 0.95,
    "a word less": 0.91,
    "another word": 0.84,
}
"""A little less than `nazer evaluate repeats` measures on dev."""


def of_the_corpus(*splits: str) -> list[Line]:
    return [Line(line.id, line.text, line.pair) for line in corpus.comments() if line.split in splits]


def test_most_copies_of_the_corpus_are_found_after_a_small_edit() -> None:
    shares = found(of_the_corpus("dev"))
    assert not {kind: share for kind, share in shares.items() if share < LEAST.get(kind, 0.0)}


def test_distinct_comments_of_the_corpus_are_not_taken_for_copies() -> None:
    """Twins apart, which differ by a word on purpose."""
    figures = joined(of_the_corpus(*corpus.SPLITS))
    assert figures["distinct"] <= 6, figures["pairs"]
    assert figures["compared"] < figures["kept"] * 0.1, "next to nothing has to be compared"
