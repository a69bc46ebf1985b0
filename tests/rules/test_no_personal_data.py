"""What is given away of somebody: found by kind, told without repeating it, masked to the last digits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.base import ArticleContext, Finding, Outcome, Signals, Subject
from moderation.rules.no_personal_data import NAMES, NoPersonalData

PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")


def finding(text: str, article: ArticleContext | None = None, **options: object) -> Finding | None:
    return NoPersonalData(**options).check(Subject(text, Signals(), article))  # type: ignore[arg-type]


GIVEN_AWAY = [
    "شماره‌اش ۰۹۱۲ ۳۴۵ ۶۷ ۸۹ است",
    "تلفن خانه‌اش ۰۲۱ ۴۴۵۵ ۶۶۷۷",
    "کد ملی ۷۹۸۰۶۰۶۷۲۸ مال اوست",
    "کارت ۶۰۳۷۹۹۰۰۰۰۰۰۴۱۲۳ مال اوست",
    "شبا IR870120000000000000190493",
    "شماره دانشجویی ۴۰۲۱۳۳۰۷۷",
    "رمزش Gol#1402sara است",
    "ایمیلش sara.golbaf00@example.com",
    "پلاکش ۱۲ ب ۴۱۷ ایران ۹۹",
    "موبایلش صفر نهصد و دوازده، سیصد و چهل و پنج، شصت و هفت، هشتاد و نه",
]


@pytest.mark.parametrize("text", GIVEN_AWAY)
def test_a_reason_never_tells_more_than_the_last_two_digits(text: str) -> None:
    found = finding(text)
    assert found is not None
    for sentence in (found.reason, found.reason_en):
        digits = re.findall(r"\d+", sentence.translate(PERSIAN))
        assert all(len(run) <= 2 for run in digits)
        assert not re.search("sara|golbaf|Gol#", sentence)


@given(st.from_regex(r"09[0-9]{9}", fullmatch=True))
def test_no_mobile_number_is_repeated_by_its_reason(number: str) -> None:
    found = finding(f"زنگ بزنید {number}")
    assert found is not None
    assert number[2:] not in found.reason.translate(PERSIAN)
    assert f"…{number[-2:]}" in found.reason.translate(PERSIAN)


@pytest.mark.parametrize("text", GIVEN_AWAY)
def test_the_spans_cover_what_is_given_away(text: str) -> None:
    found = finding(text)
    assert found is not None
    rest = text
    for start, end in reversed(found.spans):
        rest = rest[:start] + rest[end:]
    assert not re.search(r"\d|هفت|[A-Za-z]{3}", rest)


def test_the_surest_piece_decides_and_all_are_marked() -> None:
    found = finding("خونه‌ش کوچه یاس پلاک ۱۱، موبایلش ۰۹۱۲۰۰۰۱۱۲۲، رمزش Nora1390")
    assert found is not None
    assert (found.code, found.outcome) == ("credential", Outcome.VIOLATION)
    assert len(found.spans) == 3


def test_a_number_of_the_article_may_be_repeated() -> None:
    article = ArticleContext("شمارهٔ تازهٔ گزارش", "مردم با ۰۹۱۲ ۰۰۰ ۱۱ ۲۲ گزارش بدهند.")
    assert finding("به ۰۹۱۲۰۰۰۱۱۲۲ زنگ زدم", article) is None
    assert finding("به ۰۹۱۲۰۰۰۱۱۲۳ زنگ زدم", article) is not None


def test_a_site_may_let_a_kind_pass() -> None:
    text = "به ۰۹۱۲۰۰۰۱۱۲۲ زنگ بزنید"
    assert finding(text, telephones="accept") is None
    suspect = finding(text, telephones="suspect")
    assert suspect is not None
    assert suspect.outcome is Outcome.SUSPECT


def test_what_only_words_call_so_is_never_more_than_suspect() -> None:
    found = finding("کد پستی ۱۲۳۴۵۶۷۸۹۱ است")
    assert found is not None
    assert found.outcome is Outcome.SUSPECT


def test_a_bank_account_of_the_red_crescent_is_no_secret() -> None:
    assert finding("کمک‌ها به کارت رسمی هلال احمر: ۶۰۳۷۹۹۰۰۰۰۰۰۴۱۲۳") is None


@pytest.mark.parametrize(
    "text",
    [
        "رمز پیروزی ۴-۲ بازی کردن بود",
        "رمز 1234 که رمز نیست",
        "رمزگشایی از سند ۱۴۰۱ چرا طول کشید",
        "پسوندش apk2024 بود نصب نکنید",
        "خانه ما در طبقه سوم است و آسانسور خراب",
        "در خیابان انقلاب و میدان فردوسی ترافیک بود",
        "خونه خریدن با وام ۴۰۰ میلیونی در محله ما ممکن نیست",
        "شهرک صنعتی فاز ۲ تعطیل شد",
        "واحد ۳ نیروگاه و بلوک ۴ سد آماده شد",
        "اطلاعات ۲۰۰ هزار نفر لو رفت",
        "۱۲ د ۳۴۵",
        "@سارا شما هم بگو",
    ],
)
def test_what_gives_nobody_away_passes(text: str) -> None:
    found = finding(text)
    assert found is None, found and (found.code, found.reason)


def test_every_code_has_a_name() -> None:
    assert NoPersonalData.codes.keys() == NAMES.keys()
