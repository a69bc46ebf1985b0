"""The people of an admin's sites: roles, invitations, and help for who cannot get in."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from moderation.db import db
from moderation.guards import for_admins, person, sites
from moderation.models import FactorFor, Invitation, Role, Site
from moderation.people import inviting, roles
from moderation.people.roles import Colleague, Refused

_PROBLEMS = {
    "no-address": lazy_gettext("این نشانی رایانامه درست نیست."),
    "no-site": lazy_gettext("دست‌کم یک سایت برگزینید."),
    "no-role": lazy_gettext("نقش شناخته نشد؛ چیزی تغییر نکرد."),
    "last-admin": lazy_gettext("این تنها مدیر سایت است: نخست کس دیگری را مدیر کنید."),
    "works-here": lazy_gettext("کسی با این رایانامه در همین سایت کار می‌کند؛ نقش او را عوض کنید."),
    "works-elsewhere": lazy_gettext(
        "این فرد در سایت دیگری هم کار می‌کند؛ این کار از گردانندهٔ سامانه برمی‌آید (دستور nazer)."
    ),
    "too-many-invitations": lazy_gettext("شمار دعوت‌های باز سایت به اندازه رسیده است: برخی را پس بگیرید."),
}


@dataclass(frozen=True, slots=True)
class Staff:
    """A site with the people who work there and those who are invited."""

    site: Site
    people: Sequence[Colleague]
    invited: Sequence[Invitation]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to hand over, readable now and never again."""

    kind: str
    whom: str
    url: str


@for_admins
def people_page() -> ResponseReturnValue:
    """Who works at the person's sites, and who is invited."""
    return _draw()


@for_admins
def invite() -> ResponseReturnValue:
    """Invite somebody and show the link; an earlier invitation of the same address ends."""
    email, role = request.form.get("email", "").replace("\x00", ""), _role()
    chosen = {_id_of(raw) for raw in request.form.getlist("sites")}
    if not chosen <= set(sites()):
        abort(404)
    if not chosen or role is None:
        return _draw(problem="no-role" if chosen else "no-site", email=email, chosen=chosen), 422
    try:
        invited = inviting.invite(email, dict.fromkeys(chosen, role), by=person().id)
    except Refused as refused:
        status = 422 if refused.code == "no-address" else 409
        return _draw(problem=refused.code, email=email, chosen=chosen), status
    url = url_for("dashboard.invitation", invitation_token=invited.token, _external=True)
    return _draw(link=Link("invitation", invited.invitation.email, url))


@for_admins
def revoke(site_id: uuid.UUID, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """End an invitation at one site."""
    if site_id not in sites() or inviting.revoke(site_id, invitation_id) is None:
        abort(404)
    flash(gettext("دعوت پس گرفته شد."))
    return _back()


@for_admins
def change_role(site_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Give somebody another role at one site."""
    role = _role()
    if role is None:
        return _draw(problem="no-role"), 422
    said = gettext("نقش عوض شد.")
    return _done(site_id, lambda: roles.change_role(site_id, person_id, role), said)


@for_admins
def remove(site_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Take somebody's role at one site away."""
    return _done(site_id, lambda: roles.remove(site_id, person_id), gettext("این فرد دیگر در این سایت کار نمی‌کند."))


@for_admins
def sign_out(site_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    return _done(site_id, lambda: roles.sign_out(site_id, person_id), gettext("همهٔ نشست‌های او پایان یافت."))


@for_admins
def reset_second_factor(site_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Take a second factor away from who has lost it."""
    said = gettext("ورود دومرحله‌ای او خاموش شد و همهٔ نشست‌هایش پایان یافت.")
    return _done(site_id, lambda: roles.reset_second_factor(site_id, person_id), said)


@for_admins
def make_password_link(site_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Make a link for a new password and show it."""
    try:
        token = roles.make_password_link(site_id, person_id) if site_id in sites() else None
    except Refused as refused:
        return _draw(problem=refused.code), 409
    colleague = roles.find(site_id, person_id)
    if token is None or colleague is None:
        abort(404)
    url = url_for("dashboard.password_link", link_token=token, _external=True)
    return _draw(link=Link("password", colleague.person.name, url))


@for_admins
def want_second_factor(site_id: uuid.UUID) -> ResponseReturnValue:
    """Say of whom the site wants a second factor."""
    wanted = request.form.get("for")
    if site_id not in sites() or wanted not in set(FactorFor):
        abort(404)
    roles.want_second_factor(site_id, FactorFor(wanted))
    flash(gettext("ثبت شد و از همین اکنون برقرار است؛ هر کس آن را ندارد پیش از هر کار دیگری راهش می‌اندازد."))
    return _back()


def _done(site_id: uuid.UUID, act: Callable[[], Colleague | None], said: str) -> ResponseReturnValue:
    """Do something to somebody of one of the admin's sites; 404 for anybody else."""
    try:
        if site_id not in sites() or act() is None:
            abort(404)
    except Refused as refused:
        return _draw(problem=refused.code), 409
    flash(said)
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("admin.people"), 303)


def _draw(
    *, link: Link | None = None, problem: str | None = None, email: str = "", chosen: set[uuid.UUID] | None = None
) -> str:
    found = db.session.execute(select(Site).where(Site.id.in_(sites())).order_by(Site.name)).scalars().all()
    return render_template(
        "admin/people.html",
        groups=[Staff(site, roles.of_site(site.id), inviting.waiting(site.id)) for site in found],
        link=link,
        problem=_PROBLEMS[problem] if problem else None,
        email=email,
        chosen=chosen if chosen is not None else {site.id for site in found[:1]},
        roles=list(Role),
        factors=list(FactorFor),
        me=person().id,
    )


def _role() -> Role | None:
    asked = request.form.get("role")
    return Role(asked) if asked in set(Role) else None


def _id_of(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError:
        abort(404)


_ONE = "/people/<uuid:site_id>/<uuid:person_id>"
ROUTES = (
    ("/people", "GET", "people", people_page),
    ("/people/invitations", "POST", "invite", invite),
    ("/people/<uuid:site_id>/invitations/<uuid:invitation_id>/revoke", "POST", "revoke_invitation", revoke),
    ("/people/<uuid:site_id>/second-factor", "POST", "want_second_factor", want_second_factor),
    (f"{_ONE}/role", "POST", "change_role", change_role),
    (f"{_ONE}/remove", "POST", "remove_person", remove),
    (f"{_ONE}/sign-out", "POST", "sign_person_out", sign_out),
    (f"{_ONE}/second-factor/reset", "POST", "reset_second_factor", reset_second_factor),
    (f"{_ONE}/password-link", "POST", "make_password_link", make_password_link),
)
