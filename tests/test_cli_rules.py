"""``nazer rules`` as somebody at a terminal uses it: versions, a file made live, the way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation import embedded, onboarding
from moderation.app import core_context
from moderation.cli import cli
from tests.conftest import SECRET

type Nazer = Callable[..., Result]


@pytest.fixture
def nazer(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nazer:
    """Call the command on a data folder with a site."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    (folder / "secret_key").write_text(SECRET)
    for name in ("NAZER_DATABASE_URL", "NAZER_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NAZER_DATA_DIR", str(folder))
    with core_context(embedded.settings_of(folder)):
        onboarding.add_site("mehr", "مهر")
    return lambda *arguments: CliRunner().invoke(cli, ["rules", *arguments])


def write(tmp_path: Path, content: object) -> str:
    path = tmp_path / "rules.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_a_file_goes_live_and_an_older_version_comes_back(nazer: Nazer, tmp_path: Path) -> None:
    whole = nazer("export", "--site", "mehr").stdout
    words = {"word_lists": [{"name": "رکیک", "entries": [{"text": "زاغارت"}]}], "approves_trusted": True}
    file = write(tmp_path, json.loads(whole) | words)
    refused = nazer("publish", "--site", "mehr", file, "--note", "words")
    assert refused.exit_code == 1
    assert "no finished replay" in refused.output
    published = nazer("publish", "--site", "mehr", file, "--note", "words", "--confirmed")
    assert published.stdout == "version 2 of the rules is live\n", published.output
    again = json.loads(nazer("export", "--site", "mehr").stdout)
    assert again["word_lists"][0]["entries"] == [{"text": "زاغارت"}]
    assert again["approves_trusted"]
    assert nazer("roll-back", "--site", "mehr", "1", "--note", "too much").stdout == (
        "version 3 of the rules is live, as version 1 was\n"
    )
    lines = [line.split("\t") for line in nazer("versions", "--site", "mehr").stdout.splitlines()]
    assert [(line[0], line[1], line[-1]) for line in lines] == [
        ("3", "live*", "too much"),
        ("2", "live", "words"),
        ("1", "live", ""),
    ]


def test_a_version_for_a_time_says_until_when(nazer: Nazer, tmp_path: Path) -> None:
    file = write(tmp_path, {"rules": {}})
    options = ("publish", "--site", "mehr", file, "--note", "n", "--confirmed", "--until")
    assert nazer(*options, "2020-01-01T00:00").exit_code == 1
    assert nazer(*options, "2999-01-01T00:00").exit_code == 0
    assert "2999-01-01T00:00+00:00" in nazer("versions", "--site", "mehr").stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is no JSON"),
        ({"rules": {"no-insults": {"options": {"suspect_at": 7}}}}, "/rules/no-insults/options/suspect_at: must be"),
        ([], "/rules: an object of rules by slug is required"),
    ],
)
def test_a_file_that_is_no_rule_set_changes_nothing_and_says_why(
    nazer: Nazer, tmp_path: Path, content: object, said: str
) -> None:
    result = nazer("publish", "--site", "mehr", write(tmp_path, content), "--note", "n", "--confirmed")
    assert result.exit_code == 1
    assert said in result.output
    assert len(nazer("versions", "--site", "mehr").stdout.splitlines()) == 1


def test_a_version_that_never_was_does_not_come_back(nazer: Nazer) -> None:
    result = nazer("roll-back", "--site", "mehr", "9", "--note", "n")
    assert (result.exit_code, "no such version" in result.output) == (1, True)
