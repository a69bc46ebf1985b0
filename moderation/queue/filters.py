"""Which part of the queue, and in which order: what stands in the address of the page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, TextClause, select, text

from moderation.db import db, now
from moderation.models import Site, Waiting, WaitingRule
from moderation.rules.base import Verdict

OLDER = (1, 6, 24, 72)
"""Hours that one may ask for; each begins at a full hour, so that what is counted by the hour is what is shown."""
LANES = ("needs-two", "escalated")

_DIGITS = 16  # of a priority or of microseconds: it fits any database's integer
_LONGEST = 210
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Order(StrEnum):
    """What comes first."""

    PRIORITY = "priority"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last card of a page: the next page starts behind it, however much came or went meanwhile.

    ``place`` is its priority, or when it was received (microseconds since 1970) in the order of age.
    """

    place: int
    comment_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.place}_{self.comment_id.hex}"

    @classmethod
    def parse(cls, raw: str) -> Cursor | None:
        """Read a cursor; None for anything that is not one."""
        place, _, comment_id = raw.partition("_")
        try:
            cursor = cls(int(place[:_DIGITS]), uuid.UUID(comment_id))
        except ValueError:
            return None
        return cursor if len(place) <= _DIGITS else None

    @property
    def received_at(self) -> datetime:
        """The place as a moment."""
        return _EPOCH + timedelta(microseconds=self.place)


def microseconds(moment: datetime) -> int:
    """A moment as the place of a cursor."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What must hold of a comment; None asks for nothing. ``author`` is ``models.author_key``, ``older`` is in hours."""

    site: str | None = None
    article: uuid.UUID | None = None
    section: str | None = None
    rule: str | None = None
    verdict: str | None = None
    language: str | None = None
    author: str | None = None
    older: int | None = None
    lane: str | None = None
    order: Order = Order.PRIORITY

    @classmethod
    def parse(cls, told: Mapping[str, str]) -> Filters:
        """Read what stands in an address; what is no filter is left out."""
        known = {name: value.replace("\x00", "").strip()[:_LONGEST] for name, value in told.items()}
        texts = {name: known.get(name) or None for name in ("site", "section", "rule", "language", "author")}
        return cls(
            **texts,
            article=_uuid(known.get("article", "")),
            verdict=known["verdict"] if known.get("verdict") in set(Verdict) else None,
            older=next((hours for hours in OLDER if str(hours) == known.get("older")), None),
            lane=known["lane"] if known.get("lane") in LANES else None,
            order=Order.AGE if known.get("order") == Order.AGE else Order.PRIORITY,
        )

    @property
    def query(self) -> dict[str, str]:
        """What stands in the address; ``parse`` reads it again."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.hex if isinstance(value, uuid.UUID) else str(value)
            for name, value in told.items()
            if value is not None and value != Order.PRIORITY
        }

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """The filters that are set, the order left out."""
        return tuple((name, value) for name, value in self.query.items() if name != "order")

    @property
    def is_whole(self) -> bool:
        """Whether the whole queue is asked for, of all sites or of one."""
        return all(name == "site" for name, _ in self.asked)

    def without(self, *names: str) -> Filters:
        """The same, but for these."""
        return Filters.parse({name: value for name, value in self.query.items() if name not in names})

    def having(self, **told: str | None) -> Filters:
        """The same, and these instead of what they were."""
        kept = {name: value for name, value in self.query.items() if name not in told}
        return Filters.parse(kept | {name: value for name, value in told.items() if value is not None})

    def sites(self, sites: Sequence[uuid.UUID]) -> Sequence[uuid.UUID]:
        """Those of these sites that are asked for."""
        if self.site is None:
            return sites
        found = select(Site.id).where(Site.slug == self.site, Site.id.in_(sites))
        return db.session.execute(found).scalars().all()

    def conditions(self, moment: datetime | None = None) -> list[ColumnElement[bool] | TextClause]:
        """What must hold of a row of ``Waiting``."""
        columns = ("article_id", "section", "verdict", "language", "author")
        values = (self.article, self.section, self.verdict, self.language, self.author)
        wanted: list[ColumnElement[bool] | TextClause] = [
            getattr(Waiting, column) == value
            for column, value in zip(columns, values, strict=True)
            if value is not None
        ]
        if self.lane:
            wanted.append(text(f"waiting.{self.lane.replace('-', '_')}"))  # as the partial index spells it
        if self.older is not None:
            wanted.append(Waiting.received_at < full_hour(self.older, moment))
        return wanted

    def rule_condition(self, site_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
        """What must hold of a row of ``WaitingRule`` beside it."""
        return WaitingRule.site_id == site_id, WaitingRule.rule == self.rule


def full_hour(hours: int, moment: datetime | None = None) -> datetime:
    """The beginning of the hour so many hours ago."""
    return ((moment or now()) - timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)


def _uuid(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw)
    except ValueError:
        return None
