"""Adverts by what speaks for them together; links, floods and markup by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.text import fold
from moderation.rules.adverts import signs
from moderation.rules.base import Finding, Outcome, Signals, Subject
from moderation.rules.contacts import contacts
from moderation.rules.floods import floods, is_repeated, markup
from moderation.rules.no_spam import NoSpam, evidence


def finding(text: str, **options: object) -> Finding | None:
    return NoSpam(**options).check(Subject(text, Signals()))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (["ارسال", "رایگان"], ["offer"]),
        (["ارسالرایگان"], ["offer"]),
        (["فالوورهای"], ["trade"]),
        (["عدد", "7"], ["call"]),
        (["کیلویی", "250"], ["goods"]),
        (["فقط", "09120001122"], []),
        (["گفت", "نکنید"], ["talk", "talk"]),
        (["سنگ", "دریا"], []),
    ],
)
def test_signs_are_found_by_kind(words: list[str], kinds: list[str]) -> None:
    assert [sign.kind for sign in signs(words)] == kinds


def test_the_longest_phrase_stands() -> None:
    assert signs(["زیر", "قیمت", "بازار", "است"])[0][1:] == (0, 3)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("https://a.example/x", ["link"]),
        ("nova9.example.com", ["link"]),
        ("yaraneh-sabt . xyz", ["link"]),
        ("bet[.]example", ["link"]),
        ("haft rang نقطه bet", ["link"]),
        ("گل طلا دات کام", ["hidden"]),
        ("فلان نقطه آی‌آر", ["hidden"]),
        ("زرین، بعدش نقطه، بعدش فان", ["hidden"]),
        ("آیدی تونل زیرخط بات", ["hidden"]),
        ("@page_boom", ["handle"]),
        ("سفارش arzan_sara_test", ["handle"]),
        ("t . me / cinema", ["handle"]),
        ("#Taheri_Movement", []),
        ("نقطه ضعف تیم دفاع است", []),
        ("از نقطه صفر مرزی", []),
        ("زیر خط فقر کانال", []),
        ("WHO گفت TDS بالاست", []),
        ("ali@example.com", []),
    ],
)
def test_ways_out_are_found(text: str, kinds: list[str]) -> None:
    assert [one.kind for one in contacts(fold(text))] == kinds


def test_more_signs_are_more_evidence_and_talk_is_less() -> None:
    one = evidence({"offer": 1})
    assert one < evidence({"offer": 2}) < evidence({"offer": 2, "telephone": 1})
    assert evidence({"offer": 2, "talk": 1}) < evidence({"offer": 2})
    assert evidence({"offer": 50}) == evidence({"offer": 4}), "a kind counts only so often"


@given(st.dictionaries(st.sampled_from(["trade", "offer", "talk", "emoji", "link", "else"]), st.integers(0, 1000)))
def test_evidence_is_a_share(counts: dict[str, int]) -> None:
    assert 0.0 <= evidence(counts) <= 1.0


def test_an_advert_without_a_contact_is_a_question() -> None:
    text = "فالوور واقعی با تخفیف و ضمانت، تحویل فوری"
    without, with_one = finding(text), finding(text + " @boost_page_0")
    assert without is not None
    assert without.outcome is Outcome.SUSPECT
    assert with_one is not None
    assert with_one.outcome is Outcome.VIOLATION


def test_a_piece_alone_is_nothing() -> None:
    for text in ("تخفیف", "سفارش دادم", "تلگرام", "فالوور", "۲۰۰ تومن", "۰۹۱۲۰۰۰۱۱۲۲"):
        assert finding(text) is None, text


def test_no_advert_repeats_a_telephone_number_in_its_reason() -> None:
    found = finding("حراج کفش با تخفیف، سفارش فقط ۰۹۱۲۳۴۵۶۷۸۹")
    assert found is not None
    assert "۳۴۵" not in found.reason
    assert "۰۹۱۲۳۴۵۶۷۸۹" in {"حراج کفش با تخفیف، سفارش فقط ۰۹۱۲۳۴۵۶۷۸۹"[start:end] for start, end in found.spans}


def test_a_site_names_the_sites_that_it_trusts() -> None:
    assert finding("https://www.example.org/a") is not None
    assert finding("https://www.example.org/a", known_sites="Example.org") is None
    assert finding("https://news.example.org/a", known_sites="example.org") is None
    assert finding("https://badexample.org/a", known_sites="example.org") is not None
    assert finding("https://example.org@evil.shop/a", known_sites="example.org") is not None


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("https://www.example.org/a", "links"),
        ("ببینید @video_test_0", "handles"),
        ("<b>سلام</b>", "markup"),
        ("آب " * 20, "flood"),
    ],
)
def test_a_site_chooses_what_becomes_of_a_piece(text: str, option: str) -> None:
    violation = finding(text, **{option: "violation"})
    assert violation is not None
    assert violation.outcome is Outcome.VIOLATION
    assert finding(text, **{option: "accept"}) is None


@pytest.mark.parametrize("period", [1, 2, 3, 5])
def test_words_that_come_again_and_again_are_a_flood(period: int) -> None:
    assert is_repeated([f"و{number}" for number in range(period)] * 12)


@pytest.mark.parametrize(
    "words",
    [
        ["ایران"] * 5,
        [f"و{number}" for number in range(40)],
        ["نه", "نه", "نه", "چرا", "این", "کار", "را", "کردید", "آخر", "شما"],
    ],
)
def test_emphasis_is_no_flood(words: list[str]) -> None:
    assert not is_repeated(words)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("ه" * 40, ["run"]),
        ("ab12" * 60, ["word"]),
        ("ا\u200c" * 12 + "ا" + " سلام دوستان", ["unseen"]),
        ("😂🔥" * 30, ["emoji"]),
        ("خیلی خوب بود 👏👏👏👏👏👏👏👏👏👏👏👏", []),
        ("می‌خواهم خانه‌ای داشته باشم که پنجره‌هایش رو به دریا باشد", []),
        ("بِسْمِ اللَّهِ الرَّحْمَٰنِ الرَّحِيمِ قُلْ هُوَ اللَّهُ أَحَدٌ", []),
    ],
)
def test_floods_are_told_by_kind(text: str, kinds: list[str]) -> None:
    assert [flood.kind for flood in floods(text, text.split())] == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("<script src=x>", ["script"]),
        ("< IMG src=x onerror = alert(1)>", ["script", "script"]),
        ("[url=http://x]", ["script"]),
        ("<b>سلام</b>", ["markup", "markup"]),
        ("[قیمت: ۵]", []),
        ("۳ < ۵ و a<b و c>d", []),
        ("قلب <3", []),
    ],
)
def test_markup_is_told_by_kind(text: str, kinds: list[str]) -> None:
    assert [one.kind for one in markup(text)] == kinds
