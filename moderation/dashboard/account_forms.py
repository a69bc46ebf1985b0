"""The forms of people's accounts: codes, passwords, a name."""

from __future__ import annotations

from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from moderation.dates import count
from moderation.people.inviting import LONGEST_NAME
from moderation.people.passwords import LONGEST, SHORTEST, Weakness

SAID = {
    Weakness.SHORT: LazyString(lambda: gettext("گذرواژه دست‌کم %(number)s نویسه دارد.", number=count(SHORTEST))),
    Weakness.LONG: lazy_gettext("این گذرواژه بیش از اندازه بلند است."),
    Weakness.COMMON: lazy_gettext(
        "این گذرواژه از نخستین‌هایی است که دیگران حدس می‌زنند؛ چند واژهٔ بی‌ربط کنار هم بهتر است."
    ),
    Weakness.YOURS: lazy_gettext("این گذرواژه کمابیش همان نام شما، رایانامهٔ شما یا نام سایت است."),
}
"""Why a password is not taken, in the language of the page."""
assert SHORTEST == 12  # the sentence above says so, in Persian digits


def _plain(value: str | None) -> str | None:
    return value.replace("\x00", "").strip() if value else value


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A code of the app, or a recovery code."""

    code = StringField(validators=[InputRequired(), Length(max=100)])


class OwnPasswordForm(FlaskForm):  # type: ignore[misc]
    """One's present password, to show that it is really oneself."""

    present = PasswordField(validators=[InputRequired(lazy_gettext("گذرواژهٔ کنونی را بنویسید.")), Length(max=LONGEST)])


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, twice."""

    password = PasswordField(validators=[InputRequired(lazy_gettext("گذرواژهٔ تازه را بنویسید."))])
    again = PasswordField(validators=[EqualTo("password", lazy_gettext("دو گذرواژه یکی نیستند."))])


class ChangePasswordForm(NewPasswordForm, OwnPasswordForm):
    """The present password and a new one."""


class JoinForm(NewPasswordForm):
    """Name and password of somebody who was invited."""

    name = StringField(
        validators=[
            InputRequired(lazy_gettext("نام خود را بنویسید.")),
            Length(max=LONGEST_NAME, message=lazy_gettext("نام بلندتر از ۱۰۰ نویسه است.")),
        ],
        filters=[_plain],
    )
