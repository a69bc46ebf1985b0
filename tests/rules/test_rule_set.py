"""A rule set: compiled with its options, refused by name, checked rule by rule, judged as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from moderation.rules import RULES
from moderation.rules.base import Finding, Mode, Outcome, Rule, Signals, Subject, Verdict
from moderation.rules.compiling import RuleSetError
from moderation.rules.failures import screening_failed
from moderation.rules.no_insults import NoInsults
from moderation.rules.persian_only import PersianOnly
from moderation.rules.rule_set import RuleSet, check, check_beside, defaults, judge, live


def finding(
    rule: str = "no-insults", code: str = "insult", outcome: Outcome = Outcome.SUSPECT, score: float = 0.5
) -> Finding:
    return Finding(rule, code, outcome, score, "دلیل.", "Reason.")


@dataclass(frozen=True)
class Broken(Rule):
    """A rule that raises."""

    slug: ClassVar[str] = "broken"
    title: ClassVar[str] = "شکسته"
    title_en: ClassVar[str] = "Broken"
    policy: ClassVar[str] = "هیچ."

    def check(self, subject: Subject) -> Finding | None:
        raise ZeroDivisionError


def test_a_rule_that_is_not_named_runs_live_with_its_defaults() -> None:
    compiled = RuleSet().compile(RULES)
    assert [item.rule for item in compiled.rules] == [rule() for rule in RULES]
    assert compiled.live == {rule.slug for rule in RULES}


def test_options_are_set_and_the_others_keep_their_defaults() -> None:
    compiled = RuleSet({"no-insults": {"options": {"suspect_at": 0.7}}}).compile(RULES)
    rule = next(item.rule for item in compiled.rules if item.rule.slug == "no-insults")
    assert rule == NoInsults(suspect_at=0.7)


def test_a_rule_that_is_off_does_not_run() -> None:
    compiled = RuleSet({"persian-only": {"mode": "off"}}).compile(RULES)
    assert check(Subject("hello there my friend", Signals(language="en")), compiled) == []


def test_a_shadow_rule_is_seen_and_does_not_count() -> None:
    compiled = RuleSet({"persian-only": {"mode": "shadow"}}).compile(RULES)
    findings = check(Subject("hello there my friend", Signals(language="en")), compiled)
    assert [one.rule for one in findings] == ["persian-only"]
    assert live(findings, compiled) == []


@pytest.mark.parametrize(
    ("setting", "pointer"),
    [
        ({"no-such-rule": {}}, "/rules/no-such-rule"),
        ({"no-insults": {"mode": "loud"}}, "/rules/no-insults/mode"),
        ({"no-insults": {"options": {"colour": 1}}}, "/rules/no-insults/options/colour"),
        ({"no-insults": {"options": {"suspect_at": 1.5}}}, "/rules/no-insults/options/suspect_at"),
        ({"no-insults": {"options": {"suspect_at": "high"}}}, "/rules/no-insults/options/suspect_at"),
        ({"no-insults": {"options": {"suspect_at": True}}}, "/rules/no-insults/options/suspect_at"),
        ({"no-insults": {"options": {"words": 1}}}, "/rules/no-insults/options/words"),
        ({"no-slander": {"options": {"reach": 2.5}}}, "/rules/no-slander/options/reach"),
        ({"persian-only": {"options": {"finglish": "maybe"}}}, "/rules/persian-only/options/finglish"),
        ({"persian-only": {"options": []}}, "/rules/persian-only/options"),
        ({"persian-only": "off"}, "/rules/persian-only"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_pointer(setting: dict[str, object], pointer: str) -> None:
    with pytest.raises(RuleSetError) as refused:
        RuleSet.from_dict({"rules": setting}).compile(RULES)
    assert set(refused.value.errors) == {pointer}


def test_all_wrong_settings_are_named_at_once() -> None:
    setting = {"no-insults": {"options": {"suspect_at": 7}}, "persian-only": {"mode": "x"}}
    with pytest.raises(RuleSetError) as refused:
        RuleSet.from_dict({"rules": setting}).compile(RULES)
    assert len(refused.value.errors) == 2


@pytest.mark.parametrize("content", [None, [], {}, {"rules": []}, "rules"])
def test_what_is_no_rule_set_is_refused(content: object) -> None:
    with pytest.raises(RuleSetError):
        RuleSet.from_dict(content)


def test_a_rule_set_survives_its_json() -> None:
    written = defaults(RULES)
    assert RuleSet.from_dict(written.to_dict()).digest == written.digest
    assert written.compile(RULES) == RuleSet().compile(RULES)


def test_another_option_is_another_digest() -> None:
    one, other = ({"no-insults": {"options": {"suspect_at": at}}} for at in (0.5, 0.6))
    assert RuleSet(one).digest != RuleSet(other).digest


def test_a_rule_that_raises_holds_the_comment_and_the_others_still_run() -> None:
    compiled = RuleSet().compile((Broken, PersianOnly))
    findings = check(Subject("hello there my friend", Signals(language="en")), compiled)
    assert [(one.rule, one.code) for one in findings] == [("broken", "rule-failed"), ("persian-only", "other-language")]
    assert "ZeroDivisionError" in findings[0].reason_en


def test_a_shadow_rule_that_raises_holds_the_comment_too() -> None:
    compiled = RuleSet({"broken": {"mode": Mode.SHADOW}}).compile((Broken,))
    findings = check(Subject("سلام", Signals(language="fa")), compiled)
    assert judge(live(findings, compiled)).verdict is Verdict.SUSPECT


def test_a_model_that_failed_holds_the_comment() -> None:
    compiled = RuleSet().compile(RULES)
    findings = live(check(Subject("سلام", Signals(language="fa", failed=("insult",))), compiled), compiled)
    assert [one.code for one in findings] == ["model-failed"]
    assert judge(findings).verdict is Verdict.SUSPECT


def test_nothing_found_is_clean_and_last() -> None:
    assert (judge([]).verdict, judge([]).priority) == (Verdict.CLEAN, 0)


def test_the_worst_finding_decides() -> None:
    findings = [finding(), finding(rule="persian-only", code="other-language", outcome=Outcome.VIOLATION)]
    assert judge(findings).verdict is Verdict.VIOLATION
    assert judge(findings[:1]).verdict is Verdict.SUSPECT


def test_threats_come_first_then_slander_then_failures_then_violations_then_suspicions() -> None:
    queue = [
        finding(code="threat", score=0.8),
        finding(rule="no-slander", code="accusation", outcome=Outcome.VIOLATION, score=0.9),
        screening_failed(3),
        finding(outcome=Outcome.VIOLATION, score=0.99),
        finding(score=0.99),
        finding(rule="on-topic", code="unrelated", score=0.55),
    ]
    priorities = [judge([one]).priority for one in queue]
    assert priorities == sorted(priorities, reverse=True)
    assert len(set(priorities)) == len(priorities)


def test_a_surer_finding_comes_before_a_less_sure_one_of_its_kind() -> None:
    assert judge([finding(score=0.9)]).priority > judge([finding(score=0.6)]).priority


def test_a_section_has_its_own_options_and_the_rest_stays() -> None:
    rules = RuleSet(
        {"no-repeats": {"mode": "shadow"}, "on-topic": {"mode": "live"}},
        sections={"ورزش": {"on-topic": {"mode": "off"}}, "سیاست": {"no-repeats": {"mode": "live"}}},
    )
    compiled = RuleSet.from_dict(rules.to_dict()).compile(RULES)
    modes = {
        name: {item.rule.slug: str(item.mode) for item in compiled.under(name).rules}
        for name in ("ورزش", "سیاست", "اقتصاد", None)
    }
    assert "on-topic" not in modes["ورزش"]
    assert modes["ورزش"]["no-repeats"] == "shadow"
    assert modes["سیاست"]["no-repeats"] == "live"
    assert modes["اقتصاد"] == modes[None]
    assert modes[None]["on-topic"] == "live"


def test_what_is_wrong_in_a_section_is_named_there() -> None:
    with pytest.raises(RuleSetError) as refused:
        RuleSet({}, sections={"a/b": {"no-such-rule": {}, "no-repeats": {"mode": "loud"}}}).compile(RULES)
    assert set(refused.value.errors) == {"/sections/a~1b/no-such-rule", "/sections/a~1b/no-repeats/mode"}
    for wrong in ([], {"": {}}, {"x": []}, {"x": {"no-repeats": 1}}):
        with pytest.raises(RuleSetError):
            RuleSet.from_dict({"rules": {}, "sections": wrong})


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"no-insults": {"options": {"profanity": "violation"}}},
        {"persian-only": {"mode": "off"}},
        {"persian-only": {"mode": "shadow"}, "no-spam": {"options": {"links": "accept"}}},
    ],
)
@pytest.mark.parametrize("failed", [(), ("insult",)])
def test_rules_beside_others_say_what_they_say_alone(change: dict[str, Any], failed: tuple[str, ...]) -> None:
    before, after = RuleSet({"no-spam": {"mode": "off"}}).compile(RULES), RuleSet(change).compile(RULES)
    for text in ("hello there my friend https://a.example", "تو احمق هستی زاغارت", "سلام"):
        subject = Subject(text, Signals(language="en" if text.isascii() else "fa", failed=failed))
        assert check_beside(subject, after, before, check(subject, before)) == check(subject, after)


def test_rules_beside_others_read_their_own_word_lists() -> None:
    words = [{"name": "ours", "entries": [{"text": "زاغارت"}]}]
    before, after = RuleSet().compile(RULES), RuleSet(word_lists=words).compile(RULES)
    subject = Subject("زاغارت", Signals(language="fa"))
    assert [one.rule for one in check_beside(subject, after, before, check(subject, before))] == ["site-words"]
    assert check_beside(subject, before, after, check(subject, after)) == []
