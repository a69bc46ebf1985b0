"""Texts that come again: from how many copies on, within which window, how alike, and by whom."""

from __future__ import annotations

import pytest

from moderation.rules import NoRepeats
from moderation.rules.base import Copy, Finding, Outcome, Repeats, Signals, Subject


def found(rule: NoRepeats, *copies: tuple[float, float, int], words: int = 8, more: bool = False) -> Finding | None:
    repeats = Repeats("first", words, tuple(Copy(*copy) for copy in copies), more)
    return rule.check(Subject("هر چه باشد", Signals(repeats=repeats)))


def code(rule: NoRepeats, *copies: tuple[float, float, int], words: int = 8) -> str | None:
    finding = found(rule, *copies, words=words)
    return finding and finding.code


def test_a_text_that_was_not_said_before_passes() -> None:
    assert NoRepeats().check(Subject("هر چه باشد", Signals())) is None


def test_an_author_who_says_it_again_is_told_with_the_first_comment() -> None:
    finding = found(NoRepeats(), (1.0, 1.0, 0))
    assert finding is not None
    assert (finding.code, finding.about, finding.outcome) == ("repeated-by-author", "first", Outcome.SUSPECT)
    assert "۲ بار از همین نویسنده" in finding.reason
    assert "۲۴ ساعت" in finding.reason
    assert "2 times" in finding.reason_en


@pytest.mark.parametrize(("copies", "expected"), [(1, None), (2, "repeated-by-author"), (5, "repeated-by-author")])
def test_the_options_say_from_which_copy_on(copies: int, expected: str | None) -> None:
    assert code(NoRepeats(by_author=3), *[(1.0, 1.0, 0)] * copies) == expected


def test_many_authors_make_a_wave_and_many_copies_of_one_other_author_do_not() -> None:
    assert code(NoRepeats(), (1.0, 1.0, 1)) is None
    assert code(NoRepeats(), *[(1.0, 1.0, 1)] * 9) is None
    assert code(NoRepeats(), (1.0, 1.0, 1), (2.0, 0.8, 2)) == "wave"
    assert code(NoRepeats(by_many=4), (1.0, 1.0, 1), (2.0, 0.8, 2)) is None


def test_what_lies_outside_the_window_does_not_count() -> None:
    assert code(NoRepeats(), (24.0, 1.0, 0)) == "repeated-by-author"
    assert code(NoRepeats(), (24.01, 1.0, 0)) is None
    assert code(NoRepeats(window_hours=168), (160.0, 1.0, 0)) == "repeated-by-author"


def test_what_is_less_alike_does_not_count() -> None:
    assert code(NoRepeats(similarity=1.0), (1.0, 0.99, 0)) is None
    assert code(NoRepeats(similarity=1.0), (1.0, 1.0, 0)) == "repeated-by-author"


def test_a_short_text_is_nobodys() -> None:
    assert code(NoRepeats(), (1.0, 1.0, 0), words=4) is None
    assert code(NoRepeats(fewest_words=4), (1.0, 1.0, 0), words=4) == "repeated-by-author"


def test_the_more_copies_and_the_more_alike_the_surer() -> None:
    scores = [
        finding.score
        for finding in (
            found(NoRepeats(), (1.0, 0.65, 0)),
            found(NoRepeats(), (1.0, 1.0, 0)),
            found(NoRepeats(), *[(1.0, 1.0, number) for number in range(40)]),
        )
        if finding
    ]
    assert scores == sorted(set(scores))
    assert scores[-1] > 0.95


def test_a_count_that_was_cut_off_says_so() -> None:
    finding = found(NoRepeats(), *[(1.0, 1.0, number) for number in range(1, 51)], more=True)
    assert finding is not None
    assert "دست‌کم ۵۱ بار از ۵۱ نویسنده" in finding.reason


def test_a_site_may_take_repeats_for_violations() -> None:
    finding = found(NoRepeats(outcome="violation"), (1.0, 1.0, 0))
    assert finding is not None
    assert finding.outcome is Outcome.VIOLATION
