"""Adding a rule takes one file, one line and one TSV: the one that docs/rules.md shows, held to what all rules promise."""

from __future__ import annotations

import csv
import importlib.util
import re
import sys
from pathlib import Path

import pytest

from moderation.rules import RULES
from moderation.rules.base import Rule, Subject
from moderation.rules.rule_set import RuleSet, check, defaults
from tests.rules.test_contract import ARTICLE, HOSTILE, SIGNALS, check_contract

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def shown(language: str) -> str:
    """The block of code of the page in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def ninth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Rule]:
    """The rule of the page, out of a file of its own."""
    path = tmp_path / "no_shouting.py"
    path.write_text(shown("python"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("no_shouting", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "no_shouting", module)
    spec.loader.exec_module(module)
    made: type[Rule] = module.NoShouting
    return made


def test_the_rule_of_the_page_is_thirty_lines(ninth: type[Rule]) -> None:
    assert len([line for line in shown("python").splitlines() if line.strip()]) <= 30


def test_one_line_in_the_list_makes_it_run_with_the_others(ninth: type[Rule]) -> None:
    catalogue = (*RULES, ninth)
    compiled = RuleSet.from_dict(defaults(catalogue).to_dict()).compile(catalogue)
    findings = check(Subject("عالی بود!!!!!!", SIGNALS["nothing measured"], ARTICLE), compiled)
    assert "no-shouting" in {finding.rule for finding in findings}
    lenient = RuleSet({"no-shouting": {"options": {"most": 6}}}).compile(catalogue)
    assert not [
        finding
        for finding in check(Subject("عالی بود!!!!!!", SIGNALS["nothing measured"]), lenient)
        if finding.rule == ninth.slug
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_it_keeps_the_contract(ninth: type[Rule], text: str) -> None:
    for signals in SIGNALS.values():
        check_contract(ninth(), Subject(HOSTILE[text], signals, ARTICLE))


def test_its_examples_hold(ninth: type[Rule]) -> None:
    rows = list(csv.DictReader(shown("tsv").splitlines(), delimiter="\t"))
    assert len(rows) == 2
    for row in rows:
        finding = ninth().check(Subject(row["text"], SIGNALS["nothing measured"]))
        assert ("-" if finding is None else f"{finding.code} {finding.outcome}") == row["expected"]
