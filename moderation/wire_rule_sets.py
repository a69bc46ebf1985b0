"""The shape of a rule set in JSON, written out of the rules themselves; and every option told in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, get_type_hints

from pydantic import Field as Told

from moderation.rules import RULES
from moderation.rules.base import Choice, Mode, Rule
from moderation.rules.compiling import LONGEST_TEXT
from moderation.rules.naming import MODES
from moderation.rules.sections import LONGEST_NAME, MOST_SECTIONS
from moderation.wire_answers import Answer, Bilingual

type Json = dict[str, Any]

_NO_NUL = r"^[^\u0000]*$"
_KINDS = {bool: "flag", int: "whole", float: "number", str: "text"}


class ChoiceTold(Answer):
    """A value that an option may take."""

    value: str = Told(examples=["suspect"])
    label: Bilingual


class OptionTold(Answer):
    """An option of a rule, as a form for it is drawn."""

    name: str = Told(examples=["suspect_at"])
    kind: str = Told(description="number, whole, flag, text or choice", examples=["number"])
    label: Bilingual = Told(description="what it is; the English one is a whole sentence")
    help_fa: str = Told(description="more of it in Persian, or nothing", examples=[""])
    default: Any = Told(description="what holds where a site says nothing", examples=[0.6])
    least: float | None = Told(description="the least number", examples=[0.0])
    greatest: float | None = Told(description="the greatest number", examples=[1.0])
    choices: list[ChoiceTold] = Told(description="the values that a choice may take")


class RuleTold(Answer):
    """A rule with its options."""

    slug: str = Told(examples=["no-insults"])
    title: Bilingual
    policy: str = Told(description="the sentence of the comment policy that it carries out, in Persian")
    decides: bool = Told(description="whether it may be given rejects_at", examples=[True])
    options: list[OptionTold]


class OptionsTold(Answer):
    """Everything that a rule set may say."""

    rules: list[RuleTold] = Told(description="in the order of the policy")
    modes: list[ChoiceTold] = Told(description="what a rule's mode may be")
    sections: list[str] = Told(
        description="the sections in which articles of the site stand: rules may differ there", examples=[["ورزش"]]
    )


def options_out(sections: list[str]) -> OptionsTold:
    """The catalogue, with the sections of a site."""
    return OptionsTold(rules=[_rule(kind) for kind in RULES], modes=_choices(MODES), sections=sections)


def rule_set_schema() -> Json:
    """A rule set as JSON schema: every rule with every option of it, and nothing else."""
    rules: Json = {
        "type": "object",
        "properties": {kind.slug: _setting(kind) for kind in RULES},
        "additionalProperties": False,
    }
    name = {"minLength": 1, "maxLength": LONGEST_NAME, "pattern": _NO_NUL}
    return {
        "type": "object",
        "description": "rules by slug with their options (`GET /v1/rules/options` tells them); what is not said is as it comes",
        "required": ["rules"],
        "properties": {
            "rules": rules,
            "sections": {
                "type": "object",
                "description": "what is different under articles of a section, as rules are written",
                "maxProperties": MOST_SECTIONS,
                "propertyNames": name,
                "additionalProperties": rules,
            },
            "word_lists": {
                "type": "array",
                "description": "lists of the site by hash, or whole ones with name and entries",
                "items": {"type": "object"},
            },
            "approves_clean": {"type": "boolean", "description": "approve without a person what no rule objects to"},
            "approves_trusted": {"type": "boolean", "description": "the same, of trusted authors alone"},
        },
    }


def _setting(kind: type[Rule]) -> Json:
    rejects: Json = {"type": ["number", "null"], "minimum": 0, "maximum": 1} if kind.decides else {"type": "null"}
    options = {item.name: _option_schema(kind, item) for item in fields(kind)}
    return {
        "type": "object",
        "description": kind.title_en,
        "properties": {
            "mode": {"enum": [str(mode) for mode in Mode]},
            "options": {"type": "object", "properties": options, "additionalProperties": False},
            "rejects_at": rejects | {"description": "from this score on a violation is rejected without a person"},
        },
        "additionalProperties": False,
    }


def _option_schema(kind: type[Rule], item: Field[Any]) -> Json:
    told, wanted = item.metadata, get_type_hints(kind)[item.name]
    if told["choices"]:
        found: Json = {"enum": [choice.value for choice in told["choices"]]}
    elif wanted is str:
        found = {"type": "string", "maxLength": LONGEST_TEXT, "pattern": _NO_NUL}
    else:
        found = {"type": {bool: "boolean", int: "integer", float: "number"}[wanted]}
    if told["limits"]:
        found |= dict(zip(("minimum", "maximum"), told["limits"], strict=True))
    return found | {"description": told["en"]}


def _rule(kind: type[Rule]) -> RuleTold:
    return RuleTold(
        slug=kind.slug,
        title=Bilingual(fa=kind.title, en=kind.title_en),
        policy=kind.policy,
        decides=kind.decides,
        options=[_option(item.name, item, get_type_hints(kind)[item.name]) for item in fields(kind)],
    )


def _option(name: str, item: Field[Any], wanted: type) -> OptionTold:
    told: Mapping[str, Any] = item.metadata
    least, greatest = told["limits"] or (None, None)
    return OptionTold(
        name=name,
        kind="choice" if told["choices"] else _KINDS[wanted],
        label=Bilingual(fa=told["label"], en=told["en"]),
        help_fa=told["help"],
        default=None if item.default is MISSING else item.default,
        least=least,
        greatest=greatest,
        choices=_choices(told["choices"]),
    )


def _choices(choices: tuple[Choice, ...]) -> list[ChoiceTold]:
    return [ChoiceTold(value=one.value, label=Bilingual(fa=one.label, en=one.en)) for one in choices]
