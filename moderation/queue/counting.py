"""How many comments stand behind each tab of the queue: kept counts, read in one statement each."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Select,
    String,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    text,
    union,
    union_all,
)

from moderation.db import db, now
from moderation.models import Article, Site, Tally, TallyChange, Waiting, WaitingRule
from moderation.queue.filters import LANES, OLDER, Filters, full_hour
from moderation.rules.base import Verdict

MOST_NAMES = 8
"""Articles and authors with the most comments that are offered as tabs; there may be a million of them."""
MOST_FRESH = 999
MOST_PENDING = 10_000

_SMALL = ("all", "lane", "verdict", "language", "rule", "section", "hour")
_LARGE = ("article", "author")
_YOUNG = "0"


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter: as it stands in the address, as people read it, and how many comments have it."""

    value: str
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait in all, since when the oldest, and how many behind each value of each filter, the most first."""

    total: int
    oldest: datetime | None
    options: dict[str, list[Option]] = field(default_factory=dict)

    def of(self, filters: Filters) -> int | None:
        """How many comments these filters find; None when several are set, which nobody counts."""
        if not filters.asked:
            return self.total
        if len(filters.asked) > 1:
            return None
        name, value = filters.asked[0]
        return next((option.n for option in self.options.get(name, ()) if option.value == value), None)


def counts(sites: Sequence[uuid.UUID]) -> Counts:
    """What waits at these sites, by every filter."""
    if not sites:
        return Counts(0, None)
    found = _small(sites)
    options = {name: _options(found[name].items()) for name in ("language", "rule", "section")}
    options["verdict"] = [Option(verdict, verdict, found["verdict"][verdict]) for verdict in reversed(Verdict)]
    options["lane"] = [Option(lane, lane, found["lane"][lane]) for lane in LANES]
    options["older"] = _older(found["hour"])
    options["site"] = _sites(found["site"])
    options |= _large(sites)
    return Counts(found["all"][""], _oldest(sites), options)


def pending(sites: Sequence[uuid.UUID]) -> int:
    """How many comments of these sites wait for the machine; ``MOST_PENDING`` stands for more.

    The small index over what is pending is read. SQLite, which knows no statistics, would rather read all of a site's comments.
    """
    only = " INDEXED BY ix_comment_pending" if db.engine.dialect.name == "sqlite" else ""
    some = select(literal(1)).select_from(text(f"comment{only}")).where(text("comment.status = 'pending'"))
    found = some.where(column("site_id", Uuid()).in_(sites)).limit(MOST_PENDING)
    return db.session.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def fresh(sites: Sequence[uuid.UUID], filters: Filters, since: datetime) -> int:
    """How many comments that these filters find have come into the queue since then; ``MOST_FRESH`` stands for more."""
    found = select(Waiting.comment_id).where(
        Waiting.site_id.in_(filters.sites(sites)), Waiting.entered_at > since, *filters.conditions()
    )
    if filters.rule is not None:
        found = found.join(WaitingRule, WaitingRule.comment_id == Waiting.comment_id)
        found = found.where(WaitingRule.rule == filters.rule)
    return db.session.execute(select(func.count()).select_from(found.limit(MOST_FRESH).subquery())).scalar_one()


def _small(sites: Sequence[uuid.UUID]) -> defaultdict[str, Counter[str]]:
    """By facet and value; hours by how old they are, and all by site besides."""
    parts = (
        select(kept.site_id, kept.facet, _value(kept).label("value"), kept.n.label("n")).where(
            kept.site_id.in_(sites), kept.facet.in_(_SMALL)
        )
        for kept in (Tally, TallyChange)
    )
    each = union_all(*parts).subquery().c
    rows = db.session.execute(
        select(each.site_id, each.facet, each.value, func.sum(each.n)).group_by(each.site_id, each.facet, each.value)
    )
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for site_id, facet, value, n in rows:
        found[facet][value] += n
        if facet == "all":
            found["site"][site_id.hex] += n
    return found


def _value(kept: type[Tally | TallyChange]) -> Any:
    """An hour stands for the filters that find it, so that a queue of a year is as few rows as one of a day."""
    moment = now()
    begins = [
        (kept.value < f"{full_hour(hours, moment):%Y-%m-%d %H}", literal(str(hours))) for hours in reversed(OLDER)
    ]
    return case((kept.facet != "hour", cast(kept.value, String)), *begins, else_=literal(_YOUNG))


def _older(hours: Counter[str]) -> list[Option]:
    return [
        Option(str(least), str(least), sum(n for found, n in hours.items() if int(found) >= least)) for least in OLDER
    ]


def _options(found: Iterable[tuple[str, int]]) -> list[Option]:
    return [Option(value, value, n) for value, n in sorted(found, key=lambda item: (-item[1], item[0])) if n > 0]


def _sites(found: Counter[str]) -> list[Option]:
    ids = [uuid.UUID(value) for value in found]
    rows = db.session.execute(select(Site.id, Site.slug, Site.name).where(Site.id.in_(ids)).order_by(Site.name))
    return [Option(row.slug, row.name, found[row.id.hex]) for row in rows]


def _oldest(sites: Sequence[uuid.UUID]) -> datetime | None:
    each = union_all(
        *(select(func.min(Waiting.received_at).label("first")).where(Waiting.site_id == one) for one in sites)
    )
    found: datetime | None = db.session.execute(select(func.min(each.subquery().c.first))).scalar_one()
    return found


def _large(sites: Sequence[uuid.UUID]) -> dict[str, list[Option]]:
    """Articles and authors with the most comments: the first ones of an index, and what changed since."""
    most = [
        select(kept.site_id, kept.facet, kept.value)
        for site_id in sites
        for facet in _LARGE
        for kept in [_first_of(site_id, facet).subquery().c]
    ]
    changed = select(TallyChange.site_id, TallyChange.facet, cast(TallyChange.value, String(210))).where(
        TallyChange.site_id.in_(sites), TallyChange.facet.in_(_LARGE)
    )
    names = union(*most, changed).cte("names")
    parts = (
        select(kept.facet, kept.value, kept.n).join(
            names, and_(kept.site_id == names.c.site_id, kept.facet == names.c.facet, kept.value == names.c.value)
        )
        for kept in (Tally, TallyChange)
    )
    each = union_all(*parts).subquery().c
    rows = db.session.execute(
        select(each.facet, each.value, func.sum(each.n).label("n"))
        .group_by(each.facet, each.value)
        .having(or_(each.facet == "article", func.sum(each.n) > 1), func.sum(each.n) > 0)
    ).all()
    found = {facet: _options((row.value, row.n) for row in rows if row.facet == facet)[:MOST_NAMES] for facet in _LARGE}
    return {"article": _titled(found["article"]), "author": [_named(option) for option in found["author"]]}


def _first_of(site_id: uuid.UUID, facet: str) -> Select[uuid.UUID, str, str]:
    of_site = select(Tally.site_id, Tally.facet, Tally.value).where(Tally.site_id == site_id, Tally.facet == facet)
    return of_site.order_by(Tally.n.desc()).limit(MOST_NAMES)


def _titled(options: Sequence[Option]) -> list[Option]:
    ids = [uuid.UUID(option.value) for option in options]
    titles = {
        row.id: row.title for row in db.session.execute(select(Article.id, Article.title).where(Article.id.in_(ids)))
    }
    return [Option(option.value, titles.get(uuid.UUID(option.value), ""), option.n) for option in options]


def _named(option: Option) -> Option:
    return Option(option.value, option.value.partition(":")[2], option.n)
