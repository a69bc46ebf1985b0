"""Days that are over are counted once, by a job, and kept; a page counts only what is left, two days at most."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from moderation.db import db, now, transaction
from moderation.models import Comment, CountedDay, DayFigure
from moderation.numbers.counting import count, day_of
from moderation.numbers.scores import count_scores

LONGEST = 90
"""Days that are kept and shown."""
_SETTLED = timedelta(hours=1)  # until then a decision can be taken back: the undo window is no longer
_LIVE = 2
_BY_DAY = ("received", "handled")


@dataclass
class Tally:
    """What was counted in a period: sums by figure and part, and the sums of each day for the figures that a chart shows by day.

    ``missing`` days were not counted yet.
    """

    sums: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_day: Counter[tuple[date, str]] = field(default_factory=Counter)
    missing: int = 0


def tally(sites: Sequence[uuid.UUID], days: Sequence[date]) -> Tally:
    """Sum a period up: the kept figures of counted days in two statements, the rest counted now."""
    found = Tally()
    counted = set(db.session.execute(select(CountedDay.day).where(CountedDay.day.between(days[0], days[-1]))).scalars())
    first = _first_day()
    left = [day for day in days if first is not None and day >= first and day not in counted]
    row, number = DayFigure, func.sum(DayFigure.count)
    here = row.site_id.in_(sites), row.day.in_(counted)
    for figure, part, total in db.session.execute(
        select(row.figure, row.part, number).where(*here).group_by(row.figure, row.part)
    ):
        found.sums[figure, part] += int(total)
    for day, figure, total in db.session.execute(
        select(row.day, row.figure, number).where(*here, row.figure.in_(_BY_DAY)).group_by(row.day, row.figure)
    ):
        found.by_day[day, figure] += int(total)
    for day in left[-_LIVE:]:
        for (_, figure, part), total in count(day, sites).items():
            found.sums[figure, part] += total
            found.by_day[day, figure] += total
    found.missing = len(left[:-_LIVE])
    return found


def count_a_day(moment: datetime | None = None) -> int:
    """Count one more day that is over, the latest first, for every site. Returns 1, or 0 when all are counted."""
    moment = moment or now()
    day = _due(moment)
    if day is None:
        return 0
    found = count(day) + count_scores(day)
    db.session.rollback()  # counting reads; whoever writes meanwhile does not wait for it
    rows = [
        {"site_id": site_id, "day": day, "figure": figure, "part": part, "count": number}
        for (site_id, figure, part), number in found.items()
    ]
    try:
        with transaction():
            db.session.execute(insert(CountedDay).values(day=day, counted_at=moment))
            db.session.execute(delete(DayFigure).where(DayFigure.day == day))
            if rows:
                db.session.execute(insert(DayFigure), rows)
    except IntegrityError:  # another worker was faster
        return 0
    return 1


def forget_days(since: date) -> None:
    """Have days counted again: comments came that were decided then."""
    with transaction():
        db.session.execute(delete(CountedDay).where(CountedDay.day >= since))


def _due(moment: datetime) -> date | None:
    last = day_of(moment - _SETTLED) - timedelta(days=1)
    first = _first_day()
    if first is None:
        return None
    first = max(first, last - timedelta(days=LONGEST))
    counted = set(db.session.execute(select(CountedDay.day).where(CountedDay.day >= first)).scalars())
    days = (last - timedelta(days=back) for back in range((last - first).days + 1))
    return next((day for day in days if day not in counted), None)


def _first_day() -> date | None:
    """The day of the first comment."""
    first = db.session.execute(select(Comment.id).order_by(Comment.id).limit(1)).scalar_one_or_none()
    return day_of(datetime.fromtimestamp((first.int >> 80) / 1000, UTC)) if first else None
