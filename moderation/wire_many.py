"""The JSON of many comments at once: batches and history in, pages and an author's comments out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    field_validator,
)
from pydantic_core import PydanticCustomError, to_json

from moderation.models import DecisionOutcome, Status
from moderation.rules import RULES
from moderation.wire import ArticleIn, AuthorIn, CommentIn, ExternalId, Moment, TextIn, WholeNumber, errors_of
from moderation.wire_answers import Answer, CommentState, FieldError, OurId, ProblemDocument
from moderation.wire_answers import Moment as TellMoment

_REASONS = {rule.slug for rule in RULES} | {"other"}

LARGEST_BATCH = 500
LONGEST_PAGE = 200


class Refused(BaseModel):
    """A comment of a batch that is not what is asked for: its id where it can be read, and each wrong field."""

    external_id: str | None
    errors: list[dict[str, str]]


def _or_refused(value: Any, _: object) -> CommentIn | Refused:
    """One wrong comment must not stop the others."""
    try:
        return CommentIn.model_validate_json(to_json(value))
    except ValidationError as error:
        given = value.get("external_id") if isinstance(value, Mapping) else None
        return Refused(external_id=given if isinstance(given, str) else None, errors=errors_of(error))


class BatchIn(BaseModel):
    """Comments, each as ``POST /v1/comments`` takes it."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    comments: list[Annotated[CommentIn, WrapValidator(_or_refused)]] = Field(
        min_length=1, max_length=LARGEST_BATCH, description="in their order: a reply behind the comment that it answers"
    )

    @property
    def each(self) -> list[CommentIn | Refused]:
        """The comments, and what stands in the place of those that could not be read."""
        return list(self.comments)


class BatchResult(Answer):
    """What became of one comment of a batch."""

    index: int = Field(description="its place in the batch, from 0", examples=[0])
    external_id: str | None = Field(description="the site's own id, where it could be read", examples=["c-1001"])
    status: int = Field(
        description="as POST /v1/comments would have answered: 202 taken, 200 known already, else a problem",
        examples=[202],
    )
    id: OurId | None = Field(description="our id, where it was taken or known already")
    problem: ProblemDocument | None = Field(description="where it was refused")


class BatchResults(Answer):
    """What became of a batch: a result for each comment, in their order."""

    accepted: int = Field(description="how many are new and stored", examples=[1])
    known: int = Field(description="how many were known already, with the same text", examples=[0])
    refused: int = Field(description="how many have a problem", examples=[0])
    results: list[BatchResult]


class CommentsAsked(BaseModel):
    """Which comments, and where to go on. Filters narrow one another."""

    external_id: ExternalId | None = Field(None, description="the site's own id of a comment: one or none")
    article: ExternalId | None = Field(None, description="those under the article with the site's own id")
    status: Status | None = Field(None, description="those of a status")
    after: uuid.UUID | None = Field(None, description="the cursor: `next` of the page before")
    limit: WholeNumber = Field(50, ge=1, le=LONGEST_PAGE, description="how many at most")


class CommentsPage(Answer):
    """Comments in the order of their coming."""

    comments: list[CommentState]
    next: uuid.UUID | None = Field(
        description="ask for what follows with it; null on the last page",
        examples=["01a2036d-8267-7efb-bd79-6c9011e6767b"],
    )


class PastIn(TextIn):
    """A comment that the site decided before Nazer knew it: a line of ``POST /v1/import``."""

    external_id: ExternalId = Field(description="the site's id of the comment; makes the line repeatable")
    article: ArticleIn = Field(description="what the comment stands under")
    author: AuthorIn = Field(description="who wrote it")
    outcome: DecisionOutcome = Field(strict=False, description="what was decided")
    reason: str | None = Field(
        None,
        description="the slug of the rule that a rejected comment broke, or other, which it is when nothing is said",
        json_schema_extra={"enum": [*sorted(_REASONS), None]},
    )
    decided_at: Moment = Field(description="when it was decided")
    submitted_at: Moment | None = Field(None, description="when the reader pressed the button")
    parent_external_id: ExternalId | None = Field(
        None, description="the comment that this one answers, before it; an unknown one is passed over"
    )

    @field_validator("reason")
    @classmethod
    def _known_reason(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and value not in _REASONS:
            raise PydanticCustomError("reason", "must be the slug of a rule, or other")
        if value is not None and info.data.get("outcome") is DecisionOutcome.APPROVED:
            raise PydanticCustomError("reason", "an approved comment has no reason")
        return value


class WrongLine(Answer):
    """A line that was not taken."""

    line: int = Field(description="its number, from 1", examples=[17])
    detail: str = Field(description="what is wrong with it, in English", examples=["Some fields are wrong."])
    errors: list[FieldError] = Field(description="each wrong field; none where the line is no JSON")


class Imported(Answer):
    """What became of lines. Send what was not stored again, corrected; nothing is stored twice."""

    stored: int = Field(description="how many are new", examples=[2])
    known: int = Field(description="how many were known already, and stay as they are", examples=[0])
    wrong: int = Field(description="how many were not taken", examples=[0])
    wrong_lines: list[WrongLine] = Field(description="the first of them, 20 at most")


class ScreenedAgain(Answer):
    """How many comments are screened again, in the background."""

    comments: int = Field(description="those that wait for a person now", examples=[3])


class AuthorErased(Answer):
    """What was erased of an author."""

    erased: int = Field(description="comments erased by this request", examples=[2])
    more: bool = Field(description="more are left: ask again", examples=[False])


class EarlierText(Answer):
    """A text that a comment had before its current one."""

    text: str = Field(examples=["برنامهٔ محلهٔ ما کی منتشر می‌شود؟"])
    written_at: TellMoment = Field(description="since when it was the comment's text")


class StandingTold(Answer):
    """What was decided of an author."""

    standing: str = Field(description="trusted, blocked, or none when it was lifted", examples=["blocked"])
    decided_at: TellMoment
    until: TellMoment | None = Field(description="until when it holds; null: for ever")
    by: str = Field(description="person, or key: a program of the site", examples=["person"])


class ExportedFinding(Answer):
    """An objection of a rule."""

    rule: str = Field(examples=["no-insults"])
    code: str = Field(examples=["insult"])
    score: float = Field(description="0 to 1, higher is surer", examples=[0.93])
    reason: str = Field(examples=["واژهٔ «احمق» توهین است."])
    reason_en: str = Field(examples=["The word is an insult."])


class ExportedScreening(Answer):
    """What the machine said of one text."""

    revision: int = Field(examples=[1])
    verdict: str = Field(examples=["violation"])
    screened_at: TellMoment
    signals: dict[str, Any] = Field(description="what was measured", examples=[{"language": "fa", "insult": 0.93}])
    findings: list[ExportedFinding]


class ExportedDecision(Answer):
    """What was decided of one text; the names and notes of moderators stay inside."""

    outcome: str = Field(examples=["rejected"])
    reason: str | None = Field(description="the slug of the rule, or other", examples=["no-insults"])
    revision: int = Field(examples=[1])
    by: str = Field(description="person, rules, or site for what was decided before Nazer knew it", examples=["person"])
    text: str | None = Field(description="what was left of the text where it was trimmed", examples=[None])
    decided_at: TellMoment
    undone: bool = Field(examples=[False])


class ExportedComment(CommentState):
    """All that is kept of an author's comment, but for what moderators noted: a line of an export."""

    text: str = Field(description="the current text", examples=["برنامهٔ محلهٔ ما کجا منتشر می‌شود؟"])
    author_name: str = Field(examples=["کیان"])
    author_id: str = Field(description="the site's id of the author", examples=["u-52"])
    author_email_hash: str | None = Field(
        description="a keyed hash of the e-mail address, if one came", examples=[None]
    )
    author_ip_hash: str | None = Field(description="a keyed hash of the network address, if one came", examples=[None])
    submitted_at: TellMoment | None = Field(description="when the reader pressed the button, as the site said")
    earlier_texts: list[EarlierText] = Field(description="oldest first")
    screenings: list[ExportedScreening] = Field(description="oldest first")
    decisions: list[ExportedDecision] = Field(description="oldest first, the undone ones too")
    author_standings: list[StandingTold] = Field(description="what was decided of the author, oldest first")
