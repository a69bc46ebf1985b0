"""Any number of decided comments, as weeks of work leave them: the corpus' texts, screened by the live rules, decided by its labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from sqlalchemy import insert, select

from classifiers import corpus
from classifiers.corpus import CorpusComment
from moderation.db import db, new_id, now, transaction
from moderation.demo import seed_articles
from moderation.lifecycle import Screened
from moderation.lifecycle.screening import finding_rows, screening_row
from moderation.measure import Models
from moderation.models import Article, Comment, Decision, DecisionOutcome, FindingRow, Person, Screening, Site
from moderation.policy import Policies
from moderation.rules.base import ArticleContext
from moderation.screen import Submission, opinions

REASONS = {"persian": "persian-only", "insult": "no-insults", "slander": "no-slander", "on_topic": "on-topic"}
"""The rule for which people reject what the corpus says is violated."""
MEASURED = 4_000
"""Comments of the corpus that are measured, at most; each stands for as many decisions as it takes."""
_DAYS = 28
_AT_ONCE = 2_000

type Row = dict[str, Any]


def under_articles() -> list[CorpusComment]:
    """The comments of the corpus that stand under an article."""
    return [line for line in corpus.comments() if line.article_id is not None]


def reason(line: CorpusComment) -> str | None:
    """For which rule people reject a comment of the corpus; None: they approve it."""
    return REASONS.get(line.violated[0], "other") if line.violated else None


def fill(site: Site, person: Person, count: int, models: Models) -> None:
    """Put so many decisions of four weeks into a site. Texts are distinct: a number is added to what was measured."""
    seed_articles(site)
    known = list(_known(site, person, under_articles()[: min(count, MEASURED)], models))
    begin, step = now() - timedelta(days=_DAYS), timedelta(days=_DAYS) / (count + 1)
    for numbers in batched(range(count), _AT_ONCE):
        made = [known[number % len(known)].rows(number, begin + number * step) for number in numbers]
        with transaction():
            for table, rows in zip((Comment, Screening, FindingRow, Decision), zip(*made, strict=True), strict=True):
                db.session.execute(insert(table), [row for some in rows for row in some])


@dataclass(frozen=True, slots=True)
class _Known:
    """A comment of the corpus with what the machine says of it under the site's live rules, and what people decided, as rows."""

    text: str
    comment: Row
    screening: Row
    findings: Sequence[Row]
    decision: Row

    def rows(self, number: int, moment: datetime) -> tuple[list[Row], ...]:
        """One decision over it, ten minutes after it came: rows of the four tables."""
        decided = moment + timedelta(minutes=10)
        comment_id, screening_id, decision_id = new_id(moment), new_id(moment), new_id(decided)
        ids = {"id": comment_id, "screening_id": screening_id, "decision_id": decision_id}
        ids |= {"published_decision_id": decision_id, "external_id": f"past-{number}", "text": f"{self.text}. {number}"}
        decision = {"id": decision_id, "comment_id": comment_id, "decided_at": decided, "effective_at": decided}
        return (
            [self.comment | ids | {"received_at": moment, "revised_at": moment}],
            [self.screening | {"id": screening_id, "comment_id": comment_id, "created_at": moment}],
            [finding | {"screening_id": screening_id} for finding in self.findings],
            [self.decision | decision],
        )


def _known(site: Site, person: Person, lines: Sequence[CorpusComment], models: Models) -> Iterator[_Known]:
    found = select(Article).where(Article.site_id == site.id)
    articles = {article.external_id: article for article in db.session.execute(found).scalars()}
    version_id, rules = Policies().live([site.id])[site.id]
    assert rules is not None
    for line in lines:
        article = articles[line.article_id or ""]
        under = ArticleContext(article.title, article.body or "", article.section)
        submission = Submission(line.text, article.external_id, under)
        (said,) = opinions([submission], [rules.under(article.section)], models)
        screened = Screened(
            site.id, 1, version_id, said.judgement, said.signals.to_dict(), said.findings, said.shadow
        )  # the ids of comment and screening are those of each decision
        violated = reason(line)
        outcome = str(DecisionOutcome.REJECTED if violated else DecisionOutcome.APPROVED)
        comment = {"site_id": site.id, "article_id": article.id, "author_name": line.author, "status": outcome}
        comment |= {"verdict": str(said.judgement.verdict), "priority": said.judgement.priority}
        decision = {"site_id": site.id, "person_id": person.id, "revision": 1, "outcome": outcome, "reason": violated}
        yield _Known(line.text, comment, screening_row(site.id, screened), finding_rows(site.id, screened), decision)
