"""Whose rules a page is about: one of the sites where the person may change them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import abort
from sqlalchemy import select

from moderation.db import db
from moderation.guards import sites
from moderation.models import Article, Site

_NEWEST = 5_000
_OFFERED = 100


def editable_sites() -> Sequence[Site]:
    """The sites whose rules the person may change, by name."""
    found = select(Site).where(Site.id.in_(sites())).order_by(Site.name)
    return db.session.execute(found).scalars().all()


def site_of(slug: str) -> Site:
    """One of these sites by what addresses call it; 404 for any other."""
    found = select(Site).where(Site.id.in_(sites()), Site.slug == slug)
    return db.session.execute(found).scalar_one_or_none() or abort(404)


def sections_of(site_id: uuid.UUID) -> list[str]:
    """The sections of the site's newest articles, in order."""
    newest = (
        select(Article.section).where(Article.site_id == site_id).order_by(Article.created_at.desc()).limit(_NEWEST)
    )
    held = newest.subquery()
    found = select(held.c.section).where(held.c.section.is_not(None), held.c.section != "").distinct()
    return sorted(db.session.execute(found).scalars())


def newest_articles(site_id: uuid.UUID) -> Sequence[Article]:
    """The articles to offer, the newest first."""
    found = select(Article).where(Article.site_id == site_id).order_by(Article.created_at.desc()).limit(_OFFERED)
    return db.session.execute(found).scalars().all()


def article_named(site_id: uuid.UUID, told: str) -> Article | None:
    """The article of this id (the site's own) or title; or the newest one with these words in its title."""
    here = select(Article).where(Article.site_id == site_id).order_by(Article.created_at.desc()).limit(1)
    for condition in (
        Article.external_id == told,
        Article.title == told,
        Article.title.contains(told, autoescape=True),
    ):
        found = db.session.execute(here.where(condition)).scalar_one_or_none()
        if found:
            return found
    return None
