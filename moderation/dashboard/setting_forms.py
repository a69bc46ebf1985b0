"""The forms that change an article's settings and an author's standing."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from moderation.lifecycle import Change
from moderation.models import Commenting
from moderation.rules.base import Trust
from moderation.standing import NONE, Wish
from moderation.wire import SLOWEST_SECONDS

TIGHTENED = timedelta(hours=24)
PACES = (0, 30, 60, 300, 900, 3600)
"""Seconds between two comments of one author that the page offers; a site may set any other."""

LASTING = {"1": timedelta(days=1), "7": timedelta(days=7), "30": timedelta(days=30), "ever": None}
"""How long a standing may hold."""


class ArticleForm(FlaskForm):  # type: ignore[misc]
    """One change of an article's settings: what may happen, the pace, or strict for a day."""

    comments = StringField(validators=[Optional(), AnyOf([str(each) for each in Commenting])])
    slow_seconds = IntegerField(validators=[Optional(), NumberRange(0, SLOWEST_SECONDS)])
    tighten = StringField(validators=[Optional(), AnyOf(["on", "off"])])

    def change(self, moment: datetime) -> Change:
        """What the person wants, as the lifecycle takes it."""
        tighten: dict[str, datetime | bool] = {"on": moment + TIGHTENED, "off": False}
        return Change(
            comments=Commenting(self.comments.data) if self.comments.data else None,
            slow_seconds=self.slow_seconds.data,
            strict_until=tighten.get(self.tighten.data or ""),  # type: ignore[arg-type]
        )


class StandingForm(FlaskForm):  # type: ignore[misc]
    """A standing, for how long, and why."""

    standing = StringField(validators=[InputRequired(), AnyOf([*map(str, Trust), NONE])])
    lasts = StringField(validators=[Optional(), AnyOf(list(LASTING))])
    note = StringField(
        validators=[Optional(), Length(max=2000, message=_("یادداشت بلندتر از ۲۰۰۰ نویسه است."))],
        filters=[lambda value: value.replace("\x00", "").strip() if value else value],
    )

    def wish(self) -> Wish:
        """What the person wants; without a word about it, for a week."""
        return Wish(self.standing.data, LASTING[self.lasts.data or "7"], self.note.data or None)
