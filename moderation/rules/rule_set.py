"""A rule set: which rules are on, with which options; an immutable version of a site's policy."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any

from moderation.rules.base import Finding, Mode, Outcome, Rule, Subject, Verdict
from moderation.rules.compiling import CompiledRule, RuleSetError, compile_rules, escaped
from moderation.rules.failures import FAILURES, model_failed, rule_failed
from moderation.rules.listed import compile_lists, hashes
from moderation.rules.sections import changed, read_sections
from moderation.rules.site_lists import NO_LISTS, CompiledList, SiteLists
from moderation.rules.word_lists import ListRefused


@dataclass(frozen=True)
class CompiledRuleSet:
    """What :meth:`RuleSet.compile` builds once per version and :func:`check` uses for every comment."""

    rules: tuple[CompiledRule, ...]
    approves_clean: bool = False
    approves_trusted: bool = False
    lists: SiteLists = NO_LISTS
    sections: Mapping[str, CompiledRuleSet] = field(default_factory=dict)

    def under(self, section: str | None) -> CompiledRuleSet:
        """What holds for comments under an article of this section."""
        return self.sections.get(section, self) if section else self

    @property
    def live(self) -> frozenset[str]:
        """Slugs of the rules whose findings count."""
        return frozenset(item.rule.slug for item in self.rules if item.mode is Mode.LIVE)


@dataclass(frozen=True)
class RuleSet:
    """A site's rules as data: ``{slug: {"mode": …, "options": {…}, "rejects_at": …}}``.

    A rule that is not named runs live with its defaults, and nothing is decided without a person: ``rejects_at`` (a score of a
    rule), ``approves_clean`` (of the whole) and ``approves_trusted`` (of trusted authors alone) are what a site says to change that.
    ``word_lists`` names the site's own lists by content hash, ``{"sha256": …}``, or holds one, ``{"name": …, "entries": […]}``.
    ``sections`` says what is different under articles of a section: ``{section: {slug: {…}}}``, where what is not said stays.
    """

    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    word_lists: Sequence[Mapping[str, Any]] = ()
    approves_clean: bool = False
    approves_trusted: bool = False
    sections: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, content: object) -> RuleSet:
        """Read the JSON that ``nazer rules export`` writes. Raises RuleSetError for anything else."""
        if not isinstance(content, dict) or not isinstance(content.get("rules"), dict):
            raise RuleSetError({"/rules": "an object of rules by slug is required"})
        approves = {name: content.get(name, False) for name in ("approves_clean", "approves_trusted")}
        if wrong := [name for name, value in approves.items() if not isinstance(value, bool)]:
            raise RuleSetError({f"/{name}": "must be true or false" for name in wrong})
        return cls(
            rules=content["rules"],
            word_lists=_word_lists(content.get("word_lists", [])),
            sections=read_sections(content.get("sections", {})),
            **approves,
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        written: dict[str, Any] = {"version": 1, "rules": {slug: dict(setting) for slug, setting in self.rules.items()}}
        if self.word_lists:
            written["word_lists"] = [dict(one) for one in self.word_lists]
        if self.approves_clean:
            written["approves_clean"] = True
        if self.approves_trusted:
            written["approves_trusted"] = True
        if self.sections:
            written["sections"] = {
                name: {slug: dict(setting) for slug, setting in rules.items()} for name, rules in self.sections.items()
            }
        return written

    @property
    def digest(self) -> str:
        """SHA-256 of the content: equal rule sets have equal digests."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def list_hashes(self) -> tuple[str, ...]:
        """The hashes of the lists that :meth:`compile` must be given."""
        return hashes(self.word_lists)

    def compile(
        self, catalogue: Sequence[type[Rule]], lists: Mapping[str, CompiledList] = types.MappingProxyType({})
    ) -> CompiledRuleSet:
        """Build every rule of the catalogue with its options; ``lists`` are the site's word lists by hash.

        Raises RuleSetError that names every wrong field by its JSON pointer.
        """
        compiled, errors = compile_rules(catalogue, self.rules, "/rules")
        try:
            words = compile_lists(self.word_lists, lists)
        except ListRefused as refused:
            errors.update({f"/word_lists{pointer}": reason.en for pointer, reason in refused.reasons.items()})
        if errors:
            raise RuleSetError(errors)
        whole = CompiledRuleSet(compiled, self.approves_clean, self.approves_trusted, words)
        sections = {}
        for name, changes in self.sections.items():
            here, wrong = compile_rules(catalogue, changed(self.rules, changes), f"/sections/{escaped(name)}")
            errors.update(wrong)
            sections[name] = replace(whole, rules=here)
        if errors:
            raise RuleSetError(errors)
        return replace(whole, sections=sections)


def _word_lists(content: object) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(content, list) or not all(isinstance(one, Mapping) for one in content):
        raise RuleSetError({"/word_lists": "must be a list of objects"})
    return tuple(content)


def defaults(catalogue: Sequence[type[Rule]]) -> RuleSet:
    """Every rule live with its default options, written out."""
    return RuleSet(
        {
            kind.slug: {
                "mode": str(Mode.LIVE),
                "options": {item.name: item.default for item in fields(kind) if item.default is not MISSING},
            }
            for kind in catalogue
        }
    )


def check(subject: Subject, compiled: CompiledRuleSet) -> list[Finding]:
    """Run every rule over the subject; a rule that raises becomes a finding, so that a person looks.

    Returns the findings of all rules, live and shadow, in the order of the policy.
    """
    if compiled.lists:
        subject = replace(subject, lists=compiled.lists)
    findings = [model_failed(name) for name in subject.signals.failed]
    findings += [finding for item in compiled.rules if (finding := _checked(item.rule, subject)) is not None]
    return findings


def check_beside(
    subject: Subject, compiled: CompiledRuleSet, others: CompiledRuleSet, said: Sequence[Finding]
) -> list[Finding]:
    """:func:`check`, when other rules have judged the same subject already and ``said`` are all their findings.

    A rule is pure: one that is the same in both, over the same word lists, would say the same again, so only others run.
    """
    if compiled.lists:
        subject = replace(subject, lists=compiled.lists)
    rules = {item.rule.slug: item.rule for item in others.rules}
    known = {finding.rule: finding for finding in said}
    same_lists = compiled.lists == others.lists
    findings = [model_failed(name) for name in subject.signals.failed]
    for rule in (item.rule for item in compiled.rules):
        same = rules.get(rule.slug) == rule and (same_lists or not rule.reads_lists)
        finding = known.get(rule.slug) if same else _checked(rule, subject)
        if finding is not None:
            findings.append(finding)
    return findings


def _checked(rule: Rule, subject: Subject) -> Finding | None:
    try:
        return rule.check(subject)
    except Exception as error:  # the promise: a broken rule holds the comment for a person, it never loses it
        return rule_failed(rule, error)


def live(findings: Sequence[Finding], compiled: CompiledRuleSet) -> list[Finding]:
    """The findings that count: those of live rules and of failures."""
    return [finding for finding in findings if finding.rule in compiled.live or finding.code in FAILURES]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict over a comment and its place in the queue (higher = sooner)."""

    verdict: Verdict
    priority: int


def judge(findings: Sequence[Finding], *, trusted: bool = False) -> Judgement:
    """Sum the live findings up: blocked authors, threats and slander first, then failures, then by score; off-topic last, and
    behind all of them what nobody objects to of a trusted author."""
    if not findings:
        return Judgement(Verdict.CLEAN, _LAST if trusted else 0)
    worst = Verdict.VIOLATION if any(f.outcome is Outcome.VIOLATION for f in findings) else Verdict.SUSPECT
    return Judgement(worst, max(_priority(finding) for finding in findings))


@dataclass(frozen=True, slots=True)
class ByItself:
    """What the rules decide without a person: a rejection names the rule, an approval none."""

    reason: str | None


def decided(findings: Sequence[Finding], compiled: CompiledRuleSet, *, trusted: bool = False) -> ByItself | None:
    """What the live findings decide, or None: a person does.

    A person does wherever anything failed, wherever a rule objects that never decides by itself (slander, relevance), and a
    threat is always a person's to read.
    """
    if not findings:
        return ByItself(None) if compiled.approves_clean or (trusted and compiled.approves_trusted) else None
    rules = {item.rule.slug: item for item in compiled.rules}
    for finding in findings:
        item = rules.get(finding.rule)
        if (
            finding.code in FAILURES
            or item is None
            or not item.rule.decides
            or _LANES.get((finding.rule, finding.code))
        ):
            return None
    sure = [finding for finding in findings if _rejects(finding, rules[finding.rule])]
    return ByItself(max(sure, key=lambda finding: finding.score).rule) if sure else None


def _rejects(finding: Finding, item: CompiledRule) -> bool:
    at = item.rejects_at
    return at is not None and finding.outcome is Outcome.VIOLATION and finding.score >= at


_LANES = {("author-standing", None): 500, ("no-insults", "threat"): 400, ("no-slander", None): 300}
_LAST = -1


def _priority(finding: Finding) -> int:
    lane = _LANES.get((finding.rule, finding.code)) or _LANES.get((finding.rule, None))
    if lane is None:
        lane = 200 if finding.code in FAILURES else 100 if finding.outcome is Outcome.VIOLATION else 0
    return lane + round(finding.score * 99)
