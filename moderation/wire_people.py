"""The JSON of a site's people and invitations, both ways."""

from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from moderation.models import FactorFor, Invitation, Person, Role
from moderation.wire_answers import Answer, Moment, OurId, moment_out

_EMAIL = r"^[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(\.[A-Za-z0-9\-]{1,63}){0,3}$"
_ROLES = (
    "moderator: decides comments; senior_moderator: and what may happen under articles and of authors; "
    "rule_editor: moderates and changes rules and words; admin: all of that, people, keys and webhooks"
)

RoleIn = Annotated[Role, Field(strict=False)]  # JSON has no enumerations
FactorForIn = Annotated[FactorFor, Field(strict=False)]


class _In(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class InvitationIn(_In):
    """An invitation as ``POST /v1/invitations`` takes it."""

    email: str = Field(pattern=_EMAIL, max_length=254, description="whom to invite", examples=["mina@news.example"])
    role: RoleIn = Field(Role.MODERATOR, description=_ROLES)


class RoleChangeIn(_In):
    """The role that somebody is to have."""

    role: RoleIn = Field(description=_ROLES)


class PeopleRulesIn(_In):
    """What holds for everybody who works at the site."""

    second_factor_for: FactorForIn = Field(
        description="who must have a second factor, from the next request on: nobody, admins or everybody"
    )


class PersonState(Answer):
    """Somebody who works at the site."""

    id: OurId
    name: str = Field(description="as colleagues see it", examples=["مینا"])
    email: str = Field(examples=["mina@news.example"])
    role: Role = Field(description=_ROLES, examples=["moderator"])
    second_factor: bool = Field(description="whether the sign-in asks for a one-time code, too", examples=[True])
    signed_in: int = Field(description="in how many browsers", examples=[1])
    last_seen_at: Moment | None = Field(description="when the person opened a page last, to the minute; null: never")


class InvitationState(Answer):
    """An open invitation, without its link."""

    id: OurId
    email: str = Field(examples=["mina@news.example"])
    role: Role = Field(description=_ROLES, examples=["moderator"])
    created_at: Moment = Field(description="when it was made")
    expires_at: Moment = Field(description="until when it can be accepted")


class InvitationGiven(InvitationState):
    """A new invitation. This is the only time that its link can be read."""

    link: str = Field(
        description="hand it over: whoever opens it first joins; no mail is sent",
        examples=["https://nazer.example/invitation/…"],
    )


class PasswordLink(Answer):
    """A link by which a person sets a new password, once. This is the only time that it can be read."""

    link: str = Field(description="hand it over", examples=["https://nazer.example/new-password/…"])
    expires_at: Moment = Field(description="until when it works")


class People(Answer):
    """Who works at a site, and who is invited."""

    people: list[PersonState]
    invitations: list[InvitationState]
    second_factor_for: FactorFor = Field(
        description="who must have a second factor: nobody, admins or everybody", examples=["admins"]
    )


def person_out(person: Person, role: Role, *, second_factor: bool, signed_in: int) -> PersonState:
    """A person, as ``GET /v1/people`` tells one."""
    return PersonState(
        id=person.id,
        name=person.name,
        email=person.email,
        role=role,
        second_factor=second_factor,
        signed_in=signed_in,
        last_seen_at=moment_out(person.last_seen_at) if person.last_seen_at else None,
    )


def invitation_out(row: Invitation, site_id: uuid.UUID) -> InvitationState:
    """An invitation as one site sees it."""
    role = next(place.role for place in row.places if place.site_id == site_id)
    return InvitationState(
        id=row.id,
        email=row.email,
        role=Role(role),
        created_at=moment_out(row.created_at),
        expires_at=moment_out(row.expires_at),
    )
