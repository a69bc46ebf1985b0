"""Which options are thresholds over measured signals, and when two values of them say the same of a comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from moderation.rules.base import Over, Rule, Signals


@dataclass(frozen=True, slots=True)
class Threshold:
    """An option of a rule that is compared with a measured number."""

    slug: str
    option: str
    over: Over
    least: float
    most: float

    def objects(self, score: float, value: float) -> bool:
        """Whether a score lies on the side of a value where the rule objects."""
        return (score >= value) is not self.over.below

    def lenient(self, rule: Rule) -> Rule:
        """The rule with the threshold out of every score's reach: what it objects to still, it objects to for another reason."""
        return replace(rule, **{self.option: self.least - 1 if self.over.below else self.most + 1})


def thresholds(kind: type[Rule]) -> Iterator[Threshold]:
    """The options of a rule that are thresholds over signals."""
    for each in fields(kind):
        over, limits = each.metadata.get("over"), each.metadata.get("limits")
        if over is not None and limits is not None:
            yield Threshold(kind.slug, each.name, over, float(limits[0]), float(limits[1]))


def flagging(catalogue: Sequence[type[Rule]]) -> list[Threshold]:
    """The thresholds of all rules that by themselves make a rule object."""
    return [each for kind in catalogue for each in thresholds(kind) if each.over.flags]


type Moved = tuple[tuple[str, float, float], ...]
"""Signal, one threshold over it, another one."""


def moved(before: Rule, after: Rule) -> Moved | None:
    """The thresholds in which two rules differ; None when they differ in anything else."""
    if type(before) is not type(after):
        return None
    known = {each.option: each.over.signal for each in thresholds(type(before))}
    found = []
    for each in fields(before):
        one, other = getattr(before, each.name), getattr(after, each.name)
        if one == other:
            continue
        if each.name not in known:
            return None
        found.append((known[each.name], one, other))
    return tuple(found)


def same_side(signals: Signals, thresholds: Moved) -> bool:
    """Whether no score lies between two thresholds: then rules that differ in nothing else say the same."""
    for name, one, other in thresholds:
        score = getattr(signals, name)
        if score is not None and (score >= one) is not (score >= other):
            return False
    return True
