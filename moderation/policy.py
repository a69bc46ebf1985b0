"""Which rules apply at a site now: the live version, compiled once."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from sqlalchemy import func, select

from moderation.db import db
from moderation.models import RuleSetVersion, Site, WordList
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
        if version_id in self._compiled:
            self._compiled[version_id] = self._compiled.pop(version_id)  # last used goes last
            return self._compiled[version_id]
        version = db.session.get_one(RuleSetVersion, version_id)
        try:
            rules = RuleSet.from_dict(version.content)
            self._compiled[version_id] = rules.compile(RULES, self._word_lists(version.site_id, rules.list_hashes))
        except (RuleSetError, ListRefused):
            log.exception("rule set %s cannot be compiled: its site's comments reach people unscreened", version_id)
            self._compiled[version_id] = None
        while len(self._compiled) > 1 and (len(self._compiled) > _COMPILED_KEPT or self._words() > KEPT_WORDS):
            del self._compiled[next(iter(self._compiled))]
        return self._compiled[version_id]

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


def stored_lists(site_id: uuid.UUID, hashes: Iterable[str]) -> dict[str, SiteList]:
    """The lists of a site by hash; one that the site does not have is left out. Raises ListRefused for one that was changed."""
    wanted = select(WordList.sha256, WordList.content).where(
        WordList.site_id == site_id, WordList.sha256.in_(set(hashes))
    )
    found = {row.sha256: row.content for row in db.session.execute(wanted)}
    if changed := [sha256 for sha256, content in found.items() if hash_of(content) != sha256]:
        raise ListRefused({f"/{sha256}": CHANGED for sha256 in changed})
    return {sha256: SiteList.from_content(content) for sha256, content in found.items()}
