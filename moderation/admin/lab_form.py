"""All rules of a rule set, or of one section of it, as one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField
from wtforms.fields import Field
from wtforms.form import BaseForm

from moderation.admin.rule_form import NumberField, Values, choices_of, in_words, named, rule_form, values_of
from moderation.rules.base import Rule
from moderation.rules.compiling import escaped
from moderation.rules.naming import APPROVES
from moderation.rules.rule_set import RuleSet
from moderation.rules.sections import changed

type Sent = MultiDict[str, str]
_OPTION = "options/"


@dataclass(frozen=True, slots=True)
class Row:
    """One field with what the live rules say there (None where it is the same), and, in a section, what the whole site says."""

    field: Field
    live: str | None = None
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class RulePart:
    """The fields of one rule; ``changes`` counts those that differ from the live rules, ``own`` those that a section says."""

    rule: type[Rule]
    rows: tuple[Row, ...]

    @property
    def changes(self) -> int:
        """How many fields differ from the live rules."""
        return sum(row.live is not None for row in self.rows)

    @property
    def own(self) -> int:
        """How many fields the section itself says."""
        return sum(row.whole is not None for row in self.rows)

    @property
    def wrong(self) -> int:
        """How many fields are refused."""
        return sum(bool(row.field.errors) for row in self.rows)


class RuleSetForm:
    """The forms of all rules of a catalogue over a rule set; with ``section``, over what holds there."""

    def __init__(
        self, catalogue: Sequence[type[Rule]], rules: RuleSet, section: str | None = None, sent: Sent | None = None
    ) -> None:
        self.catalogue, self.before, self.section = catalogue, rules, section
        pointer = "/rules" if section is None else f"/sections/{escaped(section)}"
        self.forms = {kind.slug: rule_form(kind, f"{pointer}/{kind.slug}/") for kind in catalogue}
        for kind in catalogue:
            self.forms[kind.slug].process(sent, data=values_of(kind, settings(rules, section).get(kind.slug)))
        self.approvals = _approvals() if section is None else None
        if self.approvals is not None:
            self.approvals.process(sent, data=_approving(rules))

    def validate(self) -> bool:
        """Whether every field holds what it may; each that does not says why."""
        wrong = [
            slug for slug, form in self.forms.items() if not form.validate()
        ]  # all of them speak, not the first alone
        return not wrong

    def rules(self) -> RuleSet:
        """The rule set with what the fields say. Nothing else of it changes, nor how an unchanged rule is written."""
        if self.section is not None:
            return replace(self.before, sections=self._sections())
        said = {kind.slug: self._written(kind) for kind in self.catalogue}
        kept = {slug: setting for slug, setting in said.items() if setting or slug in self.before.rules}
        return replace(self.before, rules=kept, **(self.approvals.data if self.approvals is not None else {}))

    def refuse(self, errors: Mapping[str, str]) -> list[str]:
        """Put errors at the fields that their pointers name; returns those that belong to no field of this form."""
        known = {field.name: field for form in self.forms.values() for field in form}
        for pointer in errors.keys() & known.keys():
            field = known[pointer]
            told = field.expected() if isinstance(field, NumberField) else gettext("این مقدار پذیرفته نیست.")
            if not field.errors:
                field.errors = [told]
        return [f"{pointer}: {message}" for pointer, message in errors.items() if pointer not in known]

    def parts(self, live: RuleSet) -> Iterator[RulePart]:
        """What to draw of each rule beside the live rules."""
        for kind in self.catalogue:
            there = values_of(kind, settings(live, self.section).get(kind.slug))
            whole = values_of(kind, self.before.rules.get(kind.slug)) if self.section is not None else None
            form = self.forms[kind.slug]
            rows = (_row(kind, form[name], there[name], whole[name] if whole else _SAME) for name in there)
            yield RulePart(kind, tuple(rows))

    def differing_approvals(self, live: RuleSet) -> dict[str, str]:
        """What the live rules say where the form says otherwise of approving without a person."""
        if self.approvals is None:
            return {}
        there = _approving(live)
        return {name: in_words(there[name]) for name in there if self.approvals[name].data != there[name]}

    def values(self) -> dict[str, Any]:
        """Everything that the fields say, by JSON pointer."""
        said = {field.name: field.data for form in self.forms.values() for field in form}
        return said | ({field.name: field.data for field in self.approvals} if self.approvals is not None else {})

    def put(self, values: Mapping[str, Any]) -> None:
        """Let the fields say something else, by JSON pointer."""
        forms = [*self.forms.values(), *([self.approvals] if self.approvals is not None else [])]
        for form in forms:
            for field in form:
                if field.name in values:
                    field.process(None, values[field.name])

    def _sections(self) -> dict[str, Any]:
        assert self.section is not None
        said = {kind.slug: self._own(kind) for kind in self.catalogue}
        own = {slug: setting for slug, setting in said.items() if setting}
        others = {name: rules for name, rules in self.before.sections.items() if name != self.section}
        return {**others, self.section: own} if own else others

    def _own(self, kind: type[Rule]) -> dict[str, Any]:
        """What the section says of a rule: where it differs from the whole site."""
        return _put({}, self.forms[kind.slug].data, values_of(kind, self.before.rules.get(kind.slug)))

    def _written(self, kind: type[Rule]) -> dict[str, Any]:
        setting = self.before.rules.get(kind.slug, {})
        return _put(
            dict(setting) if isinstance(setting, Mapping) else {}, self.forms[kind.slug].data, values_of(kind, setting)
        )


_SAME = object()


def _row(kind: type[Rule], field: Field, live: object, whole: object) -> Row:
    choices = choices_of(kind, field.short_name)
    return Row(
        field,
        live=in_words(live, choices) if field.data != live else None,
        whole=in_words(whole, choices) if whole is not _SAME and field.data != whole else None,
    )


def settings(rules: RuleSet, section: str | None) -> Mapping[str, Any]:
    """The rules as they hold under a section, or for the whole site."""
    whole = {slug: setting for slug, setting in rules.rules.items() if isinstance(setting, Mapping)}
    return whole if section is None else changed(whole, rules.sections.get(section, {}))


def _put(setting: dict[str, Any], values: Values, before: Values) -> dict[str, Any]:
    """The setting with the values in which ``before`` differs from them."""
    said = setting.get("options")
    options = dict(said) if isinstance(said, Mapping) else {}
    for name, value in values.items():
        if value == before[name]:
            continue
        if name.startswith(_OPTION):
            options[name.removeprefix(_OPTION)] = value
        else:
            setting[name] = value
    return {**setting, "options": options} if options else setting


def _approvals() -> BaseForm:
    return BaseForm({name: BooleanField(named(told)) for name, told in APPROVES.items()}, prefix="/")


def _approving(rules: RuleSet) -> dict[str, bool]:
    return {"approves_clean": rules.approves_clean, "approves_trusted": rules.approves_trusted}
