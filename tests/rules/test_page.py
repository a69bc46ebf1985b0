"""docs/rules.md says what the code says: policy, codes and options of each rule, and figures that can be measured again."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from classifiers import data
from moderation import policy_evaluation, policy_tables, rules_page
from moderation.rules import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def test_the_page_is_up_to_date() -> None:
    assert rules_page.with_rules(PAGE, RULES) == PAGE, "run 'nazer rules page'"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_the_page_tells_every_code_and_option(rule: type) -> None:
    written = rules_page.block(rule)
    for code in rule.codes:
        assert f"`{code}`" in written
    for item in fields(rule):
        assert f"| `{item.name}` |" in written
        assert item.metadata["en"].endswith("."), f"{item.name} says nothing in English"


def test_a_rule_without_a_block_is_told() -> None:
    with pytest.raises(rules_page.PageError, match="on-topic"):
        rules_page.with_rules(PAGE.replace("<!-- rule: on-topic -->", ""), RULES)


def test_the_figures_of_the_page_are_those_of_the_corpus() -> None:
    """The column of our own corpus is measured again; that of the policy examples where the research sets are."""
    measured = policy_evaluation.evaluate(None)
    shown = rules_page.figures_of(PAGE)
    for name, of_corpus in _column(policy_tables.written(measured), "corpus test").items():
        assert _column(shown, "corpus test")[name] == of_corpus, f"{name}: run 'nazer rules page --figures'"


def test_the_figures_of_the_page_are_those_of_the_policy_examples() -> None:
    try:
        folder = data.folder()
    except data.MissingDataError:
        pytest.skip("the policy examples are not here (NAZER_DATA)")
    assert rules_page.figures_of(PAGE) == policy_tables.written(policy_evaluation.evaluate(folder)).strip()


def _column(tables: str, title: str) -> dict[str, str]:
    """The cells under a title, by what their rows are."""
    found: dict[str, str] = {}
    place = 0
    for line in tables.splitlines():
        cells = [cell.strip() for cell in re.split(r"\|", line)[1:-1]]
        if title in cells:
            place = cells.index(title)
        elif place and len(cells) > place and not cells[place].startswith("---"):
            found[cells[0]] = cells[place]
    return found
