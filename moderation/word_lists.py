"""Changing a site's word lists: each change is a new version of its rule set, which is live at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from moderation import audit
from moderation.db import db, transaction
from moderation.models import RuleSetVersion, WordList
from moderation.policy import live_rule_set
from moderation.rule_sets import publishing, versions
from moderation.rule_sets.checking import keep_lists
from moderation.rules.listed import TOO_MANY, TWICE
from moderation.rules.rule_set import RuleSet
from moderation.rules.word_lists import MOST_ENTRIES, MOST_LISTS, ListRefused, SiteList

CHANGED, RESTORED = "word_list.changed", "word_list.restored"
"""What the audit calls it."""


class ListChanged(Exception):
    """Somebody else changed, removed or added the list meanwhile; nothing was stored."""


def put_list(  # noqa: PLR0913 -- what may be told, each by its name
    site_id: UUID,
    words: SiteList,
    *,
    instead_of: str | None = None,
    seen: str | None = None,
    note: str | None = None,
    action: str = CHANGED,
) -> RuleSetVersion | None:
    """Put a list in the place of the one named ``instead_of`` (of the same name unless told), or at the end; it is live at once.

    ``seen`` is the hash of the list that whoever changes it has seen, "" where there was none; without it nobody asks.
    Returns the new version, None when nothing changes. Raises ListChanged when another list stands there, ListRefused when the
    lists together are too many or too large, or another one has the name. What waits for a person is screened again, and a
    draft that has no lists of its own has the new ones.
    """
    return _change(site_id, _Change(instead_of or words.name, words, seen, note, action))


def remove_list(site_id: UUID, name: str, *, seen: str | None = None, note: str | None = None) -> RuleSetVersion | None:
    """Take a list out of the site's live rule set; None when it has none of that name. Raises ListChanged."""
    return _change(site_id, _Change(name, None, seen, note))


class _Change(NamedTuple):
    """What somebody wants of the list with this name."""

    name: str
    words: SiteList | None
    seen: str | None
    note: str | None
    action: str = CHANGED


class _Listed(NamedTuple):
    """A list as a rule set names it."""

    reference: Mapping[str, Any]
    name: str
    size: int

    @property
    def sha256(self) -> str:
        """The hash of its content."""
        return str(self.reference.get("sha256") or SiteList.from_dict(self.reference).sha256)


def _change(site_id: UUID, wanted: _Change) -> RuleSetVersion | None:
    name, words, seen, note, action = wanted
    new = [_Listed({"sha256": words.sha256}, words.name, len(words.entries))] if words else []

    def changed(rules: RuleSet) -> RuleSet:
        lists = _replaced(_listed(site_id, rules), name, new)
        return replace(rules, word_lists=tuple(one.reference for one in lists))

    with transaction():
        versions.lock(site_id)  # one change at a time
        before = _listed(site_id, live_rule_set(site_id))
        here = next((one for one in before if one.name == name), None)
        if seen is not None and seen != (here.sha256 if here else ""):
            raise ListChanged(name)
        after = _replaced(before, name, new)
        if after == before:
            return None
        _refuse(after)
        kept = words or (SiteList.from_dict(here.reference) if here and "entries" in here.reference else None)
        if kept:  # what is removed, too: it may be wanted back
            keep_lists(site_id, [kept])
        audit.note(action, site_id, words.name if words else name, before=_told(here), after=_told(*new))
        return publishing.rewrite(site_id, changed, note)


def _refuse(lists: Sequence[_Listed]) -> None:
    if len(lists) > MOST_LISTS or sum(one.size for one in lists) > MOST_ENTRIES:
        raise ListRefused({"": TOO_MANY})
    if len({one.name for one in lists}) < len(lists):
        raise ListRefused({"/name": TWICE})


def _told(one: _Listed | None = None) -> dict[str, Any] | None:
    return {"name": one.name, "size": one.size, "sha256": one.sha256} if one else None


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
