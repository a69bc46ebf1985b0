"""What a rule set says besides the rules' own options, in words of both languages."""

from __future__ import annotations

from typing import NamedTuple

from moderation.rules.base import Choice, Mode


class Named(NamedTuple):
    """A setting's name in Persian and in English."""

    fa: str
    en: str


MODES = (
    Choice(Mode.OFF, "خاموش", "off"),
    Choice(Mode.SHADOW, "در سایه: ثبت می‌شود و به حساب نمی‌آید", "in shadow: noted, and does not count"),
    Choice(Mode.LIVE, "روشن", "on"),
)
MODE = Named("وضعیت قاعده", "Whether the rule counts")
REJECTS_AT = Named(
    "از این امتیاز به بالا، بی‌ناظر رد شود", "From this score on its violations are rejected without a person"
)
WORD_LISTS = Named("فهرست واژه‌ها", "A word list of the site")
APPROVES = {
    "approves_clean": Named(
        "پیامی که هیچ قاعده‌ای به آن ایرادی ندارد، بی‌ناظر تأیید شود",
        "What no rule objects to is approved without a person",
    ),
    "approves_trusted": Named(
        "پیام بی‌ایراد نویسندهٔ معتمد، بی‌ناظر تأیید شود",
        "What no rule objects to of a trusted author is approved without a person",
    ),
}
