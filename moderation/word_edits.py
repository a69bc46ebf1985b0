"""Editing a site's word lists one entry at a time, and looking them over."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from moderation.db import db
from moderation.models import AuditEntry, WordList
from moderation.policy import live_rule_set
from moderation.rules.pattern_places import Place, where_wrong
from moderation.rules.re2_syntax import Refusal
from moderation.rules.word_lists import (
    MOST_PATTERNS,
    TOO_MANY_PATTERNS,
    Kind,
    SiteList,
    SiteWord,
    section_key,
    why_refused,
)

PAGE = 100
"""Entries of a page."""
_CHANGES_READ = 500
_ENOUGH = "الف"  # a word that is right, to ask about the other fields

TWICE = Refusal("این فهرست همین واژه را دارد", "the list has this entry already")

type Key = tuple[str, bool, str | None]


class Wrong(NamedTuple):
    """What is wrong with a field; in a pattern ``place`` says where."""

    said: Refusal
    place: Place | None = None


class EntryRefused(ValueError):
    """An entry that cannot be put on a list; ``wrong`` says what is wrong by field: text, section or note."""

    def __init__(self, wrong: Mapping[str, Wrong]) -> None:
        super().__init__("; ".join(f"{name}: {each.said.en}" for name, each in wrong.items()))
        self.wrong = dict(wrong)


@dataclass(frozen=True, slots=True)
class Overview:
    """A list from afar: how many entries it has of each kind, how many of them are patterns, what changed it last."""

    name: str
    sha256: str
    size: int
    kinds: Mapping[str, int]
    patterns: int
    changed: AuditEntry | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of a list in its order; ``matching`` is how many are asked for, ``start`` the place of the first among them."""

    entries: Sequence[SiteWord]
    matching: int
    start: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What another list has in place of one; ``changed`` are entries as they would be."""

    added: tuple[SiteWord, ...]
    changed: tuple[SiteWord, ...]
    removed: tuple[SiteWord, ...]


def overviews(site_id: UUID) -> list[Overview]:
    """The lists of the site's live rules, in their order."""
    rules = live_rule_set(site_id)
    rows = db.session.execute(
        select(WordList.sha256, WordList.content).where(
            WordList.site_id == site_id, WordList.sha256.in_(rules.list_hashes)
        )
    )
    stored = {row.sha256: row.content for row in rows}
    changes = last_changes(site_id)
    found = []
    for one in rules.word_lists:
        content = json.loads(stored[one["sha256"]]) if one.get("sha256") in stored else one
        if "entries" in content:
            found.append(_overview(content, one, changes))
    return found


def _overview(
    content: Mapping[str, object], named: Mapping[str, object], changes: Mapping[str, AuditEntry]
) -> Overview:
    entries: list[dict[str, object]] = content["entries"]  # type: ignore[assignment]
    sha256 = named.get("sha256") or SiteList.from_dict(content).sha256
    kinds = Counter(str(entry.get("kind", Kind.BLOCK)) for entry in entries)
    patterns = sum(bool(entry.get("pattern")) for entry in entries)
    return Overview(str(content["name"]), str(sha256), len(entries), kinds, patterns, changes.get(str(content["name"])))


def last_changes(site_id: UUID) -> dict[str, AuditEntry]:
    """The last change of each list that was changed lately, by its name."""
    found = (
        select(AuditEntry)
        .where(AuditEntry.site_id == site_id, AuditEntry.action.in_(("word_list.changed", "word_list.restored")))
        .options(joinedload(AuditEntry.person))
        .order_by(AuditEntry.id.desc())
        .limit(_CHANGES_READ)
    )
    latest: dict[str, AuditEntry] = {}
    for entry in db.session.execute(found).scalars():
        latest.setdefault(str(entry.subject), entry)
    return latest


def list_named(site_id: UUID, name: str) -> SiteList | None:
    """The list of the site's live rules with this name."""
    rules = live_rule_set(site_id)
    held = next((one for one in rules.word_lists if "entries" in one and one.get("name") == name), None)
    if held:
        return SiteList.from_dict(held)
    found = select(WordList.content).where(
        WordList.site_id == site_id, WordList.sha256.in_(rules.list_hashes), WordList.name == name
    )
    content = db.session.execute(found).scalar_one_or_none()
    return None if content is None else _read(content)


@lru_cache(maxsize=2)  # a person stays with a list for a while; one of 20,000 words takes some 5 MiB
def _read(content: str) -> SiteList:
    return SiteList.from_content(content)


def page(words: SiteList, wanted: str = "", kind: Kind | None = None, *, start: int = 0, limit: int = PAGE) -> Page:
    """The entries whose letters, note or section hold what is wanted, however it is spelled."""
    matches = _matching(wanted)
    chosen = [one for one in words.entries if (kind is None or one.kind is kind) and matches(one)]
    return Page(chosen[start : start + limit], len(chosen), start)


def _matching(wanted: str) -> Callable[[SiteWord], bool]:
    if not wanted.strip():
        return lambda _: True
    letters, plain = SiteWord(wanted).letters, section_key(wanted) or ""

    def matches(word: SiteWord) -> bool:
        return (
            bool(letters and letters in word.letters)
            or (word.pattern and wanted in word.text)
            or bool(word.note and plain in (section_key(word.note) or ""))
            or bool(word.section and plain in (section_key(word.section) or ""))
        )

    return matches


def mark_of(word: SiteWord) -> str:
    """A short name of an entry for addresses: it stays while the letters, the section and being a pattern stay."""
    return hashlib.sha256(json.dumps(word.key).encode()).hexdigest()[:16]


def marked(words: SiteList, mark: str) -> SiteWord | None:
    """The entry with this short name."""
    return next((one for one in words.entries if mark_of(one) == mark), None)


def wrong_in(word: SiteWord) -> dict[str, Wrong]:
    """What is wrong with an entry, field by field."""
    asked = {
        "text": SiteWord(word.text, word.kind, word.pattern),
        "section": SiteWord(_ENOUGH, section=word.section),
        "note": SiteWord(_ENOUGH, note=word.note),
    }
    wrong = {name: Wrong(said) for name, one in asked.items() if (said := why_refused(one))}
    if "text" in wrong and word.pattern:
        wrong["text"] = wrong["text"]._replace(place=where_wrong(word.text))
    return wrong


def with_entry(words: SiteList, entry: SiteWord, *, was: Key | None = None, allowing: Iterable[str] = ()) -> SiteList:
    """The list with an entry in the place of the one that ``was``, or at the end, and with words that are allowed along with it.

    Raises EntryRefused for an entry that cannot be used or is there already.
    """
    wrong = wrong_in(entry)
    others = {one.key for one in words.entries if one.key != was}
    if not wrong and entry.key in others:
        wrong["text"] = Wrong(TWICE)
    replaced = [entry if one.key == was else one for one in words.entries]
    entries = replaced if any(one is entry for one in replaced) else [*words.entries, entry]
    if not wrong and sum(one.pattern for one in entries) > MOST_PATTERNS:
        wrong["text"] = Wrong(TOO_MANY_PATTERNS)
    if wrong:
        raise EntryRefused(wrong)
    taken = others | {entry.key}
    allowed = [
        one for text in allowing if (one := SiteWord(text, Kind.ALLOW)).key not in taken and not why_refused(one)
    ]
    return SiteList(words.name, (*entries, *allowed))


def without(words: SiteList, key: Key) -> SiteList:
    """The list without an entry."""
    return SiteList(words.name, tuple(one for one in words.entries if one.key != key))


def all_of(words: SiteList, kind: Kind) -> SiteList:
    """The list with every entry of one kind."""
    return SiteList(words.name, tuple(replace(one, kind=kind) for one in words.entries))


def difference(before: SiteList | None, after: SiteList) -> Difference:
    """What is new, what is otherwise and what is gone."""
    old = {one.key: one for one in before.entries} if before else {}
    new = {one.key: one for one in after.entries}
    return Difference(
        tuple(one for key, one in new.items() if key not in old),
        tuple(one for key, one in new.items() if key in old and old[key] != one),
        tuple(one for key, one in old.items() if key not in new),
    )
