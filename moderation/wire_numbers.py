"""The JSON of a site's numbers: what came, what was decided, how machine and people agreed."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from moderation.models import DecisionOutcome
from moderation.numbers import LONGEST, Numbers, PersonFigures
from moderation.numbers.counting import WAITS
from moderation.numbers.reading import Waits
from moderation.wire import WholeNumber
from moderation.wire_answers import Answer, OurId

Count = Annotated[int, Field(examples=[12])]
Day = Annotated[
    str, Field(description="a day in Tehran", json_schema_extra={"format": "date"}, examples=["2026-11-20"])
]
Seconds = Annotated[float | None, Field(examples=[840.0])]


class NumbersAsked(BaseModel):
    """Over how many days."""

    days: WholeNumber = Field(7, ge=1, le=LONGEST, description="today and the days before it")


class DayTold(Answer):
    """A day."""

    day: Day
    received: Count
    handled: Count = Field(description="decided by people")


class HourTold(Answer):
    """An hour of the day, all days together."""

    hour: int = Field(description="0 to 23, in Tehran", examples=[21])
    received: Count
    handled: Count = Field(description="decided by people")


class WaitsTold(Answer):
    """How long texts waited for a decision, read from classes that are 20 % wide."""

    decided: Count = Field(description="how many it rests on")
    median_seconds: Seconds = Field(description="half of them no longer; null: nothing was decided")
    p90_seconds: Seconds = Field(description="nine in ten no longer")


class WaitClass(Answer):
    """Texts that waited about as long."""

    up_to_seconds: float | None = Field(description="null: longer than all other classes", examples=[840.0])
    decided: Count


class AgreementTold(Answer):
    """What people decided of texts of which the machine said the same."""

    verdict: str = Field(description="clean, suspect, violation, or none: not screened", examples=["clean"])
    outcome: DecisionOutcome = Field(examples=["approved"])
    decisions: Count


class RuleNumbers(Answer):
    """A rule."""

    rule: str = Field(description="the slug of the rule", examples=["no-insults"])
    flagged: Count = Field(description="comments to which it objected")
    decided: Count = Field(description="those of them that people decided")
    overturned: Count = Field(description="and approved all the same")


class PersonNumbers(Answer):
    """What a person decided."""

    person_id: OurId
    name: str = Field(examples=["مینا"])
    approved: Count
    rejected: Count
    waits: WaitsTold


class NumbersTold(Answer):
    """A site's numbers over some days."""

    since: Day
    until: Day = Field(description="today")
    missing: int = Field(description="days that are not counted yet", examples=[0])
    received: Count
    handled: Count = Field(description="decided by people")
    automatic: Count = Field(description="decided without a person")
    by_day: list[DayTold]
    by_hour: list[HourTold]
    waits: WaitsTold
    wait_classes: list[WaitClass] = Field(description="those into which something falls")
    verdicts: dict[str, int] = Field(
        description="how many comments the machine found to be what", examples=[{"clean": 40, "suspect": 9}]
    )
    agreement: list[AgreementTold]
    rules: list[RuleNumbers] = Field(description="those that object most come first")
    people: list[PersonNumbers] = Field(description="those who decided most come first")


def numbers_out(found: Numbers) -> NumbersTold:
    """The numbers, as ``GET /v1/numbers`` tells them."""
    return NumbersTold(
        since=found.days[0].isoformat(),
        until=found.days[-1].isoformat(),
        missing=found.missing,
        received=found.received,
        handled=found.handled,
        automatic=found.automatic,
        by_day=[DayTold(day=day.isoformat(), received=came, handled=done) for day, came, done in found.by_day],
        by_hour=[HourTold(hour=hour, received=came, handled=done) for hour, came, done in found.by_hour],
        waits=_waits(found.waits),
        wait_classes=[
            WaitClass(up_to_seconds=end, decided=number)
            for end, number in zip((*WAITS, None), found.wait_classes, strict=True)
            if number
        ],
        verdicts=dict(found.verdicts),
        agreement=[
            AgreementTold(verdict=verdict, outcome=outcome, decisions=number)
            for (verdict, outcome), number in sorted(found.agreement.items())
        ],
        rules=[
            RuleNumbers(rule=each.rule, flagged=each.flagged, decided=each.decided, overturned=each.overturned)
            for each in found.rules
        ],
        people=[_person(each) for each in found.people],
    )


def _person(each: PersonFigures) -> PersonNumbers:
    return PersonNumbers(
        person_id=each.person_id,
        name=each.name,
        approved=each.approved,
        rejected=each.rejected,
        waits=_waits(each.waits),
    )


def _waits(waits: Waits) -> WaitsTold:
    return WaitsTold(decided=waits.decided, median_seconds=waits.median, p90_seconds=waits.p90)
