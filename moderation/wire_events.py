"""What a site is told, in the shape of Standard Webhooks: the same in a delivery and in the feed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from moderation.db import now
from moderation.models import Comment, Decision, Event
from moderation.wire_answers import Answer, DecisionTold, Moment, OurId, SitesId, decision_out, moment_out

type EventName = Literal[
    "comment.queued", "comment.approved", "comment.rejected", "comment.reopened", "comment.withdrawn"
]

MEANINGS: dict[str, str] = {
    "comment.queued": "A comment was screened and waits for a person.",
    "comment.approved": "Publish the comment.",
    "comment.rejected": "Do not publish the comment; decision.reason_text is for its author.",
    "comment.reopened": "A decision that was told is being looked at again; decision is the one that was. Another event follows.",
    "comment.withdrawn": "The site took the comment back.",
}


class CommentTold(Answer):
    """Which comment an event is about; its text is the site's own and does not travel."""

    id: OurId
    external_id: SitesId = Field(examples=["c-1001"])
    article_external_id: SitesId = Field(examples=["a-17"])


class EventData(Answer):
    """What happened; ``decision`` is null where nobody decided."""

    comment: CommentTold
    decision: DecisionTold | None


class EventOut(Answer):
    """One event."""

    id: str = Field(
        description="the same in every try and in the feed; also the header webhook-id",
        examples=["evt_01a2036d82dc785297639afbcb362f76"],
    )
    type: EventName = Field(examples=["comment.rejected"])
    timestamp: Moment = Field(description="when it was published")
    cursor: str = Field(description="its position in the feed; grows from event to event", examples=["41"])
    data: EventData


class DecisionsPage(Answer):
    """Events after the cursor, oldest first."""

    decisions: list[EventOut]
    next: str = Field(description="the cursor to ask with the next time", examples=["41"])
    more: bool = Field(description="more lie behind it: ask at once", examples=[False])


def event_payload(event: Event, comment: Comment, decision: Decision | None) -> dict[str, Any]:
    """An event as it is sent."""
    told = EventOut.model_validate(
        {
            "id": f"evt_{event.id.hex}",
            "type": event.type,
            "timestamp": moment_out(event.published_at or now()),
            "cursor": str(event.position),
            "data": {
                "comment": {
                    "id": comment.id,
                    "external_id": comment.external_id,
                    "article_external_id": comment.article.external_id,
                },
                "decision": decision_out(decision) if decision else None,
            },
        }
    )
    return told.model_dump(mode="json")
