"""The ``nazer`` command, as somebody at a terminal calls it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from classifiers.progress import step
from moderation import embedded, learning
from moderation.access import KeyRing
from moderation.app import core_context
from moderation.cli import cli
from moderation.commands.context import site_named
from moderation.commands.progress import progress_bar
from moderation.db import db
from moderation.learned import LearnedModels
from moderation.models import Article, Comment, Decision, Event, LearnedModel, Status
from moderation.rules import RULES
from moderation.settings import SettingsError, read_settings
from tests.conftest import SECRET
from tests.factories import make_articles
from tests.fakes import FakeLearner

ARTICLES = [
    {"page_id": f"p-{number}", "title": title, "text": text, "section": "خبر"}
    for number, (title, text) in enumerate(
        [
            (
                "گذرگاه مرزی پس از سه سال باز شد",
                "رانندگان ترانزیت می‌گویند صف کامیون‌ها در مرز به چند کیلومتر رسیده و گمرک باید ساعت کارش را بیشتر کند. "
                * 6,
            ),
            (
                "تیم والیبال به فینال رسید",
                "بازیکنان تیم ملی والیبال پس از پنج ست نفس‌گیر حریف خود را شکست دادند و به فینال رفتند. " * 6,
            ),
        ]
    )
]

type Inside = Callable[[], AbstractContextManager[Flask]]


@pytest.fixture
def nazer(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call the command on a data folder of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    (folder / "secret_key").write_text(SECRET)
    for name in ("NAZER_DATABASE_URL", "NAZER_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NAZER_DATA_DIR", str(folder))

    def call(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, input=stdin)

    return call


@pytest.fixture
def inside(nazer: Callable[..., Result], tmp_path: Path) -> Inside:
    """The application over the same data folder."""
    return lambda: core_context(embedded.settings_of(tmp_path / "data"))


def screened(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output + str(result.exception)
    return [json.loads(line) for line in result.stdout.splitlines()]


def lines(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_every_command_explains_itself(nazer: Callable[..., Result]) -> None:
    listed = nazer("--help").output
    for name in (
        "up",
        "screen",
        "add-site",
        "add-person",
        "keys",
        "rotate-key",
        "train",
        "evaluate",
        "seed",
        "import-article",
        "migrate",
        "rules",
        "replay",
    ):
        assert name in listed
        help_text = nazer(name, "--help")
        assert help_text.exit_code == 0
        assert "Usage" in help_text.output


def test_screen_writes_one_screening_a_line_in_input_order(nazer: Callable[..., Result], tmp_path: Path) -> None:
    articles = tmp_path / "articles.jsonl"
    articles.write_text(lines(*ARTICLES))
    comments = lines(
        {"id": "clean", "article_id": "p-0", "text": "امیدوارم صف کامیون‌ها در مرز زودتر کوتاه شود"},
        {"id": "insult", "article_id": "p-0", "text": "مدیر گمرک یک احمق بی‌شعور است"},
        {"id": "english", "article_id": None, "text": "This is not a Persian comment at all, sorry"},
        {"id": 4, "article_id": "p-1", "text": ""},
    )
    rows = screened(nazer("screen", "--articles", str(articles), stdin=comments))
    assert [row["id"] for row in rows] == ["clean", "insult", "english", 4]
    assert [row["verdict"] for row in rows] == ["clean", "violation", "violation", "clean"]
    insult = rows[1]["findings"][0]
    assert (insult["rule"], insult["outcome"]) == ("no-insults", "violation")
    assert 0 <= insult["score"] <= 1
    start, end = insult["spans"][0]
    assert "مدیر گمرک یک احمق بی‌شعور است"[start:end] in ("احمق", "احمق بی‌شعور")
    assert set(rows[0]["signals"]) >= {"language", "insult", "relevance", "models"}
    assert rows[0]["signals"]["models"].keys() == {"language", "insult", "relevance"}
    assert rows[2]["findings"][0]["rule"] == "persian-only"


def test_a_broken_line_gets_an_error_and_never_stops_the_rest(nazer: Callable[..., Result], tmp_path: Path) -> None:
    articles = tmp_path / "articles.jsonl"
    articles.write_text(lines(*ARTICLES))
    stdin = (
        b'{"id": 1, "text": "salam"\n'  # cut
        b"\n"
        b'{"id": 2, "text": "\xff"}\n'
        b"[1]\n"
        b'{"id": 3}\n'
        b'{"id": 4, "text": "x", "article_id": "nobody"}\n'
        b'{"id": 5, "text": "\\ud800 \\u0000"}\n'
        + b"{}".replace(b"{}", ('{"id": 6, "text": "' + "ا\u0301" * 20_000 + '"}\n').encode())
        + '{"id": 7, "text": "ممنون از خبر خوبتان"}'.encode()
    )
    rows = screened(nazer("screen", "--articles", str(articles), stdin=stdin))
    assert [row.get("line") for row in rows] == [1, 2, 3, 4, 5, 6, None, None, None]
    assert [row["id"] for row in rows] == [None, None, None, None, 3, 4, 5, 6, 7]
    assert ["error" in row for row in rows] == [True] * 6 + [False] * 3
    assert "nobody" in rows[5]["error"]


def test_without_an_articles_file_comments_are_judged_by_themselves(nazer: Callable[..., Result]) -> None:
    [row] = screened(nazer("screen", stdin=lines({"id": 1, "article_id": "p-0", "text": "ممنون از خبر خوبتان"})))
    assert (row["verdict"], row["signals"]["relevance_why"]) == ("clean", "no_article")


def test_lines_that_do_not_repeat_each_other_are_independent(nazer: Callable[..., Result]) -> None:
    one, two = {"id": 1, "text": "تو یک احمقی"}, {"id": 2, "text": "ممنون از خبر"}
    together = screened(nazer("screen", stdin=lines(one, two, one)))
    assert together[0] == together[2] == screened(nazer("screen", stdin=lines(one)))[0]


def test_a_rule_set_file_decides_which_rules_count(nazer: Callable[..., Result], tmp_path: Path) -> None:
    assert nazer("add-site", "mehr").exit_code == 0
    exported = nazer("rules", "export", "--site", "mehr")
    content = json.loads(exported.stdout)
    assert set(content["rules"]) == {rule.slug for rule in RULES}
    content["rules"]["no-insults"]["mode"] = "off"
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(content))
    comment = lines({"id": 1, "text": "تو یک احمقی"})
    assert screened(nazer("screen", stdin=comment))[0]["verdict"] == "violation"
    assert screened(nazer("screen", "--rule-set", str(file), stdin=comment))[0]["verdict"] == "clean"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ("[]", "/rules"),
        ('{"rules": {"no-jokes": {}}}', "/rules/no-jokes"),
        ('{"rules": {"no-insults": {"mode": "loud"}}}', "/rules/no-insults/mode"),
        ('{"rules": {"no-insults": {"options": {"suspect_at": 7}}}}', "/rules/no-insults/options/suspect_at"),
    ],
)
def test_a_rule_set_that_cannot_be_used_is_refused_by_name(
    nazer: Callable[..., Result], tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "rules.json"
    file.write_text(content)
    result = nazer("screen", "--rule-set", str(file), stdin="")
    assert result.exit_code == 1
    assert said in result.output


def test_a_broken_articles_file_names_line_and_field(nazer: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    file.write_text(lines(ARTICLES[0], {"id": "x", "text": "y"}))
    result = nazer("screen", "--articles", str(file), stdin="")
    assert result.exit_code == 1
    assert "line 2" in result.output
    assert "title" in result.output


def test_a_sites_key_works_and_rotating_it_ends_the_old_one(nazer: Callable[..., Result], inside: Inside) -> None:
    added = nazer("add-site", "mehr", "--name", "مهر", "--webhook", "https://mehr.example/hook")
    assert added.exit_code == 0, added.output
    first = added.stdout.split("api key")[1].split()[0]
    assert "whsec_" in added.stdout
    rotated = nazer("rotate-key", "--site", "mehr", "--keep-old-for", "0")
    second = rotated.stdout.split("api key")[1].split()[0]
    with inside():
        ring = KeyRing(0)
        assert ring.caller(first) is None
        assert ring.caller(second) is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add-site", "Mehr!"), "slug"),
        (("add-site", "mehr", "--webhook", "ftp://x"), "http"),
        (("add-site", "mehr", "--webhook", "http://[::1"), "http"),
        (("add-person", "sara", "--name", "S", "--site", "nowhere"), "no site 'nowhere'"),
        (("rotate-key", "--site", "nowhere"), "no site 'nowhere'"),
        (("keys", "add", "--site", "nowhere", "x"), "no site 'nowhere'"),
        (("seed", "--site", "nowhere"), "no site 'nowhere'"),
    ],
)
def test_wrong_arguments_are_answered_with_a_sentence(
    nazer: Callable[..., Result], arguments: tuple[str, ...], said: str
) -> None:
    result = nazer(*arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_person_added_twice_is_one_person(nazer: Callable[..., Result]) -> None:
    nazer("add-site", "mehr")
    first = nazer("add-person", "Sara@nazer.example", "--name", "سارا", "--site", "mehr")
    again = nazer("add-person", "sara@nazer.example", "--name", "سارا", "--site", "mehr", "--role", "admin")
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "password" in first.stdout


def test_the_demo_has_more_than_sixty_waiting_and_more_than_a_thousand_decided(
    nazer: Callable[..., Result], inside: Inside
) -> None:
    nazer("add-site", "demo")
    assert "add a person first" in nazer("seed", "--demo").output
    nazer("add-person", "sara@nazer.example", "--name", "سارا", "--site", "demo")
    result = nazer("seed", "--demo")
    assert result.exit_code == 0, result.output + str(result.exception)
    with inside():
        counts = dict(db.session.execute(select(Comment.status, func.count()).group_by(Comment.status)).all())
        assert counts[Status.PENDING] == 72
        assert counts[Status.APPROVED] + counts[Status.REJECTED] >= 1000
        assert min(counts[Status.APPROVED], counts[Status.REJECTED]) > 300
        assert db.session.execute(select(func.count()).select_from(Event)).scalar_one() == 0, (
            "nobody is told of the demonstration"
        )
        before = db.session.execute(select(func.count()).select_from(Decision)).scalar_one()
    assert nazer("seed", "--demo").exit_code == 0
    with inside():
        assert db.session.execute(select(func.count()).select_from(Decision)).scalar_one() == before, (
            "again changes nothing"
        )


def test_a_saved_page_becomes_an_article(nazer: Callable[..., Result], inside: Inside, tmp_path: Path) -> None:
    nazer("add-site", "mehr")
    page = tmp_path / "page.txt"
    page.write_text(
        "گشایش پل تازه\n\nسه شنبه 5 بهمن 1400 - 14:47\nhttps://mehr.example/?p=7\n\n"
        + "پل تازه‌ی رودخانه امروز باز شد و مردم از آن گذشتند. " * 5
    )
    result = nazer("import-article", str(page), "--site", "mehr")
    assert result.exit_code == 0, result.output
    with inside():
        article = db.session.execute(select(Article)).scalar_one()
        assert (article.title, article.url) == ("گشایش پل تازه", "https://mehr.example/?p=7")
        assert article.published_at.isoformat() == "2022-01-25T11:17:00+00:00"
    page.write_text("")
    assert nazer("import-article", str(page), "--site", "mehr").exit_code == 1


def test_commands_without_a_service_say_how_to_start_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NAZER_DATABASE_URL", raising=False)
    result = CliRunner().invoke(cli, ["seed", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "nazer up" in result.output


@pytest.mark.parametrize("secret", ["", "change-me", "short", "a" * 40])
def test_a_missing_or_default_secret_stops_the_start_by_name(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="NAZER_SECRET_KEY"):
        read_settings(secret_key=secret, database_url="postgresql://x", broker_url="redis://x")


def test_every_missing_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NAZER_DATABASE_URL", "NAZER_BROKER_URL", "NAZER_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError) as caught:
        read_settings(mode="production", max_body_bytes=5)
    for name in ("NAZER_MAX_BODY_BYTES",):
        assert name in str(caught.value)
    with pytest.raises(SettingsError) as caught:
        read_settings(mode="production")
    for name in ("NAZER_DATABASE_URL", "NAZER_BROKER_URL", "NAZER_SECRET_KEY"):
        assert name in str(caught.value)


def _register(nazer: Callable[..., Result], inside: Inside, count: int) -> None:
    assert nazer("add-site", "mehr").exit_code == 0
    with inside():
        make_articles(site_named("mehr"), count)


def test_a_sites_own_model_is_fitted_at_a_word(nazer: Callable[..., Result], inside: Inside) -> None:
    _register(nazer, inside, 3)
    done = nazer("train", "relevance", "--site", "mehr")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("version 1: 3 articles, ")
    assert done.stderr == "", "no bar where there is no terminal"
    with inside():
        row = db.session.execute(select(LearnedModel)).scalar_one()
        assert (row.state, row.articles) == ("live", 3)
        learnt = LearnedModels().take(LearnedModels().live([row.site_id])[row.site_id])
        assert learnt.relevance is not None
        assert set(learnt.titles) == {"n-1", "n-2", "n-3"}


def test_a_site_without_articles_is_told_so(nazer: Callable[..., Result], inside: Inside) -> None:
    _register(nazer, inside, 0)
    done = nazer("train", "relevance", "--site", "mehr")
    assert done.exit_code == 1
    assert "without articles has nothing to learn from" in done.stderr


def test_a_site_that_is_being_fitted_or_a_model_that_no_site_has_is_refused(
    nazer: Callable[..., Result], inside: Inside
) -> None:
    _register(nazer, inside, 3)
    with inside():
        learning.claim(site_named("mehr").id)
    assert "another process is fitting" in nazer("train", "relevance", "--site", "mehr").stderr
    assert "has no language model" in nazer("train", "language", "--site", "mehr").stderr
    assert "too few decisions" in nazer("train", "insult", "--site", "mehr").stderr
    assert "there is no site 'kian'" in nazer("train", "relevance", "--site", "kian").stderr


def test_a_fit_that_is_interrupted_can_be_started_again(
    nazer: Callable[..., Result], inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    _register(nazer, inside, 3)
    learner = FakeLearner()
    monkeypatch.setattr(learning, "LEARNERS", {"relevance": learner})
    learner.error = KeyboardInterrupt()
    assert nazer("train", "relevance", "--site", "mehr").exit_code == 1
    learner.error = None
    assert nazer("train", "relevance", "--site", "mehr").stdout.startswith("version 2: 3 articles, ")


class Terminal(io.StringIO):
    """Takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("silence", [None, "CI"])
def test_long_work_shows_its_steps_on_a_terminal_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, silence: str | None
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if silence:
        monkeypatch.setenv(silence, "true")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress_bar("training insult"):
        step("reading the corpus")
        step("fitting fold 3 of 5", 0.5)
        step("writing the card", 0.9)
    step("nobody looks any more")
    shown = terminal.getvalue()
    if silence:
        assert shown == ""
        return
    for wanted in ("training insult", "reading the corpus", "fitting fold 3 of 5", "50%", "writing the card", "100%"):
        assert wanted in shown
    assert "nobody" not in shown
