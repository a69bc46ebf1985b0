"""The rule sets that benchmarks try: a site's own with one threshold or one option moved, or with an option of every rule."""

from __future__ import annotations

from moderation.rules.options import with_option
from moderation.rules.rule_set import RuleSet

EVERY = (
    ("persian-only", "uncertain_words", 3),
    ("no-insults", "profanity", "violation"),
    ("no-slander", "reach", 13),
    ("on-topic", "suspect_below", 0.9),
    ("no-spam", "links", "accept"),
    ("no-personal-data", "landlines", "violation"),
    ("no-repeats", "by_author", 3),
    ("site-words", "disguised", "suspect"),
    ("author-standing", "outcome", "suspect"),
)


def threshold(rules: RuleSet) -> RuleSet:
    """Rules with another threshold of ``no-insults``."""
    return with_option(rules, "no-insults", "suspect_at", 0.45)


def topic(rules: RuleSet) -> RuleSet:
    """Rules with another threshold of ``on-topic``."""
    return with_option(rules, "on-topic", "suspect_below", -0.5)


def choice(rules: RuleSet) -> RuleSet:
    """Rules with another answer to an option of ``no-insults``."""
    return with_option(rules, "no-insults", "profanity", "violation")


def every(rules: RuleSet) -> RuleSet:
    """Rules of which each has another option."""
    for slug, option, value in EVERY:
        rules = with_option(rules, slug, option, value)
    return rules
