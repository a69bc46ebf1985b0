"""The JSON of many comments at once: batches in, pages out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator
from pydantic_core import to_json

from moderation.models import Status
from moderation.wire import CommentIn, ExternalId, WholeNumber, errors_of
from moderation.wire_answers import Answer, CommentState, OurId, ProblemDocument

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
