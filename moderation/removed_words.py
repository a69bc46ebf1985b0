"""Word lists that were taken out of a site's rules, and the way back: what a list held is stored once and never pruned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import joinedload

from moderation import word_lists
from moderation.db import db
from moderation.models import AuditEntry, RuleSetVersion, WordList
from moderation.rules.word_lists import SiteList
from moderation.word_edits import overviews

LISTED = 50
_READ = 200  # removals, some of them of one name


@dataclass(frozen=True, slots=True)
class Removed:
    """A list that is in the rules no more, as it was when it was removed last; ``entry`` tells by whom and when.

    ``stored`` is False for one whose content was in a rule set alone and is nowhere else: it cannot be brought back from here.
    """

    name: str
    size: int
    sha256: str
    stored: bool
    entry: AuditEntry


def removed(site_id: UUID) -> list[Removed]:
    """The lists that a site has removed and has none of that name now, the one removed last first; LISTED at most."""
    live = {one.name for one in overviews(site_id)}
    latest = {entry.subject: entry for entry in reversed(list(_removals(site_id))) if entry.subject not in live}
    newest = sorted(latest.values(), key=lambda entry: entry.id, reverse=True)[:LISTED]
    told = [(entry, entry.before or {}) for entry in newest]
    asked = select(WordList.sha256).where(WordList.site_id == site_id)
    here = asked.where(WordList.sha256.in_([was.get("sha256") for _, was in told]))
    kept = set(db.session.execute(here).scalars())
    return [
        Removed(str(entry.subject), int(was.get("size", 0)), str(was.get("sha256")), was.get("sha256") in kept, entry)
        for entry, was in told
    ]


def restore(site_id: UUID, name: str) -> RuleSetVersion | None:
    """Put a removed list back behind the others, with every entry that it had; it is live at once.

    Raises LookupError when no such list was removed or its content is not stored, ListChanged when there is a list of that name
    again, ListRefused when the lists together would be too many or too large.
    """
    if any(one.name == name for one in overviews(site_id)):
        raise word_lists.ListChanged(name)
    found = next((one for one in removed(site_id) if one.name == name and one.stored), None)
    if found is None:
        raise LookupError(name)
    asked = select(WordList.content).where(WordList.site_id == site_id, WordList.sha256 == found.sha256)
    words = SiteList.from_content(db.session.execute(asked).scalar_one())
    return word_lists.put_list(site_id, words, seen="", action=word_lists.RESTORED)


def _removals(site_id: UUID) -> Iterator[AuditEntry]:
    nothing = func.coalesce(cast(AuditEntry.after, Text), "null") == "null"
    found = (
        select(AuditEntry)
        .where(AuditEntry.site_id == site_id, AuditEntry.action == word_lists.CHANGED, nothing)
        .options(joinedload(AuditEntry.person))
        .order_by(AuditEntry.id.desc())
        .limit(_READ)
    )
    yield from db.session.execute(found).scalars()
