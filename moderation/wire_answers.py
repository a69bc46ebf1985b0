"""The JSON that sites get: each answer as a model, so that what is documented is what is sent."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from moderation.db import now
from moderation.models import Article, Comment, Commenting, Decision, DecisionOutcome, Status
from moderation.rules import RULES

_REASONS = {rule.slug: (rule.policy, rule.title_en) for rule in RULES} | {
    "other": ("این پیام به دلیل دیگری منتشر نشد.", "Another reason")
}

Moment = Annotated[
    str,
    Field(
        description="ISO 8601, in UTC", json_schema_extra={"format": "date-time"}, examples=["2026-11-20T05:42:45.183Z"]
    ),
]
OurId = Annotated[uuid.UUID, Field(description="our id, a UUID", examples=["01a2036d-8267-7efb-bd79-6c9011e6767b"])]
SitesId = Annotated[str, Field(description="the site's own id")]


class Answer(BaseModel):
    """What a site is told. Every field is always there."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Bilingual(Answer):
    """A sentence to show to readers."""

    fa: str = Field(examples=["پیام‌هایی که در آنها به کسی یا گروهی توهین شده باشد منتشر نمی‌شوند."])
    en: str = Field(examples=["No insults"])


class DecisionTold(Answer):
    """A decision as the outside sees it: without the person's name and note."""

    id: OurId = Field(examples=["01a2036d-82d7-70c7-a749-b3d6ee81f1de"])
    outcome: DecisionOutcome = Field(description="what was decided", examples=["rejected"])
    reason: str | None = Field(
        description="the slug of the rule that was broken, or other; null for an approval", examples=["no-insults"]
    )
    reason_text: Bilingual | None = Field(description="the reason in words; null for an approval")
    revision: int = Field(description="the revision of the text that was decided", examples=[1])
    trimmed: bool = Field(
        description="a moderator cut something out before approving: publish text instead of what was sent",
        examples=[False],
    )
    text: str | None = Field(
        description="what is left of the text, with […] where something was cut out; null unless it was trimmed, or once it is erased",
        examples=[None],
    )
    decided_at: Moment = Field(description="when it was decided", examples=["2026-11-20T05:44:02.295Z"])


class CommentReceipt(Answer):
    """A comment that was taken in: it is stored, will be screened and reach a person."""

    id: OurId
    external_id: SitesId = Field(examples=["c-1001"])
    status: Status = Field(Status.PENDING, description="pending: waits for the machine")


class CommentState(Answer):
    """The state of a comment as the outside sees it."""

    id: OurId
    external_id: SitesId = Field(examples=["c-1001"])
    article_external_id: SitesId = Field(examples=["a-17"])
    status: Status = Field(
        description="pending: waits for the machine; in_review: waits for a person; approved, rejected: decided; "
        "withdrawn: taken back by the site",
        examples=["rejected"],
    )
    revision: int = Field(description="how many texts the comment has had", examples=[1])
    received_at: Moment = Field(description="when we stored it")
    decision: DecisionTold | None = Field(
        description="the latest that was published; after an edit it still tells what was decided of the earlier revision"
    )
    repeats_of: OurId | None = Field(
        description="the first comment of the last days that said the same or nearly the same", examples=[None]
    )
    erased: bool = Field(description="its text and its author's name were removed", examples=[False])


class ArticleState(Answer):
    """An article as it is stored, without its body."""

    id: OurId
    external_id: SitesId = Field(examples=["a-17"])
    title: str = Field(description="the headline", examples=["آب رودآباد از یکشنبه جیره‌بندی می‌شود"])
    url: str | None = Field(description="where the article can be read", examples=["https://news.example.com/a-17"])
    section: str | None = Field(description="the part of the site in which it stands", examples=["اجتماعی"])
    comments: Commenting = Field(description="open, closed or strict, at this moment", examples=["open"])
    strict_until: Moment | None = Field(
        description="until when an open article is strict, because somebody tightened it", examples=[None]
    )
    slow_mode_seconds: int = Field(
        description="an author may send one comment in so many seconds; 0: no pace is set", examples=[0]
    )
    published_at: Moment | None = Field(description="when readers could see it first")
    updated_at: Moment = Field(description="when what is known of it changed last")


class CommentCounts(Answer):
    """How many comments an article has. Withdrawn ones are not counted."""

    published: int = Field(description="approved, and not erased", examples=[12])
    waiting: int = Field(description="pending or in review, edited ones too", examples=[3])
    refused: int = Field(description="rejected", examples=[2])


class CountedArticle(ArticleState):
    """An article with the number of its comments."""

    counts: CommentCounts


class FieldError(Answer):
    """A field that is missing or wrong."""

    pointer: str = Field(
        description="JSON pointer (RFC 6901) into the body; a query parameter as ?name", examples=["/author/name"]
    )
    detail: str = Field(examples=["Input should be a valid string"])


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457). Nothing was stored. Further members may come along."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str = Field(
        description="urn:nazer:problem:… names the kind; about:blank is an error of HTTP itself",
        examples=["urn:nazer:problem:invalid"],
    )
    title: str = Field(description="the kind of problem in English", examples=["Some fields are missing or wrong"])
    title_fa: str = Field(description="the same in Persian", examples=["برخی از فیلدها درست نیستند"])
    status: int = Field(examples=[422])
    detail: str = Field(
        description="this case, in English", examples=["Some fields are missing or wrong; see 'errors'."]
    )
    instance: str = Field(description="the address that was asked", examples=["/v1/comments"])
    request_id: str = Field(
        description="the X-Request-Id of the answer, which is in our logs", examples=["01a2036d8267", "your-own-id"]
    )
    errors: list[FieldError] | None = Field(None, description="each wrong field, when fields are wrong")
    retry_after: int | None = Field(
        None, description="seconds until the author may send again, when the article has a pace", examples=[30]
    )
    comment: str | None = Field(
        None,
        description="where the comment can be edited, when its external_id is taken",
        examples=["/v1/comments/01a2036d-8267-7efb-bd79-6c9011e6767b"],
    )


def outward_status(comment: Comment) -> Status:
    """The status as the outside sees it: a decision exists from the moment at which it was published."""
    decided = comment.status in (Status.APPROVED, Status.REJECTED)
    if decided and comment.decision_id != comment.published_decision_id:
        return Status.IN_REVIEW
    return Status(comment.status)


def comment_out(comment: Comment) -> CommentState:
    """The state of a comment, as ``GET /v1/comments/{id}`` tells it."""
    return CommentState(
        id=comment.id,
        external_id=comment.external_id,
        article_external_id=comment.article.external_id,
        status=outward_status(comment),
        revision=comment.revision,
        received_at=moment_out(comment.received_at),
        decision=decision_out(comment.published_decision) if comment.published_decision else None,
        repeats_of=comment.repeats_of,
        erased=comment.erased_at is not None,
    )


def decision_out(decision: Decision) -> DecisionTold:
    """A decision as the outside sees it."""
    known = _REASONS.get(decision.reason or "")
    return DecisionTold(
        id=decision.id,
        outcome=DecisionOutcome(decision.outcome),
        reason=decision.reason,
        reason_text=Bilingual(fa=known[0], en=known[1]) if known else None,
        revision=decision.revision,
        trimmed=decision.trimmed_text is not None,
        text=decision.trimmed_text or None,
        decided_at=moment_out(decision.decided_at),
    )


def article_out(article: Article) -> ArticleState:
    """An article, as ``PUT /v1/articles/{external_id}`` answers."""
    moment = now()
    tightened = article.strict_until if article.strict_until and article.strict_until > moment else None
    return ArticleState(
        id=article.id,
        external_id=article.external_id,
        title=article.title,
        url=article.url,
        section=article.section,
        comments=article.commenting(moment),
        strict_until=moment_out(tightened) if tightened else None,
        slow_mode_seconds=article.slow_seconds,
        published_at=moment_out(article.published_at) if article.published_at else None,
        updated_at=moment_out(article.updated_at),
    )


def counted_out(article: Article, *, published: int, waiting: int, refused: int) -> CountedArticle:
    """An article with its counters, as ``GET /v1/articles/{external_id}`` answers."""
    counts = CommentCounts(published=published, waiting=waiting, refused=refused)
    return CountedArticle(**article_out(article).model_dump(), counts=counts)


def moment_out(moment: datetime) -> str:
    """A moment as it is told: ISO 8601 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
