"""A person's own second factor: set up, switched off, recovery codes renewed."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from moderation.dashboard.account import proven
from moderation.dashboard.account_forms import CodeForm, OwnPasswordForm
from moderation.dashboard.sign_in import own_path
from moderation.dashboard.waiting import told_to_wait
from moderation.db import transaction
from moderation.guards import for_moderators, person
from moderation.pages import qr_code
from moderation.people import second_factor, throttling


@for_moderators
def factor_page() -> ResponseReturnValue:
    """Whether there is a second factor, and what can be done about it."""
    return _show(OwnPasswordForm())


@for_moderators
def set_up_factor() -> ResponseReturnValue:
    """Show the QR code, take the first code, show the recovery codes once."""
    me = person()
    if second_factor.of_person(me.id):
        return redirect(url_for("dashboard.second_factor"), 303)
    form, problem = CodeForm(), None
    if request.method == "POST":
        mine = current_user.sign_in_id
        codes = second_factor.confirm(me, form.code.data, but=mine) if form.validate() else None
        if codes:
            return _show_codes(codes, own_path(wanted) if (wanted := request.args.get("next")) else None)
        problem = gettext("این کد درست نیست. ساعت تلفن را بررسی کنید و کد تازه را بنویسید.")
    begun = second_factor.set_up(me)
    qr = qr_code(begun.uri)
    page = render_template("dashboard/set_up_factor.html", form=form, begun=begun, qr=qr, problem=problem)
    return page, 422 if problem else 200


@for_moderators
def change_factor() -> ResponseReturnValue:
    """Switch the second factor off, or give new recovery codes: both ask for the password."""
    me, form = person(), OwnPasswordForm()
    act = request.form.get("act")
    if act not in ("off", "codes") or second_factor.of_person(me.id) is None:
        abort(404)
    try:
        if not form.validate() or not proven(form):
            return _show(form, 422)
    except throttling.Wait as wait:
        form.present.errors = [told_to_wait(wait)]
        return _show(form, 429)
    if act == "codes":
        return _show_codes(second_factor.renew_codes(me))
    with transaction():
        second_factor.switch_off(me)
    flash(gettext("ورود دومرحله‌ای خاموش شد."))
    return redirect(url_for("dashboard.second_factor"), 303)


def _show(form: OwnPasswordForm, status: int = 200) -> ResponseReturnValue:
    me = person()
    row = second_factor.of_person(me.id)
    page = render_template(
        "dashboard/second_factor.html",
        form=form,
        row=row,
        left=second_factor.codes_left(me.id) if row else 0,
        wanted=second_factor.is_wanted(me),
    )
    return page, status


def _show_codes(codes: list[str], onward: str | None = None) -> ResponseReturnValue:
    onward = onward or url_for("dashboard.second_factor")
    return render_template("dashboard/recovery_codes.html", codes=codes, onward=onward)
