"""The comment's author may write here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from moderation.rules.base import OUTCOMES, Finding, Outcome, Rule, Standing, Subject, Trust, option

_LONGEST_NAME = 60
_JOINER = "\u200c"


@dataclass(frozen=True)
class AuthorStanding(Rule):
    """Objects to whatever an author writes whom a person, or a key of the site, has blocked there."""

    slug: ClassVar[str] = "author-standing"
    title: ClassVar[str] = "نویسندهٔ بسته‌شده"
    title_en: ClassVar[str] = "Blocked author"
    policy: ClassVar[str] = "پیام‌های نویسنده‌ای که سایت او را بسته است منتشر نمی‌شوند."
    codes: ClassVar[Mapping[str, str]] = {"author-blocked": "this author is blocked; always at the top of the queue"}

    outcome: str = option(
        "violation",
        "با پیام نویسندهٔ بسته‌شده چه شود",
        en="What a comment of a blocked author is.",
        choices=OUTCOMES[1:],
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object while the author is blocked."""
        standing = subject.standing
        if standing is None or standing.trust is not Trust.BLOCKED:
            return None
        return Finding(
            self.slug, "author-blocked", Outcome(self.outcome), 1.0, _persian(standing), reason_en=_english(standing)
        )


def _persian(standing: Standing) -> str:
    by = _name(standing.by)
    by = f"کلید «{by}»" if by and standing.by_key else by
    until = f"تا {standing.until}" if standing.until else "برای همیشه"
    return f"این نویسنده را {by} {until} بسته است." if by else f"این نویسنده {until} بسته است."


def _english(standing: Standing) -> str:
    until = f"until {standing.until_en}" if standing.until_en else "for ever"
    by = _name(standing.by)
    by = f'The key "{by}"' if by and standing.by_key else by
    return f"{by} has blocked this author {until}." if by else f"This author is blocked {until}."


def _name(raw: str) -> str:
    """A name without what cannot be seen."""
    return "".join(letter for letter in raw if letter.isprintable() or letter == _JOINER)[:_LONGEST_NAME].strip()
