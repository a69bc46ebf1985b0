"""``nazer people``, ``invite``, ``reset-password``, ``reset-second-factor`` at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from moderation import embedded
from moderation.app import core_context
from moderation.cli import cli
from moderation.db import db, now
from moderation.models import Person
from moderation.people import accounts, inviting, second_factor
from tests.conftest import SECRET


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Path:
    """An embedded service of one site with its only admin."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "secret_key").write_text(SECRET)
    return tmp_path


@pytest.fixture
def nazer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("NAZER_DATABASE_URL", raising=False)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, [*arguments, "--data", str(folder)])

    run("add-site", "mehr")
    assert run("add-person", "navid@x.example", "--name", "نوید", "--site", "mehr", "--role", "admin").exit_code == 0
    return run


@pytest.fixture
def inside(folder: Path) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def opened() -> Iterator[None]:
        with core_context(embedded.settings_of(folder)):
            yield

    return opened


def test_the_list_tells_people_and_invitations(nazer: Callable[..., Result]) -> None:
    nazer("invite", "mina@x.example", "--site", "mehr", "--role", "rule_editor")
    lines = nazer("people", "--site", "mehr").stdout.splitlines()
    assert lines[0].split("\t") == ["navid@x.example", "نوید", "admin", "password only", "never seen"]
    assert lines[1].startswith("mina@x.example\tinvited\trule_editor\tuntil ")


def test_an_invitation_is_a_link(
    nazer: Callable[..., Result], inside: Callable[[], AbstractContextManager[None]]
) -> None:
    done = nazer("invite", "mina@x.example", "--site", "mehr", "--address", "https://nazer.example/")
    place, token = done.stdout.strip().rsplit("/", 1)
    assert place == "https://nazer.example/invitation"
    with inside():
        invitation = inviting.find(token)
        assert invitation
        assert invitation.email == "mina@x.example"
    assert "no e-mail address" in nazer("invite", "mina", "--site", "mehr").output
    assert "works at the site already" in nazer("invite", "navid@x.example", "--site", "mehr").output


def test_a_locked_out_last_admin_is_let_in_again(
    nazer: Callable[..., Result], inside: Callable[[], AbstractContextManager[None]]
) -> None:
    with inside():
        navid = db.session.execute(select(Person)).scalar_one()
        begun = second_factor.set_up(navid)
        assert second_factor.confirm(navid, pyotp.TOTP(begun.secret).at(now()))
    assert nazer("reset-second-factor", "navid@x.example").stdout == "navid@x.example: reset\n"
    assert nazer("reset-second-factor", "navid@x.example").stdout == "navid@x.example: there was none\n"
    token = nazer("reset-password", "NAVID@x.example").stdout.strip().removeprefix("/new-password/")
    with inside():
        assert second_factor.of_person(navid.id) is None
        person = accounts.person_of_link(token)
        assert person
        assert person.id == navid.id
    assert "there is nobody" in nazer("reset-second-factor", "kian@x.example").output


def test_the_last_admin_is_not_demoted_and_weak_passwords_are_refused(nazer: Callable[..., Result]) -> None:
    demoted = nazer("add-person", "navid@x.example", "--name", "n", "--site", "mehr")
    assert "last admin" in demoted.output
    weak = nazer("add-person", "s@x.example", "--name", "s", "--site", "mehr", "--password", "password1234")
    assert "would guess" in weak.output
    assert nazer("people", "--site", "mehr").stdout.count("\n") == 1
