"""Where a pattern is wrong: the piece with which it goes wrong, and none where it is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.pattern_places import where_wrong
from moderation.rules.re2_syntax import PatternRefused
from moderation.rules.site_patterns import LONGEST_PATTERN, MATCHES_NOTHING, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "piece"),
    [
        ("خر(گوش", "("),
        ("(خر)(گوش", "("),
        ("خر)گوش", ")"),
        ("خر)(گوش", ")"),
        ("*خر", "*"),
        ("خر**", "*"),
        ("خر{2,1}گوش", "{2,1}"),
        (r"خ\1", r"\1"),
        ("خر(?=گوش)", "(?="),
        (r"\Bخر", r"\B"),
        (r"خ[^\W]ر", r"[^\W]"),
        ("خ[ا-", "["),
        (r"خ\q", r"\q"),
        ("(خ{500}){500}", "{500}"),
        ("خ" * LONGEST_PATTERN + "ر", "ر"),
    ],
)
def test_the_piece_with_which_it_goes_wrong_is_named(pattern: str, piece: str) -> None:
    place = where_wrong(pattern)
    assert place is not None
    assert pattern[slice(*place)] == piece


@pytest.mark.parametrize("pattern", ["خر", r"\bخر\w*", "(خر|گاو)+", "خ*", ""])
def test_what_is_right_or_wrong_as_a_whole_has_no_place(pattern: str) -> None:
    assert where_wrong(pattern) is None


@given(st.text(alphabet=r"خرa()[]{}*+?|\^$.-=!<1,:", max_size=30))
def test_whatever_is_written_it_names_a_place_inside_only_where_it_is_wrong(pattern: str) -> None:
    place = where_wrong(pattern)
    if place:
        assert 0 <= place[0] < place[1] <= len(pattern)
        with pytest.raises(PatternRefused) as refused:
            compile_pattern(pattern)
        assert refused.value.reason is not MATCHES_NOTHING
