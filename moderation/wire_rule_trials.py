"""The JSON of a text that is tried by drafted rules beside the live ones, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from moderation.models import DecisionOutcome
from moderation.rules.base import Finding, Outcome, Verdict
from moderation.rules.rule_set import ByItself
from moderation.screen import Opinion
from moderation.wire import Line, Text, TextIn
from moderation.wire_answers import Answer, Bilingual
from moderation.wire_preview import PreviewArticle, PreviewAuthor
from moderation.wire_rules import RuleSetIn

_LONGEST_PARENT = 10_000


class TryIn(TextIn):
    """A text to try rules on that are not live."""

    article: PreviewArticle | None = Field(
        None, description="what it would stand under; without one its relevance is not judged"
    )
    section: Annotated[Line, Field(max_length=100)] | None = Field(
        None, description="the section of the site in which it would stand; null: that of the article"
    )
    author: PreviewAuthor | None = Field(None, description="who would send it; a standing counts")
    parent_text: Annotated[Text, Field(max_length=_LONGEST_PARENT)] | None = Field(
        None, description="the text of the comment that it would answer"
    )
    rule_set: RuleSetIn | None = Field(None, description="rules that nobody saved; null: the draft")


class TriedFinding(Answer):
    """An objection of a rule."""

    rule: str = Field(description="the slug of the rule", examples=["no-insults"])
    code: str = Field(description="what it is, stable, unique within the rule", examples=["insult"])
    outcome: Outcome = Field(description="how sure the rule is", examples=["violation"])
    score: float = Field(description="0 to 1, higher is surer", examples=[0.93])
    reason: Bilingual = Field(description="for moderators, with the number and the threshold in it")
    spans: list[tuple[int, int]] = Field(
        description="where: [start, end) in code points of the text; none where it is about the whole",
        examples=[[[3, 7]]],
    )


class TriedSide(Answer):
    """What one of the two rule sets says."""

    verdict: Verdict = Field(description="what all findings that count say together", examples=["violation"])
    decides: DecisionOutcome | None = Field(
        description="what would be decided without a person; null: a person decides. Under a strict article one always does",
        examples=[None],
    )
    findings: list[TriedFinding] = Field(description="of live rules, in the order of the policy")
    shadow: list[TriedFinding] = Field(description="of rules whose mode is shadow: they are noted, and count nothing")


class RulesTried(Answer):
    """What the live rules and the drafted ones say of a text. Nothing of it was stored."""

    live: TriedSide
    draft: TriedSide


def tried_out(by_live: Opinion, by_draft: Opinion) -> RulesTried:
    """What both say, as ``POST /v1/rules/try`` tells it."""
    return RulesTried(live=_side(by_live), draft=_side(by_draft))


def _side(said: Opinion) -> TriedSide:
    return TriedSide(
        verdict=said.judgement.verdict,
        decides=_decided(said.by_itself),
        findings=_findings(said.findings),
        shadow=_findings(said.shadow),
    )


def _decided(by_itself: ByItself | None) -> DecisionOutcome | None:
    if by_itself is None:
        return None
    return DecisionOutcome.REJECTED if by_itself.reason else DecisionOutcome.APPROVED


def _findings(findings: Sequence[Finding]) -> list[TriedFinding]:
    return [
        TriedFinding(
            rule=finding.rule,
            code=finding.code,
            outcome=finding.outcome,
            score=finding.score,
            reason=Bilingual(fa=finding.reason, en=finding.reason_en),
            spans=list(finding.spans),
        )
        for finding in findings
    ]
