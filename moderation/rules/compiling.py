"""One rule of a rule set: its setting read, its options checked field by field, and the rule built with them."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from moderation.rules.base import Mode, Rule


class RuleSetError(ValueError):
    """A rule set that cannot be compiled; ``errors`` maps a JSON pointer to what is wrong there."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{pointer}: {message}" for pointer, message in errors.items()))
        self.errors = dict(errors)


LONGEST_TEXT = 5_000
"""Characters of an option that is a text."""
_FIELDS = ("mode", "options", "rejects_at")


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its options set, ready to check; ``rejects_at`` is the score from which its violations decide by themselves."""

    rule: Rule
    mode: Mode
    rejects_at: float | None = None


def compile_rules(
    catalogue: Sequence[type[Rule]], rules: Mapping[str, Mapping[str, Any]], pointer: str
) -> tuple[tuple[CompiledRule, ...], dict[str, str]]:
    """The rules that run, with their options, and what is wrong with them."""
    known = {rule.slug for rule in catalogue}
    errors = {f"{pointer}/{escaped(slug)}": "unknown rule" for slug in rules if slug not in known}
    compiled = []
    for kind in catalogue:
        try:
            compiled.append(_compile_rule(kind, rules.get(kind.slug, {}), f"{pointer}/{kind.slug}"))
        except RuleSetError as error:
            errors.update(error.errors)
    return tuple(item for item in compiled if item.mode is not Mode.OFF), errors


def _compile_rule(kind: type[Rule], setting: Mapping[str, Any], pointer: str) -> CompiledRule:
    if not isinstance(setting, Mapping):
        raise RuleSetError({pointer: "must be an object"})
    errors = {f"{pointer}/{escaped(name)}": "unknown field" for name in setting if name not in _FIELDS}
    mode = setting.get("mode", Mode.LIVE)
    if mode not in list(Mode):  # no set: it may be anything
        errors[f"{pointer}/mode"] = f"must be one of {', '.join(Mode)}"
    rejects_at = setting.get("rejects_at")
    if rejects_at is not None and (message := _why_not_by_itself(kind, rejects_at)):
        errors[f"{pointer}/rejects_at"] = message
    given = setting.get("options", {})
    if not isinstance(given, Mapping):
        raise RuleSetError({f"{pointer}/options": "must be an object"})
    known = {item.name: item for item in fields(kind)}
    for name, value in given.items():
        if name not in known:
            errors[f"{pointer}/options/{escaped(name)}"] = "unknown option"
        elif message := _why_refused(kind, name, value):
            errors[f"{pointer}/options/{name}"] = message
    if errors:
        raise RuleSetError(errors)
    return CompiledRule(kind(**given), Mode(mode), rejects_at)


def escaped(name: str) -> str:
    """A name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def is_storable(text: str) -> bool:
    """Whether a database takes a text: no NUL and no half of a surrogate pair."""
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text)


def _why_not_by_itself(kind: type[Rule], rejects_at: object) -> str | None:
    """Say why a rule cannot decide from a score on, or None."""
    if not kind.decides:
        return "this rule never decides by itself"
    good = isinstance(rejects_at, int | float) and not isinstance(rejects_at, bool) and 0.0 <= rejects_at <= 1.0
    return None if good else "must be a number between 0 and 1, or null"


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
    if isinstance(value, str) and (len(value) > LONGEST_TEXT or not is_storable(value)):
        return f"must be a text of at most {LONGEST_TEXT} characters"
    if (limits := meta.get("limits")) and isinstance(value, int | float) and not limits[0] <= value <= limits[1]:
        return f"must be between {limits[0]} and {limits[1]}"
    return None
