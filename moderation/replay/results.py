"""What a finished replay says, as JSON and as it is read: figures of each rule, of all together, and the expected load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moderation.replay.curves import Curve, drawn_curves, read_curves
from moderation.replay.sides import Sides, changed_rules
from moderation.replay.tally import ALL, CAUGHT_LESS, CAUGHT_MORE, FREED, SERVICE, WRONGLY_HELD, Load, RuleTally, Tally


@dataclass(frozen=True, slots=True)
class Objections:
    """What a side objects to: approved comments, those rejected for the rule's reason, other rejections."""

    approved: int
    rejected: int
    others: int

    @property
    def all(self) -> int:
        """How many together."""
        return self.approved + self.rejected + self.others

    @property
    def precision(self) -> float | None:
        """The share of them that people rejected, for whatever reason."""
        return (self.rejected + self.others) / self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Figures:
    """A rule, or all together (slug ""), on both sides. ``reasons`` are the comments that people rejected for it."""

    slug: str
    reasons: int
    live: Objections
    draft: Objections
    caught_more: int
    wrongly_held: int
    caught_less: int
    freed: int
    raised: int
    examples: Mapping[str, Sequence[str]]

    def recall(self, side: Objections) -> float | None:
        """The share of what people rejected for this rule (of all: for anything) that a side objects to."""
        return side.rejected / self.reasons if self.reasons else None

    @property
    def changed(self) -> int:
        """Comments of which the two sides say different things."""
        return self.caught_more + self.wrongly_held + self.caught_less + self.freed


@dataclass(frozen=True, slots=True)
class Result:
    """A finished replay. ``days`` is how long the decisions took, ``changed`` the rules that differ."""

    replayed: int
    approved: int
    imported: int
    erased: int
    unmeasured: int
    broken: int
    newest: datetime | None
    oldest: datetime | None
    changed: tuple[str, ...]
    whole: Figures
    rules: tuple[Figures, ...]
    live: Load
    draft: Load
    curves: tuple[Curve, ...]

    @property
    def rejected(self) -> int:
        """Comments that people rejected."""
        return self.replayed - self.approved

    @property
    def days(self) -> float:
        """How many days the decisions span, one at least."""
        if self.newest is None or self.oldest is None:
            return 1.0
        return max(1.0, (self.newest - self.oldest) / timedelta(days=1))

    def a_day(self, number: int) -> float:
        """How many of the decided comments that is a day."""
        return number / self.days


def written(tally: Tally, sides: Sides) -> dict[str, Any]:
    """A result as it is stored."""
    told = tally.to_dict()
    del told["curves"]
    return {**told, "changed": list(changed_rules(sides)), "curves": drawn_curves(sides, tally.curves)}


def read(stored: Mapping[str, Any]) -> Result:
    """A stored result."""
    rejected = stored["replayed"] - stored["approved"]
    reasons = stored["reasons"]
    told = {slug: RuleTally(**each) for slug, each in stored["rules"].items()}
    whole = _figures(ALL, told.pop(ALL, RuleTally()), rejected)
    rules = [_figures(slug, each, reasons.get(slug, 0)) for slug, each in told.items() if slug != SERVICE]
    return Result(
        **{name: stored[name] for name in ("replayed", "approved", "imported", "erased", "unmeasured", "broken")},
        newest=_moment(stored["newest"]),
        oldest=_moment(stored["oldest"]),
        changed=tuple(stored["changed"]),
        whole=whole,
        rules=tuple(sorted(rules, key=lambda each: (-each.changed, each.slug))),
        live=Load(**stored["live"]),
        draft=Load(**stored["draft"]),
        curves=tuple(read_curves(stored["curves"])),
    )


def _figures(slug: str, told: RuleTally, reasons: int) -> Figures:
    return Figures(
        slug,
        reasons,
        Objections(*told.live),
        Objections(*told.draft),
        caught_more=told.changed[CAUGHT_MORE],
        wrongly_held=told.changed[WRONGLY_HELD],
        caught_less=told.changed[CAUGHT_LESS],
        freed=told.changed[FREED],
        raised=told.raised,
        examples=told.examples,
    )


def _moment(written_: str | None) -> datetime | None:
    return datetime.fromisoformat(written_) if written_ else None
