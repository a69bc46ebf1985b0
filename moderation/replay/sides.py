"""Two rule sets side by side: the live one and the one that is tried; which rules must run, and which have said it already."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from moderation.db import db
from moderation.models import RuleSetVersion
from moderation.policy import stored_lists
from moderation.rules import RULES
from moderation.rules.base import Rule
from moderation.rules.compiling import CompiledRule, RuleSetError, compile_rules
from moderation.rules.listed import compiled_list
from moderation.rules.rule_set import CompiledRuleSet, RuleSet
from moderation.rules.sections import changed
from moderation.rules.site_lists import CompiledList
from moderation.rules.thresholds import Moved, moved

type Section = str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A rule that is not the same on both sides; on one it may be off. ``moved`` are the thresholds that alone differ, if it is
    nothing else; ``stored`` says whether the screening's findings are what the live one says."""

    slug: str
    live: Rule | None
    draft: Rule | None
    moved: Moved | None
    stored: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """How comments of one section, screened under one version, are replayed: pairs to run, rules to run once for both sides,
    and the slugs whose stored findings stand for both."""

    pairs: tuple[Pair, ...]
    once: tuple[Rule, ...]
    stored: frozenset[str]


@dataclass
class Sides:
    """The rules compiled, and the plans made so far."""

    live: CompiledRuleSet
    draft: CompiledRuleSet
    lists_differ: bool
    live_lists: Sequence[Mapping[str, object]]
    trust_stored: bool = True
    _versions: dict[uuid.UUID, RuleSet | None] = field(default_factory=dict)
    _plans: dict[tuple[Section, uuid.UUID | None], Plan] = field(default_factory=dict)

    @classmethod
    def of(cls, site_id: uuid.UUID, live: RuleSet, draft: RuleSet) -> Sides:
        """Compile both. Raises RuleSetError, ListRefused."""
        lists = _lists(site_id, {*live.list_hashes, *draft.list_hashes})
        differ = list(live.word_lists) != list(draft.word_lists)
        return cls(live.compile(RULES, lists), draft.compile(RULES, lists), differ, list(live.word_lists))

    def plan(self, section: Section, version_id: uuid.UUID | None) -> Plan:
        """What must run for comments under a section that were screened under a version."""
        known = section if section in self.live.sections or section in self.draft.sections else None
        key = known, version_id
        if key not in self._plans:
            self._plans[key] = self._make(known, version_id)
        return self._plans[key]

    def _make(self, section: Section, version_id: uuid.UUID | None) -> Plan:
        live, draft = (_by_slug(side.under(section)) for side in (self.live, self.draft))
        said = self._said(section, version_id)
        pairs, once, stored = [], [], set()
        for slug in (kind.slug for kind in RULES if kind.slug in live or kind.slug in draft):
            one, other = live.get(slug), draft.get(slug)
            as_stored = one is not None and said.get(slug) == one.rule and self._same_lists(one.rule, version_id)
            if not self._differ(one, other):
                assert one is not None
                if as_stored:
                    stored.add(slug)
                else:
                    once.append(one.rule)
            else:
                pairs.append(Pair(slug, _rule(one), _rule(other), self._moved(one, other), as_stored))
        return Plan(tuple(pairs), tuple(once), frozenset(stored))

    def _differ(self, one: CompiledRule | None, other: CompiledRule | None) -> bool:
        """Whether a rule may say another thing on each side; from which score it decides by itself changes nothing of that."""
        if one is None or other is None:
            return True
        reads = self.lists_differ and one.rule.reads_lists
        return one.rule != other.rule or one.mode is not other.mode or reads

    def _moved(self, one: CompiledRule | None, other: CompiledRule | None) -> Moved | None:
        if one is None or other is None or (self.lists_differ and one.rule.reads_lists):
            return None
        return moved(one.rule, other.rule)

    def _said(self, section: Section, version_id: uuid.UUID | None) -> dict[str, Rule]:
        """The rules that a version ran under a section; none when it cannot be read any more."""
        rules = self._version(version_id)
        if rules is None:
            return {}
        here = changed(rules.rules, rules.sections.get(section, {})) if section else rules.rules
        try:
            compiled, _ = compile_rules(RULES, here, "/rules")
        except RuleSetError:
            return {}
        return {each.rule.slug: each.rule for each in compiled}

    def _same_lists(self, rule: Rule, version_id: uuid.UUID | None) -> bool:
        version = self._version(version_id)
        return not rule.reads_lists or (version is not None and list(version.word_lists) == self.live_lists)

    def _version(self, version_id: uuid.UUID | None) -> RuleSet | None:
        if version_id is None or not self.trust_stored:
            return None
        if version_id not in self._versions:
            self._versions[version_id] = _read(version_id)
        return self._versions[version_id]


def compiled(site_id: uuid.UUID, rules: RuleSet) -> CompiledRuleSet:
    """A site's rules with its word lists, ready to run. Raises RuleSetError, ListRefused."""
    return rules.compile(RULES, _lists(site_id, rules.list_hashes))


def _lists(site_id: uuid.UUID, hashes: Iterable[str]) -> dict[str, CompiledList]:
    return {sha256: compiled_list(words) for sha256, words in stored_lists(site_id, hashes).items()}


def _read(version_id: uuid.UUID) -> RuleSet | None:
    content = db.session.execute(select(RuleSetVersion.content).where(RuleSetVersion.id == version_id)).scalar_one()
    try:
        return RuleSet.from_dict(content)
    except RuleSetError:
        return None


def _by_slug(side: CompiledRuleSet) -> dict[str, CompiledRule]:
    return {each.rule.slug: each for each in side.rules}


def _rule(item: CompiledRule | None) -> Rule | None:
    return item.rule if item else None


def changed_rules(sides: Sides) -> Iterator[str]:
    """Slugs of the rules that differ anywhere, in the order of the policy."""
    sections: set[Section] = {None, *sides.live.sections, *sides.draft.sections}
    found = {pair.slug for section in sections for pair in sides.plan(section, None).pairs}
    return (kind.slug for kind in RULES if kind.slug in found)
