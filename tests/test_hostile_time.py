"""How long the longest comment may keep a worker busy, whatever it is made of."""

from __future__ import annotations

import time

import pytest

from benchmarks.terms import LONG, varied_words
from classifiers.language_reading import read
from moderation.measure import Models, load_models
from moderation.rules import RULES
from moderation.rules.base import ArticleContext, Signals, Subject
from moderation.rules.rule_set import CompiledRuleSet, defaults
from moderation.rules.site_lists import CompiledList, SiteLists
from moderation.rules.site_words import SiteWords
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.screen import Submission, opinions

LENGTH = 10_000  # the longest comment that is taken
SECONDS = 1.5  # of computing for one comment; what is quadratic in words takes longer, what is cubic takes minutes
ARTICLE = ArticleContext(
    "مهران راستکار، مدیرعامل شرکت پولادین، از طرح تازه گفت", "مهران راستکار در نشست خبری حاضر شد.", "اقتصاد"
)
REPEATED = [
    "@", "a@", "@a", "a.", "a@a.", " a@a", "a@a.a ", "#", ".", "؟", "\"", "«", "ا.", "احمق ", "احمق", "\"احمق\" ", "دزد ",
    "خر ", "اح*ق ", "ا ح م ق ", "دزد راستکار ", "رشوه گرفت ", "قلم پاتو می‌شکنیم. ", "خ", "خر", "می ", "ا" + "\u0315\u0300\u0489" * 9,
    "\u200c", "\n", "👨‍👩‍👧‍👦", "0", "۰۹۱۲", "۰۹۱۲ ", "1 ", "1-", "۱۲ ب ", "ایران ۱۱ ",
    "@a ", "a_", "a.b", "a-", "<", "<a ", "[b", "{{", "دات ",
    "نقطه ", "ات ", "رمز ", "رمز:", "صفر ", "صفر نهصد ", "نه صد ", "و ", "سه تا ",
    "پلاک ۱ ", "کوچه ", "خونه ", "تخفیف ", "فقط ۱ ", "دایرکت",
    "http://", "ا\u200c", "\u200b",
]  # fmt: skip


def filled(piece: str, last: str = "") -> str:
    """A text of the greatest length that is one piece again and again."""
    return (piece * LENGTH)[: LENGTH - len(last)] + last


@pytest.fixture(scope="module")
def models() -> Models:
    return load_models()


@pytest.fixture(scope="module")
def rules(models: Models) -> CompiledRuleSet:
    compiled = defaults(RULES).compile(RULES)
    opinions([Submission("احمق دزد", "a", ARTICLE)], [compiled], models)  # what is read once is read here
    return compiled


@pytest.mark.parametrize("last", ["", "ا"], ids=["to the end", "but the last letter"])
@pytest.mark.parametrize("piece", REPEATED, ids=lambda piece: ascii(piece)[:24])
def test_the_longest_comment_is_judged_in_time(piece: str, last: str, models: Models, rules: CompiledRuleSet) -> None:
    text = filled(piece, last)
    started = time.thread_time()
    (opinion,) = opinions([Submission(text, "a", ARTICLE)], [rules], models)
    taken = time.thread_time() - started
    assert not opinion.signals.failed
    assert taken < SECONDS, f"{taken:.2f} s"


@pytest.fixture(scope="module")
def site_words() -> SiteLists:
    """20,000 words, some that the texts are made of, some that allow them, and patterns that read far."""
    blocked = [SiteWord(text) for text in ("احمق", "خر", "دزد", "رشوه گرفت", "ا ا ا", "ممه")]
    allowed = [SiteWord(text, Kind.ALLOW) for text in ("خر خر", "دزد راستکار", "احمق احمق احمق")]
    patterns = [
        SiteWord(text, pattern=True) for text in (r"\bا.*ب.*پ", r"(\w+\s?)+!", r"(ا|خر)+ژ", r"\b\w{2,9}\b.*@", "خ")
    ]
    words = [SiteWord(text) for text in varied_words()[: LONG - 14]]
    return SiteLists((CompiledList.of(SiteList("long", (*blocked, *allowed, *patterns, *words))),))


@pytest.mark.parametrize("piece", [*REPEATED, "خر خر ", "ب", "احمق احمق"], ids=lambda piece: ascii(piece)[:24])
def test_the_longest_comment_is_searched_for_20000_words_in_time(piece: str, site_words: SiteLists) -> None:
    subject = Subject(filled(piece, "ا"), Signals(), ARTICLE, lists=site_words)
    started = time.thread_time()
    SiteWords().check(subject)
    taken = time.thread_time() - started
    assert taken < SECONDS, f"{taken:.2f} s"


@pytest.mark.parametrize("piece", ["@", "a@", "@a", "a.", "a@a.", "a" * 64 + "@", " a@a"])
def test_the_language_reading_of_half_an_address_takes_linear_time(piece: str) -> None:
    text = filled(piece)
    started = time.thread_time()
    read(text)
    assert time.thread_time() - started < 0.1


@pytest.mark.parametrize("address", ["ali@example.com", "a.b-c+d@mail.example.ir", "(ali@example.com)"])
def test_an_address_is_no_word_of_any_language(address: str) -> None:
    assert read(f"سلام {address} خوبی") == read("سلام خوبی")
