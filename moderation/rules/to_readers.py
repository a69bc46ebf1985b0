"""What a reader is told before sending a comment that a rule would object to: one sentence a code, without scores or thresholds.

Moderators see more (a finding's own reason); whoever tries a text again and again must not learn from it how to slip through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderation.rules.base import Rule

type Sentence = tuple[str, str]
"""The same in Persian and in English."""

_PERSIAN_PLEASE = ("لطفاً فارسی بنویسید.", "Please write in Persian.")

SENTENCES: Mapping[str, Mapping[str, Sentence]] = {
    "persian-only": {
        "finglish": ("لطفاً فارسی و با حروف فارسی بنویسید.", "Please write Persian in Persian letters."),
        "mixed-language": _PERSIAN_PLEASE,
        "uncertain-language": _PERSIAN_PLEASE,
        "other-language": _PERSIAN_PLEASE,
    },
    "no-insults": {
        "threat": ("لطفاً کسی را تهدید نکنید.", "Please do not threaten anybody."),
        "curse": ("لطفاً برای کسی بد نخواهید.", "Please wish nobody ill."),
        "slur": ("لطفاً به هیچ گروه و قومی توهین نکنید.", "Please do not insult any group of people."),
        "insult": ("لطفاً بی‌توهین بنویسید.", "Please write without insults."),
        "profanity": ("لطفاً از واژه‌های زشت پرهیز کنید.", "Please avoid swear words."),
    },
    "no-slander": {
        "accusation": (
            "پیام شما به کسی اتهامی می‌زند که ثابت نشده است؛ لطفاً آن را بازنویسی کنید.",
            "Your comment accuses somebody of what is not proven; please put it in other words.",
        ),
        "implied-accusation": (
            "پیام شما شاید اتهام به کسی خوانده شود؛ لطفاً آن را بازنویسی کنید.",
            "Your comment may be read as an accusation; please put it in other words.",
        ),
    },
    "on-topic": {
        "unrelated": ("لطفاً دربارهٔ همین خبر بنویسید.", "Please write about this article."),
        "better-article": ("لطفاً دربارهٔ همین خبر بنویسید.", "Please write about this article."),
    },
    "author-standing": {
        "author-blocked": (
            "دیدگاه‌های شما اکنون در این سایت منتشر نمی‌شود.",
            "Your comments are not published on this site at the moment.",
        ),
    },
}
"""By rule and code. A code that is not here is told with its rule's sentence of the policy."""


def sentence(rules: Sequence[type[Rule]], slug: str, code: str) -> Sentence | None:
    """What to tell a reader of a finding; None when no rule stands behind it (a failure of ours is none of theirs)."""
    if code == "rule-failed":
        return None
    kind = next((rule for rule in rules if rule.slug == slug), None)
    return SENTENCES.get(slug, {}).get(code) or ((kind.policy, kind.title_en) if kind else None)
