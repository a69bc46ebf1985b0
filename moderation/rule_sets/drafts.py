"""The draft of a site's next rules. Whoever saves says which edit they saw, and nobody writes over what they have not seen."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from moderation import actors, audit
from moderation.db import db, now, transaction
from moderation.models import RuleSetDraft
from moderation.rule_sets import difference, versions
from moderation.rule_sets.checking import checked, keep_lists
from moderation.rule_sets.refusals import Conflict
from moderation.rules.rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class Draft:
    """A site's next rules as they are drafted, or (``updated_at`` None: nothing is drafted) its live ones to begin from.

    Args:
        edit: counts every change, for ever; 0 where nothing was ever drafted or published.
        base: number of the live version that it began from.
        person_id: who saved it last; None for a key or a command.
    """

    site_id: uuid.UUID
    rules: RuleSet
    edit: int
    base: int
    person_id: uuid.UUID | None
    updated_at: datetime | None


def of(site_id: uuid.UUID) -> Draft:
    """The site's draft. Unless it names word lists of its own, those of the live rules are in it, as they are today."""
    row, live = _row(site_id), versions.live(site_id)
    rules = RuleSet.from_dict(live.content)
    if row is None or row.content is None:
        return Draft(site_id, rules, row.edit if row else 0, live.number, None, None)
    drafted = RuleSet.from_dict(row.content)
    if not row.own_lists:
        drafted = replace(drafted, word_lists=rules.word_lists)
    return Draft(site_id, drafted, row.edit, row.base, row.person_id, row.updated_at)


def save(site_id: uuid.UUID, rules: RuleSet, *, edit: int) -> Draft:
    """Put these rules into the draft. Raises Conflict when ``edit`` is not the stored one, RuleSetError when they do not compile."""
    ready = checked(site_id, rules)
    with transaction():
        before = locked(site_id, edit)
        keep_lists(site_id, ready.lists)
        live = RuleSet.from_dict(versions.live(site_id).content)
        row = _row(site_id) or RuleSetDraft(site_id=site_id)
        row.content = ready.rules.to_dict()
        row.own_lists = ready.rules.word_lists != live.word_lists
        row.edit, row.base = before.edit + 1, before.base
        row.person_id, row.updated_at = actors.current().person_id, now()
        db.session.add(row)
        changes = difference.between(before.rules, ready.rules)
        audit.note(
            "draft.saved", site_id, row.edit, before=difference.told(changes)[0], after=difference.told(changes)[1]
        )
    return of(site_id)


def discard(site_id: uuid.UUID, *, edit: int) -> None:
    """Drop the draft; the next one begins from the live rules. Raises Conflict."""
    with transaction():
        before = locked(site_id, edit)
        pass_over(site_id, drop=True)
        audit.note("draft.discarded", site_id, edit, before={"digest": before.rules.digest})


def locked(site_id: uuid.UUID, edit: int) -> Draft:
    """The draft as it was seen, locked until the transaction ends. Raises Conflict when it is another by now."""
    versions.lock(site_id)
    draft = of(site_id)
    if draft.edit != edit:
        raise Conflict(draft)
    return draft


def pass_over(site_id: uuid.UUID, *, drop: bool = False) -> None:
    """Count on where nothing is drafted (``drop``: any more), inside the caller's transaction.

    Whoever began to edit rules that are not live any more is told when they save.
    """
    row = _row(site_id) or RuleSetDraft(site_id=site_id, edit=0)
    if drop or row.content is None:
        row.content, row.own_lists, row.person_id = None, False, None
        row.edit, row.base, row.updated_at = row.edit + 1, versions.live(site_id).number, now()
        db.session.add(row)
        db.session.flush()


def _row(site_id: uuid.UUID) -> RuleSetDraft | None:
    found = select(RuleSetDraft).where(RuleSetDraft.site_id == site_id)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()
