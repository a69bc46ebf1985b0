"""Changing a site's word lists: each change is a new version of its rule set, which is live at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from moderation.db import db, transaction
from moderation.models import RuleSetVersion, WordList
from moderation.policy import live_rule_set, stored_lists
from moderation.rule_sets import publishing, versions
from moderation.rule_sets.checking import keep_lists
from moderation.rules.listed import TOO_MANY
from moderation.rules.rule_set import RuleSet
from moderation.rules.word_lists import MOST_ENTRIES, MOST_LISTS, ListRefused, SiteList


def lists_of(site_id: UUID) -> list[SiteList]:
    """The word lists of the site's live rule set, in its order."""
    rules = live_rule_set(site_id)
    stored = stored_lists(site_id, rules.list_hashes)
    return [
        SiteList.from_dict(one) if "entries" in one else stored[str(one.get("sha256"))]
        for one in rules.word_lists
        if "entries" in one or str(one.get("sha256")) in stored
    ]


def with_lists(site_id: UUID) -> RuleSet:
    """The site's live rule set with its word lists inside, as it can be used elsewhere."""
    held = [{"sha256": one.sha256, **one.to_dict()} for one in lists_of(site_id)]
    return replace(live_rule_set(site_id), word_lists=tuple(held))


def put_list(site_id: UUID, words: SiteList, *, note: str | None = None) -> RuleSetVersion | None:
    """Put a list in the place of the one of the same name, or at the end, and make the rule set live.

    Returns the new version, None when nothing changes. Raises ListRefused when the lists together are too many or too large.
    What waits for a person is screened again, and a draft that has no lists of its own has the new ones.
    """
    return _change(site_id, words.name, words, note)


def remove_list(site_id: UUID, name: str, *, note: str | None = None) -> RuleSetVersion | None:
    """Take a list out of the site's live rule set; None when it has none of that name."""
    return _change(site_id, name, None, note)


class _Listed(NamedTuple):
    """A list as a rule set names it."""

    reference: Mapping[str, Any]
    name: str
    size: int


def _change(site_id: UUID, name: str, words: SiteList | None, note: str | None) -> RuleSetVersion | None:
    new = [_Listed({"sha256": words.sha256}, words.name, len(words.entries))] if words else []

    def changed(rules: RuleSet) -> RuleSet:
        lists = _replaced(_listed(site_id, rules), name, new)
        return replace(rules, word_lists=tuple(one.reference for one in lists))

    with transaction():
        versions.lock(site_id)  # one change at a time
        before = _listed(site_id, live_rule_set(site_id))
        after = _replaced(before, name, new)
        if after == before:
            return None
        if len(after) > MOST_LISTS or sum(one.size for one in after) > MOST_ENTRIES:
            raise ListRefused({"": TOO_MANY})
        if words:
            keep_lists(site_id, [words])
        return publishing.rewrite(site_id, changed, note)


def _listed(site_id: UUID, rules: RuleSet) -> list[_Listed]:
    """The lists that a rule set names or holds; their content is not read, as the database is waiting."""
    rows = db.session.execute(
        select(WordList.sha256, WordList.name, WordList.size).where(
            WordList.site_id == site_id, WordList.sha256.in_(rules.list_hashes)
        )
    )
    stored = {row.sha256: row for row in rows}
    found = []
    for one in rules.word_lists:
        if "entries" in one:
            found.append(_Listed(one, str(one.get("name")), len(one["entries"])))
        elif row := stored.get(str(one.get("sha256"))):
            found.append(_Listed({"sha256": row.sha256}, row.name, row.size))
    return found


def _replaced(lists: Sequence[_Listed], name: str, new: Sequence[_Listed]) -> list[_Listed]:
    names = [one.name for one in lists]
    if name not in names:
        return [*lists, *new]
    place = names.index(name)
    return [*lists[:place], *new, *lists[place + 1 :]]
