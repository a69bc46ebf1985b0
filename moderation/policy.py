"""Which rules apply at a site now: the live version, compiled once."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from weakref import WeakValueDictionary

from sqlalchemy import ColumnElement, and_, func, or_, select

from moderation.db import db, now
from moderation.models import RuleSetState, RuleSetVersion, Site, WordList
from moderation.rules import RULES
from moderation.rules.compiling import RuleSetError
from moderation.rules.listed import CHANGED, compiled_list
from moderation.rules.rule_set import CompiledRuleSet, RuleSet, defaults
from moderation.rules.site_lists import CompiledList
from moderation.rules.word_lists import ListRefused, SiteList, hash_of

_COMPILED_KEPT = 200
KEPT_WORDS = 200_000
"""Entries of word lists that a process keeps compiled from one batch to the next, less than 2 KiB each."""

log = logging.getLogger(__name__)


@dataclass
class Policies:
    """Compiled rule sets of a process, by version, the ones used last; the live versions are read with each claim, so a change
    takes effect at once. A word list is compiled once for all versions that name it."""

    _compiled: dict[uuid.UUID, CompiledRuleSet | None] = field(default_factory=dict)
    _lists: WeakValueDictionary[tuple[uuid.UUID, str], CompiledList] = field(default_factory=WeakValueDictionary)

    def live(self, sites: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[uuid.UUID, CompiledRuleSet | None]]:
        """The live version of each site: its id and its rules (None when they cannot be compiled, which stops no other site)."""
        return {site_id: (each.live, self.compiled(each.live)) for site_id, each in in_force(sites).items()}

    def compiled(self, version_id: uuid.UUID) -> CompiledRuleSet | None:
        """The rules of a version, read from the database where this process does not have them; None when they cannot be compiled."""
        if version_id in self._compiled:
            self._compiled[version_id] = self._compiled.pop(version_id)  # last used goes last
            return self._compiled[version_id]
        version = db.session.get_one(RuleSetVersion, version_id)
        try:
            self._compiled[version_id] = self.compile(version.site_id, RuleSet.from_dict(version.content))
        except (RuleSetError, ListRefused):
            log.exception("rule set %s cannot be compiled: its site's comments reach people unscreened", version_id)
            self._compiled[version_id] = None
        while len(self._compiled) > 1 and (len(self._compiled) > _COMPILED_KEPT or self._words() > KEPT_WORDS):
            del self._compiled[next(iter(self._compiled))]
        return self._compiled[version_id]

    def compile(self, site_id: uuid.UUID, rules: RuleSet) -> CompiledRuleSet:
        """Rules that are no version, with the site's word lists; they are not kept. Raises RuleSetError, ListRefused."""
        return rules.compile(RULES, self._word_lists(site_id, rules.list_hashes))

    def _words(self) -> int:
        """How many entries the lists of the versions at hand have."""
        lists = {id(one): one.size for rules in self._compiled.values() if rules for one in rules.lists.lists}
        return sum(lists.values())

    def _word_lists(self, site_id: uuid.UUID, hashes: Iterable[str]) -> dict[str, CompiledList]:
        """The site's lists with these hashes, compiled; those that it does not have are left out. Raises ListRefused."""
        known = {sha256: found for sha256 in hashes if (found := self._lists.get((site_id, sha256)))}
        for sha256, words in stored_lists(site_id, set(hashes) - known.keys()).items():
            self._lists[site_id, sha256] = known[sha256] = compiled_list(words)
        return known


class InForce(NamedTuple):
    """Which version of a site's rules counts, and which one runs beside it."""

    live: uuid.UUID
    shadow: uuid.UUID | None = None


def holding(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """What a version must be to count at a moment; of several the one with the highest number does."""
    return (
        RuleSetVersion.state == RuleSetState.LIVE,
        or_(RuleSetVersion.until.is_(None), RuleSetVersion.until > moment),
    )


def in_force(sites: Iterable[uuid.UUID]) -> dict[uuid.UUID, InForce]:
    """The versions that count and run in shadow, by site: one query, whatever there is in shadow."""
    latest = (
        select(RuleSetVersion.site_id, func.max(RuleSetVersion.number).label("number"))
        .where(RuleSetVersion.site_id.in_(set(sites)))
        .where(or_(and_(*holding(now())), RuleSetVersion.state == RuleSetState.SHADOW))
        .group_by(RuleSetVersion.site_id, RuleSetVersion.state)
        .subquery()
    )
    found = select(RuleSetVersion.id, RuleSetVersion.site_id, RuleSetVersion.state).join(
        latest, (latest.c.site_id == RuleSetVersion.site_id) & (latest.c.number == RuleSetVersion.number)
    )
    rows = db.session.execute(found).all()
    shadows = {row.site_id: row.id for row in rows if row.state == RuleSetState.SHADOW}
    return {row.site_id: InForce(row.id, shadows.get(row.site_id)) for row in rows if row.state == RuleSetState.LIVE}


def first_version(site: Site) -> RuleSetVersion:
    """The rule set that a new site starts with: every rule live with its defaults."""
    rules = defaults(RULES)
    return RuleSetVersion(site_id=site.id, number=1, content=rules.to_dict(), digest=rules.digest)


def live_rule_set(site_id: uuid.UUID) -> RuleSet:
    """The site's live rules as data."""
    found = (
        select(RuleSetVersion.content)
        .where(RuleSetVersion.site_id == site_id, *holding(now()))
        .order_by(RuleSetVersion.number.desc())
        .limit(1)
    )
    return RuleSet.from_dict(db.session.execute(found).scalar_one())


def stored_lists(site_id: uuid.UUID, hashes: Iterable[str]) -> dict[str, SiteList]:
    """The lists of a site by hash; one that the site does not have is left out. Raises ListRefused for one that was changed."""
    wanted = select(WordList.sha256, WordList.content).where(
        WordList.site_id == site_id, WordList.sha256.in_(set(hashes))
    )
    found = {row.sha256: row.content for row in db.session.execute(wanted)}
    if changed := [sha256 for sha256, content in found.items() if hash_of(content) != sha256]:
        raise ListRefused({f"/{sha256}": CHANGED for sha256 in changed})
    return {sha256: SiteList.from_content(content) for sha256, content in found.items()}


def lists_of(site_id: uuid.UUID) -> list[SiteList]:
    """The word lists of the site's live rule set, in its order."""
    rules = live_rule_set(site_id)
    stored = stored_lists(site_id, rules.list_hashes)
    return [
        SiteList.from_dict(one) if "entries" in one else stored[str(one.get("sha256"))]
        for one in rules.word_lists
        if "entries" in one or str(one.get("sha256")) in stored
    ]


def with_lists(site_id: uuid.UUID) -> RuleSet:
    """The site's live rule set with its word lists inside, as it can be used elsewhere."""
    held = [{"sha256": one.sha256, **one.to_dict()} for one in lists_of(site_id)]
    return replace(live_rule_set(site_id), word_lists=tuple(held))
