"""What a site's insult model learns from the decisions of its people: asked for, fitted in the background, promoted by a person.

A version that somebody asked for is WANTED; a worker fits it and leaves a CANDIDATE; only ``promote`` makes it live, and ``revert``
takes it back. A fit that dies leaves its row behind and the live version in place, as those of ``learning`` do.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from classifiers import store
from classifiers.insult_decisions import Judged
from classifiers.learn import CORRECTORS
from classifiers.progress import shown, step
from moderation import audit, jobs, learning
from moderation.db import db, new_id, now, transaction
from moderation.learning import Fitting
from moderation.models import LearnedModel, LearnedState
from moderation.settings import Settings
from moderation.teaching import INSULT as INSULT
from moderation.teaching import cuts_of, decisions_of, due_sites

SHIPPED: Mapping[str, Callable[[], str]] = {
    name: functools.cache(partial(store.newest, name)) for name in ("language", "insult", "relevance")
}
"""What tells the shipped version of each classifier."""
KEPT = 10
"""Versions kept beside the live one, to go back to."""

_TOLD_EVERY = 1.0  # seconds

log = logging.getLogger(__name__)


class Refused(Exception):
    """What was asked cannot be done; ``code`` says why, ``reasons`` are those that the card names."""

    def __init__(self, code: str, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.reasons = tuple(reasons)


def wish(site_id: uuid.UUID, person_id: uuid.UUID | None = None, *, imported: bool = False) -> LearnedModel:
    """Ask for a fit; the background worker finds it. Raises Refused where one is asked for or at work.

    Args:
        imported: whether decisions that the site took before it knew Nazer teach, too.
    """
    moment = now()
    of_site = LearnedModel.site_id == site_id, LearnedModel.name == INSULT
    at_work = LearnedModel.state == LearnedState.FITTING, LearnedModel.created_at > learning.abandoned_before(moment)
    try:
        with transaction():
            if db.session.execute(select(LearnedModel.id).where(*of_site, *at_work)).first():
                raise Refused("fit-at-work", "This site's model is being fitted now.")
            last = db.session.execute(select(func.coalesce(func.max(LearnedModel.number), 0)).where(*of_site))
            values = {"id": new_id(), "site_id": site_id, "name": INSULT, "number": last.scalar_one() + 1}
            asked = {"state": LearnedState.WANTED, "person_id": person_id, "metrics": {"imported": imported}}
            db.session.execute(insert(LearnedModel).values(**values, **asked, created_at=moment))
            audit.note("model.fit-asked", site_id, f"{INSULT} {values['number']}", after={"imported": imported})
            jobs.ring_after_commit(jobs.LEARN)
    except IntegrityError:
        raise Refused("fit-at-work", "A fit of this site's model is asked for already.") from None
    return db.session.get_one(LearnedModel, values["id"])


def claim_wanted(site_id: uuid.UUID | None = None) -> Fitting | None:
    """Claim a fit that was asked for (at this site, or at any); None where there is none, or another process was faster."""
    wanted = select(LearnedModel).where(LearnedModel.name == INSULT, LearnedModel.state == LearnedState.WANTED)
    if site_id is not None:
        wanted = wanted.where(LearnedModel.site_id == site_id)
    found = db.session.execute(wanted.order_by(LearnedModel.created_at).limit(1)).scalar_one_or_none()
    if found is None:
        return None
    moment = now()
    this = LearnedModel.id == found.id, LearnedModel.state == LearnedState.WANTED
    dead = (
        LearnedModel.site_id == found.site_id,
        LearnedModel.name == INSULT,
        LearnedModel.state == LearnedState.FITTING,
        LearnedModel.created_at <= learning.abandoned_before(moment),
    )
    claimed = update(LearnedModel).where(*this).values(state=LearnedState.FITTING, created_at=moment)
    try:
        with transaction():
            learning.change(*dead, state=LearnedState.FAILED, metrics={"error": "not heard of again"})
            done = db.session.execute(
                claimed.returning(LearnedModel.id), execution_options={"synchronize_session": False}
            )
            if done.scalar_one_or_none() is None:
                return None
    except IntegrityError:  # another fit of the site is at work
        return None
    return Fitting(found.id, found.site_id, found.number)


def wanted() -> ColumnElement[bool]:
    """Whether a fit is asked for; read from an index, for every sweep."""
    return exists().where(LearnedModel.name == INSULT, LearnedModel.state == LearnedState.WANTED)


def wish_where_due(settings: Settings) -> None:
    """Ask for a fit at every site whose people decided enough since the last one. What comes of it is a candidate, no more."""
    for site_id in due_sites(settings):
        with suppress(Refused):
            wish(site_id)


def fit_told(fitting: Fitting, settings: Settings) -> bool:
    """Fit, and keep how far it is where the pages look."""
    with shown(_teller(fitting)):
        return fit(fitting, settings)


def fit(fitting: Fitting, settings: Settings) -> bool:
    """Fit a claimed version on the decisions of the site's people. Loads scikit-learn.

    Returns whether it is a candidate now; a fit that fails is logged and recorded, and nothing else changes.
    """
    started = time.monotonic()
    try:
        step("reading the site's decisions", 0.02)
        asked = db.session.get_one(LearnedModel, fitting.id, populate_existing=True)
        rows = decisions_of(fitting.site_id, imported=bool(asked.metrics.get("imported")))
        _refuse_few(rows, settings)
        live = _live(fitting.site_id)
        current, number = (live.blob, live.number) if live else (None, None)
        cuts = cuts_of(fitting.site_id)
        db.session.commit()  # fitting runs outside any transaction
        blob, card = CORRECTORS[INSULT](rows, current, cuts)
    except BaseException as error:  # the promise: what could not be learnt, or was interrupted, changes nothing
        log.exception("the insult model of site %s could not be fitted", fitting.site_id)
        db.session.rollback()
        learning.give_up(fitting, f"{type(error).__name__}: {error}", INSULT, kept=KEPT)
        if not isinstance(error, Exception):
            raise
        return False
    spent = {"fitted_at": now().isoformat(), "ms": round(1000 * (time.monotonic() - started))}
    return _keep(fitting, blob, {**card, **spent, "live": number, "cuts": list(cuts)})


def promote(site_id: uuid.UUID, number: int) -> LearnedModel:
    """Make a candidate live. Raises Refused for one that is no better than what is live, and LookupError for none."""
    with transaction():
        row = numbered(site_id, number)
        live = _live(site_id)
        _refuse(row, live)
        if live is not None:
            learning.change(LearnedModel.id == live.id, state=LearnedState.RETIRED)
        learning.change(LearnedModel.id == row.id, state=LearnedState.LIVE, live_at=now())
        audit.note("model.promoted", site_id, f"{INSULT} {number}", before=_named(live), after=_named(row))
    db.session.expire_all()
    return numbered(site_id, number)


def revert(site_id: uuid.UUID, number: int | None) -> None:
    """Go back to a version that was live once, or to the shipped model alone (None). Raises Refused or LookupError."""
    with transaction():
        live = _live(site_id)
        row = None if number is None else numbered(site_id, number)
        if row is not None and (row.state != LearnedState.RETIRED or row.live_at is None):
            raise Refused("never-live", "Only a version that was live before can be gone back to.")
        if row is not None and row.metrics.get("base") != shipped():
            raise Refused("other-base", "That version corrects another shipped model than the one in use.")
        if live is None and row is None:
            raise Refused("nothing-live", "The shipped model alone measures already.")
        if live is not None:
            learning.change(LearnedModel.id == live.id, state=LearnedState.RETIRED)
        if row is not None:
            learning.change(LearnedModel.id == row.id, state=LearnedState.LIVE, live_at=now())
        audit.note("model.reverted", site_id, INSULT, before=_named(live), after=_named(row))
    db.session.expire_all()


def of_site(site_id: uuid.UUID, name: str = INSULT) -> Sequence[LearnedModel]:
    """The versions of a site's model, the newest first, without their weights."""
    found = select(LearnedModel).where(LearnedModel.site_id == site_id, LearnedModel.name == name)
    return db.session.execute(found.order_by(LearnedModel.number.desc())).scalars().all()


def numbered(site_id: uuid.UUID, number: int) -> LearnedModel:
    """A version of a site's insult model. Raises LookupError."""
    found = select(LearnedModel).where(
        LearnedModel.site_id == site_id, LearnedModel.name == INSULT, LearnedModel.number == number
    )
    row = db.session.execute(found).scalar_one_or_none()
    if row is None:
        raise LookupError(f"the site has no version {number}")
    return row


def shipped() -> str:
    """The version of the shipped insult model."""
    return SHIPPED[INSULT]()


def _refuse_few(rows: Sequence[Judged], settings: Settings) -> None:
    insults = sum(row.insult for row in rows)
    if insults < settings.learn_first_insults or len(rows) - insults < settings.learn_first_approvals:
        raise ValueError(
            f"too few decisions: {insults} insults of {settings.learn_first_insults}, "
            f"{len(rows) - insults} approvals of {settings.learn_first_approvals}"
        )


def _refuse(row: LearnedModel, live: LearnedModel | None) -> None:
    if row.state != LearnedState.CANDIDATE:
        raise Refused("not-a-candidate", "Only a candidate can be promoted.")
    if row.metrics.get("base") != shipped():
        raise Refused("other-base", "The candidate corrects another shipped model than the one in use: fit anew.")
    if row.metrics.get("live") != (live.number if live else None):
        raise Refused("live-changed", "The candidate was compared with another version than the live one: fit anew.")
    if reasons := row.metrics.get("refused", ["not-judged"]):
        raise Refused("not-better", f"The candidate may not be promoted: {', '.join(reasons)}.", reasons)


def _live(site_id: uuid.UUID) -> LearnedModel | None:
    found = select(LearnedModel).where(
        LearnedModel.site_id == site_id, LearnedModel.name == INSULT, LearnedModel.state == LearnedState.LIVE
    )
    return db.session.execute(found).scalar_one_or_none()


def _named(row: LearnedModel | None) -> dict[str, Any]:
    return {"live": f"site-{row.number}-{(row.sha256 or '')[:8]}" if row else "shipped"}


def _keep(fitting: Fitting, blob: bytes, card: dict[str, Any]) -> bool:
    """Store what was fitted as the site's candidate; the one before is retired."""
    mine = LearnedModel.id == fitting.id, LearnedModel.state == LearnedState.FITTING
    before = LearnedModel.site_id == fitting.site_id, LearnedModel.name == INSULT
    data = card.get("data", {})
    decisions = sum(sum(data.get(part, {}).values()) for part in ("fitted_on", "judged_by"))
    found = {"blob": blob, "size": len(blob), "sha256": hashlib.sha256(blob).hexdigest(), "decisions": decisions}
    with transaction():
        if db.session.execute(select(LearnedModel.id).where(*mine).with_for_update()).scalar_one_or_none() is None:
            return False  # it took so long that it was given up
        learning.change(*before, LearnedModel.state == LearnedState.CANDIDATE, state=LearnedState.RETIRED)
        learning.change(*mine, state=LearnedState.CANDIDATE, progress=None, metrics=card, **found)
        audit.note("model.fitted", fitting.site_id, f"{INSULT} {fitting.number}", after={"refused": card["refused"]})
        learning.forget_old_ones(fitting.site_id, INSULT, kept=KEPT)
    return True


def _teller(fitting: Fitting) -> Callable[[str, float | None], None]:
    told = 0.0

    def tell(doing: str, share: float | None) -> None:
        nonlocal told
        if time.monotonic() - told < _TOLD_EVERY:
            return
        told = time.monotonic()
        with transaction():
            learning.change(LearnedModel.id == fitting.id, progress={"doing": doing, "share": share})

    return tell
