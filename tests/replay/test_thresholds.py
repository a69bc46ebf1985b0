"""What a replay takes for granted of rules: what a threshold is compared with, and which rules read the site's words."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.rules import RULES
from moderation.rules.base import ArticleContext, Finding, Rule, Signals, Subject
from moderation.rules.options import with_option
from moderation.rules.rule_set import RuleSet
from moderation.rules.site_lists import SiteLists
from moderation.rules.stored import signals_of
from moderation.rules.thresholds import Threshold, moved, same_side, thresholds
from tests.replay.past import TEXTS

ROOT = Path(__file__).parents[2]
KNOWN = [(kind, each) for kind in RULES for each in thresholds(kind)]
SCORES = st.floats(-3, 3) | st.none()


def subject(text: str, score: float | None) -> Subject:
    measured = Signals(language="fa", insult=score, relevance=score, relevance_outcome="off_topic_suspect")
    return Subject(text, measured, ArticleContext("خبر بانک", "متن خبر"))


def told(finding: Finding | None, kind: type[Rule]) -> object:
    """All but the sentences, which name the threshold; and the score only of a rule that may decide by it."""
    return finding and replace(finding, reason="", reason_en="", score=finding.score if kind.decides else 0.0)


@pytest.mark.parametrize(("kind", "threshold"), KNOWN, ids=[f"{each.slug}.{each.option}" for _, each in KNOWN])
@given(text=st.sampled_from(TEXTS), score=SCORES, values=st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
@settings(max_examples=60, deadline=None)
def test_a_threshold_says_the_same_on_one_side_of_a_score(
    kind: type[Rule], threshold: Threshold, text: str, score: float | None, values: tuple[float, float]
) -> None:
    one, other = (kind(**{threshold.option: value}) for value in values)
    difference = moved(one, other)
    assert difference is not None
    if same_side(subject(text, score).signals, difference):
        assert told(one.check(subject(text, score)), kind) == told(other.check(subject(text, score)), kind)


class _Unread(SiteLists):
    """Lists that nobody may look at."""

    def __bool__(self) -> bool:
        raise AssertionError("read the site's words")


@pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.slug)
def test_a_rule_that_reads_the_sites_words_says_so(kind: type[Rule]) -> None:
    read = False
    for text in TEXTS:
        try:
            kind().check(replace(subject(text, 0.9), lists=_Unread()))
        except AssertionError:
            read = True
    assert read is kind.reads_lists


def test_rules_that_differ_in_more_than_thresholds_are_no_moved_ones() -> None:
    kind = next(kind for kind in RULES if kind.slug == "no-insults")
    assert moved(kind(), kind(suspect_at=0.3)) == (("insult", 0.6, 0.3),)  # type: ignore[call-arg]
    assert moved(kind(), kind(words=False)) is None  # type: ignore[call-arg]
    assert moved(kind(), RULES[0]()) is None


def test_an_option_is_changed_and_nothing_else() -> None:
    rules = RuleSet({"no-spam": {"mode": "off"}, "no-insults": {"options": {"words": False}}})
    new = with_option(rules, "no-insults", "suspect_at", 0.4)
    assert new.rules == {"no-spam": {"mode": "off"}, "no-insults": {"options": {"words": False, "suspect_at": 0.4}}}
    assert rules.rules["no-insults"] == {"options": {"words": False}}
    assert with_option(RuleSet(), "no-spam", "links", "accept").rules == {"no-spam": {"options": {"links": "accept"}}}


def test_signals_come_back_as_they_were_stored_and_the_unknown_is_left_out() -> None:
    whole = Signals(language="fa", insult=0.5, insult_spans=((0, 3),), relevance_words=("نان",), models={"a": "1"})
    assert signals_of({**whole.to_dict(), "tomorrow": 1}) == whole
    assert {each.name for each in fields(Signals)} == set(whole.to_dict())
    with pytest.raises((TypeError, ValueError)):
        signals_of({"insult_spans": [3]})


def test_replaying_loads_no_model() -> None:
    program = (
        "import sys; from classifiers import store; from moderation import replay;"
        "heavy = {'sklearn', 'scipy', 'hazm', 'nltk'} & set(sys.modules);"
        "from moderation.replay import working, judging; from pathlib import Path;"
        "loads = [name for name, module in sys.modules.items() if name.startswith('moderation.replay')"
        " and any(hasattr(module, each) for each in ('load_models', 'measure', 'Models'))];"
        "sys.exit(', '.join([*heavy, *loads]) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
