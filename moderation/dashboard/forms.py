"""The forms of the dashboard."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, ValidationError

from moderation.languages import LANGUAGES
from moderation.lifecycle import Ruling
from moderation.models import DecisionOutcome, Theme
from moderation.rules import RULES

OTHER = "other"
REASONS = (*((rule.slug, rule.policy) for rule in RULES), (OTHER, "دلیل دیگر"))
"""Why a comment may be rejected: the slug that is stored, and the sentence that people choose (the filter ``reason`` says it in
the language of the page)."""

_LONGEST_REVISION = 2**31 - 1


def _without_nul(value: str | None) -> str | None:
    """PostgreSQL stores no NUL character."""
    return value.replace("\x00", "").strip() if value else value


def _note() -> StringField:
    told = lazy_gettext("یادداشت بلندتر از ۲۰۰۰ نویسه است.")
    return StringField(validators=[Optional(), Length(max=2000, message=told)], filters=[_without_nul])


class SignInForm(FlaskForm):  # type: ignore[misc]
    """E-mail and password, and where to go on."""

    email = EmailField(validators=[InputRequired(), Length(max=254)])
    password = PasswordField(validators=[InputRequired(), Length(max=1000)])
    next = HiddenField()

    def validate_email(self, field: EmailField) -> None:
        """No address has a NUL character, and PostgreSQL cannot even look for one."""
        if "\x00" in field.data:
            raise ValidationError


class SaveFilterForm(FlaskForm):  # type: ignore[misc]
    """A name for the filter that is in use; ``query`` is the query string of the page."""

    name = StringField(validators=[InputRequired(), Length(max=60)], filters=[_without_nul])
    query = HiddenField(validators=[Length(max=2000)])


class SeenForm(FlaskForm):  # type: ignore[misc]
    """The revision that the page showed, a note, and where the person wants to go on."""

    revision = IntegerField(validators=[InputRequired(), NumberRange(1, _LONGEST_REVISION)])
    note = _note()
    after = HiddenField()
    onward = HiddenField()
    filters = HiddenField()


class DecideForm(SeenForm):
    """A person's decision."""

    outcome = StringField(validators=[InputRequired(), AnyOf([str(outcome) for outcome in DecisionOutcome])])
    reason = StringField()

    def validate_reason(self, field: StringField) -> None:
        """A rejection has one of the reasons."""
        if self.outcome.data == DecisionOutcome.REJECTED and field.data not in dict(REASONS):
            raise ValidationError(lazy_gettext("برای رد کردن، یک دلیل برگزینید."))

    def ruling(self) -> Ruling:
        """What the person wants, as the lifecycle takes it."""
        outcome = DecisionOutcome(self.outcome.data)
        reason = self.reason.data if outcome is DecisionOutcome.REJECTED else None
        return Ruling(outcome, self.revision.data, reason=reason, note=self.note.data or None)


class ComfortForm(FlaskForm):  # type: ignore[misc]
    """How a person wants to see the pages."""

    language = StringField(validators=[AnyOf(list(LANGUAGES))])
    theme = StringField(validators=[AnyOf([str(theme) for theme in Theme])])
    blur = BooleanField()
