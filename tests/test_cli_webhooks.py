"""``nazer webhooks`` on a data folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation.cli import cli
from tests.conftest import SECRET


@pytest.fixture
def nazer(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call the command on a data folder with one site."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    (folder / "secret_key").write_text(SECRET)
    for name in ("NAZER_DATABASE_URL", "NAZER_MODE"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(cli, [*arguments, "--data", str(folder)], input=stdin)

    assert call("add-site", "mehr").exit_code == 0
    return call


def value(result: Result, name: str) -> str:
    assert result.exit_code == 0, result.output
    return next(line.split()[-1] for line in result.stdout.splitlines() if line.startswith(name))


def test_a_webhook_lives_and_ends(nazer: Callable[..., Result]) -> None:
    added = nazer("webhooks", "add", "https://mehr.example/hook", "--site", "mehr", "--event", "comment.queued")
    webhook, secret = value(added, "webhook  "), value(added, "webhook secret")
    listed = nazer("webhooks", "list", "--site", "mehr").stdout
    assert listed.split() == [webhook, "on", "https://mehr.example/hook", "comment.queued"]
    assert value(nazer("webhooks", "rotate-secret", webhook, "--keep-old-for", "1"), "webhook secret") != secret
    assert nazer("webhooks", "disable", webhook).exit_code == 0
    assert " off " in nazer("webhooks", "list", "--site", "mehr").stdout
    assert "switched off" in nazer("webhooks", "recover", webhook).output
    assert value(nazer("webhooks", "test", webhook), "delivery")
    assert nazer("webhooks", "enable", webhook).exit_code == 0
    assert nazer("webhooks", "recover", webhook).stdout == "0 deliveries\n"
    assert nazer("webhooks", "remove", webhook, stdin="n\n").exit_code == 1
    assert nazer("webhooks", "remove", webhook, "--yes").exit_code == 0
    assert nazer("webhooks", "list", "--site", "mehr").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "ftp://x", "--site", "mehr"), "http"),
        (("add", "https://user:word@x.example", "--site", "mehr"), "password"),
        (("add", "https://x.example", "--site", "nowhere"), "no site 'nowhere'"),
        (("enable", "0190a0a0-0000-7000-8000-000000000000"), "there is no webhook"),
    ],
)
def test_wrong_arguments_are_answered_with_a_sentence(
    nazer: Callable[..., Result], arguments: tuple[str, ...], said: str
) -> None:
    result = nazer("webhooks", *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert "word@" not in result.output
