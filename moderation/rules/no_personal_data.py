"""The comment gives away no number, address or password of anybody, its writer's own included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from classifiers.text import Folded, fold
from moderation.rules.addresses import address
from moderation.rules.base import (
    ACCEPT,
    OUTCOMES,
    ArticleContext,
    Finding,
    Outcome,
    Rule,
    Subject,
    option,
    persian_number,
)
from moderation.rules.personal import Datum, credentials, mails, numbered, plates
from moderation.rules.reading import plain
from moderation.rules.words import sections

NAMES = {
    "credential": ("گذرواژه", "a password"),
    "national-id": ("کد ملی", "a national id"),
    "card": ("شمارهٔ کارت بانکی", "a bank card"),
    "iban": ("شمارهٔ شبا", "an IBAN"),
    "mobile": ("شمارهٔ همراه", "a mobile number"),
    "landline": ("شمارهٔ تلفن", "a telephone number"),
    "email": ("نشانی رایانامه", "a mail address"),
    "plate": ("پلاک خودرو", "a car plate"),
    "address": ("نشانی خانه", "a home address"),
    "account": ("شمارهٔ حساب", "a bank account"),
    "postal-code": ("کد پستی", "a postal code"),
    "number": ("شمارهٔ پرونده یا مدرک شخصی", "a personal file or document number"),
}
_SCORES = {True: 0.95, False: 0.6}
_SHOWN = 2  # last digits that a reason may tell
_DIGITS = re.compile("[0-9]")
_SECRETS = ("رمز", "پسو", "پس ورد", "پسورد", "پسش", "pass", "pwd", "cvv", "سی وی", "سیوی", "پین")
_OPEN_TO_ALL = frozenset({"landline", "card", "iban", "account"})


@dataclass(frozen=True)
class NoPersonalData(Rule):
    """Objects to what a check digit or its shape proves to be somebody's; asks where only the words around it say so."""

    slug: ClassVar[str] = "no-personal-data"
    title: ClassVar[str] = "بدون دادهٔ شخصی"
    title_en: ClassVar[str] = "No personal data"
    policy: ClassVar[str] = "پیام‌هایی که شماره، نشانی یا گذرواژهٔ کسی، حتی خود نویسنده، در آنها باشد منتشر نمی‌شوند."
    codes: ClassVar[Mapping[str, str]] = {kind: english for kind, (_, english) in NAMES.items()}

    telephones: str = option(
        "violation",
        "شمارهٔ همراه",
        en="What a mobile number is. A number that the article gives always passes.",
        help="شماره‌ای که در خود خبر آمده باشد همیشه می‌گذرد.",
        choices=OUTCOMES,
    )
    landlines: str = option(
        "suspect",
        "شمارهٔ تلفن ثابت",
        en="What another telephone number is. Where a public body is named it passes.",
        help="شمارهٔ اداره‌ها و سازمان‌ها اگر نامشان در پیام باشد می‌گذرد.",
        choices=OUTCOMES,
    )
    emails: str = option(
        "violation",
        "نشانی رایانامه",
        en="What a mail address is. Boxes such as `info@` pass.",
        help="صندوق‌های همگانی مانند info@ می‌گذرند.",
        choices=OUTCOMES,
    )
    plates: str = option("violation", "پلاک خودرو", en="What a car plate is.", choices=OUTCOMES)
    addresses: str = option("suspect", "نشانی خانه", en="What a home address is.", choices=OUTCOMES)
    address_at: float = option(
        3.0,
        "از این شمار نشانه به بالا، نشانی خانه",
        en="An address from so many points on; what gives points is told below.",
        help="خیابان و کوچه هر کدام یک، پلاک دو، واحد و طبقه هر کدام یک، واژهٔ خانه یک و نیم؛ "
        "نام جای همگانی، اگر واژهٔ خانه نباشد، دو تا می‌کاهد.",
        limits=(2.0, 9.0),
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object to the surest piece of personal data; the spans are those of all of them."""
        found = [(one, outcome) for one in _data(subject.folded, self.address_at) if (outcome := self._outcome(one))]
        if not found:
            return None
        known = _published(subject.article)
        official = _is_official(subject.folded)
        found = [
            (one, outcome)
            for one, outcome in found
            if not (one.digits and one.digits in known) and not (official and one.kind in _OPEN_TO_ALL)
        ]
        return self._found(subject, found) if found else None

    def _outcome(self, one: Datum) -> Outcome | None:
        """What the site wants done with a kind of data; less sure finds are never more than suspect."""
        setting = {
            "mobile": self.telephones,
            "landline": self.landlines,
            "email": self.emails,
            "plate": self.plates,
            "address": self.addresses,
        }.get(one.kind, "violation")
        if setting == ACCEPT:
            return None
        return Outcome(setting) if one.sure or one.kind in ("landline", "address") else Outcome.SUSPECT

    def _found(self, subject: Subject, found: Sequence[tuple[Datum, Outcome]]) -> Finding:
        order = list(NAMES)
        worst, outcome = min(found, key=lambda pair: (pair[1] is Outcome.SUSPECT, order.index(pair[0].kind)))
        kinds = dict.fromkeys(one.kind for one, _ in found)
        named = "، ".join(dict.fromkeys(_masked(one) for one, _ in found[:5]))
        return Finding(
            rule=self.slug,
            code=worst.kind,
            outcome=outcome,
            score=_SCORES[outcome is Outcome.VIOLATION],
            reason=f"دادهٔ شخصی در پیام است: {named} ({persian_number(len(found), 0)} مورد).",
            reason_en=f"Gives away {', '.join(NAMES[kind][1] for kind in kinds)} ({len(found)}).",
            spans=tuple(sorted({subject.folded.span(one.start, one.end) for one, _ in found})),
        )


def _data(folded: Folded, address_at: float) -> Iterator[Datum]:
    """All personal data of a text; the cheap question whether there can be any comes first."""
    text = folded.text
    if _DIGITS.search(text) or "صفر" in text or "نهصد" in text:
        yield from numbered(folded)
        yield from plates(text)
    yield from mails(text)
    if any(secret in text for secret in _SECRETS):
        yield from credentials(text)
    home = address(folded)
    if home is not None and home.points >= address_at:
        yield Datum("address", home.start, home.end, home.home)


def _masked(one: Datum) -> str:
    """A find by its name, of a number no more than the last digits: reasons are stored, sent and shown."""
    name = NAMES[one.kind][0]
    if one.kind in ("mobile", "landline", "card", "national-id", "iban") and len(one.digits) > 2 * _SHOWN:
        return f"{name} (…{''.join(persian_number(int(digit), 0) for digit in one.digits[-_SHOWN:])})"
    return name


@lru_cache(maxsize=256)
def _published(article: ArticleContext | None) -> frozenset[str]:
    """The numbers that the article itself gives to its readers."""
    if article is None:
        return frozenset()
    return frozenset(one.digits for one in numbered(fold(f"{article.title}\n{article.body}")))


def _is_official(folded: Folded) -> bool:
    """Say whether a body that gives its number to the public is spoken of."""
    return any(word.text in _official() for word in folded.joined_words)


@lru_cache(maxsize=1)
def _official() -> frozenset[str]:
    return frozenset(plain(entry) for entry in sections("personal")["official"])
