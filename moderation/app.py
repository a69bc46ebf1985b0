"""The web application: the only place where its parts meet."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_migrate import Migrate
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix

from moderation import admin, api, dashboard, jobs
from moderation.access import KeyRing
from moderation.api.problems import (
    http_problem,
    is_api,
    register_problems,
    unexpected_problem,
)
from moderation.db import db
from moderation.jobs import Bell
from moderation.keys import KeyUse
from moderation.languages import register_languages
from moderation.pages import error_page
from moderation.preview import PreviewDesk
from moderation.rate_limits import RateLimits
from moderation.request_ids import NamedRequests, log_requests
from moderation.security import register_security
from moderation.settings import Settings, read_settings

MIGRATIONS = Path(__file__).parent / "migrations"

log = logging.getLogger(__name__)


def create_core(settings: Settings, *, bell: Bell | None = None) -> Flask:
    """The application without its pages: database, migrations, doorbell. What the worker and the commands need."""
    app = Flask("moderation")
    app.config.update(
        SQLALCHEMY_DATABASE_URI=_with_driver(settings.database_url),
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        NAZER=settings,
    )
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    app.extensions["nazer_bell"] = bell or jobs.Doorbell(jobs.connect_broker(settings.broker_url))
    return app


@contextmanager
def core_context(settings: Settings) -> Iterator[Flask]:
    """Work inside the core's context; its database connections are closed at the end."""
    app = create_core(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def create_app(settings: Settings | None = None, *, bell: Bell | None = None) -> Flask:
    """The whole web application. Raises SettingsError that names every wrong or missing setting."""
    settings = settings or read_settings()
    log_requests()
    app = create_core(settings, bell=bell)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        TRUSTED_HOSTS=[*settings.trusted_hosts, "127.0.0.1", "localhost"] if settings.trusted_hosts else None,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_body_bytes,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_NAME="nazer_session",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_idle_hours),  # each answer renews the cookie
        WTF_CSRF_TIME_LIMIT=None,  # a queue stays open for a whole shift
    )
    app.extensions["nazer_preview"] = PreviewDesk(settings.preview_slots, settings.preview_wait)
    app.extensions["nazer_keys"] = KeyRing(settings.key_cache_seconds)
    app.extensions["nazer_rate_limits"] = RateLimits(settings)
    app.extensions["nazer_key_use"] = KeyUse(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.url_map.merge_slashes = False  # an address is right or unknown: no redirects to what might have been meant
    app.wsgi_app = NamedRequests(app.wsgi_app)  # type: ignore[method-assign]
    register_security(app)
    register_languages(app)
    register_problems(app)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)
    for part in (api, dashboard, admin):
        part.register(app)
    return app


def _http_error(error: HTTPException) -> ResponseReturnValue:
    """Backends get a problem document, people a page."""
    return http_problem(error) if is_api(request.path) else error_page(error)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected error at %s %s", request.method, request.path, exc_info=error)
    if is_api(request.path):
        return unexpected_problem(error)
    return error_page(InternalServerError())


def _with_driver(url: str) -> str:
    """PostgreSQL always means psycopg 3 here, however the URL spells it."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _engine_options(url: str) -> dict[str, object]:
    quiet: dict[str, object] = {
        "hide_parameters": True
    }  # the text of a comment does not belong into an error's message or a log
    if url.startswith("sqlite"):
        return quiet
    # No fewer connections than threads of a web process. Those that have rested are asked whether they live (db.py), the
    # busy ones are not: a ping costs as much as a statement.
    return {**quiet, "pool_size": 10, "max_overflow": 10, "pool_pre_ping": False}
