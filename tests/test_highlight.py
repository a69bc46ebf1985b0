"""Highlights are exact: what is cut joins to the original, and every character has the rules of the marks over it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moderation.highlight import Mark, Segment, clip, highlight, paragraphs
from moderation.unseen import unseen

RULES = ("no-insults", "no-slander", "persian-only")
texts = st.text(st.sampled_from("اب ‌\n\u200b\u202eaz😀\u0336.\r"), max_size=60)
marks = st.lists(
    st.builds(Mark, start=st.integers(-10, 80), end=st.integers(-10, 80), rule=st.sampled_from(RULES)), max_size=8
)


@given(texts, marks)
def test_the_segments_join_to_the_original(text: str, over: list[Mark]) -> None:
    segments = highlight(text, over, unseen(text))
    assert "".join(segment.text for segment in segments) == text
    assert all(segment.text for segment in segments)


@given(texts, marks)
def test_each_character_has_the_rules_of_the_marks_over_it(text: str, over: list[Mark]) -> None:
    places = [(segment.rules, segment.unseen) for segment in highlight(text, over, unseen(text)) for _ in segment.text]
    hidden = unseen(text)
    for place, (rules, name) in enumerate(places):
        assert set(rules) == {mark.rule for mark in over if mark.start <= place < mark.end}
        assert len(rules) == len(set(rules))
        assert name == hidden.get(place)


@given(texts, marks, st.integers(1, 20), st.integers(1, 5))
def test_folding_away_a_part_loses_nothing(text: str, over: list[Mark], characters: int, most_lines: int) -> None:
    lines = paragraphs(highlight(text, over, unseen(text)))
    clipped = clip(lines, characters=characters, most_lines=most_lines)
    whole = [(character, segment.rules) for line in lines for segment in line for character in segment.text]
    parts = (*clipped.shown, *clipped.folded)
    assert [(character, segment.rules) for line in parts for segment in line for character in segment.text] == whole
    assert clipped.characters == sum(len(segment.text) for line in clipped.folded for segment in line)


def test_overlapping_rules_are_both_named_where_they_overlap() -> None:
    text = "تو احمق دزدی"
    over = [Mark(3, 7, "no-insults"), Mark(5, 12, "no-slander")]
    assert [(segment.text, segment.rules) for segment in highlight(text, over)] == [
        ("تو ", ()),
        ("اح", ("no-insults",)),
        ("مق", ("no-insults", "no-slander")),
        (" دزدی", ("no-slander",)),
    ]


def test_lines_end_where_readers_see_them_end() -> None:
    lines = paragraphs(highlight("یک\r\nدو\n\n  \nسه\u2028چهار\x85پنج", ()))
    assert ["".join(segment.text for segment in line) for line in lines] == ["یک", "دو", "سه", "چهار", "پنج"]


def test_a_highlight_at_the_fold_is_shown_whole() -> None:
    text = "واژه " * 19 + "بی‌شرف تمام " + "واژه " * 60
    start = text.index("بی‌شرف")
    clipped = clip(paragraphs(highlight(text, [Mark(start, start + 6, "no-insults")])), characters=98)
    assert clipped.folded[0][0] == Segment("بی‌شرف", ("no-insults",))
    assert clipped.marks == 1


def test_a_text_is_folded_between_two_words() -> None:
    clipped = clip(paragraphs(highlight("واژه " * 100, ())), characters=102)
    assert clipped.shown[0][0].text == "واژه " * 20


def test_a_little_more_than_the_limit_is_not_worth_a_fold() -> None:
    assert not clip(paragraphs(highlight("و" * 110, ())), characters=100).folded


def test_good_persian_and_emoji_have_nothing_unseen() -> None:
    for text in ("می‌خواهم خانه‌های‌مان را", "کتاب‌ها، ۵‌ام و مدرسه‌ٔ", "👩‍👩‍👧 🏴‍☠️ ❤️ 1️⃣", "ه‍. ق."):
        assert unseen(text) == {}, text


def test_what_hides_a_word_is_named() -> None:
    assert unseen("ا‌ح‌م‌ق") == {1: "ZWNJ", 3: "ZWNJ", 5: "ZWNJ"}
    assert unseen("اح\u200bمق") == {2: "ZWSP"}
    assert unseen(" ‌x") == {1: "ZWNJ"}
    assert unseen("\u202eabc\u2064") == {0: "RLO", 4: "U+2064"}
    assert unseen("a\ud800") == {1: "U+D800"}
