"""What holds for every rule, whatever it reads and whatever was measured."""

from __future__ import annotations

import ast
import json
from dataclasses import FrozenInstanceError, fields
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moderation.rules
from moderation.rules import RULES
from moderation.rules.base import (
    ArticleContext,
    Copy,
    Finding,
    Outcome,
    Repeats,
    Rule,
    Signals,
    Standing,
    Subject,
    Trust,
)
from moderation.rules.rule_set import RuleSet, defaults
from moderation.rules.site_lists import CompiledList, SiteLists
from moderation.rules.word_lists import Kind, SiteList, SiteWord

FOLDER = Path(moderation.rules.__file__).parent
FORBIDDEN = {
    "flask", "flask_sqlalchemy", "sqlalchemy", "celery", "kombu", "redis", "httpx", "sklearn", "scipy", "numpy", "hazm",
    "time", "datetime", "random", "os", "socket", "subprocess", "requests", "urllib",
}  # fmt: skip
ARTICLE = ArticleContext(
    "مهران راستکار، مدیرعامل شرکت پولادین، از طرح تازه گفت", "مهران راستکار در نشست خبری حاضر شد.", "اقتصاد"
)
_WORDS = (
    SiteWord("راستکار"), SiteWord("احمق", section="اقتصاد"), SiteWord("خ"), SiteWord("رشوه", Kind.SUSPECT),
    SiteWord("پول گرفت", note="\u2066یادداشت\ud83d."), SiteWord(r"\bگرفت\w*", pattern=True), SiteWord("[!؟.«]+", pattern=True),
    SiteWord("آقای راستکار", Kind.ALLOW), SiteWord(r"ر\W", Kind.ALLOW, pattern=True),
)  # fmt: skip
LISTS = SiteLists((CompiledList.of(SiteList("نام\u202e‌ها", _WORDS)),))
HOSTILE = {
    "empty": "",
    "blanks only": " \n\t\u200c\u200b\u3164",
    "lone surrogates": "رشوه \ud83d گرفت \udc00 آقای راستکار احمق",
    "zalgo": "ا" + "\u0315\u0300\u0489" * 400 + "حمق",
    "one word of 100,000 letters": "خ" * 50_000 + "ر" * 50_000,
    "100,000 distinct short words": " ".join(f"و{n}" for n in range(20_000)),
    "right-to-left overrides": "\u202eآقای \u2066راستکار\u2069 دزده\u202c",
    "control characters": "آقای\x00 راستکار\x07 رشوه\x1b گرفته",
    "emoji families": "👨‍👩‍👧‍👦" * 300,
    "nested quotation marks": "«" * 3000 + "احمق" + "»" * 3000,
    "marks only": "؟!.،؛" * 4000,
    "half a pattern, again and again": "پول گرفت از " * 800,
    "one letter a word": "ر ش و ه " * 3000,
    "spelled out by dots": "ر.ش.و.ه." * 3000,
    "ligatures": "ﷲ ﷺ ﷽ احمق ﻻ",
    "not Persian": "You are an idiot, Mr. Rastkar took bribes",
    "line ends": "آقای راستکار\r\nرشوه\u2028گرفته\u2029است",
}
BLOCKED = Standing(Trust.BLOCKED, "نام\u202e‌ها \ud83d.", "دوشنبه ۹ آذر ۱۴۰۵", "2026-11-30")
SIGNALS = {
    "nothing measured": Signals(),
    "everything objected": Signals(
        language="ar",
        language_margin=0.97,
        language_words=("احمق", "گرفت"),
        insult=0.93,
        insult_spans=((0, 3), (2, 900_000), (5, 5), (-4, 2)),
        relevance=-3.5,
        relevance_outcome="off_topic_suspect",
        relevance_words=("طرح",),
        better_article="a-7",
        repeats=Repeats("c-1", 9, (Copy(0.0, 1.0, 0), Copy(3.2, 0.7, 1), Copy(23.99, 0.99, 2)), more=True),
    ),
    "scores at the edge": Signals(language="und", language_margin=0.0, insult=0.0, relevance=0.0, failed=("language",)),
    "an unheard-of language": Signals(language="x-none", language_margin=-1.0, insult=1.0, repeats=Repeats("", 0, ())),
    "not a number": Signals(
        language="mixed",
        language_margin=float("nan"),
        insult=float("nan"),
        relevance=float("nan"),
        repeats=Repeats("c-1", 9, (Copy(float("nan"), float("nan"), 0),) * 3),
    ),
}


def check_contract(rule: Rule, subject: Subject) -> None:
    """Assert what every answer of a rule must fulfil."""
    finding = rule.check(subject)
    assert finding == type(rule)().check(
        Subject(subject.text, subject.signals, subject.article, lists=subject.lists, standing=subject.standing)
    ), "not the same answer twice"
    if finding is None:
        return
    assert isinstance(finding, Finding)
    assert finding.rule == rule.slug
    assert finding.code in rule.codes
    assert isinstance(finding.outcome, Outcome)
    assert 0.0 <= finding.score <= 1.0
    assert finding.reason.rstrip().endswith(".")
    for sentence in (finding.reason, finding.reason_en):
        assert sentence.replace("\u200c", "").isprintable(), "marks or broken characters of the comment in our sentence"
    length = len(subject.text)
    assert all(0 <= start < end <= length for start, end in finding.spans), "a span outside the text"
    assert json.loads(json.dumps(finding.to_dict()))["spans"] == [list(span) for span in finding.spans]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
@pytest.mark.parametrize(("text", "measured"), list(product(HOSTILE, SIGNALS)))
def test_no_rule_stumbles_over_a_hostile_text(rule: type[Rule], text: str, measured: str) -> None:
    for article in (None, ARTICLE, ArticleContext("", "")):
        check_contract(rule(), Subject(HOSTILE[text], SIGNALS[measured], article, lists=LISTS, standing=BLOCKED))


LETTERS = st.characters(codec=None) | st.sampled_from("ابپرشوهگتمیکنسدز ‌ ـ،؟.!«»")
GIVING_AWAY = [
    "کوچه", "پلاک", "واحد", "در", "خونه\u200cش", "طبقه", "دم", "زندگی", "صفر", "نهصد", "نه", "صد", "سه", "تا",
    "رمز", "رمزش", "۰۹۱۲", "۱۲", "ب", "ایران", "۶۰۳۷", "IR", "@a_b", "a.ir", "دات", "کام", "ات", "جیمیل",
]  # fmt: skip
SELLING = [
    "تخفیف", "فقط", "سفارش", "دایرکت", "عدد", "کد", "ملی", "شبا",
    "تلفن", "<", "[", ".", ":", "/", "زیرخط", "کانال", "نکنید",
]  # fmt: skip
PIECES = st.sampled_from(
    [
        "رشوه",
        "گرفته",
        "آقای",
        "راستکار",
        "احمق",
        "می",
        "می‌گیره",
        "نیست",
        "؟",
        "،",
        "«",
        "»",
        "پول",
        "به جیب",
        "زد",
        "بی‌شعور",
        "\u202e",
        *GIVING_AWAY,
        *SELLING,
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(LETTERS, max_size=80) | st.lists(PIECES | st.text(LETTERS, max_size=4), max_size=14).map(" ".join),
    measured=st.sampled_from(sorted(SIGNALS)),
)
def test_no_rule_stumbles_over_any_text(text: str, measured: str) -> None:
    for rule in RULES:
        check_contract(rule(), Subject(text, SIGNALS[measured], ARTICLE, lists=LISTS))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_a_rule_says_what_it_is(rule: type[Rule]) -> None:
    assert rule.slug == rule.slug.lower().replace("_", "-")
    assert rule.title.strip()
    assert rule.title_en.strip()
    assert rule.policy.rstrip().endswith(".")
    assert rule.codes
    assert all(meaning.strip() for meaning in rule.codes.values())
    assert rule.__doc__


def test_slugs_are_distinct() -> None:
    assert len({rule.slug for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_every_option_can_be_drawn_as_a_form(rule: type[Rule]) -> None:
    for item in fields(rule):
        meta: dict[str, Any] = dict(item.metadata)
        assert meta["label"].strip(), f"{item.name} has no label"
        numeric = isinstance(item.default, int | float) and not isinstance(item.default, bool)
        if numeric:
            low, high = meta["limits"]
            assert low <= item.default <= high
        if meta["choices"]:
            assert item.default in {choice.value for choice in meta["choices"]}
            assert all(choice.label.strip() for choice in meta["choices"])
        assert numeric or isinstance(item.default, bool | str) or meta["choices"], f"{item.name} has no form field"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_options_survive_the_json_of_a_rule_set(rule: type[Rule]) -> None:
    written = json.loads(json.dumps(defaults(RULES).to_dict()))
    compiled = RuleSet.from_dict(written).compile(RULES)
    assert rule() in [item.rule for item in compiled.rules]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_a_rule_cannot_be_changed_after_it_was_made(rule: type[Rule]) -> None:
    made = rule()
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(rule)[0].name, None)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.name)
def test_rules_import_nothing_that_asks_the_world(path: Path) -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "rules are imported by their full name"
            imported.update(f"{node.module}.{alias.name}" for alias in node.names)
    assert not FORBIDDEN.intersection(name.split(".")[0] for name in imported)
    for name in imported:
        if name.startswith("moderation."):
            assert name.startswith("moderation.rules"), name
        if name.startswith("classifiers"):
            assert name.startswith(("classifiers.text", "classifiers.words")), name
