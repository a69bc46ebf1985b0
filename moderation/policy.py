"""Which rules apply at a site now: the live version, compiled once."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from moderation.db import db
from moderation.models import RuleSetVersion, Site
from moderation.rules import RULES
from moderation.rules.rule_set import CompiledRuleSet, RuleSet, RuleSetError, defaults

_COMPILED_KEPT = 200

log = logging.getLogger(__name__)


@dataclass
class Policies:
    """Compiled rule sets of a process, by version; the live versions are read with each claim, so a change takes effect at once."""

    _compiled: dict[uuid.UUID, CompiledRuleSet | None] = field(default_factory=dict)

    def live(self, sites: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[uuid.UUID, CompiledRuleSet | None]]:
        """The live version of each site: its id and its rules (None when they cannot be compiled, which stops no other site)."""
        latest = (
            select(RuleSetVersion.site_id, func.max(RuleSetVersion.number).label("number"))
            .where(RuleSetVersion.site_id.in_(set(sites)), RuleSetVersion.state == "live")
            .group_by(RuleSetVersion.site_id)
            .subquery()
        )
        found = select(RuleSetVersion.id, RuleSetVersion.site_id).join(
            latest, (latest.c.site_id == RuleSetVersion.site_id) & (latest.c.number == RuleSetVersion.number)
        )
        return {row.site_id: (row.id, self._compile(row.id)) for row in db.session.execute(found)}

    def _compile(self, version_id: uuid.UUID) -> CompiledRuleSet | None:
        if version_id not in self._compiled:
            if len(self._compiled) >= _COMPILED_KEPT:
                self._compiled.clear()
            version = db.session.get_one(RuleSetVersion, version_id)
            try:
                self._compiled[version_id] = RuleSet.from_dict(version.content).compile(RULES)
            except RuleSetError:
                log.exception("rule set %s cannot be compiled: its site's comments reach people unscreened", version_id)
                self._compiled[version_id] = None
        return self._compiled[version_id]


def first_version(site: Site) -> RuleSetVersion:
    """The rule set that a new site starts with: every rule live with its defaults."""
    rules = defaults(RULES)
    return RuleSetVersion(site_id=site.id, number=1, state="live", content=rules.to_dict(), digest=rules.digest)


def live_rule_set(site_id: uuid.UUID) -> RuleSet:
    """The site's live rules as data."""
    found = (
        select(RuleSetVersion.content)
        .where(RuleSetVersion.site_id == site_id, RuleSetVersion.state == "live")
        .order_by(RuleSetVersion.number.desc())
        .limit(1)
    )
    return RuleSet.from_dict(db.session.execute(found).scalar_one())
