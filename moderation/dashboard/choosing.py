"""Which of the person's sites a page shows: all of them, or the one that the address names."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, request
from sqlalchemy import select

from moderation.db import db
from moderation.guards import sites
from moderation.models import Site


@dataclass(frozen=True, slots=True)
class Choice:
    """The sites that may be chosen, and the one that is, if it is one."""

    known: Sequence[Site]
    chosen: Site | None

    @property
    def ids(self) -> list[uuid.UUID]:
        """The sites to show."""
        return [self.chosen.id] if self.chosen else [site.id for site in self.known]

    @property
    def slug(self) -> str | None:
        """What stands in addresses for the site that is chosen."""
        return self.chosen.slug if self.chosen else None


def chosen_site() -> Choice:
    """The choice of this request (``site=``); 404 for a site that the person has nothing to do with."""
    found = select(Site).where(Site.id.in_(sites())).order_by(Site.name)
    known = db.session.execute(found).scalars().all()
    slug = request.args.get("site", "")
    chosen = next((site for site in known if site.slug == slug), None)
    if slug and chosen is None:
        abort(404)
    return Choice(known, chosen)


def site_of(slug: str) -> Site:
    """One of the person's sites; 404 for any other."""
    site = next((site for site in chosen_site().known if site.slug == slug), None)
    if site is None:
        abort(404)
    return site


def id_of(raw: str) -> uuid.UUID | None:
    """An id out of an address; None for anything that is not one."""
    try:
        return uuid.UUID(raw)
    except ValueError:
        return None
