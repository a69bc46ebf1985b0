"""The comment holds none of the site's own blocked or suspect words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from moderation.rules.base import Choice, Finding, Outcome, Rule, Subject, option, persian_number
from moderation.rules.reading import shown
from moderation.rules.site_lists import Objection
from moderation.rules.word_lists import Kind

_NAMED = 4  # words that the sentence names
_DISGUISED = 0.1  # less sure of a word that is not written as it is listed
_SCORES = {Kind.BLOCK: 1.0, Kind.SUSPECT: 0.6}


@dataclass(frozen=True)
class SiteWords(Rule):
    """Objects to the words, phrases and patterns of the site's lists; what the site allows is free."""

    slug: ClassVar[str] = "site-words"
    title: ClassVar[str] = "واژه‌های سایت"
    title_en: ClassVar[str] = "The site's words"
    policy: ClassVar[str] = "پیام‌هایی که واژه‌های ممنوع سایت را در خود داشته باشند منتشر نمی‌شوند."
    codes: ClassVar[Mapping[str, str]] = {
        "blocked-word": "a word, phrase or pattern that the site blocks",
        "suspect-word": "a word, phrase or pattern that the site wants to be asked about",
    }

    disguised: str = option(
        "same",
        "واژه‌ای که به شکلی دیگر نوشته شده است",
        en="What a word is that is written in another way: as the word itself, suspect, or nothing.",
        help="مانند حروف جدا، نشانه به جای حرف، املای هم‌آوا یا حروف لاتین. الگوها همیشه همان‌گونه‌اند که نوشته شده‌اند.",
        choices=(
            Choice("same", "مانند خود واژه", "as the word itself"),
            Choice("suspect", "از ناظر پرسیده شود", "asked about"),
            Choice("ignore", "نادیده گرفته شود", "nothing"),
        ),
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object to what is blocked, else to what is suspect."""
        if not subject.lists:
            return None
        section = subject.article.section if subject.article else None
        found = subject.lists.objections(subject.folded, section)
        if self.disguised == "ignore":
            found = [one for one in found if not one.disguise]
        if not found:
            return None
        blocked = [one for one in found if self._is_blocked(one)]
        return self._found(blocked, [one for one in found if not self._is_blocked(one)])

    def _is_blocked(self, one: Objection) -> bool:
        return one.word.kind is Kind.BLOCK and not (one.disguise and self.disguised == "suspect")

    def _found(self, blocked: Sequence[Objection], suspect: Sequence[Objection]) -> Finding:
        found = [*blocked, *suspect]
        spans = tuple(sorted({(one.start, one.end) for one in found}))
        parts = [
            ("واژهٔ ممنوع سایت", "Blocked by the site", blocked),
            ("واژهٔ مشکوک سایت", "Suspect to the site", suspect),
        ]
        told = [f"{fa}: {_named(some)}" for fa, _, some in parts if some]
        told_en = [f"{en}: {_named_en(some)}" for _, en, some in parts if some]
        if note := next((shown(one.word.note, 120) for one in found if one.word.note), ""):
            told.append(f"یادداشت: {note.rstrip('. ')}")
            told_en.append(f"note: {note.rstrip('. ')}")
        return Finding(
            rule=self.slug,
            code="blocked-word" if blocked else "suspect-word",
            outcome=Outcome.VIOLATION if blocked else Outcome.SUSPECT,
            score=max(_SCORES[one.word.kind] - _DISGUISED * bool(one.disguise) for one in blocked or suspect),
            reason="؛ ".join([*told, f"{persian_number(len(spans), 0)} مورد"]) + ".",
            reason_en="; ".join([*told_en, f"{len(spans)} found"]) + ".",
            spans=spans,
        )


def _words(found: Sequence[Objection]) -> list[tuple[str, str]]:
    """The first few entries, each with its list."""
    return list(dict.fromkeys((shown(one.word.text), shown(one.listed)) for one in found))[:_NAMED]


def _named(found: Sequence[Objection]) -> str:
    return "، ".join(f"«{text}» (فهرست «{listed}»)" for text, listed in _words(found))


def _named_en(found: Sequence[Objection]) -> str:
    return ", ".join(f"'{text}' (list '{listed}')" for text, listed in _words(found))
