"""What differs between two rule sets, in words of both languages; and the positions that a site may put its rules into."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.rule_sets.difference import between
from moderation.rule_sets.presets import PRESETS, Preset
from moderation.rules import RULES
from moderation.rules.base import Signals, Subject
from moderation.rules.rule_set import RuleSet, check, defaults, live
from tests.rule_sets.changing import with_mode, with_options

NORMAL, STRICT, RELAXED = PRESETS
USUAL = defaults(RULES)


def test_equal_rules_differ_in_nothing_however_they_are_written() -> None:
    assert between(USUAL, RuleSet({})) == []


def test_a_changed_option_is_told_with_its_label_and_both_values() -> None:
    (change,) = between(RuleSet({}), with_options(RuleSet({}), "no-insults", suspect_at=0.4))
    assert (change.pointer, change.rule, change.section) == (
        "/rules/no-insults/options/suspect_at",
        "no-insults",
        None,
    )
    assert (change.before, change.after) == (0.6, 0.4)
    assert change.label == "از این امتیاز به بالا، مشکوک"
    assert change.label_en.startswith("Suspect from")


def test_modes_and_what_decides_by_itself_are_told() -> None:
    after = RuleSet({"no-spam": {"mode": "shadow", "rejects_at": 0.9}}, approves_clean=True)
    assert [(one.pointer, one.before, one.after) for one in between(RuleSet({}), after)] == [
        ("/rules/no-spam/mode", "live", "shadow"),
        ("/rules/no-spam/rejects_at", None, 0.9),
        ("/approves_clean", False, True),
    ]


def test_a_section_tells_what_it_says_and_nothing_of_what_holds_everywhere() -> None:
    before = RuleSet({}, sections={"ورزش": {"on-topic": {"mode": "off"}}})
    after = replace(with_mode(before, "no-spam", "off"), sections={"a/b": {"on-topic": {"mode": "off"}}})
    assert [(one.pointer, one.section, one.before, one.after) for one in between(before, after)] == [
        ("/rules/no-spam/mode", None, "live", "off"),
        ("/sections/ورزش/on-topic/mode", "ورزش", "off", None),
        ("/sections/a~1b/on-topic/mode", "a/b", None, "off"),
    ]


def test_word_lists_are_told_by_name() -> None:
    before, after = RuleSet({}, ({"sha256": "aa"}, {"sha256": "bb"})), RuleSet({}, ({"sha256": "bb"}, {"sha256": "cc"}))
    told = between(before, after, names={"aa": "old", "cc": "new"})
    assert [(one.before, one.after) for one in told] == [
        ({"name": "old", "sha256": "aa"}, None),
        (None, {"name": "new", "sha256": "cc"}),
    ]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_a_position_compiles_and_is_taken_once(preset: Preset) -> None:
    for rules in (USUAL, RuleSet({}), RuleSet({}, sections={"ورزش": {"no-insults": {"options": {"suspect_at": 0.9}}}})):
        moved = preset(rules)
        moved.compile(RULES)
        assert between(moved, preset(moved)) == []


def test_normal_is_how_the_rules_come() -> None:
    for preset in PRESETS:
        back = between(USUAL, NORMAL(preset(USUAL)))
        assert back == [], preset.slug
    kept = with_options(USUAL, "no-spam", known_sites="mehr.example")
    assert NORMAL(kept).rules["no-spam"]["options"]["known_sites"] == "mehr.example"


def test_strict_makes_nothing_milder_and_leaves_what_is_off() -> None:
    already = with_mode(with_options(USUAL, "no-insults", suspect_at=0.2), "no-repeats", "off")
    moved = STRICT(replace(already, approves_clean=True))
    assert moved.rules["no-insults"]["options"]["suspect_at"] == 0.2
    assert moved.rules["no-repeats"]["mode"] == "off"
    assert not moved.approves_clean
    assert STRICT(with_mode(USUAL, "no-spam", "shadow")).rules["no-spam"]["mode"] == "live"


def test_relaxed_only_notes_what_does_not_fit_its_article() -> None:
    assert RELAXED(USUAL).rules["on-topic"]["mode"] == "shadow"
    assert RELAXED(with_mode(USUAL, "on-topic", "off")).rules["on-topic"]["mode"] == "off"


def test_positions_move_what_a_section_says_of_the_same_options() -> None:
    section = {"no-insults": {"options": {"suspect_at": 0.9, "words": False}}, "on-topic": {"mode": "off"}}
    moved = STRICT(replace(USUAL, sections={"ورزش": section})).sections["ورزش"]
    assert moved == {
        "no-insults": {"options": {"suspect_at": 0.4, "words": False}},
        "on-topic": {"mode": "off"},
    }


@pytest.mark.parametrize("score", [0.1, 0.45, 0.65, 0.8])
@pytest.mark.parametrize(
    "text",
    ["تو احمق هستی", "گند بزنن این ترافیک رو", "رئیس بانک دزد است", "کانال ما @forush را ببینید", "ممنون از خبر"],
)
def test_what_relaxed_objects_to_normal_does_and_what_normal_does_strict_does(text: str, score: float) -> None:
    subject = Subject(text, Signals(language="fa", insult=score))
    objecting = []
    for preset in (RELAXED, NORMAL, STRICT):
        rules = preset(USUAL).compile(RULES)
        objecting.append({finding.rule for finding in live(check(subject, rules), rules)})
    assert objecting[0] <= objecting[1] <= objecting[2]
