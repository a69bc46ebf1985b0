"""Texts that come again within one run of ``nazer screen``, and what is told of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from classifiers.repeats import sketch
from classifiers.text import fold
from moderation import repeats
from moderation.offline import Desk
from moderation.repeats import KEPT, MOST_COPIES, Known, Said, Seen, compare
from moderation.rules import RULES
from moderation.rules.rule_set import defaults
from tests.fakes import fake_models

TEXT = "این پل را سه سال پیش هم با همین روبان افتتاح کرده بودند، عکسش در روزنامه هست"
OTHER = "کاش به جای این همه مراسم، چراغ‌های خیابان پشت مدرسه را درست می‌کردید"
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def said(name: str, text: str = TEXT, author: int = 1, hours: float = 0) -> Said:
    kept = sketch(fold(text))
    assert kept is not None
    return Said(name, author, NOON + timedelta(hours=hours), kept)


def known(name: str, author: int = 1, hours: float = 0, **fields: object) -> Known:
    one = said(name, author=author, hours=hours)
    return Known(one.id, one.author, one.at, one.sketch.imprint, **fields)


def screened(*rows: object) -> Iterator[dict]:
    desk = Desk(fake_models(), defaults(RULES).compile(RULES), {})
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    return (json.loads(line) for line in desk.screen(lines))


def objections(row: dict) -> list[tuple[str, str]]:
    return [(finding["code"], finding["about"]) for finding in row["findings"] if finding["rule"] == "no-repeats"]


def test_a_line_that_says_what_a_line_before_said_names_that_line() -> None:
    rows = screened({"id": "a", "text": TEXT}, {"id": "b", "text": OTHER}, {"id": "c", "text": "سلام. " + TEXT})
    assert [objections(row) for row in rows] == [[], [], [("repeated-by-author", "a")]]


def test_authors_of_lines_are_told_apart() -> None:
    rows = screened(*({"id": number, "text": TEXT, "author": f"نفر {number}"} for number in range(4)))
    assert [objections(row) for row in rows] == [[], [], [("wave", "0")], [("wave", "0")]]


def test_lines_without_an_id_are_known_by_their_number() -> None:
    first, second = screened({"text": TEXT}, {"text": TEXT})
    assert objections(second) == [("repeated-by-author", "1")]
    assert first["signals"]["repeats"] is None
    assert second["signals"]["repeats"] == {"first": "1", "words": 6, "copies": [[0.0, 1.0, 0]], "more": False}


def test_short_lines_repeat_nobody() -> None:
    rows = screened(*[{"id": number, "text": "عالی بود، ممنون"} for number in range(9)])
    assert [objections(row) for row in rows] == [[]] * 9


def test_authors_are_numbered_and_the_newest_comes_first() -> None:
    told = compare(said("d", author=7, hours=5), [known("a", 8), known("b", 7, 1), known("c", 8, 4)])
    assert told is not None
    assert told.first == "a"
    assert [(copy.hours, copy.author) for copy in told.copies] == [(1.0, 1), (4.0, 0), (5.0, 1)]


def test_the_first_is_the_one_that_the_earliest_repeats_itself() -> None:
    told = compare(said("z"), [known("b", first="a"), known("c", first="a")])
    assert told is not None
    assert told.first == "a"


def test_what_is_forgotten_everywhere_else_is_not_told() -> None:
    assert compare(said("b", hours=KEPT / timedelta(hours=1) + 1), [known("a")]) is None


def test_what_was_received_later_and_kept_earlier_is_no_hours_ago() -> None:
    told = compare(said("a"), [known("b", hours=3)])
    assert told is not None
    assert told.copies[0].hours == 0.0


def test_of_many_copies_the_newest_are_told() -> None:
    seen = Seen()
    told = [seen.look(said(str(number), author=number)) for number in range(MOST_COPIES + 10)]
    assert told[MOST_COPIES] is not None
    assert told[-1] is not None
    assert not told[MOST_COPIES].more
    assert told[-1].more
    assert len(told[-1].copies) == MOST_COPIES
    assert told[-1].first == "0"


def test_what_is_kept_of_a_run_is_bounded_and_the_first_stays_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "_MOST_TEXTS", 10)
    seen = Seen()
    for number in range(60):
        seen.look(said(f"other {number}", f"{number * 7919} کلمهٔ{number} دیگری{number} برای{number} آزمون{number} است"))
        told = seen.look(said(f"copy {number}"))
    assert told is not None
    assert told.first == "copy 0"
    assert len(seen._by_key) + len(seen._older) <= 2 * 10 * 11
