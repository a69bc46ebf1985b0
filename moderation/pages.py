"""What all pages for people share: Persian filters for templates, and the page of an error."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

import segno
from flask import Blueprint, Flask, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from moderation import dates, drift, endpoints
from moderation.access import sites_of
from moderation.db import now
from moderation.languages import ENGLISH, language
from moderation.models import Role, Theme
from moderation.navigation import admin_sections, sections
from moderation.rules import RULES

log = logging.getLogger(__name__)

_FILTERS: dict[str, Callable[..., str]] = {
    "digits": dates.digits,
    "count": dates.count,
    "decimal": dates.decimal,
    "jalali": dates.jalali,
    "jalali_exact": lambda moment: dates.jalali(moment, seconds=True),
    "jalali_day": dates.jalali_day,
    "age": lambda moment: dates.age(now() - moment),
    "ago": lambda moment: dates.ago(now() - moment),
    "until": lambda moment: dates.age(moment - now()),
}
_BY_SLUG = {rule.slug: rule for rule in RULES}


def register_pages(app: Flask) -> None:
    """Give templates their filters and what the frame of every page needs."""
    app.jinja_env.filters.update(_FILTERS | {"rule_title": rule_title, "reason": reason_sentence})
    app.jinja_env.globals["rules"] = _BY_SLUG
    app.context_processor(lambda: {"is_admin": _may(Role.ADMIN), "edits_rules": _may(Role.EDITOR)})
    app.jinja_env.globals.update(head_sections=sections, admin_sections=admin_sections)
    app.jinja_env.globals.update(administers=_administers, silenced_webhooks=_silenced_webhooks)
    app.jinja_env.globals.update(rate_alarms=_rate_alarms, blurs=_blurs, theme=_theme)


def rule_title(slug: str) -> str:
    """The name of a rule in the language of the page; of what is no rule, the service itself."""
    if slug not in _BY_SLUG:
        return str(gettext("سامانه"))
    return _BY_SLUG[slug].title_en if language() == ENGLISH else _BY_SLUG[slug].title


def reason_sentence(slug: str) -> str:
    """Why a comment is rejected, in the language of the page."""
    if slug not in _BY_SLUG:
        return str(gettext("دلیل دیگر")) if slug == "other" else slug
    return _BY_SLUG[slug].title_en if language() == ENGLISH else _BY_SLUG[slug].policy


def add_error_pages(blueprint: Blueprint) -> None:
    """Answer errors of these pages in the person's language, with a way on."""
    blueprint.register_error_handler(CSRFError, lambda error: _error(error, "form-expired"))
    blueprint.register_error_handler(HTTPException, error_page)


def error_page(error: HTTPException) -> ResponseReturnValue:
    """The page of an error."""
    try:
        return _error(error, str(error.code))
    except Exception:  # the database is away, or the request names a host that is not ours: the frame cannot be drawn
        log.exception("the page of an error could not be drawn")
        return Response("درخواست انجام نشد؛ چیزی ثبت نشد.", error.code or 500, mimetype="text/plain")


def _error(error: HTTPException, kind: str) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    return render_template("error.html", kind=kind, code=error.code), error.code or 500


def _may(role: Role) -> bool:
    """Whether the person may do what needs this role, anywhere."""
    known = current_user.is_authenticated and not current_user.owes_factor
    return known and bool(sites_of(current_user.person, role))


def _administers(site_id: uuid.UUID) -> bool:
    """Whether the person may do at a site what its admins may."""
    return current_user.is_authenticated and site_id in sites_of(current_user.person, Role.ADMIN)


def _blurs() -> bool:
    """Whether the person wants strong words blurred."""
    return current_user.is_authenticated and bool(current_user.person.blur)


def _theme() -> str:
    """Light, dark or as the person's machine is (auto)."""
    return str(current_user.person.theme) if current_user.is_authenticated else Theme.AUTO


def _rate_alarms() -> int:
    """Alarms of the sites that the person administers which nobody has looked at."""
    return drift.unseen(sites_of(current_user.person, Role.ADMIN))


def _silenced_webhooks() -> int:
    """Webhooks of the sites that the person administers which were switched off because nobody answered."""
    return endpoints.silenced(sites_of(current_user.person, Role.ADMIN))


def qr_code(text: str) -> str:
    """A QR code as the address of an image, dark on white in every theme, with the margin that readers need."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff", dark="#000"))
