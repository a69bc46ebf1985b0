"""The way in, step by step: who has said the password and still owes a code; the session that begins; browsers that are known."""

from __future__ import annotations

import secrets
import time
import uuid
from typing import Any

from flask import Response, after_this_request, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from flask_login import login_user
from itsdangerous import BadData, URLSafeTimedSerializer

from moderation.access import digest
from moderation.actors import Actor, Channel, act_as
from moderation.db import db, transaction
from moderation.languages import language
from moderation.models import Person
from moderation.people import second_factor, sign_ins
from moderation.security import SignedIn
from moderation.settings import Settings

_STEP = "half_signed_in"
_STEP_SECONDS = 600
_BROWSER = "nazer_browser"
_BROWSER_SECONDS = 180 * 86_400
_MOST_PEOPLE = 20  # of a machine that a whole desk shares


def go_on(person: Person, onward: str) -> ResponseReturnValue:
    """Somebody has said the right password: in, or to the step that is missing."""
    has = second_factor.of_person(person.id) is not None
    if not has and not second_factor.is_wanted(person):
        enter(person)
        return redirect(onward, 303)
    spoken = language()
    session.clear()
    session["language"] = spoken
    mark = person.password_hash[-16:]
    session[_STEP] = {"person": person.id.hex, "mark": mark, "at": int(time.time()), "onward": onward, "has": has}
    return redirect(url_for("dashboard.sign_in_code" if has else "dashboard.sign_in_set_up"), 303)


def half_signed_in(*, has: bool) -> Person | None:
    """Who has said the password within the last minutes and owes a code, or a second factor (``has`` none yet); or None."""
    step: dict[str, Any] | None = session.get(_STEP)
    if not step or step["has"] is not has or step["at"] < time.time() - _STEP_SECONDS:
        return None
    person = db.session.get(Person, uuid.UUID(step["person"]), populate_existing=True)
    fits = person is not None and person.active and person.password_hash[-16:] == step["mark"]
    return person if fits else None


def onward() -> str:
    """Where somebody who is half signed in wanted to go."""
    step: dict[str, Any] = session.get(_STEP) or {}
    return str(step.get("onward") or url_for("dashboard.queue"))


def enter(person: Person) -> None:
    """Begin a session: a new one, with nothing of an earlier one in it, the form token included."""
    session.clear()
    session.permanent = True
    act_as(Actor(Channel.PAGES, person_id=person.id, address=request.remote_addr))
    with transaction():
        token = sign_ins.begin(person, user_agent=request.user_agent.string, address=request.remote_addr)
        sign_ins.note("person.signed-in", person)
    found = sign_ins.find(token, _settings())
    if found is not None:
        login_user(SignedIn(found, token))
    refresh()
    _remember_browser(person)


def known_browser(email: str) -> str | None:
    """The mark of this browser, when somebody has signed in here with that e-mail before; guesses elsewhere do not slow it."""
    mark = _marks().get(_account(email))
    return str(mark) if mark else None


def _remember_browser(person: Person) -> None:
    account = _account(person.email)
    marks = {account: _marks().get(account) or secrets.token_urlsafe(9)}
    marks |= {each: mark for each, mark in _marks().items() if each != account}
    kept = _serializer().dumps(dict(list(marks.items())[:_MOST_PEOPLE]))
    settings = _settings()

    @after_this_request
    def with_mark(response: Response) -> Response:
        response.set_cookie(
            _BROWSER,
            kept,
            max_age=_BROWSER_SECONDS,
            path=url_for("dashboard.sign_in"),
            secure=settings.secure_cookies,
            httponly=True,
            samesite="Lax",
        )
        return response


def _marks() -> dict[str, str]:
    try:
        marks: dict[str, str] = _serializer().loads(request.cookies.get(_BROWSER, ""), max_age=_BROWSER_SECONDS)
    except BadData:
        return {}
    return marks


def _account(email: str) -> str:
    return digest(email.strip().lower())[:16]


def _serializer() -> URLSafeTimedSerializer:
    settings = _settings()
    keys = [*reversed(settings.secret_key_fallbacks), settings.secret_key.get_secret_value()]  # the last one signs
    return URLSafeTimedSerializer(keys, salt="nazer browser")


def _settings() -> Settings:
    settings: Settings = current_app.config["NAZER"]
    return settings
