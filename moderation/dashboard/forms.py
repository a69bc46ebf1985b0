"""The forms of the dashboard."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, ValidationError

from moderation.lifecycle import Ruling
from moderation.models import DecisionOutcome
from moderation.rules import RULES

OTHER = "other"
REASONS = (*((rule.slug, rule.policy) for rule in RULES), (OTHER, "دلیل دیگر"))
"""Why a comment may be rejected: the slug that is stored, and the sentence that people choose."""

_LONGEST_REVISION = 2**31 - 1


def _without_nul(value: str | None) -> str | None:
    """PostgreSQL stores no NUL character."""
    return value.replace("\x00", "").strip() if value else value


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


class DecideForm(FlaskForm):  # type: ignore[misc]
    """A person's decision over the revision that the page showed, and where the person wants to go on."""

    outcome = StringField(validators=[InputRequired(), AnyOf([str(outcome) for outcome in DecisionOutcome])])
    revision = IntegerField(validators=[InputRequired(), NumberRange(1, _LONGEST_REVISION)])
    reason = StringField()
    note = StringField(
        validators=[Optional(), Length(max=2000, message="یادداشت بلندتر از ۲۰۰۰ نویسه است.")], filters=[_without_nul]
    )
    after = HiddenField()
    onward = HiddenField()
    filters = HiddenField()

    def validate_reason(self, field: StringField) -> None:
        """A rejection has one of the reasons."""
        if self.outcome.data == DecisionOutcome.REJECTED and field.data not in dict(REASONS):
            raise ValidationError("برای رد کردن، یک دلیل برگزینید.")

    def ruling(self) -> Ruling:
        """What the person wants, as the lifecycle takes it."""
        outcome = DecisionOutcome(self.outcome.data)
        reason = self.reason.data if outcome is DecisionOutcome.REJECTED else None
        return Ruling(outcome, self.revision.data, reason=reason, note=self.note.data or None)
