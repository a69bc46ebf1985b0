"""Who may open a page: each view says it with one of these marks, none may say nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from moderation import access
from moderation.access import sites_of
from moderation.actors import Actor, Channel, act_as
from moderation.db import db
from moderation.models import Person, Role, Site

type View = Callable[..., ResponseReturnValue]

_OPEN_TO_WHO_OWES = frozenset({"dashboard.set_up_factor", "dashboard.sign_out"})


def open_to_everybody(view: View) -> View:
    """Mark a page that needs no person, such as the one where people sign in."""
    view.guard = "everybody"  # type: ignore[attr-defined]
    return view


def for_moderators(view: View) -> View:
    """Let in people who work at a site, in whatever role; the page sees those sites alone."""
    return _guarded(view, Role.MODERATOR)


def for_seniors(view: View) -> View:
    """Let in senior moderators and admins of a site; the page sees those sites alone."""
    return _guarded(view, Role.SENIOR)


def for_rule_editors(view: View) -> View:
    """Let in people who may change a site's rules; the page sees those sites alone."""
    return _guarded(view, Role.EDITOR)


def for_admins(view: View) -> View:
    """Let in people who administer a site; the page sees those sites alone."""
    return _guarded(view, Role.ADMIN)


def _guarded(view: View, role: Role) -> View:
    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return redirect(url_for("dashboard.sign_in", next=_onward()), 303)
        g.sites = sites_of(current_user.person, role)
        if not g.sites:
            abort(403)
        act_as(Actor(Channel.PAGES, person_id=current_user.person.id, address=request.remote_addr))
        return view(*args, **kwargs)

    guarded.guard = str(role)  # type: ignore[attr-defined]
    return guarded


def lead_to_factor() -> ResponseReturnValue | None:
    """Before each request to a page: who must have a second factor and has none sees the page that sets it up, and may leave."""
    if not current_user.is_authenticated or not current_user.owes_factor or request.endpoint in _OPEN_TO_WHO_OWES:
        return None
    if request.method != "GET":
        flash(gettext("آنچه فرستادید ثبت نشد؛ پس از راه افتادن ورود دومرحله‌ای دوباره بفرستید."))
    return redirect(url_for("dashboard.set_up_factor", next=_onward()), 303)


def person() -> Person:
    """Who is signed in. Only inside a guarded view."""
    signed_in: Person = current_user.person
    return signed_in


def sites() -> list[uuid.UUID]:
    """The sites that the page may show. Only inside a guarded view."""
    allowed: list[uuid.UUID] = g.sites
    return allowed


def settles_at(site_id: uuid.UUID) -> bool:
    """Whether who is signed in may settle what concerns more than one comment there: authors, articles. Only inside a guarded view."""
    return site_id in sites_of(person(), Role.SENIOR)


def sees_personal_data(site_id: uuid.UUID) -> bool:
    """Whether who is signed in may see the personal data in the texts of a site. Only inside a guarded view."""
    return access.sees_personal_data(person(), db.session.get_one(Site, site_id))


def _onward() -> str | None:
    """Where to go on afterwards: only what can be opened; a form that was sent is gone."""
    return request.full_path.rstrip("?") if request.method == "GET" else None
