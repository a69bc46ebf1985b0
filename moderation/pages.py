"""What all pages for people share: Persian filters for templates, and the page of an error."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Blueprint, Flask, Response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from moderation import dates, endpoints
from moderation.access import sites_of
from moderation.db import now
from moderation.models import Role
from moderation.rules import RULES

log = logging.getLogger(__name__)

_FILTERS: dict[str, Callable[..., str]] = {
    "digits": dates.digits,
    "count": dates.count,
    "jalali": dates.jalali,
    "jalali_day": dates.jalali_day,
    "age": lambda moment: dates.age(now() - moment),
    "ago": lambda moment: dates.ago(now() - moment),
    "until": lambda moment: dates.age(moment - now()),
}


def register_pages(app: Flask) -> None:
    """Give templates their filters and what the frame of every page needs."""
    app.jinja_env.filters.update(_FILTERS)
    app.jinja_env.globals["rules"] = {rule.slug: rule for rule in RULES}
    app.context_processor(lambda: {"is_admin": _is_admin()})
    app.jinja_env.globals["silenced_webhooks"] = _silenced_webhooks


def add_error_pages(blueprint: Blueprint) -> None:
    """Answer errors of these pages in Persian, with a way on."""
    blueprint.register_error_handler(CSRFError, lambda error: _error(error, "form-expired"))
    blueprint.register_error_handler(HTTPException, error_page)


def error_page(error: HTTPException) -> ResponseReturnValue:
    """The page of an error, in Persian."""
    try:
        return _error(error, str(error.code))
    except Exception:  # the database is away, or the request names a host that is not ours: the frame cannot be drawn
        log.exception("the page of an error could not be drawn")
        return Response("درخواست انجام نشد؛ چیزی ثبت نشد.", error.code or 500, mimetype="text/plain")


def _error(error: HTTPException, kind: str) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    return render_template("error.html", kind=kind, code=error.code), error.code or 500


def _is_admin() -> bool:
    return current_user.is_authenticated and bool(sites_of(current_user.person, Role.ADMIN))


def _silenced_webhooks() -> int:
    """Webhooks of the sites that the person administers which were switched off because nobody answered."""
    return endpoints.silenced(sites_of(current_user.person, Role.ADMIN))
