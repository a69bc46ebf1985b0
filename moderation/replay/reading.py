"""The decisions that are replayed, page by page from the newest on, each with everything that a rule may read."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from moderation.db import db
from moderation.models import (
    Article,
    AuthorStanding,
    Comment,
    Commenting,
    Decision,
    DecisionOutcome,
    FindingRow,
    Revision,
    Screening,
)
from moderation.rules.base import ArticleContext, Finding, Signals, Standing, Trust
from moderation.rules.stored import finding_of, signals_of

USUAL = 5_000
MOST = 100_000
"""Decisions of one replay, at most."""
PAGE = 500
LONGEST_BODY = 50_000
"""Characters of an article that are read: what a rule may take from an article stands in its beginning."""
_ARTICLES_KEPT = 1_000

_by_article = attrgetter("article_id")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Case:
    """A comment that people decided: its text as it was decided, what was measured of it, what it stands under, and the findings
    that were stored when it was screened under the version ``version_id``."""

    comment_id: uuid.UUID
    text: str
    signals: Signals
    article: ArticleContext
    parent_text: str | None
    standing: Standing | None
    approved: bool
    reason: str | None
    imported: bool
    strict: bool
    decided_at: datetime
    version_id: uuid.UUID
    stored: tuple[Finding, ...]


@dataclass
class Page:
    """So many decisions were read, down to ``cursor``; those that cannot be replayed are counted by why."""

    read: int = 0
    cursor: uuid.UUID | None = None
    cases: list[Case] = field(default_factory=list)
    erased: int = 0
    unmeasured: int = 0
    broken: int = 0


@dataclass
class Articles:
    """The articles read last."""

    _known: dict[uuid.UUID, tuple[ArticleContext, bool]] = field(default_factory=dict)

    def of(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[ArticleContext, bool]]:
        """What the rules may know of some articles, and whether people decide everything under them."""
        wanted = set(ids)
        if len(self._known) > _ARTICLES_KEPT:
            self._known = {each: self._known[each] for each in wanted & self._known.keys()}
        if missing := wanted - self._known.keys():
            body = func.substr(Article.body, 1, LONGEST_BODY).label("body")
            found = select(Article.id, Article.title, body, Article.section, Article.comments)
            for row in db.session.execute(found.where(Article.id.in_(missing))):
                context = ArticleContext(row.title, row.body or "", row.section)
                self._known[row.id] = context, row.comments == Commenting.STRICT
        return self._known


_BY_PEOPLE = (
    Comment.decision_id.is_not(None),
    Decision.undone_at.is_(None),
    Decision.vote.is_(False),
    or_(Decision.person_id.is_not(None), Decision.imported),
)
"""Decisions of people, the last one of each comment. Those that a site brought along (``imported``) are of its own people."""


def count(site_id: uuid.UUID, most: int) -> int:
    """How many decisions there are to replay, ``most`` at most."""
    newest = select(Comment.id).join(Decision, Decision.id == Comment.decision_id)
    first = newest.where(Comment.site_id == site_id, *_BY_PEOPLE).limit(most).subquery()
    return db.session.execute(select(func.count()).select_from(first)).scalar_one()


@dataclass(frozen=True, slots=True)
class _Around:
    """What belongs to a page's decisions and lies elsewhere, read at once for all of them."""

    texts: Mapping[tuple[uuid.UUID, int], str]
    screenings: Mapping[uuid.UUID, Any]
    articles: Mapping[uuid.UUID, tuple[ArticleContext, bool]]
    parents: Mapping[uuid.UUID | None, str]
    standings: Mapping[str, Sequence[Any]]
    stored: Mapping[uuid.UUID, tuple[Finding, ...]]


def page(site_id: uuid.UUID, cursor: uuid.UUID | None, limit: int, articles: Articles, *, findings: bool) -> Page:
    """The next decisions behind a cursor; a fixed number of statements. ``findings`` says whether stored ones are wanted.

    Under each article one after the other: what was read of it is then still at hand.
    """
    asked = _asked(site_id).order_by(Comment.decision_id.desc()).limit(limit)
    if cursor is not None:
        asked = asked.where(Comment.decision_id < cursor)
    return _read(site_id, db.session.execute(asked).all(), articles, findings=findings)


def cases_of(site_id: uuid.UUID, comment_ids: Collection[uuid.UUID]) -> Sequence[Case]:
    """Some comments of a site as they were decided last, without stored findings; those that are gone are left out."""
    rows = db.session.execute(_asked(site_id).where(Comment.id.in_(comment_ids))).all()
    return _read(site_id, rows, Articles(), findings=False).cases


def _read(site_id: uuid.UUID, rows: Sequence[Any], articles: Articles, *, findings: bool) -> Page:
    if not rows:
        return Page()
    told = Page(len(rows), rows[-1].decision_id)
    around = _around(site_id, rows, articles, findings=findings)
    for row in sorted(rows, key=_by_article):
        try:
            _take(row, around, told)
        except Exception:  # the promise: one bad row stops no replay
            log.exception("the decision over comment %s cannot be replayed", row.comment_id)
            told.broken += 1
    return told


def _around(site_id: uuid.UUID, rows: Sequence[Any], articles: Articles, *, findings: bool) -> _Around:
    screenings = _screenings(row for row in rows if row.screened_revision != row.decided_revision)
    return _Around(
        _earlier_texts(row for row in rows if row.revision != row.decided_revision),
        screenings,
        articles.of(row.article_id for row in rows),
        _parents(row.parent_id for row in rows if row.parent_id),
        _standings(site_id, {row.author_external_id for row in rows if row.author_external_id}),
        _findings(rows, screenings) if findings else {},
    )


def _take(row: Any, around: _Around, told: Page) -> None:
    """Put a decision among those of the page, or count why it cannot be replayed."""
    decided = row.decided_revision
    text = row.text if row.revision == decided else around.texts.get((row.comment_id, decided))
    if row.erased_at is not None or text is None:
        told.erased += 1
        return
    screening = around.screenings.get(row.comment_id, row)
    if screening.screened_revision != decided or not (screening.signals or {}).get("models"):
        told.unmeasured += 1
        return
    article, strict = around.articles[row.article_id]
    case = Case(
        row.comment_id,
        text,
        signals_of(screening.signals),
        article,
        around.parents.get(row.parent_id),
        _standing_at(around.standings.get(row.author_external_id, ()), row.received_at),
        row.outcome == DecisionOutcome.APPROVED,
        row.reason,
        row.imported,
        strict,
        row.decided_at,
        screening.rule_set_id,
        around.stored.get(screening.screening_id, ()),
    )
    told.cases.append(case)


def _asked(site_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Comment.id.label("comment_id"),
            Comment.text,
            Comment.revision,
            Comment.erased_at,
            Comment.article_id,
            Comment.parent_id,
            Comment.author_external_id,
            Comment.received_at,
            Comment.decision_id,
            Decision.outcome,
            Decision.reason,
            Decision.imported,
            Decision.decided_at,
            Decision.revision.label("decided_revision"),
            Screening.id.label("screening_id"),
            Screening.revision.label("screened_revision"),
            Screening.rule_set_id,
            Screening.signals,
        )
        .join(Decision, Decision.id == Comment.decision_id)
        .outerjoin(Screening, Screening.id == Comment.screening_id)
        .where(Comment.site_id == site_id, *_BY_PEOPLE)
    )


def _earlier_texts(rows: Iterable[Any]) -> dict[tuple[uuid.UUID, int], str]:
    """The texts of comments that were changed since they were decided."""
    ids = {row.comment_id for row in rows}
    if not ids:
        return {}
    found = select(Revision.comment_id, Revision.number, Revision.text).where(Revision.comment_id.in_(ids))
    return {(row.comment_id, row.number): row.text for row in db.session.execute(found) if row.text}


def _screenings(rows: Iterable[Any]) -> dict[uuid.UUID, Any]:
    """The last screening of the revision that was decided, of comments that were screened in another one since."""
    wanted = {row.comment_id: row.decided_revision for row in rows}
    if not wanted:
        return {}
    columns = (
        Screening.comment_id,
        Screening.id.label("screening_id"),
        Screening.revision.label("screened_revision"),
        Screening.rule_set_id,
        Screening.signals,
    )
    found = select(*columns).where(Screening.comment_id.in_(wanted)).order_by(Screening.id)
    told = (row for row in db.session.execute(found) if row.screened_revision == wanted[row.comment_id])
    return {row.comment_id: row for row in told}


def _findings(rows: Sequence[Any], screenings: dict[uuid.UUID, Any]) -> dict[uuid.UUID, tuple[Finding, ...]]:
    ids = {screenings.get(row.comment_id, row).screening_id for row in rows} - {None}
    columns = FindingRow.screening_id, FindingRow.rule, FindingRow.code, FindingRow.outcome, FindingRow.score
    found: dict[uuid.UUID, list[Finding]] = {}
    for row in db.session.execute(select(*columns).where(FindingRow.screening_id.in_(ids))):
        found.setdefault(row.screening_id, []).append(finding_of(row.rule, row.code, row.outcome, row.score))
    return {screening_id: tuple(findings) for screening_id, findings in found.items()}


def _parents(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID | None, str]:
    wanted = set(ids)
    if not wanted:
        return {}
    return {
        row.id: row.text for row in db.session.execute(select(Comment.id, Comment.text).where(Comment.id.in_(wanted)))
    }


def _standings(site_id: uuid.UUID, authors: set[str]) -> dict[str, list[Any]]:
    """What was decided of some authors, ever."""
    if not authors:
        return {}
    row = AuthorStanding
    here = and_(row.site_id == site_id, row.author_external_id.in_(authors), row.standing != "none")
    found: dict[str, list[Any]] = {}
    columns = row.author_external_id, row.standing, row.until, row.decided_at, row.superseded_at
    for each in db.session.execute(select(*columns).where(here)):
        found.setdefault(each.author_external_id, []).append(each)
    return found


def _standing_at(rows: Sequence[Any], moment: datetime) -> Standing | None:
    """The standing that held when a comment came, which is what its screening went by."""
    for row in rows:
        ends = [end for end in (row.until, row.superseded_at) if end is not None]
        if row.decided_at <= moment and all(moment < end for end in ends):
            return Standing(Trust(row.standing))
    return None
