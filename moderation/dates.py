"""Moments, ages and numbers as a reader of the page's language writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate, JalaliDateTime

from moderation.languages import ENGLISH, language

TEHRAN = ZoneInfo("Asia/Tehran")

_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_PLAIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_FIRST_OF_OURS = 1700  # a year before this one is one of the Iranian calendar
_UNITS = (
    (timedelta(days=365), "سال", "year"),
    (timedelta(days=30), "ماه", "month"),
    (timedelta(days=1), "روز", "day"),
    (timedelta(hours=1), "ساعت", "hour"),
    (timedelta(minutes=1), "دقیقه", "minute"),
)


def digits(value: object) -> str:
    """The text with the digits of the page: ``12`` -> ``۱۲``."""
    return str(value) if _english() else str(value).translate(_DIGITS)


def plain_digits(typed: str) -> str:
    """A text with Persian and Arabic digits as those of a program: ``۱۲`` -> ``12``."""
    return typed.translate(_PLAIN)


def count(value: int) -> str:
    """A number with thousands apart: ``12345`` -> ``۱۲٬۳۴۵``."""
    told = f"{value:,}"
    return told if _english() else told.translate(_DIGITS).replace(",", "٬")


def decimal(value: float, places: int = 2) -> str:
    """A number with some places: ``0.5`` -> ``۰٫۵۰``."""
    told = f"{value:.{places}f}"
    return told if _english() else told.translate(_DIGITS).replace(".", "٫")


def age(length: timedelta) -> str:
    """A length of time in its largest unit: ``۳ ساعت``; clocks that differ may make it negative."""
    for unit, name, english in _UNITS:
        if length >= unit:
            number = length // unit
            return (
                f"{count(number)} {english if number == 1 else english + 's'}"
                if _english()
                else f"{count(number)} {name}"
            )
    return "less than a minute" if _english() else "کمتر از یک دقیقه"


def ago(length: timedelta) -> str:
    """How long ago: ``۳ ساعت پیش``; under a minute: ``هم‌اکنون``."""
    if length < timedelta(minutes=1):
        return "just now" if _english() else "هم‌اکنون"
    return f"{age(length)} ago" if _english() else f"{age(length)} پیش"


def jalali(moment: datetime, *, seconds: bool = False) -> str:
    """The moment in Tehran by the calendar of the page: ``سه‌شنبه ۵ بهمن ۱۴۰۰، ۱۴:۴۷``, ``Tuesday 25 January 2022, 14:47``.

    In ISO form when the Iranian calendar has no such year.
    """
    clock = "%H:%M:%S" if seconds else "%H:%M"
    try:
        local = moment.astimezone(TEHRAN)
        if _english():
            return f"{local:%A} {local.day} {local:%B} {local.year}, {local.strftime(clock)}"
        shown = JalaliDateTime(local)  # type: ignore[no-untyped-call]
        return str(shown.strftime(f"%A {digits(shown.day)} %B %Y، {clock}", locale="fa"))
    except (ValueError, OverflowError):  # a site may send any year; one odd date must not blank a page
        return moment.isoformat(timespec="minutes")


def jalali_day(day: date, *, year: bool = True) -> str:
    """The day: ``۵ بهمن ۱۴۰۰``, or without its year ``۵ بهمن``; in ISO form when the Iranian calendar has no such year."""
    if _english():
        return f"{day.day} {day:%B}{f' {day.year}' if year else ''}"
    try:
        local = JalaliDate(day)  # type: ignore[no-untyped-call]
        return str(local.strftime(f"{digits(local.day)} %B{' %Y' if year else ''}", locale="fa"))
    except (ValueError, OverflowError):
        return day.isoformat()


def day_said(raw: str) -> date | None:
    """The day that somebody wrote as year, month and day, in any digits, by the Iranian calendar or ours; None for no day."""
    parts = plain_digits(raw).replace("-", "/").split("/")
    try:
        year, month, day = (int(part) for part in parts)
        if year < _FIRST_OF_OURS:
            return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def midnight(day: date) -> datetime:
    """When a day begins in Tehran."""
    return datetime(day.year, day.month, day.day, tzinfo=TEHRAN)


def _english() -> bool:
    return language() == ENGLISH
