"""Sign in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, refresh
from flask_login import current_user, login_user, logout_user

from moderation.access import check_password
from moderation.dashboard.forms import SignInForm
from moderation.guards import open_to_everybody
from moderation.languages import language
from moderation.security import SignedIn


@open_to_everybody
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail and password; one answer for a wrong e-mail and a wrong password."""
    form = SignInForm(next=request.args.get("next", ""))
    onward = _own_path(form.next.data)
    if current_user.is_authenticated:
        return redirect(onward)
    if not form.is_submitted():
        return render_template("dashboard/sign_in.html", form=form)
    person = check_password(form.email.data, form.password.data) if form.validate() else None
    if person is None:
        return render_template("dashboard/sign_in.html", form=form, wrong=True), 422
    session.clear()  # nothing of an earlier session lives on, the form token included
    session.permanent = True
    login_user(SignedIn(person))
    return redirect(onward, 303)


@open_to_everybody
def sign_out() -> ResponseReturnValue:
    """Forget who it was."""
    spoken = language()
    logout_user()
    session.clear()
    session["language"] = spoken
    refresh()
    flash(gettext("بیرون رفتید. تا بعد!"))
    return redirect(url_for("dashboard.sign_in"), 303)


def _own_path(target: str | None) -> str:
    """The target when it is a path of this very site; else the queue."""
    home = url_for("dashboard.queue")
    if not target or not target.startswith("/") or target.startswith("//"):
        return home
    if "\\" in target or not target.isascii() or not target.isprintable():  # browsers read "/\\" as "//", and drop tabs
        return home
    try:
        parts = urlsplit(target)
    except ValueError:
        return home
    return home if parts.scheme or parts.netloc else target
