"""Any rule's form is drawn from its options: those of today, and one that is made here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from moderation.admin.lab_form import RuleSetForm
from moderation.admin.rule_form import NumberField, rule_form
from moderation.rules import RULES
from moderation.rules.base import Choice, Rule, option
from moderation.rules.rule_set import RuleSet, defaults
from moderation.settings import Settings
from tests.conftest import settings_for


@dataclass(frozen=True)
class Tomorrow(Rule):
    """A ninth rule with an option of each kind, and names that a form might want for itself."""

    slug = "tomorrow"
    title = "قاعدهٔ فردا"
    policy = "پیام فردا منتشر نخواهد شد."
    title_en = "Tomorrow's rule"
    codes = {"found": "found"}  # noqa: RUF012 -- as rules write it

    data: float = option(0.5, "آستانه", en="The threshold.", help="بالاتر یعنی سخت‌گیری کمتر.", limits=(0.0, 1.0))
    errors: int = option(3, "شمار", en="How many.", limits=(1, 9))
    validate: bool = option(True, "جست‌وجو شود", en="Whether to search.")
    mode: str = option(
        "ask",
        "با یافته چه شود",
        en="What to do.",
        choices=(Choice("ask", "پرسیده شود", "asked"), Choice("no", "رد شود", "no")),
    )
    words: str = option("", "واژه‌ها", en="Words.")
    names: str = option("الف ب پ ت " * 20, "نام‌ها", en="Names.")
    most: float | None = option(None, "سقف", en="The most, if any.", limits=(0, 5))


@pytest.fixture(autouse=True)
def asking(app: Flask) -> Iterator[None]:
    """Somebody asks for a page."""
    with app.test_request_context("/"):
        yield


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    """Forms know no database: SQLite is enough."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path)


def sent(**changes: str) -> MultiDict[str, str]:
    """What a browser sends of the ninth rule's form."""
    said = {
        "mode": "live",
        "options/data": "۰٫۵",
        "options/errors": "۳",
        "options/validate": "y",
        "options/mode": "ask",
        "options/words": "",
        "options/names": "الف ب پ ت " * 20,
        "options/most": "",
        "rejects_at": "",
        **changes,
    }
    return MultiDict({f"/rules/tomorrow/{name}": value for name, value in said.items() if value != "unticked"})


def sent_of(section: str, **changes: str) -> MultiDict[str, str]:
    """The same of a section's form; the section as it is named in a JSON pointer."""
    return MultiDict(
        {name.replace("/rules/", f"/sections/{section}/"): value for name, value in sent(**changes).items()}
    )


def read(**changes: str) -> RuleSetForm:
    return RuleSetForm((Tomorrow,), defaults((Tomorrow,)), sent=sent(**changes))


def test_each_option_becomes_the_field_that_fits_it() -> None:
    form = rule_form(Tomorrow, "/rules/tomorrow/")
    kinds = {field.name.rpartition("/")[2]: type(field) for field in form}
    assert kinds == {
        "mode": SelectField,
        "data": NumberField,
        "errors": NumberField,
        "validate": BooleanField,
        "words": StringField,
        "names": TextAreaField,
        "most": NumberField,
        "rejects_at": NumberField,
    }
    field = form["options/data"]
    assert (field.label.text, field.description) == ("آستانه", "بالاتر یعنی سخت‌گیری کمتر.")


@pytest.mark.parametrize("kind", RULES)
def test_every_rule_of_the_policy_is_drawn_with_its_label_and_its_value(kind: type[Rule]) -> None:
    form = RuleSetForm((kind,), defaults((kind,))).forms[kind.slug]
    for item in fields(kind):
        field = form[f"options/{item.name}"]
        assert field.label.text == item.metadata["label"]
        assert field.data == item.default
        assert str(field())
    assert ("rejects_at" in form) is kind.decides


def test_what_is_sent_unchanged_changes_nothing() -> None:
    form = read()
    assert form.validate()
    assert form.rules() == defaults((Tomorrow,))
    unsaid = RuleSetForm((Tomorrow,), RuleSet(), sent=sent())
    assert (unsaid.validate(), unsaid.rules()) == (True, RuleSet())


@pytest.mark.parametrize(("typed", "meant"), [("0.7", 0.7), ("۰٫۷", 0.7), ("٠٫٧", 0.7), ("۰/۷", 0.7), (" 1 ", 1.0)])
def test_numbers_are_read_in_persian_and_latin_digits(typed: str, meant: float) -> None:
    form = read(**{"options/data": typed})
    assert form.validate()
    assert form.rules().rules["tomorrow"]["options"]["data"] == meant


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("options/data", "1.5", "عددی از ۰ تا ۱ بنویسید."),
        ("options/data", "nan", "عددی از ۰ تا ۱ بنویسید."),
        ("options/data", "زیاد", "عددی از ۰ تا ۱ بنویسید."),
        ("options/data", "", "عددی از ۰ تا ۱ بنویسید."),
        ("options/errors", "2.5", "عددی درست از ۱ تا ۹ بنویسید."),
        ("rejects_at", "2", "عددی از ۰ تا ۱ بنویسید."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_stays_as_it_was_typed(name: str, typed: str, told: str) -> None:
    form = read(**{name: typed})
    assert not form.validate()
    fields_wrong = {field.name: field for field in form.forms["tomorrow"] if field.errors}
    assert list(fields_wrong) == [f"/rules/tomorrow/{name}"]
    (field,) = fields_wrong.values()
    assert list(field.errors) == [told]
    assert f'value="{typed}"' in str(field())


def test_a_choice_that_is_not_offered_is_refused() -> None:
    form = read(**{"options/mode": "burn", "mode": "asleep"})
    assert not form.validate()
    assert [field.name for field in form.forms["tomorrow"] if field.errors] == [
        "/rules/tomorrow/mode",
        "/rules/tomorrow/options/mode",
    ]


def test_an_empty_field_means_none_where_that_is_allowed() -> None:
    form = read(**{"options/most": "4", "rejects_at": "0.9", "options/validate": "unticked"})
    assert form.validate()
    setting = form.rules().rules["tomorrow"]
    assert (setting["options"]["most"], setting["rejects_at"], setting["options"]["validate"]) == (4.0, 0.9, False)
    again = RuleSetForm((Tomorrow,), form.rules(), sent=sent())
    assert again.validate()
    assert again.rules().rules["tomorrow"]["options"]["most"] is None


def test_what_was_written_always_compiles() -> None:
    form = read(**{"options/data": "۰٫۹", "options/errors": "۹", "options/mode": "no", "mode": "shadow"})
    assert form.validate()
    (compiled,) = form.rules().compile((Tomorrow,)).rules
    assert compiled.rule == Tomorrow(data=0.9, errors=9, mode="no")


def test_a_section_says_only_what_it_says_differently() -> None:
    rules = defaults((Tomorrow,))
    there = sent_of("ورزش~1فوتبال", **{"options/data": "0.9"})
    form = RuleSetForm((Tomorrow,), rules, "ورزش/فوتبال", there)
    assert form.validate()
    assert form.rules().sections == {"ورزش/فوتبال": {"tomorrow": {"options": {"data": 0.9}}}}
    (part,) = form.parts(rules)
    assert (part.own, part.changes) == (1, 1)
    back = sent_of("ورزش~1فوتبال")
    assert RuleSetForm((Tomorrow,), form.rules(), "ورزش/فوتبال", back).rules().sections == {}


def test_errors_of_compiling_are_put_at_their_fields() -> None:
    form = RuleSetForm((Tomorrow,), defaults((Tomorrow,)))
    left = form.refuse({"/rules/tomorrow/options/data": "must be between 0 and 1", "/word_lists/0": "unknown list"})
    assert left == ["/word_lists/0: unknown list"]
    assert form.forms["tomorrow"]["options/data"].errors == ["عددی از ۰ تا ۱ بنویسید."]
