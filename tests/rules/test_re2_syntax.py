"""Patterns of a site: RE2 that means Persian too, refused with a reason, and found in linear time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.text import fold
from moderation.rules import re2_syntax, site_patterns
from moderation.rules.re2_syntax import PatternRefused, Refusal
from moderation.rules.site_patterns import PatternSet, compile_pattern, mark
from moderation.rules.word_lists import SiteWord, why_refused

ZWNJ = "\u200c"


def found(pattern: str, text: str) -> list[str]:
    """What a pattern finds in a text, as it stands there."""
    folded = fold(text)
    spans = [folded.span(start, end) for _, start, end in PatternSet.of([pattern]).find(folded)]
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\bکتاب\b", "کتاب کتابی کتاب، اکتاب «کتاب»", ["کتاب", "کتاب", "کتاب"]),
        (r"\bکتاب\w*", "کتابخانه و کتاب‌ها", ["کتابخانه", "کتاب‌ها"]),
        (r"\bخر\b", "خر‌گوش و خر", ["خر"]),
        (r"\bپول\b.*\bفوری\b", "پولی پول می‌دهم خیلی فوری فوریتی", ["پول می‌دهم خیلی فوری"]),
        (r"\bآ\b \bب\b", "آ ب", ["آ ب"]),
        (r"قرض\s?الحسنه", f"قرض الحسنه قرض{ZWNJ}الحسنه قرضالحسنه", ["قرض الحسنه", f"قرض{ZWNJ}الحسنه", "قرضالحسنه"]),
        (f"می{ZWNJ}خرم", f"می خرم می{ZWNJ}خرم", ["می خرم", f"می{ZWNJ}خرم"]),
        (r"\d{3,}", "۱۲۳ و 4567 و ٨٩", ["۱۲۳", "4567"]),
        (r"[۰-۹]+ تومان", "۵۰۰ تومان", ["۵۰۰ تومان"]),
        (r"عل[يی]", "علي و على و علی", ["علي", "على", "علی"]),
        (r"[آ-ی]+", "سلام world", ["سلام"]),
        (r"اَحمَق", "احمق اَحمَق احــمق", ["احمق", "اَحمَق", "احــمق"]),
        (r"Telegram", "TELEGRAM telegram", ["TELEGRAM", "telegram"]),
        (r"^سلام", "سلام سلام", ["سلام"]),
        (r"سلام$", "سلام سلام", ["سلام"]),
        (r"\W{2,}", "چه؟! خوب", ["؟! "]),
        (r"\S+@\S+", f"به a.b@c.ir و د{ZWNJ}ر@ب", ["a.b@c.ir", f"د{ZWNJ}ر@ب"]),
        (r"[^\w\s]+", "خوب!؟ بد", ["!؟"]),
        (r"\P{L}\d", "آ۱ -۲", ["-۲"]),
        (r"(?:وام|قرض)(?P<x>\s\w+)?", "وام فوری", ["وام فوری"]),
        (r"[[:alpha:]]+\.", "سلام.", ["سلام."]),
        (r"\x{06A9}تاب|\x41b", "کتاب Ab", ["کتاب", "Ab"]),
        (r"\(\[\{\*", "([{*", ["([{*"]),
        (r".\b", "آ", ["آ"]),
    ],
)  # fmt: skip
def test_a_pattern_means_persian(pattern: str, text: str, expected: list[str]) -> None:
    assert found(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?<=آقای )راستکار", re2_syntax.LOOK_AROUND),
        ("راستکار(?! نیست)", re2_syntax.LOOK_AROUND),
        (r"(.)\1", re2_syntax.BACK_REFERENCE),
        ("(?P<a>.)(?P=a)", re2_syntax.BACK_REFERENCE),
        (r"\Bخر", re2_syntax.NO_EDGE),
        ("[ابپ", re2_syntax.UNFINISHED),
        ("خر\\", re2_syntax.UNFINISHED),
        (r"[^\W\d]+", re2_syntax.NEGATED_IN_BRACKETS),
        (r"[[:^alpha:]]", re2_syntax.NEGATED_IN_BRACKETS),
        ("[\u064b\u0640]", re2_syntax.EMPTY_BRACKETS),
        ("خ" * 501, site_patterns.TOO_LONG),
        (r"\w{1000}", site_patterns.TOO_LARGE),
        (r"(\w{1,100}){1,100}", site_patterns.TOO_LARGE),
        ("(خر)*", site_patterns.MATCHES_NOTHING),
        ("خر|", site_patterns.MATCHES_NOTHING),
        (r"\b", site_patterns.MATCHES_NOTHING),
        (r"\s*\b", site_patterns.MATCHES_NOTHING),
        ("^", site_patterns.MATCHES_NOTHING),
    ],
)  # fmt: skip
def test_a_refused_pattern_says_why(pattern: str, reason: Refusal) -> None:
    with pytest.raises(PatternRefused) as refused:
        compile_pattern(pattern)
    assert refused.value.reason == reason
    assert why_refused(SiteWord(pattern, pattern=True)) == reason
    assert reason.fa.strip()
    assert reason.en.strip()


@pytest.mark.parametrize(
    "pattern", ["(خر", "خر)", "*خر", "خ**", "[ی-ا]", r"\q", r"\p{Persian}", "(?>خر)", "[[:x:]]", "خ{9999}"]
)
def test_what_re2_does_not_know_is_refused_in_both_languages(pattern: str) -> None:
    with pytest.raises(PatternRefused) as refused:
        compile_pattern(pattern)
    assert re.search("[ا-ی]", refused.value.reason.fa)
    assert not re.search(r"\\x|0C", refused.value.reason.en), "words of our translation"


ATOMS = st.sampled_from(
    ["ا", "ب", "a", "1", " ", r"\w", r"\d", r"\s", ".", r"\b", "[ابa]", "[^ا1]", r"\W", r"[\w-]", r"\S", r"\D"]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: "(?:" + "|".join(parts) + ")"),
        st.tuples(inner, st.sampled_from(["?", "+", "*", "{1,2}", "+?"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(PATTERNS, st.text("اب a1!_", max_size=12))
def test_a_pattern_finds_first_what_pythons_own_would(pattern: str, text: str) -> None:
    try:
        PatternSet.of([pattern])
    except PatternRefused:
        return
    folded = fold(text)
    expected = re.search(pattern, folded.text)
    ours = PatternSet.of([pattern]).find(folded)
    assert (ours[0][1:] if ours else None) == (expected.span() if expected else None)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec=None) | st.sampled_from("اب a1\u200c\u0640\u064b "), max_size=40))
def test_marks_keep_the_way_back(text: str) -> None:
    folded = fold(text)
    marked = mark(folded)
    plain = marked.encoded.decode().replace(re2_syntax.EDGE, "")
    assert plain.replace(ZWNJ, " ") == folded.text
    assert marked.place(len(marked.encoded)) == len(folded.text)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(r"اب\bwWpPL{}[]()^$|*+?.-:=!<>,123xd ي" + ZWNJ), max_size=14))
def test_any_pattern_is_compiled_or_refused(pattern: str) -> None:
    why = why_refused(SiteWord(pattern, pattern=True))
    assert why is None or (why.fa and why.en)


@pytest.mark.parametrize(
    "pattern", ["(ا+)+$", r"(\w+\s?)+!", r"\bا.*ب.*پ.*ت", r"(ا|ب|اب)*پ", r"\w{1,20}\d", r"(.*)(.*)(.*)(.*)ژ"]
)
@pytest.mark.parametrize("text", ["ا" * 5000, "اب " * 3000, "ا ب پ " * 1600], ids=["one letter", "words", "letters"])
def test_a_pattern_takes_linear_time(pattern: str, text: str) -> None:
    patterns = PatternSet.of([pattern])
    folded = fold(text + "ا")
    started = time.thread_time()
    patterns.find(folded)
    assert time.thread_time() - started < 1.0


def test_two_hundred_patterns_are_asked_as_a_few() -> None:
    patterns = PatternSet.of([rf"\bواژه{number}\b" for number in range(200)])
    assert len(patterns.together) == 1
    folded = fold("این واژه۱۷ و واژه۱۹۹ است و واژه۲۰۰ نه")
    assert sorted(number for number, *_ in patterns.find(folded)) == [17, 199]


def test_patterns_that_are_large_together_are_asked_one_by_one() -> None:
    patterns = PatternSet.of([rf"\w{{3,18}}{letter}" for letter in "ابپ"])
    assert len(patterns.together) > 1
    assert {number for number, *_ in patterns.find(fold("سلاماپ"))} >= {0}
