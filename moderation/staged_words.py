"""Word lists out of files: read, reported, and kept until whoever sent them confirms."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from moderation import word_lists
from moderation.db import db, transaction
from moderation.models import RuleSetVersion, StagedWords
from moderation.rules.word_lists import Kind, SiteList
from moderation.word_csv import Remark, Report, read_words
from moderation.word_edits import list_named

MOST_TOLD = 200
"""Lines of each kind that a report names; it counts them all."""


@dataclass(frozen=True, slots=True)
class Staged:
    """An upload, what it would be put in the place of, and the list that it would make."""

    row: StagedWords
    words: SiteList
    before: SiteList | None

    @property
    def after(self) -> SiteList:
        """The list as it would be."""
        if not (self.row.adds and self.before):
            return self.words
        known = {one.key for one in self.before.entries}
        new = tuple(one for one in self.words.entries if one.key not in known)
        return SiteList(self.words.name, (*self.before.entries, *new))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file for the list of this name; ``kind`` is that of lines that name none, ``adds`` whether the list keeps what it has."""

    name: str
    content: bytes
    kind: Kind
    adds: bool

    def read(self, before: SiteList | None) -> tuple[SiteList, Report]:
        """The entries that it brings, as a list, and the whole report. Raises NotReadable."""
        known = before.entries if self.adds and before else ()
        report = read_words(self.content, self.kind, known)
        return SiteList(self.name, tuple(report.words[len(known) :])), report


def stage(site_id: UUID, person_id: UUID, upload: Upload) -> UUID:
    """Keep what a file holds; an earlier one of the person is forgotten. Raises NotReadable."""
    before = list_named(site_id, upload.name)
    words, report = upload.read(before)
    row = StagedWords(
        site_id=site_id,
        person_id=person_id,
        adds=upload.adds,
        seen=before.sha256 if before else "",
        content=words.content,
        report=told(report),
    )
    with transaction():
        db.session.execute(
            delete(StagedWords).where(StagedWords.site_id == site_id, StagedWords.person_id == person_id)
        )
        db.session.add(row)
    return row.id


def told(report: Report) -> dict[str, Any]:
    """A report as JSON: ``{"encoding", "refused", "repeated", "warnings"}``, each of the last three counted, the first lines named."""
    kinds = {"refused": report.refused, "repeated": report.repeated, "warnings": report.warnings}
    return {"encoding": report.encoding, **{name: _told(remarks) for name, remarks in kinds.items()}}


def _told(remarks: Collection[Remark]) -> dict[str, Any]:
    first: Iterable[Remark] = list(remarks)[:MOST_TOLD]
    lines = [{"line": one.line, "entry": one.entry[:100], "fa": one.said.fa, "en": one.said.en} for one in first]
    return {"count": len(remarks), "lines": lines}


def staged(staged_id: UUID, person_id: UUID, sites: Collection[UUID]) -> Staged | None:
    """A person's upload for one of these sites, with the list as it stands now."""
    row = db.session.execute(
        select(StagedWords).where(
            StagedWords.id == staged_id, StagedWords.person_id == person_id, StagedWords.site_id.in_(sites)
        )
    ).scalar_one_or_none()
    if row is None:
        return None
    words = SiteList.from_content(row.content)
    return Staged(row, words, list_named(row.site_id, words.name))


def confirm(upload: Staged, *, seen: str) -> RuleSetVersion | None:
    """Put the list in its place and forget the upload. Raises ListChanged, ListRefused."""
    version = word_lists.put_list(upload.row.site_id, upload.after, seen=seen)
    with transaction():
        db.session.execute(delete(StagedWords).where(StagedWords.id == upload.row.id))
    return version
