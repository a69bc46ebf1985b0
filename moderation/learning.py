"""What a site learns from its own articles: when it is due, and one fit of it from claim to live version.

What it learns from the decisions of its people is in residuals, with the same claims.

A claim is a row in state FITTING, of which the database allows one for each site and model. Whoever does not get it returns
quietly; a fit that dies leaves the row behind and the live version in place, and is taken for failed after a while.
"""

from __future__ import annotations

import hashlib
import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, delete, exists, func, insert, literal, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from classifiers.learn import LEARNERS, Approved
from classifiers.progress import step
from classifiers.relevance import ArticleText
from moderation.db import Instant, db, new_id, now, transaction
from moderation.models import Article, Comment, Decision, LearnedModel, LearnedState, Site
from moderation.models.comment import STANDS_APPROVED
from moderation.settings import Settings

RELEVANCE = "relevance"
MOST_ARTICLES = 5_000
"""Articles that a model is fitted on at most, the newest ones: what a fit costs in time and memory has an end."""
LONGEST_BODY = 20_000
"""Characters of an article that are read; what comes after teaches little."""
MOST_APPROVED = 2_000
"""Approved comments, the newest ones, that set a site's threshold at most."""
FITTING_SECONDS = 900
"""How long a fit may take; the worker is stopped after that."""
ABANDONED_AFTER = FITTING_SECONDS + 300
KEPT = 3
"""Versions of a site's model that are kept beside the live one."""

_UNSYNCED = {"synchronize_session": False}
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fitting:
    """A version of a site's model that this process alone is to fit."""

    id: uuid.UUID
    site_id: uuid.UUID
    number: int


def due_sites(settings: Settings, name: str = RELEVANCE) -> Select[uuid.UUID]:
    """The sites that have enough new articles and were not fitted lately; read from indexes alone, for every sweep.

    Counted are the articles since the live version's fit, so the count ends where the next fit begins.
    """
    moment = now()
    live = select(LearnedModel).where(LearnedModel.name == name, LearnedModel.state == LearnedState.LIVE).subquery()
    since = func.coalesce(live.c.created_at, literal(_BEFORE_ALL, Instant))
    new = select(func.count()).where(Article.site_id == Site.id, Article.created_at > since).scalar_subquery()
    known = func.coalesce(live.c.articles, 0)
    first, share = settings.learn_first_articles, settings.learn_growth
    wanted = case((known >= first, known * share), else_=first - known)
    lately = exists().where(
        LearnedModel.site_id == Site.id,
        LearnedModel.name == name,
        or_(
            LearnedModel.created_at > moment - timedelta(seconds=settings.learn_pause),
            and_(LearnedModel.state == LearnedState.FITTING, LearnedModel.created_at > abandoned_before(moment)),
        ),
    )
    return select(Site.id).outerjoin(live, live.c.site_id == Site.id).where(~lately, new >= wanted)


def claim_due(settings: Settings) -> Fitting | None:
    """Claim the fit of a site that is due; None when there is none, or another worker was faster."""
    last = _last_number(RELEVANCE).where(LearnedModel.site_id == Site.id).scalar_subquery()
    found = db.session.execute(due_sites(settings).add_columns(last.label("last")).order_by(Site.id).limit(1)).first()
    return claim(found.id, last=found.last) if found else None


def claim(site_id: uuid.UUID, *, last: int | None = None, name: str = RELEVANCE) -> Fitting | None:
    """Claim a site's fit, due or not; None when another process is at it, or has claimed one since ``last`` was the last."""
    moment = now()
    of_site = LearnedModel.site_id == site_id, LearnedModel.name == name
    abandoned = LearnedModel.state == LearnedState.FITTING, LearnedModel.created_at <= abandoned_before(moment)
    try:
        with transaction():
            change(*of_site, *abandoned, state=LearnedState.FAILED, metrics={"error": "not heard of again"})
            if last is None:
                last = db.session.execute(_last_number(name).where(*of_site)).scalar_one()
            fitting = Fitting(new_id(), site_id, last + 1)
            values = {"id": fitting.id, "site_id": site_id, "name": name, "number": fitting.number}
            db.session.execute(insert(LearnedModel).values(**values, created_at=moment))
    except IntegrityError:  # the database allows one fit at a time, and each number once
        return None
    return fitting


def _last_number(name: str) -> Select[int]:
    return select(func.coalesce(func.max(LearnedModel.number), 0)).where(LearnedModel.name == name)


def learn(fitting: Fitting, name: str = RELEVANCE) -> bool:
    """Fit a claimed version on the site's articles and make it live. Loads scikit-learn and hazm.

    Returns whether it is live; a fit that fails is logged and recorded, and the version before stays live.
    """
    started = time.monotonic()
    try:
        step("reading the site's articles", 0.05)
        articles = articles_of(fitting.site_id)
        approved = approved_under(articles, fitting.site_id)
        db.session.commit()  # fitting runs outside any transaction
        step(f"fitting on {len(articles)} articles", 0.1)
        blob, metrics = LEARNERS[name](articles, approved)
    except BaseException as error:  # the promise: what could not be learnt, or was interrupted, changes nothing
        log.exception("the %s model of site %s could not be fitted", name, fitting.site_id)
        db.session.rollback()
        give_up(fitting, f"{type(error).__name__}: {error}", name)
        if not isinstance(error, Exception):
            raise
        return False
    spent = {"fitted_at": now().isoformat(), "ms": round(1000 * (time.monotonic() - started))}
    return _go_live(fitting, blob, {**metrics, **spent}, articles=len(articles))


def articles_of(site_id: uuid.UUID) -> list[ArticleText]:
    """The newest articles of a site, by its own ids."""
    newest = (
        select(Article.external_id, Article.title, func.substr(Article.body, 1, LONGEST_BODY).label("body"))
        .where(Article.site_id == site_id)
        .order_by(Article.created_at.desc())
        .limit(MOST_ARTICLES)
    )
    return [ArticleText(row.external_id, row.title, row.body or "") for row in db.session.execute(newest)]


def approved_under(articles: Sequence[ArticleText], site_id: uuid.UUID) -> Approved:
    """The newest comments that people let a site show under these articles, the newest first.

    What the rules let through by themselves teaches nothing. Answers are not among them: they are measured against what they
    answer, too, so they would lower the threshold for all.
    """
    newest = (
        select(Article.external_id, Comment.text)
        .join(Comment, Comment.article_id == Article.id)
        .join(Decision, Decision.id == Comment.decision_id)
        .where(
            Article.site_id == site_id,
            Comment.parent_id.is_(None),
            or_(Decision.person_id.is_not(None), Decision.imported),
            text(STANDS_APPROVED),
        )
        .order_by(Comment.id.desc())
        .limit(MOST_APPROVED)
    )
    by_name = {article.id: article for article in articles}
    return [(row.text, by_name[row.external_id]) for row in db.session.execute(newest) if row.external_id in by_name]


def _go_live(fitting: Fitting, blob: bytes, metrics: dict[str, Any], *, articles: int) -> bool:
    mine = select(LearnedModel.name).where(LearnedModel.id == fitting.id, LearnedModel.state == LearnedState.FITTING)
    with transaction():
        name = db.session.execute(mine.with_for_update()).scalar_one_or_none()
        if name is None:
            return False  # it took so long that it was given up
        live = (
            LearnedModel.site_id == fitting.site_id,
            LearnedModel.name == name,
            LearnedModel.state == LearnedState.LIVE,
        )
        change(*live, state=LearnedState.RETIRED)
        digest = hashlib.sha256(blob).hexdigest()
        found = {"blob": blob, "size": len(blob), "sha256": digest, "articles": articles, "metrics": metrics}
        change(LearnedModel.id == fitting.id, state=LearnedState.LIVE, live_at=now(), **found)
        forget_old_ones(fitting.site_id, name)
    return True


def give_up(fitting: Fitting, error: str, name: str, *, kept: int = KEPT) -> None:
    """Record why a fit came to nothing; one that was given up already stays as it is."""
    mine = LearnedModel.id == fitting.id, LearnedModel.state == LearnedState.FITTING
    with transaction():
        change(*mine, state=LearnedState.FAILED, metrics={"error": error[:500]})
        forget_old_ones(fitting.site_id, name, kept=kept)


def change(*which: Any, **values: Any) -> None:
    """Change versions. Call inside a transaction."""
    db.session.execute(update(LearnedModel).where(*which).values(**values), execution_options=_UNSYNCED)


def forget_old_ones(site_id: uuid.UUID, name: str, *, kept: int = KEPT) -> None:
    """Remove all but the newest versions that are not in use any more. Call inside a transaction."""
    over = LearnedModel.state.in_([LearnedState.RETIRED, LearnedState.FAILED])
    old = (
        select(LearnedModel.id)
        .where(LearnedModel.site_id == site_id, LearnedModel.name == name, over)
        .order_by(LearnedModel.number.desc())
        .offset(kept)
    )
    db.session.execute(delete(LearnedModel).where(LearnedModel.id.in_(old)), execution_options=_UNSYNCED)


def abandoned_before(moment: datetime) -> datetime:
    """A fit that began before this is taken for dead."""
    return moment - timedelta(seconds=ABANDONED_AFTER)
