"""What a site is told, in the shape of Standard Webhooks: the same in a delivery and in the feed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from moderation.db import now
from moderation.models import Comment, Decision, Event, EventType
from moderation.wire_answers import Answer, DecisionTold, Moment, OurId, SitesId, decision_out, moment_out

TEST = "webhook.test"

MEANINGS: dict[str, str] = {
    EventType.QUEUED: "A comment was screened and waits for a person.",
    EventType.APPROVED: "Publish the comment; decision.text instead of what was sent, where a moderator trimmed it.",
    EventType.REJECTED: "Do not publish the comment; decision.reason_text is for its author.",
    EventType.REOPENED: "A decision that was told is being looked at again; decision is the one that was. Another event follows.",
    EventType.WITHDRAWN: "The site took the comment back.",
    TEST: "Somebody asked for a test of this webhook. It is not in the feed.",
}
"""Everything that a webhook can be posted, and what it means."""


class CommentTold(Answer):
    """Which comment an event is about; its text is the site's own and does not travel, but what a moderator left of it does."""

    id: OurId
    external_id: SitesId = Field(examples=["c-1001"])
    article_external_id: SitesId = Field(examples=["a-17"])


class ScreeningTold(Answer):
    """What the machine said of the revision that waits for a person now. It decides nothing."""

    revision: int = Field(description="the revision of the text that was screened", examples=[1])
    verdict: Literal["clean", "suspect", "violation"] = Field(description="the gravest objection")
    rules: list[str] = Field(description="slugs of the rules that object", examples=[["no-insults"]])


class EventData(Answer):
    """What happened. ``decision`` is null where nobody decided, ``screening`` is there for ``comment.queued`` alone."""

    comment: CommentTold
    decision: DecisionTold | None
    screening: ScreeningTold | None = Field(examples=[None])


class EventOut(Answer):
    """One event."""

    id: str = Field(
        description="the same in every try and in the feed; also the header webhook-id",
        examples=["evt_01a2036d82dc785297639afbcb362f76"],
    )
    type: EventType = Field(examples=["comment.rejected"])
    timestamp: Moment = Field(description="when it was published")
    cursor: str = Field(description="its position in the feed; grows from event to event", examples=["41"])
    data: EventData


class DecisionsPage(Answer):
    """Events after the cursor, oldest first."""

    decisions: list[EventOut]
    next: str = Field(description="the cursor to ask with the next time", examples=["41"])
    more: bool = Field(description="more lie behind it: ask at once", examples=[False])


class TrialData(Answer):
    """Which webhook is tested."""

    webhook: OurId = Field(examples=["01a2036d-9a10-7c11-8d3e-2f6a5b1c9e77"])


class TrialOut(Answer):
    """A test of a webhook, sent because somebody asked for it. It is not in the feed."""

    id: str = Field(
        description="the same in every try; also the header webhook-id",
        examples=["evt_01a2036d9b0e7f4499a1b0c2d3e4f506"],
    )
    type: Literal["webhook.test"]
    timestamp: Moment = Field(description="when it was asked for")
    cursor: None = Field(description="it is not in the feed", examples=[None])
    data: TrialData


def event_payload(event: Event, comment: Comment, decision: Decision | None) -> dict[str, Any]:
    """An event as it is sent; ``event.payload`` may bring a screening along."""
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
                "screening": (event.payload or {}).get("screening"),
            },
        }
    )
    return told.model_dump(mode="json")


def trial_payload(trial_id: uuid.UUID, endpoint_id: uuid.UUID, moment: datetime) -> dict[str, Any]:
    """A test of an endpoint, in the shape of an event."""
    told = TrialOut.model_validate(
        {
            "id": f"evt_{trial_id.hex}",
            "type": TEST,
            "timestamp": moment_out(moment),
            "cursor": None,
            "data": {"webhook": endpoint_id},
        }
    )
    return told.model_dump(mode="json")
