"""The people of a site: who works there in which role, who is invited, help for who cannot get in."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, url_for

from moderation.access import Caller
from moderation.api.answering import answer
from moderation.api.authorization import read, require_site
from moderation.api.operations import Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.db import db, now
from moderation.models import FactorFor, Site
from moderation.people import accounts, inviting, roles
from moderation.people.roles import Colleague
from moderation.wire_answers import moment_out
from moderation.wire_people import (
    InvitationGiven,
    InvitationIn,
    InvitationState,
    PasswordLink,
    People,
    PeopleRulesIn,
    PersonState,
    RoleChangeIn,
    invitation_out,
    person_out,
)

people = Blueprint("people", __name__)

_PERSON = {"person_id": {"type": "string", "format": "uuid", "description": "the person's id, from the list of people"}}
_INVITATION = {
    "invitation_id": {"type": "string", "format": "uuid", "description": "the invitation's id, from the list of people"}
}
_HER = Example(path={"person_id": "01a2036d-9a01-7c55-8d2e-0d7f7a0c9b12"})


@people.get("/people")
@Operation(Scope.ADMIN, "می‌گوید چه کسانی در سایت کار می‌کنند.", answers={200: People})
def listing() -> Response:
    """List the people of the site.

    With their roles, whether they have a second factor, when they were seen last, and the open invitations.
    """
    return answer(_people(require_site()))


@people.patch("/people")
@Operation(
    Scope.ADMIN,
    "می‌گوید ورود دومرحله‌ای برای چه کسانی بایسته است.",
    body=PeopleRulesIn,
    answers={200: People},
    example=Example(body={"second_factor_for": "admins"}),
)
def rules() -> Response:
    """Say who must have a second factor.

    It holds at once: who has none sets one up before anything else, somebody who is signed in already, too.
    """
    caller = require_site()
    roles.want_second_factor(caller.site_id, read(PeopleRulesIn).second_factor_for)
    return answer(_people(caller))


@people.post("/invitations")
@Operation(
    Scope.ADMIN,
    "کسی را به کار در سایت دعوت می‌کند.",
    body=InvitationIn,
    answers={201: InvitationGiven},
    secret=True,
    problems=("works-here", "too-many-invitations"),
    example=Example(body={"email": "mina@news.example", "role": "moderator"}),
)
def invite() -> Response:
    """Invite somebody.

    The answer holds a link to hand over, which works once, for seven days; it is not shown again, and no mail is sent. Inviting
    the same address again ends the link of before.
    """
    caller = require_site()
    sent = read(InvitationIn)
    try:
        invited = inviting.invite(sent.email, {caller.site_id: sent.role})
    except roles.Refused as error:
        raise Problem(409, str(error), code=error.code) from None
    link = url_for("dashboard.invitation", invitation_token=invited.token, _external=True)
    return answer(InvitationGiven(**dict(invitation_out(invited.invitation, caller.site_id)), link=link), 201)


@people.delete("/invitations/<invitation_id>")
@Operation(
    Scope.ADMIN,
    "دعوتی را پس می‌گیرد.",
    path=_INVITATION,
    answers={200: InvitationState},
    problems=("no-such-invitation",),
    example=Example(path={"invitation_id": "01a2036d-9a01-7c55-8d2e-0d7f7a0c9b13"}),
)
def revoke(invitation_id: str) -> Response:
    """Take an invitation back.

    Its link no longer works. One that was accepted is no invitation any more: remove the person.
    """
    caller = require_site()
    found = _id_of(invitation_id)
    told = next(
        (invitation_out(each, caller.site_id) for each in inviting.waiting(caller.site_id) if each.id == found), None
    )
    if told is None or inviting.revoke(caller.site_id, told.id) is None:
        raise Problem(404, "This site has no open invitation with that id.", code="no-such-invitation")
    return answer(told)


@people.patch("/people/<person_id>")
@Operation(
    Scope.ADMIN,
    "نقش کسی را در سایت عوض می‌کند.",
    path=_PERSON,
    body=RoleChangeIn,
    answers={200: PersonState},
    problems=("no-such-person", "last-admin"),
    example=Example(path=_HER.path, body={"role": "senior_moderator"}),
)
def change_role(person_id: str) -> Response:
    """Give somebody another role.

    It holds at once, and at this site alone. The last admin stays one.
    """
    caller = require_site()
    sent = read(RoleChangeIn)
    try:
        return _told(roles.change_role(caller.site_id, _id_of(person_id), sent.role))
    except roles.Refused as error:
        raise Problem(409, str(error), code=error.code) from None


@people.delete("/people/<person_id>")
@Operation(
    Scope.ADMIN,
    "کسی را از سایت برمی‌دارد.",
    path=_PERSON,
    answers={200: PersonState},
    problems=("no-such-person", "last-admin"),
    example=_HER,
)
def remove(person_id: str) -> Response:
    """Take somebody off the site.

    What the person decided stays. The answer is the person as before.
    """
    caller = require_site()
    try:
        return _told(roles.remove(caller.site_id, _id_of(person_id)))
    except roles.Refused as error:
        raise Problem(409, str(error), code=error.code) from None


@people.post("/people/<person_id>/sign-out")
@Operation(
    Scope.ADMIN,
    "کسی را در همه‌جا بیرون می‌برد.",
    path=_PERSON,
    answers={200: PersonState},
    problems=("no-such-person",),
    example=_HER,
)
def sign_out(person_id: str) -> Response:
    """Sign somebody out everywhere."""
    caller = require_site()
    return _told(roles.sign_out(caller.site_id, _id_of(person_id)))


@people.post("/people/<person_id>/second-factor/reset")
@Operation(
    Scope.ADMIN,
    "ورود دومرحله‌ای کسی را که آن را گم کرده است خاموش می‌کند.",
    path=_PERSON,
    answers={200: PersonState},
    problems=("no-such-person", "works-elsewhere"),
    example=_HER,
)
def reset_second_factor(person_id: str) -> Response:
    """Take a second factor away.

    For somebody who has lost the telephone and the recovery codes; the person is signed out everywhere.
    """
    caller = require_site()
    try:
        return _told(roles.reset_second_factor(caller.site_id, _id_of(person_id)))
    except roles.Refused as error:
        raise Problem(409, str(error), code=error.code) from None


@people.post("/people/<person_id>/password-link")
@Operation(
    Scope.ADMIN,
    "برای کسی که گذرواژه را فراموش کرده است پیوندی می‌سازد.",
    path=_PERSON,
    answers={201: PasswordLink},
    secret=True,
    problems=("no-such-person", "works-elsewhere"),
    example=_HER,
)
def make_password_link(person_id: str) -> Response:
    """Make a link for a new password.

    For somebody who has forgotten it. It works once, for a day; a link of before ends. A second factor is still asked for.
    """
    caller = require_site()
    try:
        token = roles.make_password_link(caller.site_id, _id_of(person_id))
    except roles.Refused as error:
        raise Problem(409, str(error), code=error.code) from None
    if token is None:
        raise _no_such_person()
    link = url_for("dashboard.password_link", link_token=token, _external=True)
    return answer(PasswordLink(link=link, expires_at=moment_out(now() + accounts.LINK_LASTS)), 201)


def _people(caller: Caller) -> People:
    site = db.session.get_one(Site, caller.site_id, populate_existing=True)
    return People(
        people=[_out(each) for each in roles.of_site(site.id)],
        invitations=[invitation_out(each, site.id) for each in inviting.waiting(site.id)],
        second_factor_for=FactorFor(site.second_factor_for),
    )


def _told(colleague: Colleague | None) -> Response:
    if colleague is None:
        raise _no_such_person()
    return answer(_out(colleague))


def _out(each: Colleague) -> PersonState:
    return person_out(each.person, each.role, second_factor=each.has_second_factor, signed_in=each.signed_in)


def _id_of(raw: str) -> uuid.UUID:
    """An id out of the path; of what is none, one that nobody has."""
    try:
        return uuid.UUID(raw)
    except ValueError:
        return uuid.UUID(int=0)


def _no_such_person() -> Problem:
    """Whoever works at other sites alone is as unknown as somebody who never was."""
    return Problem(404, "Nobody with that id works at this site.", code="no-such-person")
