"""What was decided of authors: who is trusted or blocked at which site, and what an author wrote there before."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import joinedload

from moderation import audit, dates
from moderation.db import db, now, transaction
from moderation.models import ApiKey, AuthorStanding, Comment, Person, Site
from moderation.pseudonyms import PSEUDONYM, pseudonym
from moderation.rules.base import Standing, Trust

NONE = "none"
_UNSYNCED = {"synchronize_session": False}
_BY = joinedload(AuthorStanding.person), joinedload(AuthorStanding.key)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of an author: a standing (or ``none``), for how long or until when (None: for ever), and why."""

    standing: str
    lasts: timedelta | None = None
    note: str | None = None
    until: datetime | None = None

    def ends(self, moment: datetime) -> datetime | None:
        """When it holds no more, decided at a moment; what lifts a standing has no end."""
        if self.standing == NONE:
            return None
        return moment + self.lasts if self.lasts else self.until


@dataclass(frozen=True, slots=True)
class Author:
    """An author of a site as far as its comments tell: names, counts by status, the last comments."""

    site: Site
    external_id: str
    names: Sequence[str]
    counts: dict[str, int]
    latest: Sequence[Comment]


def living(authors: Iterable[tuple[uuid.UUID, str | None]], moment: datetime) -> dict[tuple[uuid.UUID, str], Standing]:
    """The standing of some authors (site, the site's id of the author) that hold at a moment; one query, or none."""
    asked = {(site_id, author) for site_id, author in authors if author}
    if not asked:
        return {}
    row = AuthorStanding
    found = (
        select(row.site_id, row.author_external_id, row.standing, row.until, Person.name, ApiKey.name.label("key"))
        .outerjoin(Person, Person.id == row.person_id)
        .outerjoin(ApiKey, ApiKey.id == row.key_id)
    )
    here = row.site_id.in_({site_id for site_id, _ in asked}), row.author_external_id.in_({name for _, name in asked})
    told = db.session.execute(found.where(*here, _holds(moment))).all()
    return {
        (one.site_id, one.author_external_id): _said(
            Standing(Trust(one.standing), one.key or one.name, by_key=bool(one.key)), one.until
        )
        for one in told
    }


def _holds(moment: datetime) -> ColumnElement[bool]:
    row = AuthorStanding
    running = or_(row.until.is_(None), row.until > moment)
    return and_(row.superseded_at.is_(None), row.author_external_id.is_not(None), row.standing != NONE, running)


def _said(decided: Standing, until: datetime | None) -> Standing:
    if until is None:
        return decided
    english = until.astimezone(dates.TEHRAN).strftime("%Y-%m-%d %H:%M")
    return decided._replace(until=dates.jalali(until), until_en=english)


def decide(
    site_id: uuid.UUID,
    author_id: str,
    wish: Wish,
    person_id: uuid.UUID | None = None,
    *,
    key_id: uuid.UUID | None = None,
) -> AuthorStanding:
    """Record what a person, or a key of the site, decided of an author; what was decided before is superseded, and stays to be read."""
    with transaction():
        _lock(site_id)
        return _decided(site_id, author_id, wish, AuthorStanding(person_id=person_id, key_id=key_id))


def settle(site_id: uuid.UUID, author_id: str, wish: Wish, key_id: uuid.UUID) -> bool:
    """The same by a key, unless this very thing holds already: whether anything was decided."""
    with transaction():
        _lock(site_id)
        moment = now()
        found = current(site_id, author_id)
        holds = found if found and found.holds(moment) else None
        if wish.standing == (holds.standing if holds else NONE) and (
            holds is None or (holds.until, holds.note) == (wish.ends(moment), wish.note)
        ):
            return False
        _decided(site_id, author_id, wish, AuthorStanding(key_id=key_id))
    return True


def current(site_id: uuid.UUID, author_id: str) -> AuthorStanding | None:
    """What was decided of an author last, also when its time is over; None where nothing ever was."""
    row = AuthorStanding
    found = select(row).where(row.site_id == site_id, row.author_external_id == author_id, row.superseded_at.is_(None))
    told = found.options(*_BY)
    return db.session.execute(told, execution_options={"populate_existing": True}).scalar_one_or_none()


def _lock(site_id: uuid.UUID) -> None:
    """One decision of the site's authors at a time, inside the caller's transaction; comments go on being stored."""
    db.session.execute(select(Site.id).where(Site.id == site_id).with_for_update(key_share=True))


def _decided(site_id: uuid.UUID, author_id: str, wish: Wish, decided: AuthorStanding) -> AuthorStanding:
    moment, row = now(), AuthorStanding
    before = row.site_id == site_id, row.author_external_id == author_id, row.superseded_at.is_(None)
    db.session.execute(update(row).where(*before).values(superseded_at=moment), execution_options=_UNSYNCED)
    decided.site_id, decided.author_external_id, decided.decided_at = site_id, author_id, moment
    decided.standing, decided.until, decided.note = wish.standing, wish.ends(moment), wish.note
    db.session.add(decided)
    subject = pseudonym(site_id, "author", author_id)[:PSEUDONYM]
    until = decided.until.isoformat() if decided.until else None
    audit.note(f"author.{wish.standing}", site_id, subject, after={"until": until})
    return decided


def forget(site_id: uuid.UUID, author_id: str) -> None:
    """Take an author's id and the notes out of what was decided of the author, inside the caller's transaction."""
    row = AuthorStanding
    his = row.site_id == site_id, row.author_external_id == author_id
    blank = update(row).where(*his).values(author_external_id=None, note=None)
    db.session.execute(blank, execution_options=_UNSYNCED)


def history(site_id: uuid.UUID, author_id: str, *, limit: int | None = None) -> Sequence[AuthorStanding]:
    """Everything that was decided of an author, latest first; ``limit`` of it at most."""
    row = AuthorStanding
    found = select(row).where(row.site_id == site_id, row.author_external_id == author_id).order_by(row.id.desc())
    told = found.options(*_BY).limit(limit)
    return db.session.execute(told, execution_options={"populate_existing": True}).scalars().all()


def listed(
    sites: Sequence[uuid.UUID], *, after: uuid.UUID | None = None, limit: int = PAGE
) -> Sequence[AuthorStanding]:
    """The authors of some sites that have a standing, those decided last first; also those whose time is over."""
    row = AuthorStanding
    here = (
        row.site_id.in_(sites),
        row.superseded_at.is_(None),
        row.author_external_id.is_not(None),
        row.standing != NONE,
    )
    found = select(row).where(*here).order_by(row.id.desc()).limit(limit).options(*_BY)
    if after is not None:
        found = found.where(row.id < after)
    return db.session.execute(found).scalars().all()


def author(site: Site, author_id: str, *, latest: int = 20) -> Author | None:
    """What an author wrote at a site; None when the site knows nothing of such an author."""
    his = Comment.site_id == site.id, Comment.author_external_id == author_id
    told = select(Comment.status, func.count()).where(*his).group_by(Comment.status)
    counts = {row[0]: row[1] for row in db.session.execute(told)}
    if not counts and not current(site.id, author_id):
        return None
    found = select(Comment).where(*his).order_by(Comment.id.desc()).limit(latest)
    whole = found.options(joinedload(Comment.article), joinedload(Comment.decision), joinedload(Comment.site))
    comments = db.session.execute(whole).scalars().all()
    names = tuple(dict.fromkeys(comment.author_name for comment in comments))
    return Author(site, author_id, names, counts, comments)
