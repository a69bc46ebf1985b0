"""One option of a rule set, changed."""

from __future__ import annotations

from dataclasses import replace

from moderation.rules.rule_set import RuleSet


def with_option(rules: RuleSet, slug: str, option: str, value: object) -> RuleSet:
    """The same rules with one option of one rule set; whether that can be, compiling says."""
    setting = dict(rules.rules.get(slug, {}))
    setting["options"] = {**setting.get("options", {}), option: value}
    return replace(rules, rules={**rules.rules, slug: setting})
