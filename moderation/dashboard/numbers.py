"""Numbers people look at: a period of some sites as charts, tables and CSV."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import audit, dates, numbers, queue
from moderation.access import sites_of
from moderation.charts import Columns, columns
from moderation.dashboard.choosing import Choice, chosen_site
from moderation.dashboard.tables import Share, as_csv, duration, shown, tables
from moderation.db import transaction
from moderation.guards import for_moderators, person
from moderation.models import Role
from moderation.numbers import Numbers
from moderation.numbers.counting import WAITS

PERIODS = (1, 7, 30, numbers.LONGEST)
_USUAL = 7
_WAIT_ENDS = (60, 300, 900, 3600, 6 * 3600, 24 * 3600)
_OPEN = float("inf")


@for_moderators
def numbers_page() -> ResponseReturnValue:
    """The numbers of a period."""
    choice, length = chosen_site(), _length()
    found, own = _read(choice, length)
    return render_template(
        "dashboard/numbers.html",
        numbers=found,
        own=own,
        waiting=queue.counts(choice.ids),
        tables=tables(found),
        charts=_charts(found),
        share=lambda part, whole: shown(Share(part, whole)),
        shown=shown,
        duration=duration,
        periods=PERIODS,
        length=length,
        choice=choice,
    )


@for_moderators
def numbers_csv() -> ResponseReturnValue:
    """One table of the numbers, for a spreadsheet."""
    choice, length = chosen_site(), _length()
    table = tables(_read(choice, length)[0]).get(request.args.get("table", ""))
    if table is None:
        abort(404)
    with transaction():
        for site_id in choice.ids:
            audit.note("numbers.exported", site_id, table.name, after={"days": length})
    name = f"nazer-{table.name}-{length}.csv"
    told = Response(as_csv(table), mimetype="text/csv")
    told.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return told


def _length() -> int:
    asked = request.args.get("days", "")
    return int(asked) if asked in map(str, PERIODS) else _USUAL


def _read(choice: Choice, length: int) -> tuple[Numbers, numbers.PersonFigures | None]:
    """The numbers, and the person's own; a moderator sees of people nobody else's."""
    found = numbers.read(choice.ids, length)
    own = next((each for each in found.people if each.person_id == person().id), None)
    if not _administers(choice.ids):
        found = replace(found, people=[own] if own else [])
    return found, own


def _administers(ids: Sequence[uuid.UUID]) -> bool:
    return set(ids) <= set(sites_of(person(), Role.ADMIN))


def _charts(found: Numbers) -> dict[str, Columns]:
    hours = [dates.digits(hour) for hour, *_ in found.by_hour]
    days = [dates.jalali_day(day, year=False) for day, *_ in found.by_day]
    return {
        "days": columns(days, [row[1] for row in found.by_day], [row[2] for row in found.by_day]),
        "hours": columns(hours, [row[1] for row in found.by_hour], [row[2] for row in found.by_hour]),
        "waits": columns(_wait_labels(), _in_few_classes(found.wait_classes)),
    }


def _wait_labels() -> list[str]:
    within = [gettext("تا %(time)s", time=duration(end)) for end in _WAIT_ENDS]
    return [*within, gettext("بیشتر")]


def _in_few_classes(classes: Sequence[int]) -> list[int]:
    """The fine classes gathered into those that a chart shows, each by its upper end."""
    few = [0] * (len(_WAIT_ENDS) + 1)
    for end, number in zip((*WAITS, _OPEN), classes, strict=True):
        few[next((place for place, limit in enumerate(_WAIT_ENDS) if end <= limit * 1.1), len(_WAIT_ENDS))] += number
    return few
