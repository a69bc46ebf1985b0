"""Demonstration data out of our own corpus: articles, comments that wait, and comments that were decided."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from classifiers import corpus
from classifiers.corpus import CorpusComment
from moderation import lifecycle, numbers
from moderation.db import db, new_id, now
from moderation.lifecycle import Outcome, Past, Screened
from moderation.measure import Models
from moderation.models import Article, DecisionOutcome, Membership, Site
from moderation.policy import Policies
from moderation.rules.base import ArticleContext
from moderation.screen import Submission, opinions
from moderation.wire import ArticleBody, ArticleIn, AuthorIn, CommentIn

WAITING = 60
DECIDED = 1_500
_SEED = 1405
_DAYS = 14
_WAITED = timedelta(minutes=7)
_REASONS = {"persian": "persian-only", "insult": "no-insults", "slander": "no-slander", "on_topic": "on-topic"}
_OTHER_REASON = "other"


class CannotSeed(LookupError):
    """A site that cannot be filled: nobody there in whose name comments could be decided, or rules that cannot be applied."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """How much was put into the site."""

    articles: int
    waiting: int
    decided: int


def seed_articles(site: Site) -> int:
    """Register the corpus' articles at a site; again changes nothing. Returns how many there are."""
    for article in corpus.articles():
        url = f"https://{site.slug}.example/news/{article.id}"
        body = ArticleBody(title=article.title, body=article.text, section=article.section, url=url)
        lifecycle.register_article(site.id, article.id, body)
    return len(corpus.articles())


def seed_demo(site: Site, models: Models) -> Seeded:
    """Fill a site: articles, 60 comments on their way into the queue, 1,500 decided over the last two weeks.

    The decisions are those of the corpus' labels; the machine's opinion of each decided comment is measured here, so it may
    differ from them, as in real life. Raises CannotSeed.
    """
    person_id = db.session.execute(select(Membership.person_id).where(Membership.site_id == site.id)).scalars().first()
    if person_id is None:
        raise CannotSeed("add a person first: nazer add-person")
    count = seed_articles(site)
    lines = [comment for comment in corpus.comments() if comment.article_id is not None]
    random.Random(_SEED).shuffle(lines)  # noqa: S311 -- the same demonstration every time
    receipts = [lifecycle.receive(site.id, _sent(line)) for line in lines[:WAITING]]
    waiting = sum(receipt.outcome is Outcome.STORED for receipt in receipts)
    decided = lifecycle.remember(site.id, person_id, _decided(site, lines[WAITING : WAITING + DECIDED], models))
    numbers.forget_days(numbers.day_of(now() - timedelta(days=_DAYS + 1)))
    while numbers.count_a_day():
        pass
    return Seeded(count, waiting, decided)


def _sent(line: CorpusComment) -> CommentIn:
    return CommentIn(
        external_id=line.id,
        article=ArticleIn(external_id=line.article_id or ""),
        author=AuthorIn(name=line.author),
        text=line.text,
    )


def _decided(site: Site, lines: Sequence[CorpusComment], models: Models) -> list[Past]:
    version, rules = Policies().live([site.id])[site.id]
    if rules is None:
        raise CannotSeed("the site's rules cannot be compiled")
    articles = _articles(site.id)
    said = opinions([_submission(line, articles) for line in lines], [rules] * len(lines), models)
    step = timedelta(days=_DAYS) / max(1, len(lines))
    past = []
    for number, (line, opinion) in enumerate(zip(lines, said, strict=True), 1):
        moment = now() - step * (len(lines) - number + 1)
        screened = Screened(
            new_id(moment - _WAITED),
            1,
            version,
            opinion.judgement,
            opinion.signals.to_dict(),
            opinion.findings,
            opinion.shadow,
        )
        reason = _REASONS.get(line.violated[0], _OTHER_REASON) if line.violated else None
        past.append(
            Past(
                external_id=line.id,
                article_id=articles[line.article_id or ""].id,
                author_name=line.author,
                text=line.text,
                received_at=moment - _WAITED,
                decided_at=moment,
                outcome=DecisionOutcome.REJECTED if reason else DecisionOutcome.APPROVED,
                reason=reason,
                screened=screened,
            )
        )
    return past


def _articles(site_id: uuid.UUID) -> dict[str, Article]:
    rows = db.session.execute(select(Article).where(Article.site_id == site_id)).scalars()
    return {row.external_id: row for row in rows}


def _submission(line: CorpusComment, articles: dict[str, Article]) -> Submission:
    article = articles[line.article_id or ""]
    return Submission(
        line.text, article.external_id, ArticleContext(article.title, article.body or "", article.section)
    )
