"""Demonstration data of our own writing: articles, comments that wait, and comments that were decided."""

from __future__ import annotations

import csv
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zlib import crc32

from sqlalchemy import select, update

from classifiers import corpus
from classifiers.corpus import CorpusComment
from moderation import lifecycle, numbers
from moderation.db import db, new_id, now, transaction
from moderation.lifecycle import Outcome, Past, Receipt, Screened
from moderation.measure import Models
from moderation.models import Article, Comment, DecisionOutcome, Membership, Site
from moderation.policy import Policies
from moderation.rules.base import ArticleContext
from moderation.screen import Submission, opinions
from moderation.wire import ArticleBody, ArticleIn, AuthorIn, CommentIn

_OF_EACH = {"slander": 6, "spam": 6, "pii": 5, "persian": 6, "on_topic": 5, "insult": 12}
WAITING = 60
"""Out of the corpus: of each kind some, the others without an objection. A thread and a wave of copies come on top."""

_OURS = Path(__file__).with_name("demo_comments.tsv")
_FIRST_MINUTES, _STEP_MINUTES = 9, 11  # how long ago readers sent the newest one, and how far apart they are
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
    """Fill a site: articles, comments on their way into the queue, 1,500 decided over the last two weeks.

    Those that wait: 60 of every kind, a thread of answers and a request that came eight times.

    The decisions are those of the corpus' labels; the machine's opinion of each decided comment is measured here, so it may
    differ from them, as in real life. Raises CannotSeed.
    """
    person_id = db.session.execute(select(Membership.person_id).where(Membership.site_id == site.id)).scalars().first()
    if person_id is None:
        raise CannotSeed("add a person first: nazer add-person")
    count = seed_articles(site)
    lines = [comment for comment in corpus.comments() if comment.article_id is not None]
    random.Random(_SEED).shuffle(lines)  # noqa: S311 -- the same demonstration every time
    chosen = _of_every_kind(lines)
    sent = [*_our_own(), *(_sent(line, number) for number, line in enumerate(chosen))]
    receipts = [lifecycle.receive(site.id, comment) for comment in sent]
    _age(receipts)
    waiting = sum(receipt.outcome is Outcome.STORED for receipt in receipts)
    apart = {line.id for line in chosen}
    others = [line for line in lines if line.id not in apart][:DECIDED]
    decided = lifecycle.remember(site.id, person_id, _decided(site, others, models))
    numbers.forget_days(numbers.day_of(now() - timedelta(days=_DAYS + 1)))
    while numbers.count_a_day():
        pass
    return Seeded(count, waiting, decided)


def _age(receipts: Sequence[Receipt]) -> None:
    """As if they had come when readers sent them: a queue whose oldest comment is a second old is no queue."""
    ids = [receipt.comment_id for receipt in receipts]
    with transaction():
        db.session.execute(
            update(Comment)
            .where(Comment.id.in_(ids), Comment.submitted_at < Comment.received_at)
            .values(received_at=Comment.submitted_at),
            execution_options={"synchronize_session": False},
        )


def _of_every_kind(lines: Sequence[CorpusComment]) -> list[CorpusComment]:
    """The first of each kind, mixed as they came; what has no objection fills up."""
    left = dict(_OF_EACH)
    clean = WAITING - sum(left.values())
    chosen = []
    for line in lines:
        kind = line.violated[0] if len(line.violated) == 1 else None
        if kind is not None and left.get(kind, 0):
            left[kind] -= 1
            chosen.append(line)
        elif not line.violated and clean:
            clean -= 1
            chosen.append(line)
    return chosen


def _sent(line: CorpusComment, number: int) -> CommentIn:
    return CommentIn(
        external_id=line.id,
        article=ArticleIn(external_id=line.article_id or ""),
        author=_author(line.author),
        text=line.text,
        submitted_at=_minutes_ago(_FIRST_MINUTES + _STEP_MINUTES * number),
    )


def _our_own() -> list[CommentIn]:
    """A thread, its first comment first, and the wave of copies."""
    with _OURS.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
        return [
            CommentIn(
                external_id=row["id"],
                article=ArticleIn(external_id=row["article"]),
                author=_author(row["author"]),
                text=row["text"],
                parent_external_id=row["parent"] or None,
                submitted_at=_minutes_ago(int(row["minutes"])),
            )
            for row in rows
        ]


def _author(name: str) -> AuthorIn:
    """A reader as the site knows one, by an id of its own."""
    return AuthorIn(name=name, id=f"reader-{crc32(name.encode())}")


def _minutes_ago(minutes: int) -> datetime:
    return now() - timedelta(minutes=minutes)


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
                author_external_id=_author(line.author).id,
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
