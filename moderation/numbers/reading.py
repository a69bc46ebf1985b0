"""The numbers of a period, as people look at them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from sqlalchemy import select

from moderation.db import db, now
from moderation.models import Person
from moderation.numbers.counting import WAITS, day_of
from moderation.numbers.keeping import Tally, tally

_SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long texts waited for a decision, in seconds: half of them no longer than ``median``, nine in ten no longer than ``p90``.

    Read from classes that are 20 % wide, so that is how far they may be off.
    """

    decided: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """A rule: comments that it flagged, and of those that people decided since, how many were approved all the same."""

    rule: str
    flagged: int
    decided: int
    overturned: int


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """What a person decided."""

    person_id: uuid.UUID
    name: str
    approved: int
    rejected: int
    waits: Waits

    @property
    def handled(self) -> int:
        """All of it."""
        return self.approved + self.rejected


@dataclass(frozen=True, slots=True)
class Numbers:
    """A period. ``agreement`` counts people's decisions by verdict and outcome; ``missing`` days are not counted yet."""

    days: Sequence[date]
    received: int
    handled: int
    automatic: int
    by_day: Sequence[tuple[date, int, int]]
    by_hour: Sequence[tuple[int, int, int]]
    verdicts: Mapping[str, int]
    waits: Waits
    wait_classes: Sequence[int]
    agreement: Mapping[tuple[str, str], int]
    rules: Sequence[RuleFigures]
    people: Sequence[PersonFigures]
    missing: int

    @property
    def judged(self) -> int:
        """Decisions of people over texts of which the machine was sure: clean, or a violation."""
        return sum(number for (verdict, _), number in self.agreement.items() if verdict in ("clean", "violation"))

    @property
    def agreed(self) -> int:
        """Those of them in which people said the same."""
        return self.agreement.get(("clean", "approved"), 0) + self.agreement.get(("violation", "rejected"), 0)


def read(sites: Sequence[uuid.UUID], length: int, moment: datetime | None = None) -> Numbers:
    """The numbers of these sites over so many days, this one included; the number of statements does not grow with them."""
    today = day_of(moment or now())
    days = [today - timedelta(days=back) for back in reversed(range(length))]
    found = tally(sites, days)
    received, handled = _parts(found, "received"), _parts(found, "handled")
    classes = _wait_classes(found)
    return Numbers(
        days=days,
        received=received.total(),
        handled=handled.total(),
        automatic=_parts(found, "automatic").total(),
        by_day=[(day, found.by_day[day, "received"], found.by_day[day, "handled"]) for day in days],
        by_hour=[(hour, received[f"{hour:02}"], handled[f"{hour:02}"]) for hour in range(24)],
        verdicts=_parts(found, "verdict"),
        waits=_waits(classes),
        wait_classes=classes,
        agreement=_pairs(found, "agreement"),
        rules=_rules(found),
        people=_people(found),
        missing=found.missing,
    )


def _parts(found: Tally, figure: str) -> Counter[str]:
    return Counter({part: number for (name, part), number in found.sums.items() if name == figure})


def _pairs(found: Tally, figure: str) -> Counter[tuple[str, str]]:
    pairs: Counter[tuple[str, str]] = Counter()
    for part, number in _parts(found, figure).items():
        first, _, second = part.partition("|")
        pairs[first, second] += number
    return pairs


def _rules(found: Tally) -> list[RuleFigures]:
    flagged, judged = _parts(found, "flagged"), _pairs(found, "judged")
    slugs = {*flagged, *(rule for rule, _ in judged)} - {_SERVICE}
    figures = [
        RuleFigures(
            rule,
            flagged[rule],
            judged[rule, "approved"] + judged[rule, "rejected"],
            judged[rule, "approved"],
        )
        for rule in slugs
    ]
    return sorted(figures, key=lambda each: (-each.flagged, each.rule))


def _people(found: Tally) -> list[PersonFigures]:
    decided = _pairs(found, "person")
    ids = {uuid.UUID(hex=person) for person, _ in decided}
    if not ids:
        return []
    names = {row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
    figures = [
        PersonFigures(
            person_id,
            names.get(person_id, ""),
            decided[person_id.hex, "approved"],
            decided[person_id.hex, "rejected"],
            _waits(_wait_classes(found, person_id.hex)),
        )
        for person_id in ids
    ]
    return sorted(figures, key=lambda each: (-each.handled, each.name))


def _wait_classes(found: Tally, person: str | None = None) -> list[int]:
    """How many waits fall into each class; of one person, or of all."""
    classes = [0] * (len(WAITS) + 1)
    for (figure, part), number in found.sums.items():
        who, _, place = part.partition("|")
        if figure == "wait" and person in (None, who):
            classes[int(place)] += number
    return classes


def _waits(classes: Sequence[int]) -> Waits:
    return Waits(sum(classes), _quantile(classes, 0.5), _quantile(classes, 0.9))


def _quantile(classes: Sequence[int], share: float) -> float | None:
    """The time within which this share was decided: the class in which it lies, and how far into it."""
    wanted = share * sum(classes)
    if not wanted:
        return None
    sums = list(accumulate(classes))
    place = next(number for number, reached in enumerate(sums) if reached >= wanted)
    low = WAITS[place - 1] if place else 0.0
    if place >= len(WAITS):
        return low
    into = (wanted - (sums[place] - classes[place])) / classes[place]
    return low + into * (WAITS[place] - low)
