"""A replay says what a slow recomputation says, counts nothing twice, stops when it is told to, and sees one site alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from moderation.models import Replay, ReplayState, Site
from moderation.policy import live_rule_set
from moderation.replay import reading, results
from moderation.replay.results import Figures, Result
from moderation.rules.options import with_option
from moderation.rules.rule_set import RuleSet
from tests.factories import make_person
from tests.replay.past import SECTION, Told, decide_many, finished, slowly

type Change = Callable[[RuleSet], RuleSet]


@pytest.fixture
def told(site: Site) -> list[Told]:
    return decide_many(site, make_person("sara", site), 120)


def said(row: Replay) -> Result:
    assert row.state == ReplayState.DONE, row.error
    assert row.result is not None
    return results.read(row.result)


def kinds(figures: Figures) -> dict[str, set[uuid.UUID]]:
    return {kind: {uuid.UUID(each) for each in ids} for kind, ids in figures.examples.items() if ids}


CHANGES: dict[str, Change] = {
    "a threshold is lower": lambda rules: with_option(rules, "no-insults", "suspect_at", 0.3),
    "a threshold is higher": lambda rules: with_option(rules, "no-insults", "suspect_at", 0.95),
    "two thresholds": lambda rules: with_option(
        with_option(rules, "no-insults", "words_at", 0.05), "no-insults", "suspect_at", 0.9
    ),
    "relevance": lambda rules: with_option(rules, "on-topic", "suspect_below", -0.5),
    "a choice": lambda rules: with_option(rules, "persian-only", "finglish", "accept"),
    "a rule is off": lambda rules: replace(rules, rules={**rules.rules, "no-spam": {"mode": "off"}}),
    "a rule is in shadow": lambda rules: replace(rules, rules={**rules.rules, "no-insults": {"mode": "shadow"}}),
    "a section of its own": lambda rules: replace(
        rules, sections={SECTION: {"no-insults": {"options": {"suspect_at": 0.1}}}}
    ),
    "words": lambda rules: replace(
        rules,
        word_lists=[
            {"name": "ورزش", "entries": [{"text": "آفرین", "kind": "block"}, {"text": "احمق", "kind": "allow"}]}
        ],
    ),
    "nothing": lambda rules: rules,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_replay_says_what_running_every_rule_over_every_comment_says(
    site: Site, told: list[Told], change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 50)
    monkeypatch.setattr("moderation.replay.working.PAGE", 50)
    monkeypatch.setattr("moderation.replay.tally.EXAMPLES", 1000)
    before = live_rule_set(site.id)
    after = change(before)
    result = said(finished(site, after))
    expected = slowly(told, before, after)
    assert result.replayed == len(told)
    assert kinds(result.whole) == expected.pop("", {})
    assert {each.slug: kinds(each) for each in result.rules if kinds(each)} == expected
