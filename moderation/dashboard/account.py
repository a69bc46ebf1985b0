"""A person's own account: the password, and the browsers in which one is signed in."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from moderation.dashboard.account_forms import SAID, ChangePasswordForm, OwnPasswordForm
from moderation.dashboard.waiting import told_to_wait
from moderation.db import transaction
from moderation.guards import for_moderators, person
from moderation.people import accounts, sign_ins, throttling


@for_moderators
def change_password() -> ResponseReturnValue:
    """Change one's password; other browsers are signed out."""
    form = ChangePasswordForm()
    if not form.is_submitted():
        return render_template("dashboard/password.html", form=form)
    status = 422
    if form.validate():
        try:
            if proven(form):
                ended = accounts.change_password(person(), form.password.data, but=current_user.sign_in_id)
                flash(_said_after(ended))
                return redirect(url_for("dashboard.comfort"), 303)
        except throttling.Wait as wait:
            form.present.errors, status = [told_to_wait(wait)], 429
        except accounts.Weak as weak:
            form.password.errors = [SAID[weak.weakness]]
    return render_template("dashboard/password.html", form=form), status


@for_moderators
def sessions_page() -> ResponseReturnValue:
    """Where one is signed in."""
    rows = sign_ins.of_person(person().id, current_app.config["NAZER"])
    return render_template("dashboard/sessions.html", rows=rows, mine=current_user.sign_in_id)


@for_moderators
def end_session(sign_in_id: uuid.UUID) -> ResponseReturnValue:
    """Sign out in one other browser."""
    with transaction():
        if sign_ins.end(person().id, sign_in_id):
            sign_ins.note("person.signed-out", person())
    flash(gettext("آن نشست پایان یافت."))
    return redirect(url_for("dashboard.sessions"), 303)


@for_moderators
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    with transaction():
        sign_ins.end_all(person().id, but=current_user.sign_in_id)
        sign_ins.note("person.signed-out", person())
    flash(gettext("از همهٔ دستگاه‌های دیگر بیرون رفتید."))
    return redirect(url_for("dashboard.sessions"), 303)


def proven(form: OwnPasswordForm) -> bool:
    """Whether the form holds one's own password; if not, it says so. Raises throttling.Wait."""
    if accounts.check_own(person(), form.present.data, str(current_user.sign_in_id)):
        return True
    form.present.errors = [gettext("گذرواژهٔ کنونی درست نیست.")]
    return False


def _said_after(ended: int) -> str:
    if ended:
        return str(gettext("گذرواژه عوض شد و نشست‌های دیگر پایان یافت."))
    return str(gettext("گذرواژه عوض شد."))
