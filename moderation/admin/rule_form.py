"""The form of any rule, drawn from its options: label, limits and choices are all that a rule of tomorrow must bring."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import Field as Option
from dataclasses import fields
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.form import BaseForm
from wtforms.validators import Length, ValidationError
from wtforms.widgets import TextInput

from moderation.dates import digits, plain_digits
from moderation.languages import ENGLISH, language
from moderation.rules.base import Choice, Mode, Rule
from moderation.rules.naming import MODE, MODES, REJECTS_AT, Named

_POINTS = str.maketrans({"٫": ".", "/": ".", "٬": None, "−": "-"})
_LONG = 60
_LONGEST = 20_000
type Values = dict[str, Any]
"""What a rule is set to, by field: ``mode``, ``options/<name>``, and ``rejects_at`` where it may decide by itself."""


def rule_form(kind: type[Rule], prefix: str) -> BaseForm:
    """An empty form of a rule. Its fields are named by the JSON pointers of what they set, which begin with ``prefix``."""
    hints = typing.get_type_hints(kind)
    drawn: dict[str, Any] = {"mode": SelectField(named(MODE), choices=_choices(MODES))}
    drawn |= {f"options/{item.name}": _field(item, hints[item.name]) for item in fields(kind)}
    if kind.decides:
        more = gettext("خالی یعنی هرگز: ناظر تصمیم می‌گیرد.")
        drawn["rejects_at"] = NumberField(named(REJECTS_AT), limits=(0.0, 1.0), optional=True, description=more)
    return BaseForm(drawn, prefix=prefix)


def values_of(kind: type[Rule], setting: object) -> Values:
    """What a rule is set to, defaults where the setting says nothing or nothing that can be read."""
    said = setting if isinstance(setting, Mapping) else {}
    options = said["options"] if isinstance(said.get("options"), Mapping) else {}
    values: Values = {"mode": said.get("mode", str(Mode.LIVE))}
    values |= {f"options/{item.name}": options.get(item.name, item.default) for item in fields(kind)}
    if kind.decides:
        values["rejects_at"] = said.get("rejects_at")
    return values


def named(name: Named) -> str:
    """A name in the language of the page."""
    return name.en if language() == ENGLISH else name.fa


def choices_of(kind: type[Rule] | None, name: str) -> Sequence[Choice]:
    """The choices of a field of a rule (its name, or a pointer that ends with it); none where it offers none."""
    last = name.rpartition("/")[2]
    if last == "mode" and "options/" not in name:
        return MODES
    offered: dict[str, Sequence[Choice]] = {item.name: item.metadata["choices"] for item in fields(kind or Rule)}
    return offered.get(last, ())


def in_words(value: object, choices: Sequence[Choice] = ()) -> str:
    """A value as the page says it."""
    for choice in choices:
        if choice.value == value:
            return named(Named(choice.label, choice.en))
    if isinstance(value, bool):
        return str(gettext("بله") if value else gettext("خیر"))
    if value is None or value == "":
        return str(gettext("خالی"))
    return number(value) if isinstance(value, int | float) else str(value)


def number(value: float) -> str:
    """A number as the page writes it, no digit more than it has: ``0.6`` -> ``۰٫۶``."""
    told = digits(f"{value:.12g}")
    return told if language() == ENGLISH else told.replace(".", "٫")


def read_number(typed: str, *, whole: bool = False) -> float | None:
    """A number in Persian or Latin digits; None for what is none."""
    plain = plain_digits(typed).translate(_POINTS).strip()
    try:
        return int(plain) if whole else float(plain)
    except ValueError:
        return None


def _field(item: Option[Any], hint: Any) -> Any:
    meta = item.metadata
    english = language() == ENGLISH
    label = meta["en"].replace("`", "") if english else meta["label"]
    told: dict[str, Any] = {"label": label or item.name, "description": "" if english else meta["help"]}
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if choices := meta["choices"]:
        return SelectField(choices=_choices(choices), **told)
    if bool in kinds:
        return BooleanField(**told)
    if int in kinds or float in kinds:
        whole, optional = float not in kinds, type(None) in kinds
        return NumberField(limits=meta["limits"], whole=whole, optional=optional, **told)
    long = isinstance(item.default, str) and len(item.default) > _LONG
    few = Length(max=_LONGEST, message=gettext("بلندتر از %(number)s نویسه است.", number=digits(_LONGEST)))
    return (TextAreaField if long else StringField)(validators=[few], filters=[_without_nul], **told)


def _choices(choices: Sequence[Choice]) -> list[SelectChoice]:
    return [SelectChoice(str(each.value), named(Named(each.label, each.en))) for each in choices]


def _without_nul(value: str | None) -> str:
    return (value or "").replace("\x00", "")


class NumberField(Field):  # type: ignore[misc]
    """A number in Persian or Latin digits, within limits; what cannot be read stays in the field as it was typed."""

    widget = TextInput()

    def __init__(
        self,
        label: str,
        *,
        limits: tuple[float, float] | None = None,
        whole: bool = False,
        optional: bool = False,
        **told: Any,
    ) -> None:
        super().__init__(label, **told)
        self.limits, self.whole, self.optional = limits, whole, optional
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return number(self.data) if isinstance(self.data, int | float) else str(self.data or "")

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        if not valuelist:
            return
        self.typed = valuelist[0]
        if not self.typed.strip() and self.optional:
            self.data = None
            return
        self.data = read_number(self.typed, whole=self.whole)
        if self.data is None:
            raise ValueError(self.expected())

    def pre_validate(self, form: object) -> None:
        """Refuse what is beyond the limits."""
        if self.process_errors:
            return
        low, high = self.limits or (float("-inf"), float("inf"))
        if self.data is not None and not (low <= self.data <= high and math.isfinite(self.data)):
            raise ValidationError(self.expected())

    def expected(self) -> str:
        """What may be typed, in words."""
        if not self.limits:
            return str(gettext("عددی درست بنویسید.") if self.whole else gettext("یک عدد بنویسید."))
        low, high = map(number, self.limits)
        if self.whole:
            return str(gettext("عددی درست از %(low)s تا %(high)s بنویسید.", low=low, high=high))
        return str(gettext("عددی از %(low)s تا %(high)s بنویسید.", low=low, high=high))
