"""Sign in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, refresh
from flask_login import current_user, logout_user

from moderation.actors import Actor, Channel, act_as
from moderation.dashboard import entering
from moderation.dashboard.forms import SignInForm
from moderation.dashboard.waiting import told_to_wait
from moderation.db import transaction
from moderation.guards import open_to_everybody
from moderation.languages import language
from moderation.models import Person
from moderation.people import accounts, sign_ins, throttling


@open_to_everybody
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail and password; one answer for a wrong e-mail and a wrong password."""
    form = SignInForm(next=request.args.get("next", ""))
    onward = own_path(form.next.data)
    if current_user.is_authenticated:
        return redirect(onward)
    if not form.is_submitted():
        return render_template("dashboard/sign_in.html", form=form)
    try:
        person = _person_of(form) if form.validate() else None
    except throttling.Wait as wait:
        return render_template("dashboard/sign_in.html", form=form, wait=told_to_wait(wait)), 429
    if person is None:
        return render_template("dashboard/sign_in.html", form=form, wrong=True), 422
    return entering.go_on(person, onward)


@open_to_everybody
def sign_out() -> ResponseReturnValue:
    """Forget who it was."""
    spoken = language()
    if current_user.is_authenticated:
        act_as(Actor(Channel.PAGES, person_id=current_user.person.id, address=request.remote_addr))
        with transaction():
            sign_ins.end(current_user.person.id, current_user.sign_in_id)
    logout_user()
    session.clear()
    session["language"] = spoken
    refresh()
    flash(gettext("بیرون رفتید. تا بعد!"))
    return redirect(url_for("dashboard.sign_in"), 303)


def _person_of(form: SignInForm) -> Person | None:
    """Whose e-mail and password these are. Raises throttling.Wait."""
    act_as(Actor(Channel.PAGES, address=request.remote_addr))
    browser = entering.known_browser(form.email.data)
    counted = throttling.of_password(form.email.data, request.remote_addr, browser)
    return accounts.check(form.email.data, form.password.data, counted)


def own_path(target: str | None) -> str:
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
