"""What an admin does to a webhook: add, change, switch, give a new secret, test, send again, remove."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from moderation import endpoints
from moderation.admin.webhooks import delivery_of, draw_webhook, draw_webhooks, endpoint_of
from moderation.dates import count as number
from moderation.guards import for_admins, sites
from moderation.models import Endpoint

_HOURS = (0, 24, 72, 168)
_PROBLEMS = {
    "url": lazy_gettext(
        "نشانی باید با http یا https آغاز شود، نام میزبان داشته باشد و نام کاربری یا گذرواژه در آن نباشد."
    ),
    "events": lazy_gettext("دست‌کم یک رویداد برگزینید."),
    "taken": lazy_gettext("این نشانی پیش‌تر برای همین سایت افزوده شده است."),
    "too-many": LazyString(
        lambda: gettext("هر سایت حداکثر %(number)s وب‌هوک دارد.", number=number(endpoints.MOST_ENDPOINTS))
    ),
    "off": lazy_gettext("این وب‌هوک خاموش است؛ نخست آن را روشن کنید."),
}


@for_admins
def add() -> ResponseReturnValue:
    """Add a webhook to one of the person's sites, and show its secret."""
    site_id = _site_id()
    url, kinds = request.form.get("url", "").strip(), request.form.getlist("events")
    try:
        endpoint = endpoints.add(site_id, url, kinds)
    except endpoints.Refused as error:
        return draw_webhooks(problem=_PROBLEMS[error.code], site_id=site_id, url=url, chosen=kinds)
    return draw_webhook(endpoint, secret=endpoint.secret)


@for_admins
def change(endpoint_id: uuid.UUID) -> ResponseReturnValue:
    """Give a webhook another address or another choice of events."""
    endpoint = endpoint_of(endpoint_id)
    try:
        endpoints.change(endpoint.id, url=request.form.get("url", "").strip(), kinds=request.form.getlist("events"))
    except endpoints.Refused as error:
        return draw_webhook(endpoint_of(endpoint_id), problem=_PROBLEMS[error.code])
    return _back(endpoint, gettext("تغییرها ذخیره شد."))


@for_admins
def switch(endpoint_id: uuid.UUID) -> ResponseReturnValue:
    """Switch a webhook on or off."""
    endpoint = endpoint_of(endpoint_id)
    on = request.form.get("on") == "1"
    endpoints.switch(endpoint.id, on=on)
    return _back(endpoint, gettext("وب‌هوک روشن شد.") if on else gettext("وب‌هوک خاموش شد."))


@for_admins
def rotate_secret(endpoint_id: uuid.UUID) -> ResponseReturnValue:
    """Give a webhook a new secret, and show it."""
    endpoint = endpoint_of(endpoint_id)
    asked = request.form.get("hours", "")
    hours = int(asked) if asked in map(str, _HOURS) else 24
    secret = endpoints.rotate_secret(endpoint.id, keep_old_for=timedelta(hours=hours))
    return draw_webhook(endpoint_of(endpoint_id), secret=secret)


@for_admins
def test(endpoint_id: uuid.UUID) -> ResponseReturnValue:
    """Send a test event, and lead to what becomes of it."""
    trial = endpoints.test(endpoint_of(endpoint_id).id)
    flash(gettext("رویداد آزمایشی در راه است؛ پس از چند ثانیه این صفحه را تازه کنید."))
    return redirect(url_for("admin.delivery", delivery_id=trial.id), 303)


@for_admins
def recover(endpoint_id: uuid.UUID) -> ResponseReturnValue:
    """Send again what the webhook has missed."""
    endpoint = endpoint_of(endpoint_id)
    try:
        made, more = endpoints.recover(endpoint.id)
    except endpoints.Refused as error:
        return draw_webhook(endpoint_of(endpoint_id), problem=_PROBLEMS[error.code])
    told = ngettext(
        "%(number)s رویداد دوباره در راه است.", "%(number)s رویداد دوباره در راه است.", made, number=number(made)
    )
    return _back(endpoint, f"{told} {gettext('باز هم مانده است؛ دوباره بخواهید.')}" if more else told)


@for_admins
def remove(endpoint_id: uuid.UUID) -> ResponseReturnValue:
    """Remove a webhook for good."""
    endpoints.remove(endpoint_of(endpoint_id).id)
    flash(gettext("وب‌هوک حذف شد."))
    return redirect(url_for("admin.webhooks"), 303)


@for_admins
def replay(delivery_id: uuid.UUID) -> ResponseReturnValue:
    """Post a delivery again."""
    known = delivery_of(delivery_id)
    try:
        again = endpoints.replay(known)
    except endpoints.Refused as error:
        return draw_webhook(known.endpoint, problem=_PROBLEMS[error.code])
    flash(gettext("این رویداد دوباره در راه است؛ پس از چند ثانیه این صفحه را تازه کنید."))
    return redirect(url_for("admin.delivery", delivery_id=again.id), 303)


def _site_id() -> uuid.UUID:
    """The site that the form names; 404 unless the person administers it."""
    try:
        site_id = uuid.UUID(request.form.get("site", ""))
    except ValueError:
        abort(404)
    return site_id if site_id in sites() else abort(404)


def _back(endpoint: Endpoint, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("admin.webhook", endpoint_id=endpoint.id), 303)
