"""The shape of a rule set in JSON, written out of the rules themselves; and every option told in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, get_type_hints

from pydantic import Field as Told

from moderation.rules import RULES
from moderation.rules.base import Choice, Mode, Rule
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
    policy: str = Told(
        description="the sentence of the comment policy that it carries out, in Persian",
        examples=["پیام‌هایی که حاوی توهین باشد منتشر نخواهد شد."],
    )
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
    """A rule set as JSON schema. Options are told by the catalogue, in words: a schema of every one would be the whole document."""
    setting: Json = {
        "type": "object",
        "description": "what is said of a rule",
        "properties": {
            "mode": {"enum": [str(mode) for mode in Mode]},
            "options": {"type": "object", "description": "by name; what is not said is as it comes"},
            "rejects_at": {
                "type": ["number", "null"],
                "minimum": 0,
                "maximum": 1,
                "description": "from this score on a violation is rejected without a person",
            },
        },
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "description": "`GET /v1/rules/options` tells every rule and option",
        "required": ["rules"],
        "properties": {
            "rules": {"type": "object", "description": "rules by slug", "additionalProperties": setting},
            "sections": {
                "type": "object",
                "description": "what is different under articles of a section: rules by section, written like `rules`",
                "maxProperties": MOST_SECTIONS,
                "propertyNames": {"minLength": 1, "maxLength": LONGEST_NAME, "pattern": _NO_NUL},
                "additionalProperties": {"type": "object"},
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
