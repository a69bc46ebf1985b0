"""The comment is written in Persian."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from moderation.rules.base import (
    ACCEPT,
    OUTCOMES,
    Finding,
    Outcome,
    Rule,
    Signals,
    Span,
    Subject,
    option,
    persian_number,
)
from moderation.rules.reading import shown

_PERSIAN_ENOUGH = frozenset({"fa", "none"})  # emoji, digits or a bare link are for the other rules to judge
_LATIN_PERSIAN = "fa-latn"


@dataclass(frozen=True)
class PersianOnly(Rule):
    """Objects to a comment in another language; Finglish, mixture and doubt are settings of the site."""

    slug: ClassVar[str] = "persian-only"
    title: ClassVar[str] = "فقط فارسی"
    title_en: ClassVar[str] = "Persian only"
    policy: ClassVar[str] = "پیام‌هایی که به زبانی غیر از فارسی نوشته شده باشند منتشر نمی‌شوند."
    codes: ClassVar[Mapping[str, str]] = {
        "finglish": "Persian in Latin letters",
        "mixed-language": "Persian and another language, half and half",
        "uncertain-language": "the language could not be told",
        "other-language": "another language than Persian",
    }

    finglish: str = option(
        "suspect",
        "پیام فارسی با حروف لاتین (فینگلیش)",
        en="What to do with Persian in Latin letters.",
        help="مانند «salam, kheili khoob bood».",
        choices=OUTCOMES,
    )
    mixed: str = option(
        "accept",
        "پیامی که نیمی فارسی و نیمی به زبان دیگری است",
        en="What to do with a comment that is half in another language. Product names and short quotations are no mixture.",
        help="نام کالا، نقل قول کوتاه و واژهٔ فنی مخلوط شمرده نمی‌شود و همیشه می‌گذرد.",
        choices=OUTCOMES,
    )
    uncertain: str = option(
        "suspect",
        "پیامی که زبانش با اطمینان شناخته نشد",
        en="What to do when the language could not be told. Languages close to Persian, such as Gilaki and Luri, mostly end here.",
        help="گویش‌ها و زبان‌های نزدیک به فارسی، مانند گیلکی و لری، بیشتر این‌جا می‌افتند.",
        choices=OUTCOMES[:2],
    )
    uncertain_words: int = option(
        2,
        "کمترین شمار واژه برای پرسیدن دربارهٔ زبان نامطمئن",
        en="Fewest words at which an uncertain language is worth a question.",
        help="پیام کوتاه‌تر از این، برای داوری دربارهٔ زبان نشانهٔ کافی ندارد و می‌گذرد.",
        limits=(1, 50),
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object when the measured language is not Persian."""
        language = subject.signals.language
        if language is None or language in _PERSIAN_ENOUGH:
            return None
        if language == _LATIN_PERSIAN:
            return self._finglish(subject)
        if language == "mixed":
            return self._mixed(subject)
        if language == "und":
            return self._uncertain(subject)
        return self._other(subject, language)

    def _finglish(self, subject: Subject) -> Finding | None:
        told = (
            f"پیام، فارسی با حروف لاتین (فینگلیش) است{_deciding(subject)}.",
            "The comment is Persian in Latin letters (Finglish).",
        )
        return self._found(subject, "finglish", self.finglish, told=told)

    def _mixed(self, subject: Subject) -> Finding | None:
        told = (
            f"بخش بزرگی از پیام به زبانی جز فارسی است{_deciding(subject)}.",
            "A large part of the comment is in another language than Persian.",
        )
        return self._found(subject, "mixed-language", self.mixed, told=told)

    def _uncertain(self, subject: Subject) -> Finding | None:
        count = len(subject.words)
        if count < self.uncertain_words:
            return None
        told = (
            f"زبان این پیام {persian_number(count, 0)} واژه‌ای با اطمینان شناخته نشد "
            f"(از {persian_number(self.uncertain_words, 0)} واژه به بالا پرسیده می‌شود).",
            f"The language of this comment of {count} words could not be told with confidence "
            f"(asked from {self.uncertain_words} words on).",
        )
        return self._found(subject, "uncertain-language", self.uncertain, told=told)

    def _other(self, subject: Subject, language: str) -> Finding | None:
        margin = subject.signals.language_margin
        name = LANGUAGE_NAMES.get(language)
        written = f"به زبان {name}" if name else f"به زبانی جز فارسی (با کد «{language}»)"
        sure = "" if margin is None else f" (اطمینان {persian_number(margin)})"
        told = (
            f"پیام {written} نوشته شده است{sure}{_deciding(subject)}.",
            f"The comment is in another language ({language}"
            + (")." if margin is None else f", margin {margin:.2f})."),
        )
        return self._found(subject, "other-language", Outcome.VIOLATION, told=told)

    def _found(self, subject: Subject, code: str, setting: str, *, told: tuple[str, str]) -> Finding | None:
        if setting == ACCEPT:
            return None
        return Finding(
            rule=self.slug,
            code=code,
            outcome=Outcome(setting),
            score=_sureness(subject.signals),
            reason=told[0],
            reason_en=told[1],
            spans=_deciding_spans(subject),
        )


def _sureness(signals: Signals) -> float:
    """The margin as a score: a decided language is at least half sure, an undecided one just half."""
    if signals.language == "und" or signals.language_margin is None:
        return 0.5
    return round(max(0.5, min(1.0, signals.language_margin)), 4)


def _deciding(subject: Subject) -> str:
    """The words that decided, as the tail of a sentence."""
    words = subject.signals.language_words[:3]
    return f"؛ نشانه: {'، '.join(f'«{shown(word)}»' for word in words)}" if words else ""


def _deciding_spans(subject: Subject) -> tuple[Span, ...]:
    wanted = set(subject.signals.language_words)
    return tuple(subject.folded.span(word.start, word.end) for word in subject.words if word.text in wanted)


LANGUAGE_NAMES = {
    "ar": "عربی",
    "az": "ترکی آذربایجانی",
    "azb": "ترکی آذربایجانی",
    "bal": "بلوچی",
    "bg": "بلغاری",
    "ckb": "کردی سورانی",
    "de": "آلمانی",
    "en": "انگلیسی",
    "es": "اسپانیایی",
    "fr": "فرانسوی",
    "glk": "گیلکی",
    "he": "عبری",
    "hi": "هندی",
    "hy": "ارمنی",
    "it": "ایتالیایی",
    "ja": "ژاپنی",
    "kmr": "کردی کرمانجی",
    "ko": "کره‌ای",
    "ku": "کردی",
    "lrc": "لری",
    "mzn": "مازندرانی",
    "nl": "هلندی",
    "pa": "پنجابی",
    "pnb": "پنجابی",
    "ps": "پشتو",
    "pt": "پرتغالی",
    "ru": "روسی",
    "sd": "سندی",
    "sdh": "کردی کلهری",
    "skr": "سرائیکی",
    "tg": "تاجیکی (سیریلیک)",
    "tk": "ترکمنی",
    "tr": "ترکی استانبولی",
    "ug": "اویغوری",
    "ur": "اردو",
    "uz": "ازبکی",
    "zh": "چینی",
}
