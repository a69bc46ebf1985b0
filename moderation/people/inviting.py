"""Invitations: a link to hand over, for one e-mail address, once, within a week; revocable at each site."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Delete, delete, exists, func, select
from sqlalchemy.engine import CursorResult

from moderation import access, audit
from moderation.db import db, now, transaction
from moderation.models import Invitation, InvitedPlace, Membership, Person, Role, Site
from moderation.people import accounts
from moderation.people.roles import Refused

LASTS = timedelta(days=7)
MOST = 100
"""Open invitations of a site; more is a loop that has gone wrong."""
LONGEST_EMAIL, LONGEST_NAME = 254, 100

_UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that was just made. This is the only time that its token can be read."""

    invitation: Invitation
    token: str


def address(raw: str) -> str:
    """An e-mail address as it is kept. Raises Refused for what is none."""
    email = raw.strip().lower()
    odd = any(sign.isspace() or not sign.isprintable() for sign in email)
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@") or odd or len(email) > LONGEST_EMAIL:
        raise Refused("no-address", f"{raw[:80]!r} is no e-mail address")
    return email


def invite(email: str, roles: Mapping[uuid.UUID, Role], *, by: uuid.UUID | None = None) -> Invited:
    """Invite somebody to one or more sites. An open invitation of the same address to one of them ends there.

    Raises Refused for what is no address, for somebody who works at one of the sites already, and for too many.
    """
    email = address(email)
    moment, token = now(), secrets.token_urlsafe(32)
    row = Invitation(
        digest=access.digest(token), email=email, created_at=moment, expires_at=moment + LASTS, person_id=by
    )
    with transaction():
        db.session.execute(select(Site.id).where(Site.id.in_(roles)).order_by(Site.id).with_for_update())
        db.session.add(row)
        db.session.flush()
        for site_id, role in roles.items():
            _refuse(email, site_id)
            earlier = select(Invitation.id).where(Invitation.email == email, Invitation.id != row.id)
            db.session.execute(_places(InvitedPlace.site_id == site_id, InvitedPlace.invitation_id.in_(earlier)))
            db.session.add(InvitedPlace(invitation_id=row.id, site_id=site_id, role=str(role)))
            audit.note("person.invited", site_id, row.id, after={"email": email, "role": str(role)})
    db.session.refresh(row)
    return Invited(row, token)


def waiting(site_id: uuid.UUID) -> Sequence[Invitation]:
    """The open invitations to a site, newest first."""
    here = exists().where(InvitedPlace.invitation_id == Invitation.id, InvitedPlace.site_id == site_id)
    found = select(Invitation).where(here, Invitation.expires_at > now()).order_by(Invitation.id.desc())
    return db.session.execute(found, execution_options={"populate_existing": True}).scalars().all()


def find(token: str) -> Invitation | None:
    """The open invitation of a link; None when it was accepted, revoked everywhere, or is too old."""
    found = select(Invitation).where(Invitation.digest == access.digest(token), Invitation.expires_at > now())
    row = db.session.execute(found, execution_options={"populate_existing": True}).scalar_one_or_none()
    return row if row and row.places else None


def invited_person(invitation: Invitation) -> Person | None:
    """Somebody with that address who has an account already."""
    found = select(Person).where(Person.email == invitation.email)
    return db.session.execute(found).scalar_one_or_none()


def revoke(site_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation | None:
    """End an invitation at a site; who was invited, or None when there is no such invitation."""
    row = next((each for each in waiting(site_id) if each.id == invitation_id), None)
    if row is None:
        return None
    with transaction():
        gone = db.session.execute(_places(InvitedPlace.site_id == site_id, InvitedPlace.invitation_id == invitation_id))
        if not (isinstance(gone, CursorResult) and gone.rowcount):
            return None  # accepted a moment ago
        audit.note("invitation.revoked", site_id, invitation_id, before={"email": row.email})
    return row


def join(invitation: Invitation, name: str, password: str) -> Person | None:
    """Make the account of somebody invited, with the roles; None when the invitation has ended meanwhile. Raises accounts.Weak."""
    sites = [place.site_id for place in invitation.places]
    accounts.refuse_weak(password, [name, invitation.email, *accounts.names_of_sites(sites)])
    person = Person(name=name, email=invitation.email, password_hash=access.hash_password(password))
    with transaction():
        if invited_person(invitation):
            raise Refused("works-here", "There is an account with this address: sign in to accept.")
        places = _take(invitation)
        if not places:
            return None
        db.session.add(person)
        db.session.flush()
        _give(places, person)
    db.session.refresh(person)
    return person


def accept(invitation: Invitation, person: Person) -> bool:
    """Give somebody who has an account the roles; whether the invitation was still open. A role that is there stays."""
    with transaction():
        places = _take(invitation)
        _give(places, person)
    db.session.refresh(person)
    return bool(places)


def forget_old() -> int:
    """Remove invitations that nobody can accept any more; returns how many."""
    with transaction():
        old = select(Invitation.id).where(Invitation.expires_at < now())
        db.session.execute(_places(InvitedPlace.invitation_id.in_(old)))
        bare = ~exists().where(InvitedPlace.invitation_id == Invitation.id)
        gone = db.session.execute(delete(Invitation).where(bare), execution_options=_UNSYNCED)
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _refuse(email: str, site_id: uuid.UUID) -> None:
    works = select(Membership.person_id).join(Person, Person.id == Membership.person_id)
    if db.session.execute(works.where(Membership.site_id == site_id, Person.email == email)).first():
        raise Refused("works-here", "Somebody with this address works at the site already: change the role instead.")
    here = select(InvitedPlace.invitation_id).join(Invitation, Invitation.id == InvitedPlace.invitation_id)
    here = here.where(InvitedPlace.site_id == site_id, Invitation.expires_at > now())
    if db.session.execute(select(func.count()).select_from(here.subquery())).scalar_one() >= MOST:
        raise Refused("too-many-invitations", f"A site has at most {MOST} open invitations: revoke some.")


def _take(invitation: Invitation) -> dict[uuid.UUID, str]:
    """Use an invitation up, and return its roles: what was revoked or taken by somebody else at this moment is not among them."""
    alive = exists().where(Invitation.id == invitation.id, Invitation.expires_at > now())
    taken = _places(InvitedPlace.invitation_id == invitation.id, alive)
    rows = db.session.execute(taken.returning(InvitedPlace.site_id, InvitedPlace.role)).all()
    return {row.site_id: row.role for row in rows}


def _give(places: Mapping[uuid.UUID, str], person: Person) -> None:
    """Turn an invitation's places into roles. A role that the person has at a site stays as it is."""
    held = select(Membership.site_id).where(Membership.person_id == person.id)
    present = set(db.session.execute(held).scalars())
    for site_id, role in places.items():
        if site_id not in present:
            db.session.add(Membership(person_id=person.id, site_id=site_id, role=role))
            audit.note("person.joined", site_id, person.id, after={"role": role})


def _places(*which: ColumnElement[bool]) -> Delete:
    """A statement that removes places of invitations."""
    return delete(InvitedPlace).where(*which).execution_options(synchronize_session=False)
