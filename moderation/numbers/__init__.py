"""Numbers people look at: counted a day at a time, kept once the day is over, summed up for a period."""

from moderation.numbers.counting import day_of
from moderation.numbers.keeping import LONGEST, count_a_day, forget_days
from moderation.numbers.reading import Numbers, PersonFigures, RuleFigures, read

__all__ = [
    "LONGEST",
    "Numbers",
    "PersonFigures",
    "RuleFigures",
    "count_a_day",
    "day_of",
    "forget_days",
    "read",
]
