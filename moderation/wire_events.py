"""What a site is told, in the shape of Standard Webhooks: the same in a delivery and in the feed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from moderation.models import Comment, Decision, Event, EventType
from moderation.wire import decision_out, moment_out

TEST = "webhook.test"


class _Out(BaseModel):
    """What a site gets."""


class CommentTold(_Out):
    """Which comment an event is about; its text is the site's own and does not travel."""

    id: uuid.UUID
    external_id: str = Field(description="the site's own id")
    article_external_id: str


class ReasonTold(_Out):
    """A reason in the words that a reader may see, and in English."""

    fa: str
    en: str


class DecisionTold(_Out):
    """What a person decided, without the person's name and note."""

    id: uuid.UUID
    outcome: Literal["approved", "rejected"]
    reason: str | None = Field(description="slug of a rule, or 'other'; null for an approval")
    reason_text: ReasonTold | None
    revision: int
    decided_at: str


class ScreeningTold(_Out):
    """What the machine said of the revision that waits for a person now. It decides nothing."""

    revision: int
    verdict: Literal["clean", "suspect", "violation"]
    rules: list[str] = Field(description="slugs of the rules that object")


class EventData(_Out):
    """What happened. ``decision`` is null where nobody decided, ``screening`` is there for ``comment.queued`` alone."""

    comment: CommentTold
    decision: DecisionTold | None
    screening: ScreeningTold | None


class EventOut(_Out):
    """One event."""

    id: str = Field(description="the same in every try and in the feed; also the header 'webhook-id'")
    type: EventType
    timestamp: str = Field(description="when it was published")
    cursor: str = Field(description="its position in the feed; grows from event to event")
    data: EventData


class TrialData(_Out):
    """Which webhook is tested."""

    webhook: uuid.UUID


class TrialOut(_Out):
    """A test of a webhook, sent because somebody asked for it. It is not in the feed."""

    id: str
    type: Literal["webhook.test"]
    timestamp: str
    cursor: None
    data: TrialData


def event_payload(event: Event, comment: Comment, decision: Decision | None) -> dict[str, Any]:
    """An event as it is sent; ``event.payload`` may bring a screening along."""
    told = EventOut.model_validate(
        {
            "id": f"evt_{event.id.hex}",
            "type": event.type,
            "timestamp": moment_out(event.published_at),
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
