"""What the people of a site set for it: its name, how long a decision can be taken back, who sees what, how long things are kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from moderation import audit
from moderation.db import db, transaction
from moderation.models import Site

LONGEST_NAME = 200
LONGEST_UNDO = 3600
LONGEST_KEPT = 3650
DAYS = ("keep_rejected_days", "keep_withdrawn_days", "keep_deliveries_days", "keep_addresses_days")
"""The settings in days, 1 to LONGEST_KEPT; None keeps for ever, deliveries as long as the service's own setting says."""

SETTINGS = ("name", "undo_seconds", "slander_needs_two", "personal_data_for", *DAYS)


def of(site_id: uuid.UUID) -> Site:
    """The site as it is stored now."""
    found = select(Site).where(Site.id == site_id)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one()


def told(site: Site) -> dict[str, Any]:
    """The settings by name."""
    return {name: getattr(site, name) for name in SETTINGS}


def change(site_id: uuid.UUID, values: Mapping[str, Any]) -> Site:
    """Change some settings, given as they are to be; whoever calls has checked them. Raises KeyError for what is no setting."""
    if unknown := set(values) - set(SETTINGS):
        raise KeyError(*unknown)
    found = select(Site).where(Site.id == site_id).with_for_update()
    with transaction():
        site = db.session.execute(found, execution_options={"populate_existing": True}).scalar_one()
        before = told(site)
        for name, value in values.items():
            setattr(site, name, value)
        audit.change("site.changed", site_id, site.slug, before, told(site))
    return site
