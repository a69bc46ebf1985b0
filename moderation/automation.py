"""What the rules may decide without a person: the switches, and how often people agreed where a switch would have decided."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import or_, select

from moderation.db import db
from moderation.models import Comment, Decision, DecisionOutcome, FindingRow, RuleSetVersion, Screening
from moderation.rule_sets import drafts, publishing
from moderation.rules import RULES
from moderation.rules.base import Finding, Outcome
from moderation.rules.persian_only import PersianOnly
from moderation.rules.rule_set import CompiledRuleSet, RuleSet, decided, defaults

MOST = 2_000
"""So many of the last decisions of people are looked at."""
THRESHOLDS = (0.7, 0.8, 0.9, 0.95)
"""Scores that the page offers for a rule to reject by itself."""
LANGUAGES = ("finglish", "mixed", "uncertain")
"""The options of the rule persian-only that say what becomes of other languages."""
DECIDING = tuple(rule for rule in RULES if rule.decides)

_TRUSTED_LAST = -1  # the priority of what nobody objects to of a trusted author


class Drafted(Exception):
    """Somebody has drafted other rules: what is to be switched belongs into that draft now."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What a site lets its rules decide; ``rejects_at`` by rule, None: a person does. ``languages``: an outcome by option."""

    approves_clean: bool = False
    approves_trusted: bool = False
    rejects_at: Mapping[str, float | None] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Measured:
    """Of the last decisions of people: how many a switch would have taken by itself, and with how many of these people agreed."""

    would: int = 0
    agreed: int = 0

    def count(self, *, agreed: bool) -> None:
        """One more that the switch would have taken."""
        self.would += 1
        self.agreed += agreed


@dataclass
class Measures:
    """Each switch measured: the two that approve, and each rule at each score. ``decisions`` were looked at."""

    decisions: int = 0
    clean: Measured = field(default_factory=Measured)
    trusted: Measured = field(default_factory=Measured)
    rejects: dict[tuple[str, float], Measured] = field(default_factory=dict)


def switches_of(rules: RuleSet) -> Switches:
    """How the switches stand in a rule set."""
    settings = {rule.slug: rules.rules.get(rule.slug, {}) for rule in RULES}
    own = settings[PersianOnly.slug].get("options", {})
    usual = defaults(RULES).rules[PersianOnly.slug]["options"]
    return Switches(
        rules.approves_clean,
        rules.approves_trusted,
        {rule.slug: settings[rule.slug].get("rejects_at") for rule in DECIDING},
        {name: own.get(name, usual[name]) for name in LANGUAGES},
    )


def switched(rules: RuleSet, wanted: Switches) -> RuleSet:
    """The rule set with these switches; everything else stays."""
    changed = {slug: dict(setting) for slug, setting in rules.rules.items()}
    for slug, at in wanted.rejects_at.items():
        setting = changed.setdefault(slug, {})
        setting.pop("rejects_at", None)
        if at is not None:
            setting["rejects_at"] = at
    language = changed.setdefault(PersianOnly.slug, {})
    language["options"] = {**language.get("options", {}), **wanted.languages}
    return replace(rules, rules=changed, approves_clean=wanted.approves_clean, approves_trusted=wanted.approves_trusted)


def switch(site_id: uuid.UUID, wanted: Switches, note: str, *, edit: int) -> RuleSetVersion | None:
    """Publish a version of the rules with these switches; None where they stand so already. ``edit`` is that of the draft as seen.

    Raises Drafted, rule_sets' Conflict, RuleSetError.
    """
    draft = drafts.of(site_id)
    if draft.updated_at is not None:
        raise Drafted
    if switches_of(draft.rules) == wanted:
        return None
    saved = drafts.save(site_id, switched(draft.rules, wanted), edit=edit)
    # people see how often others agreed where they switch; a replay of the whole set would say no more of it
    return publishing.publish(site_id, edit=saved.edit, note=note, confirmed=True)


def measure(site_id: uuid.UUID) -> Measures:
    """Every switch over the last MOST decisions that people took one by one, from what the rules found then."""
    rows = _past(site_id)
    found = _findings([row.screening_id for row in rows])
    compiled = defaults(RULES).compile(RULES)
    alone = {(rule.slug, at): _alone(compiled, rule.slug, at) for rule in DECIDING for at in THRESHOLDS}
    measures = Measures(len(rows), rejects={key: Measured() for key in alone})
    for row in rows:
        findings = found.get(row.screening_id, [])
        if not findings:
            agreed = row.outcome == DecisionOutcome.APPROVED
            measures.clean.count(agreed=agreed)
            if row.priority == _TRUSTED_LAST:
                measures.trusted.count(agreed=agreed)
            continue
        objecting = {finding.rule for finding in findings}
        for key, measured in measures.rejects.items():
            if key[0] in objecting and decided(findings, alone[key]):
                measured.count(agreed=row.outcome == DecisionOutcome.REJECTED)
    return measures


def _alone(compiled: CompiledRuleSet, slug: str, at: float) -> CompiledRuleSet:
    """The rules where one alone rejects by itself."""
    rules = tuple(replace(item, rejects_at=at) if item.rule.slug == slug else item for item in compiled.rules)
    return replace(compiled, rules=rules)


def _past(site_id: uuid.UUID) -> Sequence[Any]:
    latest = (
        select(Comment.decision_id, Comment.screening_id)
        .where(Comment.site_id == site_id, Comment.decision_id.is_not(None), Comment.screening_id.is_not(None))
        .order_by(Comment.decision_id.desc())
        .limit(MOST)
        .subquery()
    )
    by_people = Decision.bulk_id.is_(None), or_(Decision.person_id.is_not(None), Decision.imported)
    asked = (
        select(Decision.outcome, Screening.id.label("screening_id"), Screening.priority)
        .select_from(latest)
        .join(Decision, Decision.id == latest.c.decision_id)
        .join(Screening, Screening.id == latest.c.screening_id)
        .where(*by_people, Decision.revision == Screening.revision, ~Decision.vote)
    )
    return db.session.execute(asked).all()


def _findings(screenings: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Finding]]:
    here = FindingRow.screening_id.in_(screenings), FindingRow.live
    asked = select(FindingRow.screening_id, FindingRow.rule, FindingRow.code, FindingRow.outcome, FindingRow.score)
    found: dict[uuid.UUID, list[Finding]] = {}
    for row in db.session.execute(asked.where(*here)):
        finding = Finding(row.rule, row.code, Outcome(row.outcome), row.score, "", "")
        found.setdefault(row.screening_id, []).append(finding)
    return found
