"""The comment has to do with the article it stands under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from moderation.rules.base import Finding, Outcome, Over, Rule, Signals, Subject, option, persian_number
from moderation.rules.reading import shown

_READABLE = frozenset({"fa", "mixed", "und", None})


def _is_asked(signals: Signals) -> bool:
    """Whether the model itself calls a comment unrelated; words in another language or script share nothing with any article."""
    return signals.relevance_outcome == "off_topic_suspect" and signals.language in _READABLE


@dataclass(frozen=True)
class OnTopic(Rule):
    """Suspects a comment that the relevance model finds unrelated; a suspicion is all that it may ever be."""

    slug: ClassVar[str] = "on-topic"
    title: ClassVar[str] = "مرتبط با خبر"
    title_en: ClassVar[str] = "On topic"
    policy: ClassVar[str] = "پیام‌هایی که با خبر مرتبط نباشند منتشر نمی‌شوند."
    decides: ClassVar[bool] = False
    codes: ClassVar[Mapping[str, str]] = {
        "unrelated": "little to do with the article",
        "better-article": "another article of the site fits clearly better",
    }

    suspect_below: float = option(
        1.0,  # the widest limit of the model: by default the model alone decides
        "پیامی که ارتباطش با خبر از این مقدار کمتر باشد، نشان شود",
        en="Suspect below this relevance, among the comments that the model itself calls unrelated; a smaller number is more lenient.",
        help="صفر یعنی پیام به این خبر همان‌قدر نزدیک است که به خبرهای دیگر؛ عدد کوچک‌تر یعنی سخت‌گیری کمتر. تنها دربارهٔ "
        "پیام‌هایی به کار می‌رود که مدل هم آنها را بی‌ربط دانسته است.",
        limits=(-10.0, 10.0),
        over=Over("relevance", below=True, where=_is_asked),
    )

    def check(self, subject: Subject) -> Finding | None:
        """Suspect what the model calls off topic, as far below the threshold as the site asks."""
        signals = subject.signals
        score = signals.relevance
        if not _is_asked(signals) or score is None or score >= self.suspect_below:
            return None
        return Finding(
            rule=self.slug,
            code="better-article" if signals.better_article else "unrelated",
            outcome=Outcome.SUSPECT,
            score=self._objection(score),
            reason=self._reason(subject, score),
            reason_en=(
                f"Relevance to the article is {score:.2f} (suspect below {self.suspect_below:.2f}); "
                f"{len(signals.relevance_words)} words shared"
                + (f"; article '{signals.better_article}' fits better." if signals.better_article else ".")
            ),
        )

    def _objection(self, score: float) -> float:
        """The distance below the threshold on 0..1: half sure at the threshold, sure two deviations below it."""
        return round(min(1.0, 0.5 + (self.suspect_below - score) / 4), 4)

    def _reason(self, subject: Subject, score: float) -> str:
        signals = subject.signals
        better = signals.better_title or signals.better_article
        shared = "، ".join(f"«{shown(word)}»" for word in signals.relevance_words[:5])
        return (
            f"ارتباط پیام با خبر {persian_number(score)} است (آستانه: {persian_number(self.suspect_below)})؛ "
            + (f"تنها واژه‌های مشترک: {shared}" if shared else "هیچ واژهٔ مشترکی ندارند")
            + (f"؛ با خبر «{better}» سازگارتر است." if better else ".")
        )
