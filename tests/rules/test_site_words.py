"""A site's own words: what is found, what is free, what the sentence says, and which lists are refused."""

from __future__ import annotations

import json

import pytest

from moderation.rules import RULES
from moderation.rules.base import ArticleContext, Finding, Outcome, Signals, Subject
from moderation.rules.compiling import RuleSetError
from moderation.rules.no_insults import NoInsults
from moderation.rules.rule_set import RuleSet, check
from moderation.rules.site_lists import CompiledList, SiteLists
from moderation.rules.site_words import SiteWords
from moderation.rules.word_lists import Kind, ListRefused, SiteList, SiteWord

BLOCKED = SiteWord("زاغارت")
ENTRIES = [{"text": "زاغارت"}, {"text": "سوسیس", "kind": "suspect", "note": "از حقوقی بپرسید."}]


def lists(*words: SiteWord, name: str = "رکیک") -> SiteLists:
    return SiteLists((CompiledList.of(SiteList(name, words)),))


def found(text: str, *words: SiteWord, section: str | None = None, **options: object) -> Finding | None:
    article = ArticleContext("خبر", section=section) if section else None
    return SiteWords(**options).check(Subject(text, Signals(), article, lists=lists(*words)))


def test_without_lists_nothing_is_found() -> None:
    assert SiteWords().check(Subject("زاغارت", Signals())) is None


def test_the_sentence_names_the_words_their_lists_and_how_many() -> None:
    one = found("سوسیس و زاغارت و زاغارت", BLOCKED, SiteWord("سوسیس", Kind.SUSPECT, note="از حقوقی بپرسید."))
    assert one is not None
    assert one.reason == (
        "واژهٔ ممنوع سایت: «زاغارت» (فهرست «رکیک»)؛ واژهٔ مشکوک سایت: «سوسیس» (فهرست «رکیک»)؛ "
        "یادداشت: از حقوقی بپرسید؛ ۳ مورد."
    )
    assert one.reason_en.startswith("Blocked by the site: 'زاغارت' (list 'رکیک'); Suspect to the site: 'سوسیس'")
    assert one.spans == ((0, 5), (8, 14), (17, 23))


def test_blocked_is_a_violation_and_suspect_a_question() -> None:
    blocked, suspect = found("زاغارت", BLOCKED), found("زاغارت", SiteWord("زاغارت", Kind.SUSPECT))
    assert blocked is not None
    assert suspect is not None
    assert (blocked.code, blocked.outcome) == ("blocked-word", Outcome.VIOLATION)
    assert (suspect.code, suspect.outcome) == ("suspect-word", Outcome.SUSPECT)
    assert blocked.score > suspect.score


def test_a_word_that_is_both_is_blocked() -> None:
    one = found("زاغارت", SiteWord("زاغارت", Kind.SUSPECT), BLOCKED)
    assert one is not None
    assert one.code == "blocked-word"


@pytest.mark.parametrize(
    ("disguised", "code"), [("same", "blocked-word"), ("suspect", "suspect-word"), ("ignore", None)]
)
def test_a_word_in_disguise_counts_as_the_site_says(disguised: str, code: str | None) -> None:
    one = found("ز.ا.غ.ا.ر.ت", BLOCKED, disguised=disguised)
    assert (one.code if one else None) == code
    plain = found("زاغارت", BLOCKED, disguised=disguised)
    assert plain is not None
    assert plain.code == "blocked-word"
    assert one is None or one.score < plain.score


def test_spans_are_those_of_the_original() -> None:
    text = "اَی زاغـــارت\u200cها 🙂 خر"
    one = found(text, BLOCKED, SiteWord(r"\bخر\b", pattern=True))
    assert one is not None
    assert [text[start:end] for start, end in one.spans] == ["زاغـــارت", "خر"]


@pytest.mark.parametrize(
    ("text", "allowed", "expected"),
    [
        ("خر‌گوش زیبا", "خرگوش", []),
        ("خرگوش‌فروشی", "خرگوش", []),
        ("خر تو خر و خر", "خر تو خر", ["خر"]),
        ("خر", "خر", []),
        ("خ.ر.گ.و.ش خر", "خرگوش", ["خر"]),
    ],
)
def test_an_allowed_word_frees_what_it_covers(text: str, allowed: str, expected: list[str]) -> None:
    one = found(text, SiteWord("خر"), SiteWord(allowed, Kind.ALLOW))
    assert [text[start:end] for start, end in one.spans] == expected if one else not expected


def test_a_list_frees_what_another_blocks_and_a_pattern_allows_too() -> None:
    blocking, allowing = (
        SiteList("a", (BLOCKED,)),
        SiteList("b", (SiteWord(r"\bزاغ\w+ خوب", Kind.ALLOW, pattern=True),)),
    )
    both = SiteLists((CompiledList.of(blocking), CompiledList.of(allowing)))
    assert SiteWords().check(Subject("زاغارت خوب", Signals(), lists=both)) is None
    assert SiteWords().check(Subject("زاغارت بد", Signals(), lists=both)) is not None


@pytest.mark.parametrize("section", ["ورزش", " ورزش", "وَرزش"])
def test_a_word_of_a_section_counts_there_alone(section: str) -> None:
    word = SiteWord("زاغارت", section="ورزش")
    assert found("زاغارت", word, section=section)
    assert not found("زاغارت", word, section="اقتصاد")
    assert not found("زاغارت", word)
    assert not found("زاغارت", BLOCKED, SiteWord("زاغارت", Kind.ALLOW, section="ورزش"), section=section)


def insult(text: str, *spans: tuple[int, int], score: float = 0.9, words: SiteLists, **options: object) -> str | None:
    finding = NoInsults(**options).check(Subject(text, Signals(insult=score, insult_spans=spans), lists=words))
    return finding.code if finding else None


def test_what_a_site_allows_is_no_insult_unless_it_says_otherwise() -> None:
    words = lists(SiteWord("احمق", Kind.ALLOW))
    assert insult("تو احمق هستی", (3, 7), words=words) is None
    assert insult("تو احمق هستی", (3, 7), words=words, site_allows=False) == "insult"
    assert insult("تو احمق هستی", (3, 7), words=lists(BLOCKED)) == "insult"


def test_what_else_speaks_for_an_insult_still_does() -> None:
    words = lists(SiteWord("احمق", Kind.ALLOW))
    assert insult("احمق و بی‌شعور", (0, 4), words=words) == "insult"
    assert insult("احمق و مزخرف", (0, 4), (7, 12), words=words) == "insult"


def test_a_threat_is_never_allowed() -> None:
    text = "قلم پاتو می‌شکنیم"
    assert insult(text, words=lists(SiteWord(text, Kind.ALLOW), SiteWord(".+", Kind.ALLOW, pattern=True))) == "threat"


def test_a_list_survives_its_json_and_its_hash_is_that_of_the_content() -> None:
    words = SiteList("n", (BLOCKED, SiteWord(r"\bخر", Kind.ALLOW, pattern=True, section="ورزش", note="x")))
    again = SiteList.from_dict(json.loads(words.content))
    assert (again, again.sha256) == (words, words.sha256)
    assert SiteList("n", (BLOCKED,)).sha256 != words.sha256 != SiteList("m", words.entries).sha256


def test_a_rule_set_holds_lists_or_names_them() -> None:
    words = SiteList.from_dict({"name": "رکیک", "entries": ENTRIES})
    held = RuleSet.from_dict({"rules": {}, "word_lists": [{**words.to_dict(), "sha256": words.sha256}]})
    named = RuleSet.from_dict({"rules": {}, "word_lists": [{"sha256": words.sha256}]})
    assert (held.list_hashes, named.list_hashes) == ((), (words.sha256,))
    for compiled in (held.compile(RULES), named.compile(RULES, {words.sha256: CompiledList.of(words)})):
        assert [one.rule for one in check(Subject("زاغارت", Signals(language="fa")), compiled)] == ["site-words"]
    assert RuleSet.from_dict(json.loads(json.dumps(held.to_dict()))).digest == held.digest
    assert len({held.digest, named.digest, RuleSet().digest}) == 3


def test_a_rule_set_without_lists_is_written_as_ever() -> None:
    assert RuleSet.from_dict({"rules": {}}).to_dict() == {"version": 1, "rules": {}}


@pytest.mark.parametrize(
    ("word_lists", "pointer"),
    [
        ({"name": "a"}, "/word_lists"),
        (["a"], "/word_lists"),
        ([{}], "/word_lists/0/sha256"),
        ([{"sha256": "0" * 64}], "/word_lists/0/sha256"),
        ([{"sha256": ["a"]}], "/word_lists/0/sha256"),
        ([{"name": "a", "entries": ENTRIES, "sha256": "0" * 64}], "/word_lists/0/sha256"),
        ([{"name": "a", "entries": [], "colour": 1}], "/word_lists/0/colour"),
        ([{"name": "", "entries": []}], "/word_lists/0/name"),
        ([{"name": "a", "entries": {}}], "/word_lists/0/entries"),
        ([{"name": "a", "entries": ["a"]}], "/word_lists/0/entries/0"),
        ([{"name": "a", "entries": [{}]}], "/word_lists/0/entries/0"),
        ([{"name": "a", "entries": [{"text": "a", "kind": "loud"}]}], "/word_lists/0/entries/0"),
        ([{"name": "a", "entries": [{"text": "a", "kind": []}]}], "/word_lists/0/entries/0"),
        ([{"name": "a", "entries": [{"text": "a", "pattern": 1}]}], "/word_lists/0/entries/0"),
        ([{"name": "a", "entries": [*ENTRIES, {"text": "(?=a)", "pattern": True}]}], "/word_lists/0/entries/2/text"),
        ([{"name": "a", "entries": []}, {"name": "a", "entries": []}], "/word_lists"),
        ([{"name": str(number), "entries": []} for number in range(21)], "/word_lists"),
    ],
)  # fmt: skip
def test_a_wrong_list_is_refused_by_its_pointer(word_lists: object, pointer: str) -> None:
    with pytest.raises(RuleSetError) as refused:
        RuleSet.from_dict({"rules": {}, "word_lists": word_lists}).compile(RULES)
    assert set(refused.value.errors) == {pointer}


def test_every_wrong_entry_is_named_at_once() -> None:
    with pytest.raises(ListRefused) as refused:
        SiteList.from_dict({"name": "a", "entries": [{"text": ""}, {"text": "خر"}, {"text": "!"}]})
    assert set(refused.value.reasons) == {"/entries/0/text", "/entries/2/text"}
