"""What is counted of a replay: numbers that add up, and a bounded number of examples, as JSON between one slice and the next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moderation.replay.judging import Compared, Said
from moderation.replay.reading import Case, Page
from moderation.rules.base import Verdict

EXAMPLES = 50
"""Comments that are kept to be read, of each kind and rule."""
ALL = ""
"""The name under which all rules together are counted."""
SERVICE = "service"

CAUGHT_MORE = "caught_more"
WRONGLY_HELD = "wrongly_held"
CAUGHT_LESS = "caught_less"
FREED = "freed"
KINDS = (CAUGHT_MORE, WRONGLY_HELD, CAUGHT_LESS, FREED)
"""Rejected by people and newly objected to; approved and newly objected to; rejected and no more; approved and no more."""


@dataclass
class RuleTally:
    """A rule's objections, or those of all: of comments that were approved, rejected for this very reason, rejected for another."""

    live: list[int] = field(default_factory=lambda: [0, 0, 0])
    draft: list[int] = field(default_factory=lambda: [0, 0, 0])
    changed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    examples: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    raised: int = 0


@dataclass
class Load:
    """Where the comments of a side would be: by verdict, and what it decides without a person, right or wrong as people see it."""

    clean: int = 0
    suspect: int = 0
    violation: int = 0
    approves: int = 0
    approves_wrong: int = 0
    rejects: int = 0
    rejects_wrong: int = 0


@dataclass
class Tally:
    """The counts so far."""

    replayed: int = 0
    approved: int = 0
    imported: int = 0
    erased: int = 0
    unmeasured: int = 0
    broken: int = 0
    newest: str | None = None
    oldest: str | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    rules: dict[str, RuleTally] = field(default_factory=lambda: defaultdict(RuleTally))
    live: Load = field(default_factory=Load)
    draft: Load = field(default_factory=Load)
    curves: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Tally:
        """Read it back."""
        if not stored:
            return cls()
        rules: dict[str, RuleTally] = defaultdict(RuleTally)
        rules.update({slug: RuleTally(**told) for slug, told in stored["rules"].items()})
        sides = {name: Load(**stored[name]) for name in ("live", "draft")}
        return cls(**{**stored, "rules": rules, **sides})

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        sides = {"live": vars(self.live), "draft": vars(self.draft)}
        return {**vars(self), **sides, "rules": {slug: vars(told) for slug, told in self.rules.items()}}

    def skip(self, page: Page) -> None:
        """Count what could not be replayed."""
        self.erased += page.erased
        self.unmeasured += page.unmeasured
        self.broken += page.broken

    def add(self, compared: Compared) -> None:
        """Count a case."""
        case, live, draft = compared.case, compared.live, compared.draft
        self.replayed += 1
        self.approved += case.approved
        self.imported += bool(case.imported)
        if not case.approved:
            reason = case.reason or SERVICE
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        self._note_time(case.decided_at)
        for slug in {*live.findings, *draft.findings}:
            place = 0 if case.approved else 1 if case.reason == slug else 2
            self._compare(slug, case, place, (slug in live.findings, slug in draft.findings))
        self._compare(ALL, case, 0 if case.approved else 1, (bool(live.findings), bool(draft.findings)))
        _weigh(self.live, live, case)
        _weigh(self.draft, draft, case)
        for slug in compared.raised:
            self.rules[slug].raised += 1

    def _note_time(self, moment: datetime) -> None:
        written = moment.isoformat()
        self.newest = max(self.newest or written, written)
        self.oldest = min(self.oldest or written, written)

    def _compare(self, slug: str, case: Case, place: int, objected: tuple[bool, bool]) -> None:
        before, after = objected
        told = self.rules[slug]
        told.live[place] += before
        told.draft[place] += after
        if before is after:
            return
        kind = (WRONGLY_HELD if case.approved else CAUGHT_MORE) if after else (FREED if case.approved else CAUGHT_LESS)
        told.changed[kind] += 1
        if len(told.examples[kind]) < EXAMPLES:
            told.examples[kind].append(str(case.comment_id))


def _weigh(load: Load, said: Said, case: Case) -> None:
    if said.verdict is Verdict.CLEAN:
        load.clean += 1
    elif said.verdict is Verdict.SUSPECT:
        load.suspect += 1
    else:
        load.violation += 1
    if said.by_itself is None:
        return
    if said.by_itself.reason is None:
        load.approves += 1
        load.approves_wrong += not case.approved
    else:
        load.rejects += 1
        load.rejects_wrong += case.approved
