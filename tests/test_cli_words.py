"""``nazer words`` and word lists offline, as somebody at a terminal uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from moderation import embedded, onboarding
from moderation.app import core_context
from moderation.cli import cli
from moderation.commands.context import site_named
from moderation.db import db
from moderation.models import RuleSetVersion, WordList
from moderation.policy import lists_of, live_rule_set
from tests.conftest import SECRET

CSV = "entry,kind,type,section,note\r\nزاغارت,block,word,,\r\nسوسیس,suspect,word,ورزش,\r\n"

type Nazer = Callable[..., Result]


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a site."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    (folder / "secret_key").write_text(SECRET)
    for name in ("NAZER_DATABASE_URL", "NAZER_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NAZER_DATA_DIR", str(folder))
    with core_context(embedded.settings_of(folder)):
        onboarding.add_site("mehr", "مهر")
    return folder


@pytest.fixture
def nazer(folder: Path) -> Nazer:
    """Call the command on the data folder."""
    return lambda *arguments, stdin=None: CliRunner().invoke(cli, arguments, input=stdin)


def write(tmp_path: Path, content: str, name: str = "رکیک.csv") -> str:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8", newline="")
    return str(path)


def screened(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output + str(result.exception)
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_an_import_is_a_new_version_of_the_rules_and_comes_out_as_it_went_in(
    nazer: Nazer, tmp_path: Path, folder: Path
) -> None:
    result = nazer("words", "import", write(tmp_path, CSV), "--site", "mehr")
    assert (result.exit_code, result.stdout) == (0, "version 2 of the rules is live\n")
    again = nazer("words", "import", write(tmp_path, CSV), "--site", "mehr")
    assert again.stdout == "nothing changed\n"
    assert nazer("words", "export", "--site", "mehr").stdout_bytes == CSV.encode("utf-8-sig")
    listed = nazer("words", "list", "--site", "mehr").stdout
    assert listed.startswith("رکیک  block 1  suspect 1  allow 0  patterns 0  ")
    with core_context(embedded.settings_of(folder)):
        stored = db.session.execute(select(WordList)).scalar_one()
        assert stored.size == 2
        assert live_rule_set(stored.site_id).word_lists == ({"sha256": stored.sha256},)


def test_a_list_is_replaced_by_name_grows_with_add_and_is_removed(nazer: Nazer, tmp_path: Path) -> None:
    nazer("words", "import", write(tmp_path, CSV), "--site", "mehr")
    nazer("words", "import", write(tmp_path, "شلغم\n", "other.csv"), "--site", "mehr", "--kind", "allow")
    nazer("words", "import", write(tmp_path, "کلم\n"), "--site", "mehr", "--add")
    exported = nazer("words", "export", "--site", "mehr", "--name", "رکیک").stdout
    assert [line.split(",")[0] for line in exported.splitlines()[1:]] == ["زاغارت", "سوسیس", "کلم"]
    nazer("words", "import", write(tmp_path, "کلم\n"), "--site", "mehr")
    assert len(nazer("words", "export", "--site", "mehr", "--name", "رکیک").stdout.splitlines()) == 2
    assert "name a list" in nazer("words", "export", "--site", "mehr").output
    assert nazer("words", "remove", "رکیک", "--site", "mehr").stdout == "version 6 of the rules is live\n"
    assert nazer("words", "remove", "رکیک", "--site", "mehr").exit_code == 1
    assert nazer("words", "export", "--site", "mehr").stdout.splitlines()[1:] == ["شلغم,allow,word,,"]


def test_a_refused_line_stops_the_import_and_is_named(nazer: Nazer, tmp_path: Path) -> None:
    file = write(tmp_path, "entry,type\nزاغارت,\n(?=خر),pattern\nکه,\nکه,\n")
    result = nazer("words", "import", file, "--site", "mehr")
    assert result.exit_code == 1
    assert "line 3: '(?=خر)': looking around" in result.stderr
    assert "نگاه به پیش و پس" in result.stderr
    assert "line 4: 'که': has one or two letters" in result.stderr
    assert "line 5: 'که': stands in line 4 already" in result.stderr
    assert nazer("words", "list", "--site", "mehr").stdout == ""
    assert nazer("words", "import", file, "--site", "mehr", "--skip-refused").exit_code == 0
    assert "block 2" in nazer("words", "list", "--site", "mehr").stdout


def test_a_report_imports_nothing(nazer: Nazer, tmp_path: Path) -> None:
    result = nazer("words", "import", write(tmp_path, CSV), "--site", "mehr", "--dry-run")
    assert result.exit_code == 0
    assert "2 entries, read as utf-8" in result.stderr
    assert nazer("words", "list", "--site", "mehr").stdout == ""


@pytest.mark.parametrize("content", ["", "\0\0", "entry,kind\n"])
def test_what_is_no_list_is_not_imported(content: str, nazer: Nazer, tmp_path: Path) -> None:
    result = nazer("words", "import", write(tmp_path, content), "--site", "mehr")
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_lists_that_are_too_many_change_nothing(nazer: Nazer, folder: Path, tmp_path: Path) -> None:
    for number in range(20):
        assert (
            nazer("words", "import", write(tmp_path, "شلغم\n"), "--site", "mehr", "--name", f"n{number}").exit_code == 0
        )
    result = nazer("words", "import", write(tmp_path, "شلغم\n"), "--site", "mehr", "--name", "one more")
    assert result.exit_code == 1
    assert "more than 20 lists" in result.output
    with core_context(embedded.settings_of(folder)):
        assert db.session.execute(select(func.count()).select_from(RuleSetVersion)).scalar_one() == 21


def test_exported_rules_screen_a_file_without_the_service(nazer: Nazer, tmp_path: Path) -> None:
    nazer("words", "import", write(tmp_path, CSV), "--site", "mehr")
    rules = write(tmp_path, nazer("rules", "export", "--site", "mehr").stdout, "rules.json")
    lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(["زاغارت!", "سلام"]))
    found = screened(nazer("screen", "--rule-set", rules, stdin=lines))
    assert [[one["rule"] for one in row["findings"] if one["rule"] == "site-words"] for row in found] == [
        ["site-words"],
        [],
    ]
    assert "فهرست «رکیک»" in found[0]["findings"][-1]["reason"]


def test_rules_that_only_name_their_lists_cannot_be_used_offline_and_say_so(nazer: Nazer, tmp_path: Path) -> None:
    rules = write(tmp_path, json.dumps({"rules": {}, "word_lists": [{"sha256": "0" * 64}]}), "rules.json")
    result = nazer("screen", "--rule-set", rules, stdin="")
    assert result.exit_code == 1
    assert "/word_lists/0/sha256: the site has no such list" in result.output


def test_a_site_sees_no_list_of_another(nazer: Nazer, folder: Path, tmp_path: Path) -> None:
    with core_context(embedded.settings_of(folder)):
        onboarding.add_site("kian", "کیان")
    nazer("words", "import", write(tmp_path, CSV), "--site", "mehr")
    assert nazer("words", "list", "--site", "kian").stdout == ""
    with core_context(embedded.settings_of(folder)):
        assert lists_of(site_named("kian").id) == []
