"""The policy by example: each line of examples/<slug>.tsv is a comment and what its rule says of it.

examples/site-words.csv is the list of the site that all of them are sent to.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from moderation.rules import RULES
from moderation.rules.base import ArticleContext, Copy, Repeats, Signals, Standing, Subject, Trust
from moderation.rules.site_lists import CompiledList, SiteLists
from moderation.rules.word_lists import SiteList
from moderation.word_csv import read_words

FOLDER = Path(__file__).parent / "examples"
COLUMNS = ["text", "signals", "article", "expected", "note"]
BY_SLUG = {rule.slug: rule for rule in RULES}
WORDS = read_words((FOLDER / "site-words.csv").read_bytes())
LISTS = SiteLists((CompiledList.of(SiteList("نمونه", tuple(WORDS.words))),))


class Example(NamedTuple):
    """A line: the comment, what was measured, the article's title, the code that is expected or "-"."""

    slug: str
    line: int
    text: str
    signals: str
    article: str
    expected: str
    note: str


def read_examples() -> list[Example]:
    """Every line of every file; ``\\n`` in a text is a line end."""
    found = []
    for path in sorted(FOLDER.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            assert next(rows) == COLUMNS, f"{path.name}: the first line names the columns"
            for number, row in enumerate(rows, start=2):
                assert len(row) == len(COLUMNS), f"{path.name}:{number} has {len(row)} columns"
                found.append(Example(path.stem, number, row[0].replace("\\n", "\n"), *row[1:]))
    return found


EXAMPLES = read_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.slug}:{example.line}")
def test_the_rule_decides_as_the_editor_wrote(example: Example) -> None:
    measured: dict[str, Any] = json.loads(example.signals) if example.signals else {}
    for name in ("language_words", "insult_spans", "relevance_words"):
        if name in measured:
            measured[name] = tuple(tuple(item) if isinstance(item, list) else item for item in measured[name])
    if "repeats" in measured:
        told = measured["repeats"]
        measured["repeats"] = Repeats(**told | {"copies": tuple(Copy(*copy) for copy in told["copies"])})
    article = ArticleContext(example.article) if example.article else None
    trust, *told = measured.pop("standing", None) or [None]
    standing = Standing(Trust(trust), *told) if trust else None
    subject = Subject(example.text, Signals(**measured), article, lists=LISTS, standing=standing)
    finding = BY_SLUG[example.slug]().check(subject)
    found = "-" if finding is None else f"{finding.code} {finding.outcome}"
    reason = "" if finding is None else finding.reason
    assert found.startswith(example.expected), (
        f"{example.text!r}: {found}, {reason} (expected {example.expected}: {example.note})"
    )


def test_every_line_of_the_sites_list_is_read() -> None:
    assert WORDS.words
    assert not [*WORDS.refused, *WORDS.repeated]


def test_every_rule_has_examples_of_both_kinds() -> None:
    for slug in BY_SLUG:
        expected = [example.expected for example in EXAMPLES if example.slug == slug]
        assert "-" in expected, f"{slug} has no innocent example"
        assert any(code != "-" for code in expected), f"{slug} has no example that it objects to"


def test_every_file_of_examples_belongs_to_a_rule() -> None:
    assert {path.stem for path in FOLDER.glob("*.tsv")} <= BY_SLUG.keys()
