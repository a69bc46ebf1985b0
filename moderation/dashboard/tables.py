"""The tables of the numbers' page: the same cells for readers, for screen readers and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_babel import gettext

from moderation import dates
from moderation.numbers import Numbers
from moderation.pages import rule_title


def _(sentence: str, **values: str) -> str:
    """The sentence in the reader's language."""
    return str(gettext(sentence, **values))


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Share(NamedTuple):
    """A part of a whole."""

    part: int
    whole: int


class Seconds(NamedTuple):
    """A length of time; None when there is none."""

    value: float | None


type Cell = str | int | date | Share | Seconds


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its name in addresses."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def tables(numbers: Numbers) -> dict[str, Table]:
    """Every table by its name; ``people`` lists whom the numbers list."""
    made = (_days(numbers), _hours(numbers), _waits(numbers), _rules(numbers), _agreement(numbers), _people(numbers))
    return {table.name: table for table in made}


def _days(numbers: Numbers) -> Table:
    heads = [_("روز"), _("رسیده"), _("بررسی‌شده")]
    return Table("days", _("رسیده و بررسی‌شده در هر روز"), heads, numbers.by_day)


def _hours(numbers: Numbers) -> Table:
    heads = [_("ساعت"), _("رسیده"), _("بررسی‌شده")]
    rows = [(f"{hour:02}:00", received, handled) for hour, received, handled in numbers.by_hour]
    return Table("hours", _("رسیده و بررسی‌شده در هر ساعت روز"), heads, rows)


def _waits(numbers: Numbers) -> Table:
    heads = [_("سنجه"), _("زمان تا تصمیم")]
    rows = [
        (_("نیمی از پیام‌ها تا"), Seconds(numbers.waits.median)),
        (_("نُه‌دهم پیام‌ها تا"), Seconds(numbers.waits.p90)),
    ]
    return Table("waits", _("زمان تا تصمیم"), heads, rows)


def _rules(numbers: Numbers) -> Table:
    heads = [
        _("قاعده"),
        _("پیام‌های نشان‌شده"),
        _("سهم از رسیده‌ها"),
        _("بررسی‌شده"),
        _("با این حال تأییدشده"),
        _("سهم برگشته"),
    ]
    rows = [
        (
            rule_title(each.rule),
            each.flagged,
            Share(each.flagged, numbers.received),
            each.decided,
            each.overturned,
            Share(each.overturned, each.decided),
        )
        for each in numbers.rules
    ]
    return Table("rules", _("قاعده‌ها"), heads, rows)


def _agreement(numbers: Numbers) -> Table:
    heads = [_("نظر ماشین"), _("تأیید ناظران"), _("رد ناظران"), _("هم‌نظری")]
    names = {"clean": _("بدون ایراد"), "suspect": _("مشکوک"), "violation": _("مغایر"), "none": _("بررسی‌نشده")}
    same = {"clean": "approved", "violation": "rejected"}
    rows: list[Sequence[Cell]] = []
    for verdict, name in names.items():
        approved, rejected = (numbers.agreement.get((verdict, outcome), 0) for outcome in ("approved", "rejected"))
        agreed = numbers.agreement.get((verdict, same.get(verdict, "")), 0)
        if approved or rejected or verdict in same:
            rows.append((name, approved, rejected, Share(agreed, approved + rejected) if verdict in same else "—"))
    return Table("agreement", _("هم‌نظری ماشین و ناظران"), heads, rows)


def _people(numbers: Numbers) -> Table:
    heads = [_("نام"), _("بررسی‌شده"), _("تأیید"), _("رد"), _("میانهٔ زمان تا تصمیم"), _("نُه‌دهم تا")]
    rows = [
        (
            each.name,
            each.handled,
            each.approved,
            each.rejected,
            Seconds(each.waits.median),
            Seconds(each.waits.p90),
        )
        for each in numbers.people
    ]
    return Table("people", _("بررسی‌شده به دست هر کس"), heads, rows)


def shown(cell: Cell) -> str:
    """A cell as people read it: Persian digits, Jalali days."""
    if isinstance(cell, Share):
        return f"٪{dates.digits(round(100 * cell.part / cell.whole))}" if cell.whole else "—"
    if isinstance(cell, Seconds):
        return duration(cell.value)
    if isinstance(cell, date):
        return dates.jalali_day(cell)
    return dates.count(cell) if isinstance(cell, int) else dates.digits(cell)


def duration(seconds: float | None) -> str:
    """A length of time in the unit that fits: seconds, minutes, hours, days."""
    if seconds is None:
        return "—"
    if seconds < 1.5 * _MINUTE:
        return _("%(number)s ثانیه", number=dates.count(round(seconds)))
    if seconds < 1.5 * _HOUR:
        return _("%(number)s دقیقه", number=dates.count(round(seconds / _MINUTE)))
    if seconds < 1.5 * _DAY:
        return _("%(number)s ساعت", number=_tenths(seconds / _HOUR))
    return _("%(number)s روز", number=_tenths(seconds / _DAY))


def _tenths(value: float) -> str:
    value = round(value, 1)
    return dates.decimal(value, 0 if value.is_integer() else 1)


def as_csv(table: Table) -> bytes:
    """The table for a spreadsheet: UTF-8 with its mark, numbers in its own digits, nothing that it would take for a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([_plain(head) for head in table.heads])
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8", "replace")


def _plain(cell: Cell) -> str | int | float:
    if isinstance(cell, Share):
        return round(cell.part / cell.whole, 4) if cell.whole else ""
    if isinstance(cell, Seconds):
        return "" if cell.value is None else round(cell.value)
    if isinstance(cell, date):
        return cell.isoformat()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
