"""What one rule set says differently from another, field by field, in words. Pure."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from moderation.rules import RULES
from moderation.rules.base import Mode, Rule
from moderation.rules.compiling import escaped
from moderation.rules.naming import APPROVES, MODE, REJECTS_AT, WORD_LISTS, Named
from moderation.rules.rule_set import RuleSet
from moderation.rules.sections import Settings

_NOTHING: Mapping[str, Any] = types.MappingProxyType({})
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs.

    Args:
        pointer: the field's place in the rule set, as a JSON pointer.
        rule: slug of the rule; None for what concerns the whole.
        section: the section for which it is said; None: everywhere.
        label: the field's name in Persian; ``label_en`` in English.
        before: its value, with a rule's defaults written out; None where a section says nothing, or a list is not there.
    """

    pointer: str
    rule: str | None
    section: str | None
    label: str
    label_en: str
    before: Any
    after: Any


def between(before: RuleSet, after: RuleSet, *, names: Mapping[str, str] = _NOTHING) -> list[Change]:
    """The fields in which two rule sets differ: rules in the order of the policy, then sections, word lists, and approvals.

    ``names`` are the names of word lists by hash, where they are known.
    """
    return [
        *_rules("/rules", None, before.rules, after.rules),
        *_sections(before, after),
        *_word_lists(before.word_lists, after.word_lists, names),
        *_approvals(before, after),
    ]


def told(changes: Sequence[Change]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values before and after by pointer, as the record of changes keeps them."""
    return {one.pointer: one.before for one in changes}, {one.pointer: one.after for one in changes}


def _sections(before: RuleSet, after: RuleSet) -> Iterator[Change]:
    for section in dict.fromkeys([*before.sections, *after.sections]):
        place = f"/sections/{escaped(section)}"
        yield from _rules(place, section, before.sections.get(section, {}), after.sections.get(section, {}))


def _rules(place: str, section: str | None, before: Settings, after: Settings) -> Iterator[Change]:
    known = {rule.slug: rule for rule in RULES}
    for slug in dict.fromkeys([*known, *before, *after]):
        was, now_is = before.get(slug, {}), after.get(slug, {})
        for pointer, label, usual in _fields(known.get(slug), was, now_is):
            values = _at(was, pointer, usual, section), _at(now_is, pointer, usual, section)
            if values[0] != values[1]:
                where = f"{place}/{escaped(slug)}/{'/'.join(map(escaped, pointer))}"
                yield Change(where, slug, section, label.fa, label.en, *values)


def _fields(
    rule: type[Rule] | None, was: Mapping[str, Any], now_is: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Named, Any]]:
    """Everything that may be said of a rule, with its name and what holds where nothing is said."""
    yield ("mode",), MODE, str(Mode.LIVE)
    options = {item.name: item for item in fields(rule)} if rule else {}
    for name in dict.fromkeys([*options, *was.get("options", {}), *now_is.get("options", {})]):
        item = options.get(name)
        label = Named(item.metadata["label"], item.metadata["en"]) if item else Named(name, name)
        yield ("options", name), label, item.default if item else None
    yield ("rejects_at",), REJECTS_AT, None


def _at(setting: Mapping[str, Any], pointer: Sequence[str], usual: Any, section: str | None) -> Any:
    """The value at a place of a rule's setting; in a section what is not said is as it is elsewhere."""
    value: Any = setting
    for name in pointer:
        value = value.get(name, _NOTHING if name == "options" else None)
    return usual if value is None and section is None else value


def _word_lists(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> Iterator[Change]:
    was, now_is = [_named(one, names) for one in before], [_named(one, names) for one in after]
    for gone in (one for one in was if one not in now_is):
        yield Change(f"/word_lists/{was.index(gone)}", None, None, *WORD_LISTS, gone, None)
    for new in (one for one in now_is if one not in was):
        yield Change(f"/word_lists/{now_is.index(new)}", None, None, *WORD_LISTS, None, new)


def _named(one: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    sha256 = str(one.get("sha256", ""))
    return {"name": str(one.get("name") or names.get(sha256, _UNKNOWN)), "sha256": sha256}


def _approvals(before: RuleSet, after: RuleSet) -> Iterator[Change]:
    for name, label in APPROVES.items():
        values = getattr(before, name), getattr(after, name)
        if values[0] != values[1]:
            yield Change(f"/{name}", None, None, *label, *values)
