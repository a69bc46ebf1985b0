"""What a rule set says differently for the articles of a section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderation.rules.compiling import RuleSetError, escaped, is_storable

type Settings = Mapping[str, Mapping[str, Any]]
"""``{slug: {"mode": …, "options": {…}, "rejects_at": …}}``."""

MOST_SECTIONS = 50
LONGEST_NAME = 100


def read_sections(content: object) -> dict[str, Settings]:
    """Read ``{section: {slug: {…}}}``; no section where nothing is said. Raises RuleSetError."""
    if not isinstance(content, Mapping):
        raise RuleSetError({"/sections": "must be an object of rules by section"})
    if len(content) > MOST_SECTIONS:
        raise RuleSetError({"/sections": f"there may be {MOST_SECTIONS} sections at most"})
    if "" in content:
        raise RuleSetError({"/sections/": "a section has a name"})
    if unusual := [name for name in content if not is_storable(name) or len(name) > LONGEST_NAME]:
        raise RuleSetError(
            {
                f"/sections/{escaped(name)}": f"a section's name is a text of at most {LONGEST_NAME} characters"
                for name in unusual
            }
        )
    wrong = {
        f"/sections/{escaped(name)}": "must be an object of rules by slug"
        for name, rules in content.items()
        if not isinstance(rules, Mapping) or not all(isinstance(setting, Mapping) for setting in rules.values())
    }
    if wrong:
        raise RuleSetError(wrong)
    return {name: rules for name, rules in content.items() if rules}


def changed(rules: Settings, changes: Settings) -> Settings:
    """The rules with what a section says put over them; what it does not say stays."""
    return {**rules, **{slug: _over(rules.get(slug, {}), change) for slug, change in changes.items()}}


def _over(setting: Mapping[str, Any], change: Mapping[str, Any]) -> Mapping[str, Any]:
    merged = {**setting, **change}
    if "options" in change and isinstance(change["options"], Mapping):
        merged["options"] = {**setting.get("options", {}), **change["options"]}
    return merged
