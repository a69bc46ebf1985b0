"""The publication date of an article page, in the ways that Persian sites write it."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from persiantools.digits import ar_to_fa, fa_to_en
from persiantools.jdatetime import MONTH_NAMES_FA, JalaliDateTime

TEHRAN = ZoneInfo("Asia/Tehran")

# Older pages carry Arabic yeh and kaf, their dates Arabic digits; the half space and the bidi marks come and go.
_SAME = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "\u00a0": " ", "\u200c": " ", "ـ": None})
_MARKS = re.compile(r"[\u064b-\u0652\u200b\u200d-\u200f\u202a-\u202e\u2066-\u2069]")

_JALALI = {name: number for number, name in enumerate(MONTH_NAMES_FA) if name} | {"امرداد": 5}
_GREGORIAN = {
    "ژانویه": 1, "فوریه": 2, "مارس": 3, "آوریل": 4, "مه": 5, "می": 5, "ژوئن": 6, "ژوئیه": 7, "جولای": 7,
    "اوت": 8, "آگوست": 8, "سپتامبر": 9, "اکتبر": 10, "نوامبر": 11, "دسامبر": 12,
}  # fmt: skip
_NAMED = re.compile(rf"(?<!\d)(\d{{1,2}}) ?({'|'.join({**_JALALI, **_GREGORIAN})})(?: ?ماه)?[ ،,]*(\d{{4}})(?!\d)")
_NUMBERED = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?!\d)")
_AFTER_NOON = re.compile(r"ب\.? ?ظ\b|بعد ?از ?ظهر|عصر|\bpm\b", re.IGNORECASE)
_NOT_WORDS = re.compile(
    r"(?:یک|دو|سه|چهار|پنج)? ?شنبه|جمعه|آدینه|ساعت|تاریخ|زمان|انتشار|خبر|منتشر شده|نوشته شده|ارسال شده|در|روز|مورخ"
    r"|[بق]\.? ?ظ\b|(?:بعد|قبل) ?از ?ظهر|صبح|عصر|شب|به وقت تهران|\b[ap]m\b|\bT\b|published|date|[^\w]|[\d_]",
    re.IGNORECASE,
)


def plain(line: str) -> str:
    """Return a line in the one spelling that the patterns know: Persian letters, ASCII digits, single spaces."""
    return " ".join(fa_to_en(ar_to_fa(_MARKS.sub("", line).translate(_SAME))).split())


def find_date(line: str) -> tuple[datetime, str] | None:
    """Find a full date in a line; return it in Tehran's time with the words that do not belong to it, or None.

    >>> find_date("۵ بهمن ۱۴۰۰ ساعت ۱۴:۴۷")[0].isoformat()
    '2022-01-25T14:47:00+03:30'
    """
    text = plain(line)
    found = _NAMED.search(text) or _NUMBERED.search(text)
    if found is None:
        return None
    if found.re is _NAMED:
        day, month, year = int(found[1]), found[2], int(found[3])
        calendar, number = (_JALALI, _JALALI[month]) if month in _JALALI else (_GREGORIAN, _GREGORIAN[month])
        if (calendar is _JALALI) != (year < 1700):
            return None
    else:
        year, number, day = int(found[1]), int(found[3]), int(found[4])
    rest = _NUMBERED.sub(" ", _NAMED.sub(" ", text))
    moment = _moment(year, number, day, clock=_clock(rest))
    return None if moment is None else (moment, _NOT_WORDS.sub("", _CLOCK.sub(" ", rest)))


def read_stamp(value: str) -> datetime | None:
    """Read a machine's date out of a page's metadata: ISO 8601 or RFC 2822, a Jalali year too; naive means Tehran."""
    text = plain(value)
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except ValueError:
            continue
        if moment.year >= 1700:
            return moment if moment.tzinfo else moment.replace(tzinfo=TEHRAN)
        return _moment(moment.year, moment.month, moment.day, clock=(moment.hour, moment.minute, moment.second))
    found = find_date(text)
    return found[0] if found else None


def _clock(text: str) -> tuple[int, int, int]:
    found = _CLOCK.search(text)
    if found is None:
        return (0, 0, 0)
    hour = int(found[1])
    return (hour + 12 if hour < 12 and _AFTER_NOON.search(text) else hour, int(found[2]), int(found[3] or 0))


def _moment(year: int, month: int, day: int, *, clock: tuple[int, int, int]) -> datetime | None:
    try:
        if 1250 <= year <= 1500:
            jalali = JalaliDateTime(year, month, day, *clock)  # type: ignore[no-untyped-call]  # ships no types
            there: datetime = jalali.to_gregorian()  # type: ignore[no-untyped-call]
            return there.replace(tzinfo=TEHRAN)
        return datetime(year, month, day, *clock, tzinfo=TEHRAN) if 1900 <= year <= 2100 else None
    except ValueError:  # the thirtieth of Esfand in a common year, a thirteenth month
        return None
