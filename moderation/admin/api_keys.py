"""The API keys of the sites: given, rotated, revoked; each is shown once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from moderation import keys as ring
from moderation.db import db, now
from moderation.guards import for_admins, sites
from moderation.models import BACKEND_SCOPES, ApiKey, Scope, Site

HOURS = (0, 1, 24, 72, 168)
_PROBLEMS = {
    "name": lazy_gettext("نام کلید ۱ تا ۱۰۰ نویسه است."),
    "scopes": lazy_gettext("دست‌کم یک اجازه برگزینید."),
    "key-name-taken": lazy_gettext("کلید زنده‌ای با این نام هست: آن را تعویض کنید یا نام دیگری بدهید."),
    "too-many-keys": lazy_gettext("شمار کلیدهای زندهٔ سایت به اندازه رسیده است: آنهایی را که به کار نمی‌آیند باطل کنید."),
    "key-ends": lazy_gettext("این کلید پایان یافته یا رو به پایان است؛ کلیدی را که جانشین آن شده تعویض کنید."),
}


@dataclass(frozen=True, slots=True)
class SiteKeys:
    """A site with its keys, the living ones first."""

    site: Site
    keys: Sequence[ApiKey]


@for_admins
def keys_page() -> ResponseReturnValue:
    """The keys of the person's sites."""
    return _draw()


@for_admins
def give() -> ResponseReturnValue:
    """Give a site a key and show it: reloading the page asks for the same name again, which is refused."""
    site_id = _id_of(request.form.get("site", ""))
    if site_id not in sites():
        abort(404)
    name = request.form.get("name", "").replace("\x00", "").strip()
    scopes = [scope for scope in Scope if scope in request.form.getlist("scopes")]
    if not 0 < len(name) <= ring.LONGEST_NAME or not scopes:
        return _draw(problem=_PROBLEMS["scopes" if name and not scopes else "name"], name=name, site_id=site_id), 422
    try:
        return _draw(given=ring.give(site_id, name, scopes))
    except ring.Refused as error:
        return _draw(problem=_PROBLEMS[error.code], name=name, site_id=site_id), 409


@for_admins
def rotate(key_id: uuid.UUID) -> ResponseReturnValue:
    """Replace a key and show the new one."""
    asked = request.form.get("hours", "")
    hours = int(asked) if asked in map(str, HOURS) else 24
    row = _key_of(key_id)
    try:
        return _draw(given=ring.rotate(row.site_id, row.id, keep_old_for=timedelta(hours=hours)))
    except ring.Refused as error:
        return _draw(problem=_PROBLEMS[error.code]), 409


@for_admins
def revoke(key_id: uuid.UUID) -> ResponseReturnValue:
    """End a key now."""
    row = _key_of(key_id)
    ring.revoke(row.site_id, row.id)
    flash(gettext("کلید «%(name)s» باطل شد.", name=row.name))
    return redirect(url_for("admin.keys"), 303)


def _draw(
    *,
    given: ring.NewKey | None = None,
    problem: str | None = None,
    name: str = "",
    site_id: uuid.UUID | None = None,
) -> str:
    found = db.session.execute(select(Site).where(Site.id.in_(sites())).order_by(Site.name)).scalars().all()
    moment = now()
    return render_template(
        "admin/api_keys.html",
        groups=[
            SiteKeys(site, sorted(ring.of_site(site.id), key=lambda row: not _lives(row, moment))) for site in found
        ],
        given=given,
        problem=problem,
        name=name,
        site_id=site_id,
        scopes=list(Scope),
        usual=BACKEND_SCOPES,
        hours=HOURS,
        lives=lambda row: _lives(row, moment),
    )


def _lives(row: ApiKey, moment: datetime) -> bool:
    return row.expires_at is None or row.expires_at > moment


def _key_of(key_id: uuid.UUID) -> ApiKey:
    """A key of one of the person's sites; 404 for any other."""
    row = db.session.get(ApiKey, key_id)
    if row is None or row.site_id not in sites():
        abort(404)
    return row


def _id_of(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError:
        abort(404)
