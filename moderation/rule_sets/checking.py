"""Whether a rule set can be used at a site: every rule, option and word list of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select

from moderation.db import db
from moderation.models import WordList
from moderation.rules import RULES
from moderation.rules.rule_set import RuleSet
from moderation.rules.site_lists import CompiledList
from moderation.rules.word_lists import SiteList

_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule set that compiles and names its word lists by hash; ``lists`` are those that it held itself."""

    rules: RuleSet
    lists: tuple[SiteList, ...]


def checked(site_id: uuid.UUID, rules: RuleSet) -> Checked:
    """Compile a rule set as the site would use it, and have it name its lists. Raises RuleSetError.

    Lists that are stored already were compiled when they came: of them only name and size are read.
    """
    rules.compile(RULES, _named(site_id, rules.list_hashes))
    held = {number: SiteList.from_dict(one) for number, one in enumerate(rules.word_lists) if "entries" in one}
    named = [
        {"sha256": held[number].sha256 if number in held else one["sha256"]}
        for number, one in enumerate(rules.word_lists)
    ]
    return Checked(replace(rules, word_lists=tuple(named)), tuple(held.values()))


def keep_lists(site_id: uuid.UUID, lists: Iterable[SiteList]) -> None:
    """Store lists that the site does not have yet, inside the caller's transaction."""
    for words in lists:
        same = select(WordList.id).where(WordList.site_id == site_id, WordList.sha256 == words.sha256)
        if db.session.execute(same).first() is None:
            size = len(words.entries)
            row = WordList(site_id=site_id, sha256=words.sha256, name=words.name, size=size, content=words.content)
            db.session.add(row)
            db.session.flush()


def _named(site_id: uuid.UUID, hashes: Iterable[str]) -> dict[str, CompiledList]:
    """The site's lists with these hashes, without a word in them: enough to check names and sizes."""
    wanted = {sha256 for sha256 in hashes if _HASH.fullmatch(sha256)}
    rows = db.session.execute(
        select(WordList.sha256, WordList.name, WordList.size).where(
            WordList.site_id == site_id, WordList.sha256.in_(wanted)
        )
    )
    return {row.sha256: CompiledList(row.name, row.size, {}, {}) for row in rows}
