"""Moments and numbers are written as Persian readers write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moderation.dates import age, ago, count, digits, jalali


def test_a_moment_is_given_by_the_iranian_calendar_and_the_clock_of_tehran() -> None:
    assert jalali(datetime(2022, 1, 25, 11, 17, tzinfo=UTC)) == "سه‌شنبه ۵ بهمن ۱۴۰۰، ۱۴:۴۷"


def test_the_last_day_of_a_leap_year_and_the_day_after() -> None:
    assert jalali(datetime(2025, 3, 20, 12, 0, tzinfo=UTC)).startswith("پنجشنبه ۳۰ اسفند ۱۴۰۳")
    assert jalali(datetime(2025, 3, 20, 20, 31, tzinfo=UTC)).startswith("جمعه ۱ فروردین ۱۴۰۴")


def test_a_moment_that_the_calendar_does_not_know_is_given_all_the_same() -> None:
    for odd in (datetime.min, datetime.max, datetime(500, 1, 1)):  # noqa: DTZ001, DTZ901 -- made aware below
        assert jalali(odd.replace(tzinfo=UTC)).startswith(f"{odd.year:04d}-")


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=-90), "کمتر از یک دقیقه"),
        (timedelta(seconds=59), "کمتر از یک دقیقه"),
        (timedelta(minutes=3, seconds=50), "۳ دقیقه"),
        (timedelta(hours=26), "۱ روز"),
        (timedelta(days=75), "۲ ماه"),
        (timedelta(days=800_000), "۲٬۱۹۱ سال"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(length: timedelta, told: str) -> None:
    assert age(length) == told


def test_what_happened_just_now_is_no_age() -> None:
    assert ago(timedelta(seconds=20)) == "هم‌اکنون"
    assert ago(timedelta(hours=2)) == "۲ ساعت پیش"


def test_digits_are_persian() -> None:
    assert (digits(1403), count(12345), count(999)) == ("۱۴۰۳", "۱۲٬۳۴۵", "۹۹۹")
