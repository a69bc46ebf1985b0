"""Who must have a second factor and has none: conditions for a query, so that asking costs no statement of its own."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import InstrumentedAttribute

from moderation.models import FactorFor, Membership, Role, SecondFactor, Site

type _Column = InstrumentedAttribute[uuid.UUID] | uuid.UUID


def wants(person_id: _Column) -> ColumnElement[bool]:
    """Whether one of the person's sites wants a second factor of somebody in this role."""
    of_admin = and_(Site.second_factor_for == FactorFor.ADMINS, Membership.role == Role.ADMIN)
    concerned = or_(Site.second_factor_for == FactorFor.EVERYBODY, of_admin)
    return exists().where(Membership.person_id == person_id, Site.id == Membership.site_id, concerned)


def owes(person_id: _Column) -> ColumnElement[bool]:
    """Whether the person must have a second factor and has none that counts."""
    has = exists().where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    return and_(wants(person_id), ~has)
