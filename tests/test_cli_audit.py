"""``nazer audit`` at a terminal: what happened at sites and in the house, chosen and taken along."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation import actors, audit, embedded
from moderation.app import core_context
from moderation.cli import cli
from moderation.db import transaction
from moderation.people import accounts
from tests.conftest import SECRET
from tests.factories import make_person, make_site


@pytest.fixture
def nazer(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Two sites with an entry each, and one of somebody who works nowhere."""
    monkeypatch.delenv("NAZER_DATABASE_URL", raising=False)
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "secret_key").write_text(SECRET)
    actors.nobody()  # a command of the test before
    with core_context(embedded.settings_of(tmp_path)):
        for slug in ("mehr", "jam"):
            site = make_site(slug).site
            with transaction():
                audit.note("site.changed", site.id, slug, before={"name": "=1+1"}, after={"name": f"نام {slug}"})
        accounts.change_password(make_person("kian"), "یک گذرواژهٔ بلند و تازه")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["audit", *arguments, "--data", str(tmp_path)])

    return run


def lines(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return [line.split("\t") for line in result.stdout.splitlines()]


def places(result: Result) -> set[str]:
    return {line[1] for line in lines(result)}


def test_everything_is_told_the_newest_first_and_the_house_is_told_apart(nazer: Callable[..., Result]) -> None:
    told = lines(nazer())
    assert [line[0] for line in told] == sorted((line[0] for line in told), reverse=True)
    assert {line[1] for line in told} == {"mehr", "jam", "-"}
    changed = next(line for line in told if line[1] == "mehr" and line[4] == "site.changed")
    assert changed[2:] == ["service", "-", "site.changed", "mehr", '{"name": "=1+1"} → {"name": "نام mehr"}']


def test_the_house_and_the_sites_are_chosen(nazer: Callable[..., Result]) -> None:
    house = lines(nazer("--house"))
    assert [(line[1], line[4]) for line in house] == [("-", "password.changed")]
    assert places(nazer("--site", "mehr")) == {"mehr"}
    assert places(nazer("--site", "mehr", "--site", "jam")) == {"mehr", "jam"}
    assert places(nazer("--site", "jam", "--house")) == {"jam", "-"}
    assert "there is no site 'cats'" in nazer("--site", "cats").output


def test_filters_narrow(nazer: Callable[..., Result]) -> None:
    assert {line[4] for line in lines(nazer("--action", "password"))} == {"password.changed"}
    assert places(nazer("--action", "site.changed")) == {"mehr", "jam"}
    assert places(nazer("--said", "نام jam")) == {"jam"}
    assert lines(nazer("--since", "2100-01-01")) == []
    assert lines(nazer("--until", "1400-01-01")) == []
    assert len(lines(nazer("--since", "۱۴۰۴/۰۱/۰۱", "--until", "2100-01-01"))) == len(lines(nazer()))
    assert lines(nazer("--person", "kian@nazer.example")) == [], "nobody was signed in"
    assert "there is nobody" in nazer("--person", "nobody@x.example").output
    wrong = nazer("--since", "yesterday")
    assert wrong.exit_code == 2
    assert "is no day" in wrong.output


def test_taking_it_along_is_an_entry_of_each_place_and_no_cell_is_a_formula(nazer: Callable[..., Result]) -> None:
    result = nazer("--csv")
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))
    assert list(rows[0]) == [
        "at",
        "site",
        "channel",
        "person",
        "key",
        "address",
        "action",
        "subject",
        "before",
        "after",
    ]
    assert {row["site"] for row in rows} == {"mehr", "jam", ""}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    noted = lines(nazer("--action", "audit.exported"))
    assert {(line[1], line[2]) for line in noted} == {("mehr", "command"), ("jam", "command"), ("-", "command")}


def test_only_the_house_that_was_asked_for_is_noted_as_taken_along(nazer: Callable[..., Result]) -> None:
    assert nazer("--house", "--csv").exit_code == 0
    assert {line[1] for line in lines(nazer("--action", "audit.exported"))} == {"-"}
