"""Moments, ages and numbers as a Persian reader writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate, JalaliDateTime

TEHRAN = ZoneInfo("Asia/Tehran")

_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_UNITS = (
    (timedelta(days=365), "سال"),
    (timedelta(days=30), "ماه"),
    (timedelta(days=1), "روز"),
    (timedelta(hours=1), "ساعت"),
    (timedelta(minutes=1), "دقیقه"),
)


def digits(value: object) -> str:
    """The text with Persian digits: ``12`` -> ``۱۲``."""
    return str(value).translate(_DIGITS)


def count(value: int) -> str:
    """A number with Persian digits and thousands apart: ``12345`` -> ``۱۲٬۳۴۵``."""
    return f"{value:,}".translate(_DIGITS).replace(",", "٬")


def age(length: timedelta) -> str:
    """A length of time in its largest unit: ``۳ ساعت``; clocks that differ may make it negative."""
    for unit, name in _UNITS:
        if length >= unit:
            return f"{count(length // unit)} {name}"
    return "کمتر از یک دقیقه"


def ago(length: timedelta) -> str:
    """How long ago: ``۳ ساعت پیش``; under a minute: ``هم‌اکنون``."""
    return f"{age(length)} پیش" if length >= timedelta(minutes=1) else "هم‌اکنون"


def jalali(moment: datetime) -> str:
    """The moment in Tehran: ``سه‌شنبه ۵ بهمن ۱۴۰۰، ۱۴:۴۷``; in ISO form when the Iranian calendar has no such year."""
    try:
        local = JalaliDateTime(moment.astimezone(TEHRAN))  # type: ignore[no-untyped-call]
        return str(local.strftime(f"%A {digits(local.day)} %B %Y، %H:%M", locale="fa"))
    except (ValueError, OverflowError):  # a site may send any year; one odd date must not blank a page
        return moment.isoformat(timespec="minutes")


def jalali_day(day: date, *, year: bool = True) -> str:
    """The day: ``۵ بهمن ۱۴۰۰``, or without its year ``۵ بهمن``; in ISO form when the Iranian calendar has no such year."""
    try:
        local = JalaliDate(day)  # type: ignore[no-untyped-call]
        return str(local.strftime(f"{digits(local.day)} %B{' %Y' if year else ''}", locale="fa"))
    except (ValueError, OverflowError):
        return day.isoformat()
