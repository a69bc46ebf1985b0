"""Which of a site's decisions teach its insult residual: one of each text, few of each author, none of somebody who contradicts all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from classifiers.text import fold

PER_AUTHOR = 10
"""Comments of one author that are learnt from, the newest ones."""
PER_PERSON = 3_000
"""Decisions of one moderator that are learnt from, the newest ones."""
HELD_SHARE = 0.3
"""Share of the decisions, the newest ones, that a fit never sees: it is judged by them."""

_SURE_INSULT, _SURE_CLEAN = 0.9, 0.1
_FEWEST_CONTRADICTIONS, _FEWEST_OTHERS = 20, 50
_TIMES, _MORE = 3.0, 0.1


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment that a person decided: rejected as an insult, or approved. `author` and `person` say who is who and nothing else."""

    text: str
    insult: bool
    author: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is left of some decisions, in the order of time, and how many were left out, by why."""

    rows: Sequence[Judged]
    left_out: Counter[str] = field(default_factory=Counter)


def choose(rows: Iterable[Judged]) -> Chosen:
    """Fold texts that were decided more than once, and cut what one author or one moderator may teach.

    Of equal texts the first decision stays; where people decided differently of the same text, none does.
    """
    left_out: Counter[str] = Counter()
    by_text: dict[str, list[Judged]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.at):
        by_text["".join(fold(row.text).text.split())].append(row)
    kept = []
    for same in by_text.values():
        if len({row.insult for row in same}) > 1:
            left_out["disputed"] += len(same)
            continue
        kept.append(same[0])
        left_out["repeated"] += len(same) - 1
    kept.sort(key=lambda one: one.at)
    kept = _newest_of_each(kept, [row.author for row in kept], PER_AUTHOR, left_out, "author")
    kept = _newest_of_each(kept, [row.person for row in kept], PER_PERSON, left_out, "person")
    return Chosen(kept, left_out)


def contradicting(rows: Sequence[Judged], scores: Sequence[float]) -> frozenset[str]:
    """Return the moderators who decide against a sure score far more often than their colleagues.

    Either somebody approves insults (or rejects thanks as insults) in a row, or a second look is wanted: nobody is learnt from
    who stands alone like that. Asked only where colleagues decided enough to compare with.
    """
    sure, against = Counter[str](), Counter[str]()
    for row, score in zip(rows, scores, strict=True):
        if score >= _SURE_INSULT or score <= _SURE_CLEAN:
            sure[row.person] += 1
            against[row.person] += row.insult == (score <= _SURE_CLEAN)
    found = set()
    for person, number in sure.items():
        others = sure.total() - number
        if others < _FEWEST_OTHERS or against[person] < _FEWEST_CONTRADICTIONS:
            continue
        usual = (against.total() - against[person]) / others
        if against[person] / number > _TIMES * usual + _MORE:
            found.add(person)
    return frozenset(found)


def split(rows: Sequence[Judged]) -> int:
    """Return how many of the rows, the oldest ones, may be fitted on; the rest is what the fit is judged by."""
    return len(rows) - round(HELD_SHARE * len(rows))


def _newest_of_each(
    rows: Sequence[Judged], owners: Sequence[str], most: int, left_out: Counter[str], why: str
) -> list[Judged]:
    seen: Counter[str] = Counter()
    kept = []
    for row, owner in zip(reversed(rows), reversed(owners), strict=True):
        seen[owner] += 1
        if seen[owner] <= most:
            kept.append(row)
        else:
            left_out[why] += 1
    kept.reverse()
    return kept
