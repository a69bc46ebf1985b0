"""``nazer keys``: give, list, rotate and revoke a site's API keys at a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation import embedded
from moderation.access import KeyRing
from moderation.app import core_context
from moderation.cli import cli
from tests.conftest import SECRET


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Path:
    """An embedded service of one site."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "secret_key").write_text(SECRET)
    return tmp_path


@pytest.fixture
def nazer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("NAZER_DATABASE_URL", raising=False)
    return lambda *arguments: CliRunner().invoke(cli, [*arguments, "--data", str(folder)])


@pytest.fixture
def ring(folder: Path) -> Callable[[str], object]:
    """What a process makes of a key."""

    def caller(key: str) -> object:
        with core_context(embedded.settings_of(folder)):
            return KeyRing(0).caller(key)

    return caller


def key_in(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout.split("api key")[1].split()[0]


def test_keys_are_added_listed_rotated_and_revoked(nazer: Callable[..., Result], ring: Callable[[str], object]) -> None:
    nazer("add-site", "mehr")
    old = key_in(nazer("keys", "add", "--site", "mehr", "--scope", "submit", "mobile"))
    new = key_in(nazer("keys", "rotate", "--site", "mehr", "mobile", "--keep-old-for", "48"))
    assert [scopes_of(ring(key)) for key in (old, new)] == [{"submit"}, {"submit"}]
    listed = nazer("keys", "list", "--site", "mehr").stdout
    assert listed.count("mobile") == 2
    assert "ends " in listed
    assert old not in listed
    assert new not in listed
    assert nazer("keys", "revoke", "--site", "mehr", "mobile").exit_code == 0
    assert ring(new) is None, "by its name the key that stands is meant"
    assert ring(old) is not None


def scopes_of(caller: object) -> set[str]:
    return set(caller.scopes)  # type: ignore[attr-defined]


def test_what_cannot_be_done_is_said_in_a_sentence(nazer: Callable[..., Result]) -> None:
    nazer("add-site", "mehr")
    nazer("keys", "add", "--site", "mehr", "web")
    nazer("keys", "revoke", "--site", "mehr", "first key")
    for arguments, said in (
        (("add", "--site", "mehr", "web"), "rotate that one"),
        (("add", "--site", "mehr", " "), "1 to 100 characters"),
        (("add", "--site", "nowhere", "web"), "no site 'nowhere'"),
        (("rotate", "--site", "mehr", "phone"), "has no key 'phone'"),
        (("rotate", "--site", "mehr", "first key"), "has ended"),
    ):
        result = nazer("keys", *arguments)
        assert result.exit_code == 1, arguments
        assert said in result.output
