"""One past decision under both rule sets: the same text and the same signals, what each of them says of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from moderation.replay.reading import Case
from moderation.replay.sides import Pair, Plan, Sides
from moderation.rules.base import Finding, Mode, Rule, Subject, Trust, Verdict
from moderation.rules.failures import FAILURES, model_failed, rule_failed
from moderation.rules.rule_set import ByItself, CompiledRuleSet, decided, judge
from moderation.rules.thresholds import same_side

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Said:
    """What one side says: the findings that count by their rule, the verdict, and what it would decide without a person."""

    findings: dict[str, Finding]
    verdict: Verdict
    by_itself: ByItself | None


@dataclass(slots=True)
class Compared:
    """A case as both sides see it, with every finding of the tried rules, those in shadow too. ``raised`` are rules that failed."""

    case: Case
    live: Said
    draft: Said
    every: dict[str, Finding]
    raised: list[str] = field(default_factory=list)


def compare(case: Case, sides: Sides) -> Compared:
    """Say what both sides say; only what differs, or was never said, is run."""
    section = case.article.section
    plan = sides.plan(section, case.version_id)
    live_rules, draft_rules = sides.live.under(section), sides.draft.under(section)
    both = [model_failed(name) for name in case.signals.failed]
    both += [finding for finding in case.stored if finding.rule in plan.stored]
    raised: list[str] = []
    desk = _Desk(case, sides, raised)
    both += [finding for rule in plan.once if (finding := desk.check(rule, live=True))]
    live, draft = list(both), list(both)
    for before, after in desk.run(plan):
        if before is not None:
            live.append(before)
        if after is not None:
            draft.append(after)
    return Compared(
        case,
        _said(case, live, live_rules),
        _said(case, draft, draft_rules),
        {finding.rule: finding for finding in draft},
        raised,
    )


@dataclass(slots=True)
class _Desk:
    """The subject of a case, made once for each side that needs it."""

    case: Case
    sides: Sides
    raised: list[str]
    _live: Subject | None = None
    _draft: Subject | None = None

    def run(self, plan: Plan) -> Iterator[tuple[Finding | None, Finding | None]]:
        """What the rules say that differ, on each side."""
        for pair in plan.pairs:
            if pair.moved is not None and same_side(self.case.signals, pair.moved):
                same = self._same(pair)
                yield same, same
            else:
                yield self._if_on(pair.live, live=True), self._if_on(pair.draft, live=False)

    def _same(self, pair: Pair) -> Finding | None:
        """What both say where no threshold parts them."""
        if pair.stored:
            return next((finding for finding in self.case.stored if finding.rule == pair.slug), None)
        return self._if_on(pair.live, live=True)

    def _if_on(self, rule: Rule | None, *, live: bool) -> Finding | None:
        return self.check(rule, live=live) if rule is not None else None

    def check(self, rule: Rule, *, live: bool) -> Finding | None:
        """A rule's objection; one that raises is a finding, as it is when comments are screened."""
        try:
            return rule.check(self.subject(live=live))
        except Exception as error:
            self.raised.append(rule.slug)
            log.warning("the rule %s raised over comment %s", rule.slug, self.case.comment_id, exc_info=True)
            return rule_failed(rule, error)

    def subject(self, *, live: bool) -> Subject:
        """The comment as a rule of one side sees it."""
        if self._live is None:
            case = self.case
            lists = self.sides.live.lists
            self._live = Subject(case.text, case.signals, case.article, case.parent_text, lists, case.standing)
        if live or not self.sides.lists_differ:
            return self._live
        if self._draft is None:
            self._draft = replace(self._live, lists=self.sides.draft.lists)
        return self._draft


def _said(case: Case, findings: Sequence[Finding], rules: CompiledRuleSet) -> Said:
    counting = [finding for finding in findings if finding.rule in rules.live or finding.code in FAILURES]
    trusted = case.standing is not None and case.standing.trust is Trust.TRUSTED
    by_itself = None if case.strict else decided(counting, rules, trusted=trusted)
    verdict = judge(counting).verdict if counting else Verdict.CLEAN
    return Said({finding.rule: finding for finding in counting}, verdict, by_itself)


def objects(case: Case, rule: Rule, sides: Sides) -> bool:
    """Whether a rule of the tried side, changed in an option, objects to a case."""
    desk = _Desk(case, sides, [])
    return desk.check(rule, live=False) is not None


def counts(rules: CompiledRuleSet, slug: str) -> bool:
    """Whether a rule's findings count."""
    return any(item.rule.slug == slug and item.mode is Mode.LIVE for item in rules.rules)
