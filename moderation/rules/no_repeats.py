"""The comment says what was not said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from moderation.rules.base import OUTCOMES, Copy, Finding, Outcome, Rule, Subject, option, persian_number


@dataclass(frozen=True)
class NoRepeats(Rule):
    """Objects to a text that its author has sent before, or that many authors send."""

    slug: ClassVar[str] = "no-repeats"
    title: ClassVar[str] = "بدون پیام تکراری"
    title_en: ClassVar[str] = "No repeats"
    policy: ClassVar[str] = "پیام‌های تکراری منتشر نمی‌شوند."
    codes: ClassVar[Mapping[str, str]] = {
        "repeated-by-author": "the author has sent the same or nearly the same text before",
        "wave": "several authors send the same or nearly the same text",
    }

    window_hours: int = option(
        24,
        "پیام‌های چند ساعت گذشته مقایسه شوند",
        en="Comments of so many last hours are compared; none is kept longer than seven days.",
        help="بیش از هفت روز (۱۶۸ ساعت) نگه داشته نمی‌شود.",
        limits=(1, 168),
    )
    by_author: int = option(
        2,
        "از چندمین پیام همسان یک نویسنده نشان شود",
        en="From which copy of one author on; an author is told by the id, and without one by the name.",
        help="نویسنده با شناسه‌اش، و اگر نداشت با نامش شناخته می‌شود.",
        limits=(2, 50),
    )
    by_many: int = option(
        3,
        "از چندمین نویسنده‌ای که همان متن را می‌فرستد موج شمرده شود",
        en="From which author of the same text on it is a wave.",
        help="شعر و شعار را هم بسیاری می‌فرستند.",
        limits=(2, 50),
    )
    fewest_words: int = option(
        5,
        "متن دست‌کم چند واژهٔ گوناگون داشته باشد",
        en="Fewest different words of a text that can be a copy; greetings, thanks, blessings and small words do not count.",
        help="سلام و سپاس و دعا و حرف‌های ربط شمرده نمی‌شوند: «عالی بود، ممنون» تکرار کسی نیست.",
        limits=(3, 50),
    )
    similarity: float = option(
        0.65,
        "کمترین شباهت",
        en="Least likeness: 1 is the same text, whatever its blanks, marks, emoji and letter forms; 0.65 lets a word or two differ.",
        help="۱ یعنی همان متن؛ فاصله و نشانه و شکلک و نویسهٔ عربی فرقی نمی‌سازد. ۰٫۶۵ یعنی یکی دو واژه فرق دارد.",
        limits=(0.65, 1.0),
    )
    outcome: str = option(
        "suspect",
        "با پیام تکراری چه شود",
        en="What a copy is.",
        choices=OUTCOMES[1:],
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object from the author's ``by_author``-th copy or the ``by_many``-th author on, this comment included."""
        repeats = subject.signals.repeats
        if repeats is None or repeats.words < self.fewest_words:
            return None
        copies = [
            copy for copy in repeats.copies if copy.hours <= self.window_hours and copy.similarity >= self.similarity
        ]
        own = [copy for copy in copies if copy.author == 0]
        authors = 1 + len({copy.author for copy in copies} - {0})
        if authors >= self.by_many:
            return self._wave(repeats.first, copies, authors=authors, more=repeats.more)
        if 1 + len(own) >= self.by_author:
            return self._by_author(repeats.first, own)
        return None

    def _wave(self, first: str, copies: Sequence[Copy], *, authors: int, more: bool) -> Finding:
        count = _count(copies)
        return self._finding(
            first,
            copies,
            code="wave",
            reason=f"این متن یا نزدیک به آن در {_hours(self.window_hours)} {'دست‌کم ' if more else ''}{_whole(count)} بار از "
            f"{_whole(authors)} نویسنده آمده است (آستانه: {_whole(self.by_many)} نویسنده).",
            reason_en=f"The same or nearly the same text came {'at least ' if more else ''}{count} times from {authors} authors "
            f"within {self.window_hours} hours (threshold: {self.by_many} authors).",
        )

    def _by_author(self, first: str, copies: Sequence[Copy]) -> Finding:
        count = _count(copies)
        return self._finding(
            first,
            copies,
            code="repeated-by-author",
            reason=f"این متن یا نزدیک به آن در {_hours(self.window_hours)} {_whole(count)} بار از همین نویسنده آمده است "
            f"(آستانه: {_whole(self.by_author)} بار).",
            reason_en=f"The same or nearly the same text came {count} times from this author within {self.window_hours} hours "
            f"(threshold: {self.by_author} times).",
        )

    def _finding(self, first: str, copies: Sequence[Copy], *, code: str, reason: str, reason_en: str) -> Finding:
        """The more copies and the more alike the nearest, the surer."""
        count = _count(copies)
        alike = max(copy.similarity for copy in copies)
        score = round(min(1.0, max(0.0, alike * count / (count + 1))), 4)
        return Finding(self.slug, code, Outcome(self.outcome), score, reason, reason_en, about=first)


def _count(copies: Sequence[Copy]) -> int:
    """How often a text came, this time included."""
    return 1 + len(copies)


def _whole(number: int) -> str:
    return persian_number(number, 0)


def _hours(hours: int) -> str:
    return f"{_whole(hours)} ساعت گذشته"
