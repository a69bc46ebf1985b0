"""Rules come into force: a draft is published or runs in shadow, a shadow is promoted, an older version comes back.

Each change is a new version, written under the site's lock, and has what waits for a person screened again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from moderation import audit, lifecycle
from moderation.db import db, now, transaction
from moderation.models import RuleSetState, RuleSetVersion, Site
from moderation.replay.proof import Proof, proof
from moderation.rule_sets import difference, drafts, versions
from moderation.rule_sets.checking import checked
from moderation.rule_sets.refusals import NoShadow, NoSuchVersion, OverBudget, Unproven
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet


def publish(
    site_id: uuid.UUID, *, edit: int, note: str, confirmed: bool = False, until: datetime | None = None
) -> RuleSetVersion:
    """Make the draft live, for good or until a moment; then what was live before it is live again.

    Raises Conflict when ``edit`` is not the draft's, RuleSetError when it does not compile (or names a wrong note or moment), and
    unless ``confirmed`` Unproven or OverBudget.
    """
    _check_note(note, until)
    with transaction():
        draft = drafts.locked(site_id, edit)
        rules = checked(site_id, draft.rules).rules
        if not confirmed:
            _weigh(site_id, rules, draft.base)
        drafts.pass_over(site_id, drop=True)
        return _make_live(site_id, rules, note, "rules.published", until=until)


def to_shadow(site_id: uuid.UUID, *, edit: int, note: str) -> RuleSetVersion:
    """Have the draft run beside the live rules, in the place of what ran there; it stays a draft. Raises Conflict, RuleSetError."""
    _check_note(note)
    with transaction():
        draft = drafts.locked(site_id, edit)
        rules = checked(site_id, draft.rules).rules
        _retire_shadow(site_id)
        version = versions.write(site_id, rules, base=draft.base, note=note.strip(), state=RuleSetState.SHADOW)
        audit.note(
            "rules.shadow-begun", site_id, version.number, after={"digest": version.digest, "note": version.note}
        )
    return version


def end_shadow(site_id: uuid.UUID) -> RuleSetVersion | None:
    """Retire the version that runs in shadow; None where none does. What it said is kept."""
    with transaction():
        versions.lock(site_id)
        ended = _retire_shadow(site_id)
        if ended:
            audit.note("rules.shadow-ended", site_id, ended.number, before={"digest": ended.digest})
    return ended


def promote(site_id: uuid.UUID, *, note: str, confirmed: bool = False) -> RuleSetVersion:
    """Make what runs in shadow live, as a version of its own; the shadow ends, and a draft that says the same.

    Raises NoShadow, RuleSetError, and unless ``confirmed`` Unproven or OverBudget.
    """
    _check_note(note)
    with transaction():
        versions.lock(site_id)
        shadow = versions.in_shadow(site_id)
        if shadow is None:
            raise NoShadow
        rules = checked(site_id, _with_lists_of_today(site_id, shadow)).rules
        if not confirmed:
            _weigh(site_id, rules, shadow.base or 0)
        _retire_shadow(site_id)
        drafts.pass_over(site_id, drop=drafts.of(site_id).rules.digest == rules.digest)
        return _make_live(site_id, rules, note, "rules.promoted")


def roll_back(site_id: uuid.UUID, number: int, *, note: str) -> RuleSetVersion:
    """Make the content of an older version live, as a new version. Raises NoSuchVersion, RuleSetError."""
    _check_note(note)
    with transaction():
        versions.lock(site_id)
        old = versions.numbered(site_id, number)
        if old is None:
            raise NoSuchVersion
        rules = checked(site_id, RuleSet.from_dict(old.content)).rules
        drafts.pass_over(site_id)
        return _make_live(site_id, rules, note, "rules.rolled-back", to=number)


def rewrite(site_id: uuid.UUID, change: Callable[[RuleSet], RuleSet], note: str | None) -> RuleSetVersion:
    """Write a change over every version that holds or will again, inside a transaction that holds the site's lock.

    So a word that is listed while tighter rules hold for a time is still listed afterwards. Returns the live one.
    """
    for old in versions.standing(site_id):
        before = RuleSet.from_dict(old.content)
        version = versions.write(site_id, change(before), base=old.number, note=note, until=old.until)
        _note("rules.words-changed", before, version)
    lifecycle.ask_again(site_id)
    return version


def end_due() -> int:
    """Retire versions whose time is over; where one was live until then, what waits is screened again. Returns how many ended."""
    over = RuleSetVersion.state == RuleSetState.LIVE, RuleSetVersion.until <= now()
    sites = db.session.execute(select(RuleSetVersion.site_id).where(*over).distinct()).scalars().all()
    return sum(_end(site_id) for site_id in sites)


def ended() -> Select[uuid.UUID]:
    """Whether a version's time is over and nobody has noticed: a condition for the sweep."""
    return select(RuleSetVersion.id).where(RuleSetVersion.state == RuleSetState.LIVE, RuleSetVersion.until <= now())


def budget(site_id: uuid.UUID) -> float:
    """The share (0..1) of the approved comments of a replay that new rules may hold anew without being confirmed."""
    return db.session.execute(select(Site.held_budget).where(Site.id == site_id)).scalar_one()


def set_budget(site_id: uuid.UUID, share: float) -> None:
    """Set that share."""
    with transaction():
        site = versions.lock(site_id)
        audit.note("rules.budget-set", site_id, before={"share": site.held_budget}, after={"share": share})
        site.held_budget = share


def _end(site_id: uuid.UUID) -> int:
    with transaction():
        versions.lock(site_id)
        over = update(RuleSetVersion).where(
            RuleSetVersion.site_id == site_id, RuleSetVersion.state == RuleSetState.LIVE, RuleSetVersion.until <= now()
        )
        numbers = (
            db.session.execute(
                over.values(state=RuleSetState.RETIRED).returning(RuleSetVersion.number),
                execution_options={"synchronize_session": False},
            )
            .scalars()
            .all()
        )
        for number in numbers:
            audit.note("rules.ended", site_id, number)
        if numbers and max(numbers) > versions.live(site_id).number:
            drafts.pass_over(site_id)
            lifecycle.ask_again(site_id)
    return len(numbers)


def _make_live(
    site_id: uuid.UUID, rules: RuleSet, note: str, action: str, until: datetime | None = None, **more: Any
) -> RuleSetVersion:
    before = versions.live(site_id)
    version = versions.write(site_id, rules, base=before.number, note=note.strip(), until=until)
    _note(action, RuleSet.from_dict(before.content), version, **more)
    lifecycle.ask_again(site_id)
    return version


def _note(action: str, before: RuleSet, version: RuleSetVersion, **more: Any) -> None:
    was, now_is = difference.told(difference.between(before, RuleSet.from_dict(version.content)))
    ends = {"until": version.until.isoformat()} if version.until else {}
    audit.note(
        action,
        version.site_id,
        version.number,
        before={"number": version.base, "changes": was},
        after={"changes": now_is, "note": version.note, **ends, **more},
    )


def _retire_shadow(site_id: uuid.UUID) -> RuleSetVersion | None:
    shadow = versions.in_shadow(site_id)
    if shadow:
        shadow.state = RuleSetState.RETIRED
        db.session.flush()
    return shadow


def _with_lists_of_today(site_id: uuid.UUID, version: RuleSetVersion) -> RuleSet:
    """A version's rules; where it did not touch the word lists of the rules it began from, with those of the live ones."""
    rules, began = RuleSet.from_dict(version.content), versions.numbered(site_id, version.base or 0)
    if began and RuleSet.from_dict(began.content).word_lists == rules.word_lists:
        return replace(rules, word_lists=RuleSet.from_dict(versions.live(site_id).content).word_lists)
    return rules


def _weigh(site_id: uuid.UUID, rules: RuleSet, base: int) -> None:
    """Refuse what nothing speaks for, or too much against. Raises Unproven, OverBudget."""
    found = proof(site_id, rules.digest)
    if not all(_is_of_today(site_id, number) for number in ([base, found.base] if found else [base])):
        raise Unproven(outdated=True)
    if found is None:
        raise Unproven
    most = allowed(found, budget(site_id))
    if found.wrongly_held > most:
        raise OverBudget(found.wrongly_held, most)


def allowed(found: Proof, share: float) -> int:
    """How many approved comments of a replay may be held anew."""
    return int(found.approved * share)


def _is_of_today(site_id: uuid.UUID, number: int) -> bool:
    """Whether a version says what the live one does, word lists aside: those change from day to day."""
    version = versions.numbered(site_id, number)
    return version is None or _without_lists(version) == _without_lists(versions.live(site_id))


def _without_lists(version: RuleSetVersion) -> RuleSet:
    return replace(RuleSet.from_dict(version.content), word_lists=())


def _check_note(note: str, until: datetime | None = None) -> None:
    errors = {}
    if not 0 < len(note.strip()) <= versions.LONGEST_NOTE or "\0" in note:
        errors["/note"] = f"say in 1 to {versions.LONGEST_NOTE} characters why"
    if until is not None and until <= now():
        errors["/until"] = "must lie ahead"
    if errors:
        raise RuleSetError(errors)
