"""Pages behind one-time links: an invitation, and a new password. Who holds the link needs no session."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf import FlaskForm

from moderation.actors import Actor, Channel, act_as
from moderation.dashboard import entering
from moderation.dashboard.account_forms import SAID, JoinForm, NewPasswordForm
from moderation.guards import open_to_everybody
from moderation.models import Invitation, Person
from moderation.people import accounts, inviting, roles


@open_to_everybody
def invitation(invitation_token: str) -> ResponseReturnValue:
    """Join: with a new account, or with the one that there is after signing in."""
    found = inviting.find(invitation_token)
    if found is None:
        return render_template("dashboard/link_ended.html"), 404
    known = inviting.invited_person(found)
    me: Person | None = current_user.person if current_user.is_authenticated else None
    if known is None and me is None:
        return _join(found)
    form = FlaskForm()
    if me is not None and known is not None and me.id == known.id and form.validate_on_submit():
        act_as(Actor(Channel.PAGES, person_id=me.id, address=request.remote_addr))
        if not inviting.accept(found, me):
            return render_template("dashboard/link_ended.html"), 404
        flash(gettext("خوش آمدید! دعوت پذیرفته شد."))
        return redirect(url_for("dashboard.queue"), 303)
    page = render_template("dashboard/invitation.html", invitation=found, known=known, me=me, form=form)
    return page, 409 if form.is_submitted() else 200


@open_to_everybody
def password_link(link_token: str) -> ResponseReturnValue:
    """Set a new password by a link that an admin has made."""
    person = accounts.person_of_link(link_token)
    if person is None:
        return render_template("dashboard/link_ended.html"), 404
    form = NewPasswordForm()
    if form.validate_on_submit():
        act_as(Actor(Channel.PAGES, person_id=person.id, address=request.remote_addr))
        try:
            accounts.change_password(person, form.password.data)
        except accounts.Weak as weak:
            form.password.errors = [SAID[weak.weakness]]
        else:
            flash(gettext("گذرواژه عوض شد؛ اکنون با آن وارد شوید."))
            return redirect(url_for("dashboard.sign_in"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("dashboard/new_password.html", form=form, person=person, token=link_token), status


def _join(found: Invitation) -> ResponseReturnValue:
    """The form of somebody new; who has filled it in rightly is signed in."""
    form = JoinForm()
    if form.validate_on_submit():
        act_as(Actor(Channel.PAGES, address=request.remote_addr))
        try:
            person = inviting.join(found, form.name.data, form.password.data)
        except accounts.Weak as weak:
            form.password.errors = [SAID[weak.weakness]]
        except roles.Refused:
            abort(409)  # somebody made an account with this address a moment ago: the page now asks to sign in
        else:
            if person is None:
                return render_template("dashboard/link_ended.html"), 404
            inside = entering.go_on(person, url_for("dashboard.queue"))  # a new session, to which the greeting belongs
            flash(gettext("خوش آمدید! دعوت پذیرفته شد."))
            return inside
    page = render_template("dashboard/join.html", invitation=found, form=form)
    return page, 422 if form.is_submitted() else 200
