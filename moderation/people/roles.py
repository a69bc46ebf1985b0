"""Who works at a site in which role: listed, changed, removed; the site keeps an admin whatever happens."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, select, update

from moderation import audit
from moderation.db import db, transaction
from moderation.models import (
    FactorFor,
    Invitation,
    InvitedPlace,
    Membership,
    Person,
    Role,
    SecondFactor,
    SignIn,
    Site,
)
from moderation.people import accounts, second_factor, sign_ins

_UNSYNCED = {"synchronize_session": False}


class Refused(ValueError):
    """A change that is not made; ``code`` is that of the problem, the message says it in English."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at a site: the role there, whether there is a second factor, and in how many browsers signed in."""

    person: Person
    site_id: uuid.UUID
    role: Role
    has_second_factor: bool
    signed_in: int


def of_site(site_id: uuid.UUID) -> Sequence[Colleague]:
    """Everybody who works at a site, by name."""
    return _colleagues(site_id)


def find(site_id: uuid.UUID, person_id: uuid.UUID) -> Colleague | None:
    """Somebody who works at a site, or None."""
    return next(iter(_colleagues(site_id, person_id)), None)


def change_role(site_id: uuid.UUID, person_id: uuid.UUID, role: Role) -> Colleague | None:
    """Give somebody another role at a site; None for who does not work there. Raises Refused for the last admin."""
    with transaction():
        _lock(site_id)
        held = _held(site_id, person_id)
        if held is None:
            return None
        before = held.role
        if before != role:
            _keep_an_admin(held)
            _end_invitations_by(held)
            db.session.execute(
                update(Membership)
                .where(Membership.site_id == site_id, Membership.person_id == person_id)
                .values(role=str(role)),
                execution_options={"synchronize_session": "fetch"},
            )
            audit.note("person.role-changed", site_id, person_id, before={"role": before}, after={"role": str(role)})
    return find(site_id, person_id)


def remove(site_id: uuid.UUID, person_id: uuid.UUID) -> Colleague | None:
    """Take somebody's role at a site away; who that was, or None. What they decided stays. Raises Refused for the last admin."""
    leaving = find(site_id, person_id)
    with transaction():
        _lock(site_id)
        held = _held(site_id, person_id)
        if held is None or leaving is None:
            return None
        _keep_an_admin(held)
        role = held.role
        _end_invitations_by(held)
        db.session.delete(held)
        db.session.flush()
        if not db.session.execute(select(Membership.site_id).where(Membership.person_id == person_id)).first():
            sign_ins.end_all(person_id)
        audit.note("person.removed", site_id, person_id, before={"role": role})
    return leaving


def sign_out(site_id: uuid.UUID, person_id: uuid.UUID) -> Colleague | None:
    """Sign somebody who works at a site out everywhere; None for who does not work there."""
    colleague = find(site_id, person_id)
    if colleague is None:
        return None
    with transaction():
        sign_ins.end_all(person_id)
        audit.note("person.signed-out", site_id, person_id)
    return find(site_id, person_id)


def reset_second_factor(site_id: uuid.UUID, person_id: uuid.UUID) -> Colleague | None:
    """Take the second factor of somebody away who has lost it, and sign them out; None for who does not work at the site.

    Raises Refused for somebody who works at another site, too: whoever administers one must not get in at the other.
    """
    colleague = find(site_id, person_id)
    if colleague is None:
        return None
    _refuse_who_works_elsewhere(colleague)
    with transaction():
        second_factor.switch_off(colleague.person, "second-factor.reset")
        sign_ins.end_all(person_id)
    return find(site_id, person_id)


def make_password_link(site_id: uuid.UUID, person_id: uuid.UUID) -> str | None:
    """The token of a link by which somebody sets a new password; None for who does not work at the site.

    Raises Refused for somebody who works at another site, too.
    """
    colleague = find(site_id, person_id)
    if colleague is None:
        return None
    _refuse_who_works_elsewhere(colleague)
    with transaction():
        return accounts.make_link(colleague.person)


def want_second_factor(site_id: uuid.UUID, wanted: FactorFor) -> None:
    """Say of whom a site wants a second factor; it holds with the next request, see ``guards.lead_to_factor``."""
    with transaction():
        site = _lock(site_id)
        before = site.second_factor_for
        if before != wanted:
            site.second_factor_for = str(wanted)
            change = {"before": {"for": before}, "after": {"for": str(wanted)}}
            audit.note("second-factor.wanted", site_id, **change)


def _colleagues(site_id: uuid.UUID, person_id: uuid.UUID | None = None) -> Sequence[Colleague]:
    signed_in = select(func.count()).where(SignIn.person_id == Person.id).scalar_subquery()
    has = exists().where(SecondFactor.person_id == Person.id, SecondFactor.confirmed_at.is_not(None))
    found = (
        select(Person, Membership.role, has, signed_in)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.site_id == site_id, Person.active)
        .order_by(Person.name, Person.id)
    )
    if person_id is not None:
        found = found.where(Person.id == person_id)
    rows = db.session.execute(found, execution_options={"populate_existing": True}).all()
    return [Colleague(person, site_id, Role(role), bool(has), int(number)) for person, role, has, number in rows]


def _lock(site_id: uuid.UUID) -> Site:
    """The site, locked until the transaction ends: two admins who remove each other at once wait for each other."""
    found = select(Site).where(Site.id == site_id).with_for_update()
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one()


def _held(site_id: uuid.UUID, person_id: uuid.UUID) -> Membership | None:
    found = select(Membership).where(Membership.site_id == site_id, Membership.person_id == person_id)
    return db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()


def _keep_an_admin(held: Membership) -> None:
    others = (
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.site_id == held.site_id,
            Membership.role == Role.ADMIN,
            Membership.person_id != held.person_id,
            Person.active,
        )
    )
    if held.role == Role.ADMIN and not db.session.execute(others).scalar_one():
        raise Refused("last-admin", "This is the site's last admin: give somebody else that role first.")


def _end_invitations_by(held: Membership) -> None:
    """Who no longer administers a site has no open invitations there: they would be a way back in."""
    if held.role != Role.ADMIN:
        return
    theirs = select(Invitation.id).where(Invitation.person_id == held.person_id)
    ended = delete(InvitedPlace).where(InvitedPlace.site_id == held.site_id, InvitedPlace.invitation_id.in_(theirs))
    db.session.execute(ended, execution_options=_UNSYNCED)


def _refuse_who_works_elsewhere(colleague: Colleague) -> None:
    if any(each.site_id != colleague.site_id for each in colleague.person.memberships):
        raise Refused(
            "works-elsewhere",
            "This person works at another site, too: whoever runs the service does it, with the command 'nazer'.",
        )
