"""The JSON that sites send and get, both ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from moderation.db import now
from moderation.models import Article, Comment, Decision, Status
from moderation.rules import RULES

_FUTURE_TOLERANCE = timedelta(minutes=10)  # clocks of sites differ
_REASONS = {rule.slug: {"fa": rule.policy, "en": rule.title_en} for rule in RULES} | {
    "other": {"fa": "این پیام به دلیل دیگری منتشر نشد.", "en": "Another reason"}
}


def _storable(value: str) -> str:
    """Refuse what no database column can hold."""
    if "\x00" in value:
        raise PydanticCustomError("nul", "must not contain the NUL character")
    return value


def _not_blank(value: str) -> str:
    """A comment of nothing but spaces is no comment."""
    if not value.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return value


def _not_in_the_future(value: datetime) -> datetime:
    if value > now() + _FUTURE_TOLERANCE:
        raise PydanticCustomError("future", "must not lie in the future")
    return value


def _zone_stated(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("range", "must lie between the years 1 and 9999 in UTC") from None


Text = Annotated[str, AfterValidator(_storable)]
CommentText = Annotated[str, AfterValidator(_storable), AfterValidator(_not_blank)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_storable)]
ExternalId = Annotated[Line, Field(max_length=200, description="the site's own id")]
Moment = Annotated[datetime, AfterValidator(_zone_stated), AfterValidator(_not_in_the_future)]
Url = Annotated[
    str,
    Field(max_length=2000),
    BeforeValidator(lambda value: str(AnyHttpUrl(value)) if isinstance(value, str) else value),
    AfterValidator(_storable),
]


class _In(BaseModel):
    """What a site sends: types are taken literally, unknown fields are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class ArticleBody(_In):
    """An article as ``PUT /v1/articles/{external_id}`` takes it."""

    title: Line | None = Field(None, max_length=1000)
    url: Url | None = None
    body: Text | None = Field(None, max_length=200_000)
    section: Line | None = Field(None, max_length=100)
    published_at: Annotated[Moment, Field(strict=False)] | None = None


class ArticleIn(ArticleBody):
    """The article of a comment: its id at least; what else comes along creates or updates it."""

    external_id: ExternalId


class AuthorIn(_In):
    """Who wrote the comment, as the site shows it."""

    name: Line = Field(max_length=200)
    id: ExternalId | None = None


class TextIn(_In):
    """A new text of a comment."""

    text: CommentText


class CommentIn(TextIn):
    """A comment as ``POST /v1/comments`` takes it."""

    external_id: ExternalId
    article: ArticleIn
    author: AuthorIn
    parent_external_id: ExternalId | None = None
    submitted_at: Annotated[Moment, Field(strict=False)] | None = None


class Invalid(Exception):
    """A body that is JSON but not what is asked for; ``errors`` names each wrong field."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{item['pointer']}: {item['detail']}" for item in errors))
        self.errors = errors


class NotJson(Exception):
    """A body that is no JSON at all."""


def parse[Model: BaseModel](kind: type[Model], body: bytes) -> Model:
    """Read a request body. Raises NotJson, or Invalid with a JSON pointer (RFC 6901) for each wrong field."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None
    if any(problem["type"] == "json_invalid" for problem in problems):
        raise NotJson(problems[0]["msg"])
    raise Invalid([{"pointer": _pointer(problem["loc"]), "detail": problem["msg"]} for problem in problems])


def _pointer(location: tuple[int | str, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def outward_status(comment: Comment) -> str:
    """The status as the outside sees it: a decision exists from the moment at which it was published."""
    decided = comment.status in (Status.APPROVED, Status.REJECTED)
    if decided and comment.decision_id != comment.published_decision_id:
        return Status.IN_REVIEW
    return comment.status


def comment_out(comment: Comment) -> dict[str, Any]:
    """The state of a comment, as ``GET /v1/comments/{id}`` tells it."""
    return {
        "id": str(comment.id),
        "external_id": comment.external_id,
        "article_external_id": comment.article.external_id,
        "status": str(outward_status(comment)),
        "revision": comment.revision,
        "received_at": moment_out(comment.received_at),
        "decision": decision_out(comment.published_decision) if comment.published_decision else None,
        "erased": comment.erased_at is not None,
    }


def decision_out(decision: Decision) -> dict[str, Any]:
    """A decision as the outside sees it: without the person's name and note."""
    return {
        "id": str(decision.id),
        "outcome": decision.outcome,
        "reason": decision.reason,
        "reason_text": _REASONS.get(decision.reason or ""),
        "revision": decision.revision,
        "decided_at": moment_out(decision.decided_at),
    }


def article_out(article: Article) -> dict[str, Any]:
    """An article, as ``PUT /v1/articles/{external_id}`` answers."""
    return {
        "id": str(article.id),
        "external_id": article.external_id,
        "title": article.title,
        "url": article.url,
        "section": article.section,
        "published_at": moment_out(article.published_at),
        "updated_at": moment_out(article.updated_at),
    }


def moment_out(value: datetime | None) -> str | None:
    """A moment as it goes out: ISO 8601 in UTC, to the millisecond."""
    return None if value is None else value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
