"""The second step of signing in: the code of one's second factor, or setting one up where a site wants it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from moderation.actors import Actor, Channel, act_as
from moderation.dashboard import entering
from moderation.dashboard.account_forms import CodeForm
from moderation.dashboard.waiting import told_to_wait
from moderation.dates import count
from moderation.db import transaction
from moderation.guards import open_to_everybody
from moderation.models import Person
from moderation.pages import qr_code
from moderation.people import second_factor, sign_ins, throttling

_FEW = 3


@open_to_everybody
def sign_in_code() -> ResponseReturnValue:
    """Ask for the code of the app, or for a recovery code."""
    person = entering.half_signed_in(has=True)
    if current_user.is_authenticated or person is None:
        return _begin_again()
    form = CodeForm()
    if not form.is_submitted():
        return render_template("dashboard/sign_in_code.html", form=form)
    try:
        right = _accept(person, form)
    except throttling.Wait as wait:
        return render_template("dashboard/sign_in_code.html", form=form, problem=told_to_wait(wait)), 429
    if not right:
        problem = gettext("این کد درست نیست یا پیش‌تر به کار رفته است.")
        return render_template("dashboard/sign_in_code.html", form=form, problem=problem), 422
    onward = entering.onward()
    entering.enter(person)
    left = second_factor.codes_left(person.id)
    if left <= _FEW:
        flash(gettext("%(number)s کد بازیابی مانده است؛ در «تنظیمات من» کدهای تازه بگیرید.", number=count(left)))
    return redirect(onward, 303)


@open_to_everybody
def sign_in_set_up() -> ResponseReturnValue:
    """Set a second factor up, because a site of the person wants one; its first code leads in."""
    person = entering.half_signed_in(has=False)
    if current_user.is_authenticated or person is None or second_factor.of_person(person.id):
        return _begin_again()
    form, problem = CodeForm(), None
    if form.is_submitted():
        act_as(Actor(Channel.PAGES, person_id=person.id, address=request.remote_addr))
        codes = second_factor.confirm(person, form.code.data) if form.validate() else None
        if codes:
            onward = entering.onward()
            entering.enter(person)
            return render_template("dashboard/recovery_codes.html", codes=codes, onward=onward)
        problem = gettext("این کد درست نیست. ساعت تلفن را بررسی کنید و کد تازه را بنویسید.")
    begun = second_factor.set_up(person)
    page = render_template(
        "dashboard/sign_in_set_up.html", form=form, begun=begun, qr=qr_code(begun.uri), problem=problem
    )
    return page, 422 if problem else 200


def _accept(person: Person, form: CodeForm) -> bool:
    """Whether the code is right. Raises throttling.Wait."""
    if not form.validate():
        return False
    counted = throttling.of_factor(person.id, entering.known_browser(person.email))
    tries = throttling.count_try(counted)
    act_as(Actor(Channel.PAGES, person_id=person.id, address=request.remote_addr))
    if second_factor.accept(person, form.code.data):
        throttling.forgive(counted)
        return True
    if tries >= throttling.FACTOR.free:
        with transaction():
            sign_ins.note("second-factor.failed", person, after={"tries": tries})
    return False


def _begin_again() -> ResponseReturnValue:
    return redirect(url_for("dashboard.sign_in"), 303)
