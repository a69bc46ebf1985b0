"""What holds for every page: response headers, form tokens, who is signed in."""

from __future__ import annotations

import secrets
import uuid

from flask import Flask, Response, g, request
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from markupsafe import Markup

from moderation import actors
from moderation.db import db
from moderation.models import Person

csrf = CSRFProtect()
_login = LoginManager()


class SignedIn:
    """A person as Flask-Login wants to see one."""

    is_authenticated = True
    is_anonymous = False

    def __init__(self, person: Person) -> None:
        self.person = person
        self.is_active = person.active

    def get_id(self) -> str:
        """What the session cookie holds: changing the password signs every session out."""
        return f"{self.person.id}:{self.person.password_hash[-16:]}"


def register_security(app: Flask) -> None:
    """Arm the application."""
    csrf.init_app(app)
    _login.init_app(app)
    _login.login_view = "dashboard.sign_in"
    _login.login_message = None
    _login.session_protection = "basic"
    _login.user_loader(_load)
    app.before_request(actors.nobody)
    app.after_request(_headers)
    app.jinja_env.globals["nonce"] = _nonce


def _load(mark: str) -> SignedIn | None:
    raw, _, tail = mark.partition(":")
    try:
        person = db.session.get(Person, uuid.UUID(raw))
    except ValueError:
        return None
    if person is None or not person.active or person.password_hash[-16:] != tail:
        return None
    return SignedIn(person)


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
