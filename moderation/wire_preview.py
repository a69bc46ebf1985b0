"""The JSON of a preview, both ways."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from moderation.models import Status
from moderation.rules import RULES
from moderation.rules.base import Outcome, Verdict
from moderation.rules.rule_set import ByItself, Judgement
from moderation.rules.to_readers import sentence
from moderation.wire import ExternalId, Line, Text, TextIn
from moderation.wire_answers import Answer, Bilingual


class PreviewArticle(BaseModel):
    """What the text would stand under; a known article is found by its id, and nothing is stored of what comes along."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    external_id: ExternalId | None = None
    title: Line | None = Field(None, max_length=1000, description="the headline, where the article is not known yet")
    body: Text | None = Field(None, max_length=200_000, description="its text, where the article is not known yet")


class PreviewAuthor(BaseModel):
    """Who would send the text."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    id: ExternalId | None = Field(None, description="the site's id of the author")


class PreviewIn(TextIn):
    """A text that nobody has sent yet."""

    article: PreviewArticle | None = Field(
        None, description="what it would stand under; without one its relevance is not judged"
    )
    author: PreviewAuthor | None = Field(None, description="who would send it; a blocked author is told")
    parent_external_id: ExternalId | None = Field(
        None, description="the published comment that it would answer; any other is passed over"
    )


class Objection(Answer):
    """What a rule of the site objects to, without scores."""

    rule: str = Field(description="the slug of the rule", examples=["persian-only"])
    code: str = Field(description="what it is, stable, unique within the rule", examples=["finglish"])
    outcome: Outcome = Field(description="how sure the rule is", examples=["suspect"])
    to_reader: Bilingual = Field(description="to show to the reader before the comment is sent")


class Preview(Answer):
    """What the machine says of a text. Nothing of it was stored."""

    verdict: Verdict = Field(description="what all objections say together", examples=["suspect"])
    expected: Status = Field(
        description="what would become of it without a person: in_review, unless the site's rules decide by themselves",
        examples=["in_review"],
    )
    complete: bool = Field(
        description="false when a part of the machine failed: then a person reads the comment without it",
        examples=[True],
    )
    objections: list[Objection] = Field(description="what the live rules object to, in the order of the policy")


def preview_out(findings: list[tuple[str, str, Outcome]], judgement: Judgement, by_itself: ByItself | None) -> Preview:
    """What a site is told of findings (rule, code, outcome) that count."""
    told = [(rule, code, outcome, sentence(RULES, rule, code)) for rule, code, outcome in findings]
    expected = Status.IN_REVIEW
    if by_itself:
        expected = Status.REJECTED if by_itself.reason else Status.APPROVED
    return Preview(
        verdict=judgement.verdict,
        expected=expected,
        complete=all(words for *_, words in told),
        objections=[
            Objection(rule=rule, code=code, outcome=outcome, to_reader=Bilingual(fa=words[0], en=words[1]))
            for rule, code, outcome, words in told
            if words
        ],
    )
