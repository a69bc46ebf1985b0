"""What differs between two rule sets, in the words of the page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from moderation.admin.rule_form import choices_of, in_words, named
from moderation.models import RuleSetVersion
from moderation.rule_sets.difference import Change, between
from moderation.rule_sets.versions import list_names
from moderation.rules import RULES
from moderation.rules.compiling import RuleSetError
from moderation.rules.naming import Named
from moderation.rules.rule_set import RuleSet

_BY_SLUG = {rule.slug: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words; ``rule`` is a slug, or None for what concerns the whole."""

    pointer: str
    rule: str | None
    section: str | None
    label: str
    before: str
    after: str


def told_changes(site_id: uuid.UUID, before: RuleSet, after: RuleSet) -> list[Told]:
    """The fields in which two rule sets of a site differ."""
    names = list_names(site_id) if before.word_lists or after.word_lists else {}
    return [_told(change) for change in between(before, after, names=names)]


def rules_of(version: RuleSetVersion) -> RuleSet | None:
    """The rules of a version; None for what cannot be read: one bad row must not blank a page."""
    return rules_in(version.content)


def rules_in(content: object) -> RuleSet | None:
    """Rules out of JSON from anywhere, fit to be shown; None for what is none."""
    try:
        rules = RuleSet.from_dict(content)
    except RuleSetError:
        return None
    settings = [setting for said in (rules.rules, *rules.sections.values()) for setting in said.values()]
    shaped = all(isinstance(each, Mapping) and isinstance(each.get("options", {}), Mapping) for each in settings)
    return rules if shaped else None


def _told(change: Change) -> Told:
    label = named(Named(change.label, change.label_en))
    return Told(
        change.pointer, change.rule, change.section, label, _value(change, change.before), _value(change, change.after)
    )


def _value(change: Change, value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name", ""))
    if value is None and change.section is not None:
        return str(gettext("مانند همهٔ سایت"))
    return in_words(value, choices_of(_BY_SLUG.get(change.rule or ""), change.pointer))
