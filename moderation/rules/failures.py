"""What failed, as findings: a person looks at whatever the machine could not read."""

from __future__ import annotations

from moderation.rules.base import Finding, Outcome, Rule

FAILURES = frozenset({"model-failed", "rule-failed", "screening-failed"})
"""The codes of what failed."""


def screening_failed(attempts: int) -> Finding:
    """The mark of a comment that could not be screened, so that a person reads it unscreened."""
    return Finding(
        rule="service",
        code="screening-failed",
        outcome=Outcome.SUSPECT,
        score=0.0,
        reason=f"بررسی خودکار پس از {attempts} تلاش به نتیجه نرسید؛ لطفاً خودتان بخوانید.",
        reason_en=f"Automatic screening failed after {attempts} attempts; please read it yourself.",
    )


def model_failed(name: str) -> Finding:
    """The mark of a comment that a model raised over."""
    return Finding(
        rule="service",
        code="model-failed",
        outcome=Outcome.SUSPECT,
        score=0.0,
        reason=f"مدل «{name}» نتوانست این پیام را بسنجد؛ لطفاً خودتان بخوانید.",
        reason_en=f"The model '{name}' could not measure this comment; please read it yourself.",
    )


def rule_failed(rule: Rule, error: Exception) -> Finding:
    """The mark of a comment that a rule raised over."""
    return Finding(
        rule=rule.slug,
        code="rule-failed",
        outcome=Outcome.SUSPECT,
        score=0.0,
        reason=f"قاعده «{rule.title}» هنگام بررسی خطا داد؛ لطفاً خودتان بخوانید.",
        reason_en=f"The rule '{rule.slug}' raised {type(error).__name__}; please read it yourself.",
    )
