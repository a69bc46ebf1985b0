"""What holds for every page: response headers, form tokens, who is signed in."""

from __future__ import annotations

import secrets

from flask import Flask, Response, after_this_request, current_app, g, request
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from markupsafe import Markup

from moderation import actors
from moderation.db import now
from moderation.people import sign_ins
from moderation.people.sign_ins import Found
from moderation.settings import Settings

csrf = CSRFProtect()
_login = LoginManager()


class SignedIn:
    """A person in a browser, as Flask-Login wants to see one."""

    is_authenticated = True
    is_anonymous = False

    def __init__(self, found: Found, token: str) -> None:
        self.person = found.row.person
        self.sign_in_id = found.row.id
        self.is_active = found.row.person.active
        self.owes_factor = found.owes_factor
        self._token = token

    def get_id(self) -> str:
        """What the session cookie holds: it is worth what the database says, for as long as that says so."""
        return self._token


def register_security(app: Flask) -> None:
    """Arm the application."""
    csrf.init_app(app)
    _login.init_app(app)
    _login.login_view = "dashboard.sign_in"
    _login.login_message = None
    _login.session_protection = "basic"
    _login.user_loader(_load)
    app.before_request(actors.nobody)
    app.teardown_request(lambda _error: actors.nobody())
    app.after_request(_headers)
    app.jinja_env.globals["nonce"] = _nonce


def _load(token: str) -> SignedIn | None:
    settings: Settings = current_app.config["NAZER"]
    found = sign_ins.find(token, settings)
    if found is None:
        return None
    row = found.row
    if sign_ins.is_stale(row) and "seen" not in g:
        g.seen = True
        app, moment, mark = current_app._get_current_object(), now(), (row.id, row.person_id)  # type: ignore[attr-defined]

        @after_this_request
        def when_it_has_left(response: Response) -> Response:
            response.call_on_close(lambda: sign_ins.write_seen(app, *mark, moment))
            return response

    return SignedIn(found, token)


def _nonce() -> Markup:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return Markup(g.csp_nonce)  # noqa: S704 -- URL-safe characters of our own making


def _headers(response: Response) -> Response:
    scripts = f"'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'none'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
