"""Personal data in a comment: numbers that are checked, credentials, plates, mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from classifiers.text import Folded
from moderation.rules.checksums import banks, is_card, is_iban, is_national_id
from moderation.rules.numbers import Number, runs, spelled, windows

_LEAST_DIGITS = 7
_MOBILE = re.compile(r"(?:0|0098|98)?9[0-9]{9}")
_LANDLINE = re.compile(r"(?:0|0098|98)[1-8][0-9]{9}")
_ABROAD = re.compile(r"\+ ?$")
_BEFORE = 28  # characters before a number in which its name is looked for
_AFTER = 12
_NATIONAL_ID = re.compile(r"(?:کد|شماره|کارت) ?ملی|ملیش|ملیم|شماره شناسایی|شناسنامه")
_CARD = re.compile("کارت|حساب|واریز|بریز")
_ACCOUNT = re.compile("(?:شماره|به) ?حساب|سپرده")
_POSTAL = re.compile("کد ?پستی")
_TELEPHONE = re.compile("تلفن|شماره|زنگ|تماس|موبایل|همراه|گوشی|منزل|ثابت|واتس|خط")
_NUMBERED = re.compile("دانشجویی|پرسنلی|پاسپورت|گذرنامه|داوطلبی|فراگیر|شناسه قبض|کد بورسی|بازنشستگی|پرونده پزشکی")

_LETTER = "الف|ب|پ|ت|ث|ج|د|ز|ژ|س|ش|ص|ط|ع|ف|ق|ک|گ|ل|م|ن|و|ه|ی|د"
_PLATE = re.compile(
    rf"(?<![0-9])(?:(?P<joined>[0-9]{{2}} ?(?:{_LETTER}) ?[0-9]{{3}})[ \-]{{0,3}}(?P<region>ایران[ \-]{{0,3}}[0-9]{{2}})?"
    rf"|(?P<regional>ایران[ \-]{{0,3}}[0-9]{{2}}|[0-9]{{2}} ?ایران)[ \-]{{1,3}}(?:[0-9]{{3}} ?(?:{_LETTER}) ?[0-9]{{2}}"
    rf"|[0-9]{{2}} ?(?:{_LETTER}) ?[0-9]{{3}}))(?![0-9])"
)
_PLATE_HINT = re.compile(r"[0-9] ?(?:ایران|[ا-ی])|ایران[ \-]{0,3}[0-9]")
_HOSTS = "gmail|yahoo|hotmail|outlook|chmail|protonmail|icloud|جی ?میل|یاهو|هاتمیل|چاپار|اوت ?لوک"
_MAIL = re.compile(
    r"(?<![a-z0-9._+@-])(?P<local>[a-z0-9][a-z0-9._+-]{0,63})(?: ?@ ?| ?[(\[]\s?(?:at|ات)\s?[)\]] ?)"
    rf"(?:(?:[a-z0-9-]{{1,63}}\.){{1,4}}[a-z]{{2,12}}|(?:{_HOSTS})(?![a-z]))"
    rf"|(?<![^\W_])(?P<spoken>[^\W_][\w.]{{2,63}}) (?:ات|at) (?:ساین )?(?:{_HOSTS}|[a-z0-9-]{{2,40}} ?(?:\.|دات|نقطه|dot))(?![^\W_])"
)
_MAIL_HINTS = ("@", " ات ", " at ", "(at", "[at", "(ات", "[ات")
_PUBLIC_BOXES = re.compile(
    r"(?:info|contact|support|news|office|admin|editor|pr|sales|help|shekayat|tahririeh?|public|dabir)[0-9._-]*"
)
_SECRET = re.compile(
    r"(?<![^\W_])(?:رمز(?! ?ارز)(?! ?و راز)|پسو?ورد|پسش|پس ?ورد|password|passwd|pwd|cvv ?2?|سی ?وی ?وی ?2?|پین ?کد)"
    r"(?: ?(?:عبور|ورود|دوم|اول|پویا|کارت|وای ?فای|سامانه|ثنا|سوخت|ایمیل))?[اآ-ی]{0,5}"
    r"(?P<between>[^.!?؟\n0-9a-z]{0,16})(?P<value>[a-z0-9][a-z0-9@#$%&*!._-]{2,40})"
)
_TRIVIAL = re.compile(r"(?:0?1234?5?6?7?8?9?0?|([0-9])\1+|111222|admin|password)")
_YEAR = re.compile("1[34][0-9]{2}|19[0-9]{2}|20[0-9]{2}")
_LATIN = re.compile("[a-z]")
_PLAIN_WORD = re.compile(r"[a-z]+")
_MOST_SPACED = 10


class Datum(NamedTuple):
    """A piece of personal data at folded [start, end); `sure` when a check or its shape leaves no doubt."""

    kind: str
    start: int
    end: int
    sure: bool
    digits: str = ""


@lru_cache(maxsize=8)
def numbered(folded: Folded) -> tuple[Datum, ...]:
    """The numbers of a text that belong to somebody, by place."""
    text = folded.text
    found = [
        Datum("mobile" if "9" in one.digits[:2] else "landline", one.start, one.end, len(one.digits) >= 10, one.digits)
        for one in spelled(folded)
    ]
    for run in runs(text):
        place = 0
        while place < len(run):
            datum, used = next(
                ((one, number.groups) for number in windows(run, place) if (one := _named(text, number))), (None, 1)
            )
            if datum is not None:
                found.append(datum)
            place += used
    return tuple(sorted(found, key=lambda one: one.start))


def _named(text: str, number: Number) -> Datum | None:
    """What a number is, by its own shape and check digits and, where these do not tell, by the words before it."""
    length = len(number.digits)
    if length < _LEAST_DIGITS:
        return None
    if length == 10 and (found := _ten(text, number)):
        return found
    if 10 <= length <= 14 and (found := _telephone(text, number)):
        return found
    if length == 16 and is_card(number.digits):
        before = _before(text, number)
        known = number.digits[:6] in banks()
        return _datum("card", number, sure=known or _CARD.search(before) is not None) if known or before else None
    if length == 24 and (number.groups <= 8):
        return _datum("iban", number, sure=True) if is_iban(number.digits) else None
    return _by_name(text, number)


def _ten(text: str, number: Number) -> Datum | None:
    """An id by its check digit; by itself, one number in eleven passes it, so it must be called so to be sure."""
    before = _before(text, number)
    if _POSTAL.search(before):
        return _datum("postal-code", number, sure=False)
    if not is_national_id(number.digits):
        return None
    called = _NATIONAL_ID.search(before) or _NATIONAL_ID.search(text, number.end, number.end + _AFTER)
    return _datum("national-id", number, sure=called is not None) if called or number.digits[0] != "9" else None


def _telephone(text: str, number: Number) -> Datum | None:
    abroad = _ABROAD.search(text, max(0, number.start - 2), number.start) is not None
    if _MOBILE.fullmatch(number.digits):
        if number.digits[0] == "9" and len(number.digits) == 10 and not _TELEPHONE.search(_before(text, number)):
            return None
        return _datum("mobile", number, sure=True)
    if _LANDLINE.fullmatch(number.digits) and (number.groups <= 6 or number.groups >= len(number.digits) - 1):
        return _datum("landline", number, sure=False)
    return _datum("mobile", number, sure=False) if abroad else None


def _by_name(text: str, number: Number) -> Datum | None:
    """What has no check digit and is known by the words before it alone."""
    before = _before(text, number)
    length = len(number.digits)
    if length <= 16 and _NUMBERED.search(before):
        return _datum("number", number, sure=False)
    if 8 <= length <= 18 and _ACCOUNT.search(before):
        return _datum("account", number, sure=False)
    if length == 8 and number.groups <= 4 and number.digits[0] in "2345678" and re.search("تلفن|منزل|زنگ بزن", before):
        return _datum("landline", number, sure=False)
    return None


def _datum(kind: str, number: Number, *, sure: bool) -> Datum:
    return Datum(kind, number.start, number.end, sure, number.digits)


def _before(text: str, number: Number) -> str:
    return text[max(0, number.start - _BEFORE) : number.start]


def plates(text: str) -> Iterator[Datum]:
    """Car plates: «۱۲ ب ۳۴۵ ایران ۶۷», in any order; without «ایران» only where a plate is spoken of."""
    if not _PLATE_HINT.search(text):
        return
    for match in _PLATE.finditer(text):
        region = match["region"] or match["regional"]
        if not region and "پلاک" not in text[max(0, match.start() - 30) : match.start()]:
            continue
        yield Datum("plate", *match.span(), True)


def mails(text: str) -> Iterator[Datum]:
    """Mail addresses, written or spelled; those of an office are nobody's own."""
    if not any(hint in text for hint in _MAIL_HINTS):
        return
    for match in _MAIL.finditer(text):
        if not _PUBLIC_BOXES.fullmatch(match["local"] or ""):
            yield Datum("email", *match.span(), match["local"] is not None)


def credentials(text: str) -> Iterator[Datum]:
    """Passwords and codes that are given away; a code that everybody jokes about is none."""
    for match in _SECRET.finditer(text):
        value, near = match["value"], len(match["between"]) <= _MOST_SPACED
        if _TRIVIAL.fullmatch(value) or _PLAIN_WORD.fullmatch(value):
            continue
        if _YEAR.fullmatch(value) and match["between"].strip(" :=") not in ("", "ه", "است", "اینه", "این است"):
            continue
        if not _LATIN.search(value) and not (
            near and len(value) <= _MOST_SPACED and (len(value) > 3 or "v" in match[0] or "وی" in match[0])
        ):
            continue
        yield Datum("credential", match.start("value"), match.end("value"), True)
