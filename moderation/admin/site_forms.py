"""The form of a site's settings."""

from __future__ import annotations

from typing import Any, Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, NumberRange, Optional

from moderation.models import PersonalDataFor, Site
from moderation.site_settings import LONGEST_KEPT, LONGEST_NAME, LONGEST_UNDO, SETTINGS, told

_WHOM = _("یکی از این سه را برگزینید.")


class Whole(IntegerField):  # type: ignore[misc]
    """A whole number, in digits of any script, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; nothing at all is no number. Raises ValueError with a sentence for the person."""
        raw = (valuelist[0] if valuelist else "").strip()
        if raw and not (raw.isdecimal() and len(raw) < 10):
            self.data = None
            raise ValueError(_("یک عدد بنویسید، یا خالی بگذارید."))
        self.data = int(raw) if raw else None


class Filled(Optional):  # type: ignore[misc]
    """Optional, but what could not be read is told."""

    def __call__(self, form: Any, field: Any) -> None:
        """Go on to other checks only with something to check."""
        if not field.process_errors:
            super().__call__(form, field)


def _days() -> Whole:
    said = _("از ۱ تا ۳۶۵۰ روز.")
    return Whole(validators=[Filled(), NumberRange(1, LONGEST_KEPT, message=said)])


class SiteForm(FlaskForm):  # type: ignore[misc]
    """A site's settings; an empty number is none. Whom personal data are shown stays as it is where the form does not say."""

    name = StringField(
        validators=[
            DataRequired(message=_("نام سایت را بنویسید.")),
            Length(max=LONGEST_NAME, message=_("نام سایت بلندتر از ۲۰۰ نویسه است.")),
        ],
        filters=[lambda value: value.replace("\x00", "").strip() if value else value],
    )
    undo_seconds = Whole(validators=[Filled(), NumberRange(0, LONGEST_UNDO, message=_("از ۰ تا ۳۶۰۰ ثانیه."))])
    slander_needs_two = BooleanField()
    personal_data_for = StringField(validators=[Filled(), AnyOf(tuple(PersonalDataFor), message=_WHOM)])
    keep_rejected_days = _days()
    keep_withdrawn_days = _days()
    keep_deliveries_days = _days()
    keep_addresses_days = _days()

    @classmethod
    def of(cls, site: Site) -> Self:
        """The form as the site has it."""
        return cls(formdata=None, data=told(site))

    def values(self) -> dict[str, Any]:
        """The settings that the person wants."""
        said = {name: self[name].data for name in SETTINGS}
        return {name: value for name, value in said.items() if value or name != "personal_data_for"}
