"""Numbers as people write them, and their check digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.text import fold
from moderation.rules.checksums import is_card, is_iban, is_luhn, is_national_id
from moderation.rules.numbers import spelled
from moderation.rules.personal import numbered

WORDS = ["صفر", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("صفر نهصد و دوازده، سیصد و چهل و پنج، شصت و هفت، هشتاد و نه", "09123456789"),
        ("صفر نهصد سه صفر یازده چهل", "09000001140"),
        ("صفر نهصد، سه تا صفر، چهل‌وچهار، دوازده", "09000004412"),
        ("نهصد و یک، صفر صفر صفر، چهل و دو، هجده", "9010004218"),
        ("صفر نه صد، صفر صفر صفر، پنجاه، یک", "0900000501"),
        ("صفر بیست‌ویک هشت تا صفر", "02100000000"),
        ("صفر نهصد و دوازده ۳۴۵ ۶۷ ۸۹", "09123456789"),
    ],
)
def test_a_number_in_words_is_read(text: str, digits: str) -> None:
    (number,) = spelled(fold(f"تماس: {text}."))
    assert number.digits == digits
    start, end = fold(f"تماس: {text}.").span(number.start, number.end)
    assert f"تماس: {text}."[start:end] == text


@pytest.mark.parametrize(
    "text",
    [
        "نهصد نفر آمدند",
        "صفر تا صد کار با ماست",
        "از صفر شروع کردیم و بیست سال گذشت",
        "دو هیچ بردیم، سه صفر باختیم",
        "قیمت نهصد و پنجاه هزار شد",
    ],
)
def test_a_count_is_no_telephone_number(text: str) -> None:
    assert spelled(fold(text)) == ()


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9))
def test_digits_one_by_one_in_words_are_a_telephone_number(rest: list[int]) -> None:
    # «سه صفر» says three zeros, so no zero may follow another digit here
    said = [1 if digit == 0 else digit for digit in rest]
    text = " ".join([WORDS[0], WORDS[9], *(WORDS[digit] for digit in said)])
    assert [one.digits for one in spelled(fold(text))] == ["09" + "".join(map(str, said))]


@given(
    st.from_regex(r"09[0-9]{9}", fullmatch=True),
    st.lists(st.sampled_from(["", " ", "-", " - ", "\u200c"]), min_size=10, max_size=10),
    st.sampled_from(["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"]),
)
def test_a_mobile_number_is_found_however_it_is_parted(digits: str, gaps: list[str], script: str) -> None:
    written = "".join(script[int(digit)] + gap for digit, gap in zip(digits, [*gaps, ""], strict=True))
    text = f"شماره‌اش {written} است"
    (one,) = numbered(fold(text))
    assert (one.kind, one.digits, one.sure) == ("mobile", digits, True)
    start, end = fold(text).span(one.start, one.end)
    assert text[start:end] == written


@given(st.from_regex(r"[0-9]{9}", fullmatch=True).filter(lambda digits: len(set(digits)) > 1))
def test_of_ten_last_digits_one_makes_a_national_id(digits: str) -> None:
    assert sum(is_national_id(f"{digits}{last}") for last in range(10)) == 1


def test_one_digit_ten_times_is_nobodys_id() -> None:
    assert not any(is_national_id(str(digit) * 10) for digit in range(10))


@given(st.integers(10**14, 10**15 - 1))
def test_of_ten_last_digits_one_satisfies_luhn(number: int) -> None:
    assert sum(is_luhn(f"{number}{last}") for last in range(10)) == 1


@pytest.mark.parametrize(
    ("digits", "right"), [("6037990000004123", True), ("6037990000004124", False), ("0" * 16, False)]
)
def test_a_card_is_checked(digits: str, right: bool) -> None:
    assert is_card(digits) is right


@given(st.from_regex(r"[0-9]{22}", fullmatch=True), st.integers(0, 23))
def test_one_wrong_digit_makes_an_iban_wrong(account: str, place: int) -> None:
    check = 98 - int(account + "182700") % 97
    digits = f"{check:02d}{account}"
    assert is_iban(digits)
    wrong = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
    assert not is_iban(wrong)


@pytest.mark.parametrize("digits", ["", "1", "12345678901", "9" * 30])
def test_another_length_is_neither_an_id_nor_a_card_nor_an_iban(digits: str) -> None:
    assert not any(check(digits) for check in (is_national_id, is_card, is_iban))


@pytest.mark.parametrize(
    "text",
    [
        "۱۳۶۷ و ۱۳۷۹ و ۱۴۰۱",
        "۲۰۱۸-۲۰۲۲",
        "۱۲ ۵۰۰ ۰۰۰ تومان",
        "ساعت ۲۱:۴۰ تا ۲۳:۱۰",
        "۰۹۶۳۸۰ و ۰۹۶۲۷",
        "۱ ۲ ۳ ۴ ۵",
        "کد رهگیری ۱۲۳۴۵۶۷",
        "شابک ۹۷۸-۶۲۲-۱۰۰۰-۱۱-۲",
    ],
)
def test_what_is_nobodys_number_is_none(text: str) -> None:
    assert numbered(fold(text)) == ()
