"""Whole positions for a site's rules: as they come, strict for days of war and elections, relaxed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from moderation.rules import RULES
from moderation.rules.base import ACCEPT, Mode, Outcome
from moderation.rules.rule_set import RuleSet

type _Setting = Mapping[str, Any]


class _Range(NamedTuple):
    """How far an option is moved to either side."""

    strict: Any
    relaxed: Any


_SUSPECT, _VIOLATION = str(Outcome.SUSPECT), str(Outcome.VIOLATION)
_MOVED: Mapping[str, Mapping[str, _Range]] = {
    "persian-only": {
        "finglish": _Range(_SUSPECT, ACCEPT),  # nothing that cannot be read by the other rules passes unseen
        "mixed": _Range(_SUSPECT, ACCEPT),
        "uncertain": _Range(_SUSPECT, ACCEPT),
        "uncertain_words": _Range(1, 4),
    },
    "no-insults": {
        "suspect_at": _Range(0.4, 0.75),
        "violation_at": _Range(0.5, 0.75),
        "words_at": _Range(0.2, 0.55),
        "curse": _Range(_VIOLATION, _SUSPECT),
        "profanity": _Range(_VIOLATION, ACCEPT),
    },
    "no-slander": {"suspect_at": _Range(0.3, 0.55), "violation_at": _Range(0.5, 0.75), "hints": _Range(True, False)},
    "no-spam": {
        "suspect_at": _Range(0.2, 0.45),
        "violation_at": _Range(0.6, 0.9),
        "handles": _Range(_VIOLATION, ACCEPT),
        "links": _Range(_VIOLATION, _SUSPECT),
        "solicitations": _Range(_VIOLATION, _SUSPECT),
    },
    "no-personal-data": {
        "landlines": _Range(_VIOLATION, ACCEPT),
        "addresses": _Range(_VIOLATION, _SUSPECT),  # where people live is what is dangerous in a war
        "address_at": _Range(2.0, 4.0),
    },
    "no-repeats": {
        "window_hours": _Range(72, 12),
        "by_many": _Range(2, 6),  # campaigns: two who say the same are worth a look
        "fewest_words": _Range(4, 8),
    },
    "site-words": {"disguised": _Range("same", _SUSPECT)},
}
_ORDER = {ACCEPT: 0, "ignore": 0, _SUSPECT: 1, _VIOLATION: 2, "same": 2}
"""Choices from the mildest to the severest."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A position. ``moved`` puts a rule set into it: what no position touches stays, an option stays where it already is further
    on the side to which it is moved, and a rule that is off stays off."""

    slug: str
    title: str
    title_en: str
    moved: Callable[[RuleSet], RuleSet]

    def __call__(self, rules: RuleSet) -> RuleSet:
        """The rule set in this position."""
        return self.moved(rules)


def _normal(rules: RuleSet) -> RuleSet:
    """Every option that a position moves as it comes, every rule on that was in shadow."""
    usual = {rule.slug: {item.name: item.default for item in fields(rule)} for rule in RULES}
    return _with(rules, lambda slug, name, value: usual[slug][name], {str(Mode.SHADOW): str(Mode.LIVE)})


def _strict(rules: RuleSet) -> RuleSet:
    """More is asked about, more is severe, what was in shadow counts, and nothing is approved without a person."""
    moved = _with(
        rules, lambda slug, name, value: _further(value, *_MOVED[slug][name]), {str(Mode.SHADOW): str(Mode.LIVE)}
    )
    return replace(moved, approves_clean=False, approves_trusted=False)


def _relaxed(rules: RuleSet) -> RuleSet:
    """Only what is surer is asked about, and what does not fit its article is only noted."""
    moved = _with(rules, lambda slug, name, value: _further(value, *reversed(_MOVED[slug][name])), {})
    on_topic = moved.rules.get("on-topic", {})
    if on_topic.get("mode", Mode.LIVE) == Mode.LIVE:
        return replace(moved, rules={**moved.rules, "on-topic": {**on_topic, "mode": str(Mode.SHADOW)}})
    return moved


PRESETS: tuple[Preset, ...] = (
    Preset("normal", "عادی", "Normal", _normal),
    Preset("strict", "سخت‌گیر (جنگ، انتخابات)", "Strict (war, elections)", _strict),
    Preset("relaxed", "آسان‌گیر", "Relaxed", _relaxed),
)


def _with(rules: RuleSet, move: Callable[[str, str, Any], Any], modes: Mapping[str, str]) -> RuleSet:
    """The rule set with every option moved, in sections those that they name."""
    usual = {rule.slug: {item.name: item.default for item in fields(rule)} for rule in RULES}
    whole = {slug: _mode(setting, modes) for slug, setting in rules.rules.items()}
    for slug, options in _MOVED.items():
        setting = whole.get(slug, {})
        given = setting.get("options", {})
        moved = {name: move(slug, name, given.get(name, usual[slug][name])) for name in options}
        whole[slug] = {**setting, "options": {**given, **moved}}
    sections = {
        name: {slug: _mode(_in_section(slug, setting, move), modes) for slug, setting in settings.items()}
        for name, settings in rules.sections.items()
    }
    return replace(rules, rules=whole, sections=sections)


def _in_section(slug: str, setting: _Setting, move: Callable[[str, str, Any], Any]) -> _Setting:
    if "options" not in setting:
        return setting
    moved = {
        name: move(slug, name, value) if name in _MOVED.get(slug, {}) else value
        for name, value in setting["options"].items()
    }
    return {**setting, "options": moved}


def _mode(setting: _Setting, modes: Mapping[str, str]) -> _Setting:
    mode = str(setting.get("mode"))
    return {**setting, "mode": modes[mode]} if mode in modes else setting


def _further(value: Any, towards: Any, away: Any) -> Any:
    """The one of value and goal that lies further on the goal's side."""
    at, goal, other = (_ORDER[one] if isinstance(one, str) else float(one) for one in (value, towards, away))
    return value if (at > goal if goal > other else at < goal) else towards
