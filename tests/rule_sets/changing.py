"""What the tests of rule sets do again and again: draft, publish, change one option."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from moderation.models import RuleSetVersion
from moderation.rule_sets import drafts, publishing
from moderation.rules.rule_set import RuleSet


def with_options(rules: RuleSet, slug: str, **options: Any) -> RuleSet:
    """The rule set with some options of a rule set."""
    setting = rules.rules.get(slug, {})
    return replace(
        rules, rules={**rules.rules, slug: {**setting, "options": {**setting.get("options", {}), **options}}}
    )


def with_mode(rules: RuleSet, slug: str, mode: str) -> RuleSet:
    """The rule set with a rule in another mode."""
    return replace(rules, rules={**rules.rules, slug: {**rules.rules.get(slug, {}), "mode": mode}})


def draft(site_id: uuid.UUID, slug: str = "no-insults", **options: Any) -> drafts.Draft:
    """Save the draft with some options of a rule."""
    before = drafts.of(site_id)
    return drafts.save(site_id, with_options(before.rules, slug, **options), edit=before.edit)


def switch(site_id: uuid.UUID, mode: str, slug: str = "no-insults") -> drafts.Draft:
    """Save the draft with a rule in another mode."""
    before = drafts.of(site_id)
    return drafts.save(site_id, with_mode(before.rules, slug, mode), edit=before.edit)


def publish(site_id: uuid.UUID, *, until: datetime | None = None) -> RuleSetVersion:
    """Publish the draft, confirmed."""
    edit = drafts.of(site_id).edit
    return publishing.publish(site_id, edit=edit, note="a change", confirmed=True, until=until)
