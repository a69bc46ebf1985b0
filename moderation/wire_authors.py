"""The JSON of a site's authors and of their standing, both ways."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from moderation.db import now
from moderation.models import AuthorStanding, Status
from moderation.standing import NONE, Author, Wish
from moderation.wire import AnyMoment, Invalid, Line, WholeNumber
from moderation.wire_answers import Answer, CommentState, SitesId, comment_out, moment_out
from moderation.wire_answers import Moment as TellMoment

_LONGEST_PAGE = 500
_FURTHEST = timedelta(days=365 * 100)
_STANDING = "trusted: what nobody objects to waits last; blocked: waits first, and rejecting is proposed; none: as any other author"

StandingName = Literal["trusted", "blocked", "none"]


class StandingIn(BaseModel):
    """A standing as ``PUT /v1/authors/{author_id}/standing`` takes it."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    standing: StandingName = Field(description=f"{_STANDING}; this lifts what was decided")
    until: AnyMoment | None = Field(
        None, description="when it holds no more, within a hundred years; null: for ever. Passed over with none"
    )
    note: Annotated[Line, Field(max_length=2000)] | None = Field(
        None, description="why; only those who moderate the site read it"
    )

    @property
    def wish(self) -> Wish:
        """What is wanted. Raises Invalid for an end that lies behind, or too far ahead."""
        moment = now()
        if self.until is not None and self.standing != NONE and not moment < self.until <= moment + _FURTHEST:
            raise Invalid([{"pointer": "/until", "detail": "must lie ahead, within a hundred years"}])
        return Wish(self.standing, note=self.note, until=self.until)


class AuthorsAsked(BaseModel):
    """Which authors with a standing, and where to go on."""

    before: uuid.UUID | None = Field(None, description="the cursor: `next` of the page before")
    limit: WholeNumber = Field(50, ge=1, le=_LONGEST_PAGE, description="how many at most")


class StandingDecided(Answer):
    """What was decided of an author, by whom, and until when."""

    standing: StandingName = Field(description=_STANDING, examples=["blocked"])
    holds: bool = Field(description="whether the author is trusted or blocked by it at this moment", examples=[True])
    until: TellMoment | None = Field(description="until when; null: for ever")
    note: str | None = Field(description="why", examples=["three warnings"])
    decided_at: TellMoment | None = Field(description="null: nothing was ever decided")
    person: str | None = Field(description="the name of the person who decided it", examples=[None])
    key: str | None = Field(description="the name of the key with which it was decided", examples=["members' server"])


class StandingState(StandingDecided):
    """An author's standing: what was decided last."""

    author_id: SitesId = Field(examples=["u-52"])


class AuthorList(Answer):
    """Authors with a standing, also those whose time is over; what was decided last comes first."""

    authors: list[StandingState]
    next: uuid.UUID | None = Field(
        description="ask for what follows with it; null on the last page",
        examples=["01a2036d-8267-7efb-bd79-6c9011e6767b"],
    )


class CommentsByStatus(Answer):
    """How many of an author's comments stand where."""

    pending: int = Field(examples=[0])
    in_review: int = Field(examples=[1])
    approved: int = Field(examples=[12])
    rejected: int = Field(examples=[3])
    withdrawn: int = Field(examples=[0])


class AuthorState(Answer):
    """An author, as far as the comments at this site tell."""

    author_id: SitesId = Field(examples=["u-52"])
    names: list[str] = Field(description="under which the latest comments came", examples=[["کیان"]])
    other_names: int = Field(
        description="how many other names wrote from the e-mail or network address of the latest comment", examples=[0]
    )
    comments: CommentsByStatus
    standing: StandingDecided = Field(description="what was decided last")
    decisions: list[StandingDecided] = Field(description="what was decided of the author, the latest 50 first")
    latest: list[CommentState] = Field(description="the latest 20 comments, newest first")


def standing_out(author_id: str, row: AuthorStanding | None) -> StandingState:
    """An author's standing, as ``GET /v1/authors/{author_id}/standing`` tells it."""
    return StandingState(author_id=author_id, **dict(_decided(row, now())))


def author_out(
    author: Author, current: AuthorStanding | None, history: Sequence[AuthorStanding], other_names: int
) -> AuthorState:
    """An author, as ``GET /v1/authors/{author_id}`` tells it."""
    moment = now()
    return AuthorState(
        author_id=author.external_id,
        names=[name for name in author.names if name],
        other_names=other_names,
        comments=CommentsByStatus(**{str(status): author.counts.get(status, 0) for status in Status}),
        standing=_decided(current, moment),
        decisions=[_decided(row, moment) for row in history],
        latest=[comment_out(comment) for comment in author.latest],
    )


def _decided(row: AuthorStanding | None, moment: datetime) -> StandingDecided:
    if row is None:
        row = AuthorStanding(standing=NONE)
    return StandingDecided(
        standing=row.standing,
        holds=row.holds(moment),
        until=moment_out(row.until) if row.until else None,
        note=row.note,
        decided_at=moment_out(row.decided_at) if row.decided_at else None,
        person=row.person.name if row.person else None,
        key=row.key.name if row.key else None,
    )
