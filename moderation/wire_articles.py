"""The JSON of what may happen under articles, and of where comments wait, both ways."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from moderation.db import now
from moderation.heat import Cursor, Hot, Order
from moderation.models import Commenting
from moderation.wire import SLOWEST_SECONDS, AnyMoment, Invalid, WholeNumber, whole
from moderation.wire_answers import Answer, ArticleState, Moment, article_out, moment_out

_LONGEST_PAGE = 200


class CommentingIn(BaseModel):
    """What may happen under an article."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    comments: Commenting = Field(
        strict=False, description="open; closed: new comments are refused; strict: people decide each one, and soon"
    )
    strict_until: AnyMoment | None = Field(
        None, description="strict until this moment, and then what comments says; null: no longer"
    )
    slow_mode_seconds: Annotated[int, Field(ge=0, le=SLOWEST_SECONDS), BeforeValidator(whole)] | None = Field(
        None, description="an author may send one comment in so many seconds; 0 sets no pace; null: as it is"
    )

    def refuse_what_is_over(self) -> None:
        """Raises Invalid for a time that is over already."""
        if self.strict_until is not None and self.strict_until <= now():
            raise Invalid([{"pointer": "/strict_until", "detail": "must lie ahead"}])


class ArticlesAsked(BaseModel):
    """Which articles, and where to go on."""

    order: Order = Field(
        Order.NEWEST,
        description="newest: all, the newest first; waiting, rate: those with comments now, where most wait or most came in the "
        "last hour; oldest: where something waits, the longest first",
    )
    after: str | None = Field(
        None, max_length=60, pattern="^[0-9]+_[0-9a-f]{32}$", description="the cursor: `next` of the page before"
    )
    limit: WholeNumber = Field(50, ge=1, le=_LONGEST_PAGE, description="how many at most")

    @property
    def cursor(self) -> Cursor | None:
        """Where to go on. Raises Invalid."""
        found = Cursor.parse(self.after) if self.after is not None else None
        if self.after is not None and found is None:
            raise Invalid([{"pointer": "?after", "detail": "must be the next of a page"}])
        return found


class HotArticle(ArticleState):
    """An article with what waits under it."""

    waiting: int = Field(description="how many comments wait for a person", examples=[7])
    waiting_since: Moment | None = Field(description="since when the first of them waits; null: none does")
    last_hour: int = Field(description="how many comments came in the last hour", examples=[31])


class ArticleList(Answer):
    """Articles with what waits under them."""

    articles: list[HotArticle]
    next: str | None = Field(
        description="ask for what follows with it; null on the last page",
        examples=["7_01a2036d82677efbbd796c9011e6767b"],
    )


def hot_out(hot: Hot) -> HotArticle:
    """An article, as ``GET /v1/articles`` tells it."""
    return HotArticle(
        **dict(article_out(hot.article)),
        waiting=hot.waiting,
        waiting_since=moment_out(hot.oldest) if hot.oldest else None,
        last_hour=hot.rate,
    )
