"""A rule set: which rules are on, with which options; an immutable version of a site's policy."""

from __future__ import annotations

import hashlib
import json
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any

from moderation.rules.base import Finding, Mode, Outcome, Rule, Subject, Verdict
from moderation.rules.listed import compile_lists, hashes
from moderation.rules.site_lists import NO_LISTS, CompiledList, SiteLists
from moderation.rules.word_lists import ListRefused


class RuleSetError(ValueError):
    """A rule set that cannot be compiled; ``errors`` maps a JSON pointer to what is wrong there."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{pointer}: {message}" for pointer, message in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its options set, ready to check."""

    rule: Rule
    mode: Mode


@dataclass(frozen=True)
class CompiledRuleSet:
    """What :meth:`RuleSet.compile` builds once per version and :func:`check` uses for every comment."""

    rules: tuple[CompiledRule, ...]
    lists: SiteLists = NO_LISTS

    @property
    def live(self) -> frozenset[str]:
        """Slugs of the rules whose findings count."""
        return frozenset(item.rule.slug for item in self.rules if item.mode is Mode.LIVE)


@dataclass(frozen=True)
class RuleSet:
    """A site's rules as data: ``{slug: {"mode": …, "options": {…}}}``. A rule that is not named runs live with its defaults.

    ``word_lists`` names the site's own lists by content hash, ``{"sha256": …}``, or holds one, ``{"name": …, "entries": […]}``.
    """

    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    word_lists: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def from_dict(cls, content: object) -> RuleSet:
        """Read the JSON that ``nazer rules export`` writes. Raises RuleSetError for anything else."""
        if not isinstance(content, dict) or not isinstance(content.get("rules"), dict):
            raise RuleSetError({"/rules": "an object of rules by slug is required"})
        return cls(rules=content["rules"], word_lists=_word_lists(content.get("word_lists", [])))

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        written = {"version": 1, "rules": {slug: dict(setting) for slug, setting in self.rules.items()}}
        return {**written, "word_lists": [dict(one) for one in self.word_lists]} if self.word_lists else written

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
        known = {rule.slug for rule in catalogue}
        errors = {f"/rules/{slug}": "unknown rule" for slug in self.rules if slug not in known}
        compiled = []
        for kind in catalogue:
            setting = self.rules.get(kind.slug, {})
            try:
                compiled.append(_compile_rule(kind, setting))
            except RuleSetError as error:
                errors.update(error.errors)
        try:
            words = compile_lists(self.word_lists, lists)
        except ListRefused as refused:
            errors.update({f"/word_lists{pointer}": reason.en for pointer, reason in refused.reasons.items()})
        if errors:
            raise RuleSetError(errors)
        return CompiledRuleSet(tuple(item for item in compiled if item.mode is not Mode.OFF), words)


def _word_lists(content: object) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(content, list) or not all(isinstance(one, Mapping) for one in content):
        raise RuleSetError({"/word_lists": "must be a list of objects"})
    return tuple(content)


def _compile_rule(kind: type[Rule], setting: Mapping[str, Any]) -> CompiledRule:
    pointer = f"/rules/{kind.slug}"
    if not isinstance(setting, Mapping):
        raise RuleSetError({pointer: "must be an object"})
    errors: dict[str, str] = {}
    mode = setting.get("mode", Mode.LIVE)
    if mode not in set(Mode):
        errors[f"{pointer}/mode"] = f"must be one of {', '.join(Mode)}"
    given = setting.get("options", {})
    if not isinstance(given, Mapping):
        raise RuleSetError({f"{pointer}/options": "must be an object"})
    known = {item.name: item for item in fields(kind)}
    for name, value in given.items():
        if name not in known:
            errors[f"{pointer}/options/{name}"] = "unknown option"
        elif message := _why_refused(kind, name, value):
            errors[f"{pointer}/options/{name}"] = message
    if errors:
        raise RuleSetError(errors)
    return CompiledRule(kind(**given), Mode(mode))


def _why_refused(kind: type[Rule], name: str, value: object) -> str | None:
    """Say why an option cannot take a value, or None."""
    meta = next(item.metadata for item in fields(kind) if item.name == name)
    expected = typing.get_type_hints(kind)[name]
    allowed = typing.get_args(expected) if isinstance(expected, types.UnionType) else (expected,)
    if choices := [choice.value for choice in meta.get("choices", ())]:
        return None if value in choices else f"must be one of {', '.join(choices)}"
    if isinstance(value, bool) is not (bool in allowed):
        return "must be true or false" if bool in allowed else "must be a number or a text, not true or false"
    if float in allowed and isinstance(value, int):
        value = float(value)
    if not isinstance(value, allowed):
        return f"must be a {' or '.join(kind.__name__ for kind in allowed)}"
    if (limits := meta.get("limits")) and isinstance(value, int | float) and not limits[0] <= value <= limits[1]:
        return f"must be between {limits[0]} and {limits[1]}"
    return None


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
    findings = [_model_failed(name) for name in subject.signals.failed]
    for item in compiled.rules:
        try:
            finding = item.rule.check(subject)
        except Exception as error:  # the promise: a broken rule holds the comment for a person, it never loses it
            finding = _rule_failed(item.rule, error)
        if finding is not None:
            findings.append(finding)
    return findings


def live(findings: Sequence[Finding], compiled: CompiledRuleSet) -> list[Finding]:
    """The findings that count: those of live rules and of failures."""
    return [finding for finding in findings if finding.rule in compiled.live or finding.code in _FAILURES]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict over a comment and its place in the queue (higher = sooner)."""

    verdict: Verdict
    priority: int


def judge(findings: Sequence[Finding]) -> Judgement:
    """Sum the live findings up: threats and slander first, then failures, then by score; off-topic last."""
    if not findings:
        return Judgement(Verdict.CLEAN, 0)
    worst = Verdict.VIOLATION if any(f.outcome is Outcome.VIOLATION for f in findings) else Verdict.SUSPECT
    return Judgement(worst, max(_priority(finding) for finding in findings))


_FAILURES = frozenset({"model-failed", "rule-failed", "screening-failed"})
_LANES = {("no-insults", "threat"): 400, ("no-slander", None): 300}


def _priority(finding: Finding) -> int:
    lane = _LANES.get((finding.rule, finding.code)) or _LANES.get((finding.rule, None))
    if lane is None:
        lane = 200 if finding.code in _FAILURES else 100 if finding.outcome is Outcome.VIOLATION else 0
    return lane + round(finding.score * 99)


def screening_failed(attempts: int) -> Finding:
    """The mark of a comment that could not be screened, so that a person reads it unscreened."""
    return Finding(
        rule="service",
        code="screening-failed",
        outcome=Outcome.SUSPECT,
        score=0.0,
        reason=f"بررسی خودکار پس از {attempts} تلاش به نتیجه نرسید؛ لطفاً خودتان بخوانید.",
        reason_en=f"Automatic screening failed after {attempts} attempts; please read it yourself.",
    )


def _model_failed(name: str) -> Finding:
    return Finding(
        rule="service",
        code="model-failed",
        outcome=Outcome.SUSPECT,
        score=0.0,
        reason=f"مدل «{name}» نتوانست این پیام را بسنجد؛ لطفاً خودتان بخوانید.",
        reason_en=f"The model '{name}' could not measure this comment; please read it yourself.",
    )


def _rule_failed(rule: Rule, error: Exception) -> Finding:
    return Finding(
        rule=rule.slug,
        code="rule-failed",
        outcome=Outcome.SUSPECT,
        score=0.0,
        reason=f"قانون «{rule.title}» هنگام بررسی خطا داد؛ لطفاً خودتان بخوانید.",
        reason_en=f"The rule '{rule.slug}' raised {type(error).__name__}; please read it yourself.",
    )
