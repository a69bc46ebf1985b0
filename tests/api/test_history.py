"""A site's past: imported once, told to nobody, screened when nothing newer waits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from classifiers.relevance import ArticleText
from moderation import learning, lifecycle
from moderation.cli import cli
from moderation.db import db
from moderation.models import Comment, Decision, DecisionOutcome, Event, RuleSetVersion, Screening
from moderation.policy import Policies
from moderation.rules.rule_set import judge
from moderation.settings import Settings
from tests.api.conftest import Backend
from tests.factories import make_comment, make_decided, make_finding, make_person, make_waiting
from tests.fakes import CountingBell, fake_models
from worker import tasks
from worker.screening import screen_claim

LINES = "application/x-ndjson"


def past(**changes: Any) -> dict[str, Any]:
    line = {
        "external_id": "old-1",
        "article": {"external_id": "a-1", "title": "خبر"},
        "author": {"name": "مریم", "id": "u-7"},
        "text": "دست همه درد نکند",
        "outcome": "approved",
        "decided_at": "2026-10-02T11:20:00+03:30",
        **changes,
    }
    return {name: value for name, value in line.items() if value is not None}


def send(backend: Backend, *lines: dict[str, Any] | bytes) -> dict[str, Any]:
    raw = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    answer = backend.call("POST", "/v1/import", raw=raw, **{"Content-Type": LINES})
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def count(table: type) -> int:
    return int(db.session.execute(select(func.count()).select_from(table)).scalar_one())


def test_history_is_imported_with_what_was_decided_and_nothing_leaves_the_house(backend: Backend) -> None:
    told = send(
        backend,
        past(),
        past(external_id="old-2", outcome="rejected", reason="no-insults", author={"name": "ناشناس"}),
        past(external_id="old-3", outcome="rejected", article={"external_id": "a-1"}, parent_external_id="old-1"),
    )
    assert told == {"stored": 3, "known": 0, "wrong": 0, "wrong_lines": []}
    page = {comment["external_id"]: comment for comment in backend.call("GET", "/v1/comments").json["comments"]}
    assert {name: comment["status"] for name, comment in page.items()} == {
        "old-1": "approved",
        "old-2": "rejected",
        "old-3": "rejected",
    }
    assert [page[name]["decision"]["reason"] for name in sorted(page)] == [None, "no-insults", "other"]
    assert page["old-1"]["decision"]["decided_at"] == "2026-10-02T07:50:00.000Z"
    lifecycle.publish()
    assert count(Event) == 0
    assert backend.call("GET", "/v1/decisions").json["decisions"] == []
    reply = db.session.execute(select(Comment).where(Comment.external_id == "old-3")).scalar_one()
    assert str(reply.parent_id) == page["old-1"]["id"]


def test_the_same_lines_again_change_nothing(backend: Backend) -> None:
    send(backend, past())
    again = send(backend, past(text="متن دیگر", outcome="rejected"), past(external_id="new"), past(external_id="new"))
    assert (again["stored"], again["known"]) == (1, 2)
    assert count(Comment) == count(Decision) == 2


def test_wrong_lines_are_told_by_number_and_stop_no_other(backend: Backend) -> None:
    told = send(
        backend,
        past(),
        b"",
        b"{",
        b'{"text": "\xff"}',
        b'{"text": "\\ud800"}',
        b'{"a": 1, "a": 2}',
        b"[" * 5_000,
        past(external_id="x", outcome="deleted"),
        past(external_id="x", reason="no-such-rule", outcome="rejected"),
        past(external_id="x", reason="no-insults"),
        past(external_id="x", decided_at="2999-01-01T00:00:00Z"),
        past(external_id="x", text="a\x00b"),
        past(external_id="x", text="ا" * 10_001),
        past(external_id="x", article={"external_id": "never-seen"}),
        past(external_id="last"),
    )
    assert (told["stored"], told["wrong"]) == (2, 12)
    assert [wrong["line"] for wrong in told["wrong_lines"]] == list(range(3, 15))
    pointers = [[error["pointer"] for error in wrong["errors"]] for wrong in told["wrong_lines"][5:]]
    assert pointers == [
        ["/outcome"],
        ["/reason"],
        ["/reason"],
        ["/decided_at"],
        ["/text"],
        ["/text"],
        ["/article/title"],
    ]


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"", LINES, 422),
        (b"\n \n", LINES, 422),
        (b"{}\n" * 5_002, LINES, 422),
        (b"{}", "application/json", 415),
        (b"x" * 9_000_000, LINES, 413),
    ],
    ids=["empty", "blank", "too many", "json", "huge"],
)
def test_what_is_no_history_is_refused(backend: Backend, raw: bytes, kind: str, status: int) -> None:
    answer = backend.call("POST", "/v1/import", raw=raw, **{"Content-Type": kind})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_imported_comments_are_screened_after_what_is_new_and_stay_decided(
    backend: Backend, settings: Settings, bell: CountingBell
) -> None:
    send(backend, past(text="تو احمق هستی"))
    assert bell.rings["nazer.screen"] == 1
    backend.submit(external_id="new")
    assert screen_claim(fake_models(), Policies(), settings) == 1
    state = dict(db.session.execute(select(Comment.external_id, Comment.status)).all())
    assert state == {"old-1": "approved", "new": "in_review"}
    assert screen_claim(fake_models(), Policies(), settings) == 1
    old = db.session.execute(select(Comment).where(Comment.external_id == "old-1")).scalar_one()
    db.session.refresh(old)
    assert (old.status, old.verdict, old.rescreen, old.claim_token) == ("approved", "violation", False, None)
    assert screen_claim(fake_models(), Policies(), settings) == 0


def test_what_people_let_through_before_teaches_and_keeps_its_place_in_time(backend: Backend) -> None:
    newer = make_comment(backend.credentials.site)
    send(backend, past())
    old = db.session.execute(select(Comment).where(Comment.external_id == "old-1")).scalar_one()
    assert old.id < newer.id
    article = ArticleText("a-1", "خبر", "")
    assert learning.approved_under([article], backend.credentials.site.id) == [("دست همه درد نکند", article)]


def test_the_command_imports_a_file_of_any_length_and_again_is_the_same(
    backend: Backend, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAZER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("NAZER_BROKER_URL", "memory://")
    monkeypatch.setenv("NAZER_SECRET_KEY", settings.secret_key.get_secret_value())
    file = tmp_path / "past.ndjson"
    lines = [json.dumps(past(external_id=f"old-{number}")) for number in range(1_201)]
    file.write_text("\n".join([*lines, "{"]))
    for stored, known in ((1201, 0), (0, 1201)):
        done = CliRunner().invoke(cli, ["import", str(file), "--site", backend.credentials.site.slug])
        assert done.exit_code == 1, done.output
        assert [line.split()[-1] for line in done.stdout.splitlines()] == [str(stored), str(known), "1"]
        assert "line 1202" in done.stderr
    assert count(Comment) == 1201


# Screening again


def test_what_waits_is_screened_again_by_the_rules_of_today_and_stays_in_the_queue(
    backend: Backend, settings: Settings
) -> None:
    site = backend.credentials.site
    waiting = make_waiting(site, "تو احمق هستی")
    decided, _ = make_decided(site, make_person("sara", site))
    make_comment(site, external_id="pending")
    content = {"version": 1, "rules": {"no-insults": {"rejects_at": 0.5}}, "approves_clean": True}
    version = RuleSetVersion(site_id=site.id, number=2, state="live", content=content, digest="x")
    db.session.add(version)
    db.session.commit()
    answer = backend.call("POST", "/v1/rescreen")
    assert (answer.status_code, answer.json) == (202, {"comments": 1})
    while screen_claim(fake_models(), Policies(), settings):
        pass
    db.session.expire_all()
    assert (waiting.status, waiting.verdict, waiting.decision_id) == ("in_review", "violation", None)
    assert waiting.screening.rule_set_id == version.id
    screenings = select(func.count()).where(Screening.comment_id == waiting.id)
    assert db.session.execute(screenings).scalar_one() == 2  # the earlier one is kept
    told = db.session.execute(select(Event.type).where(Event.comment_id == waiting.id)).scalars().all()
    assert told == ["comment.queued"], "it waited before"
    assert db.session.execute(select(func.count()).where(Screening.comment_id == decided.id)).scalar_one() == 1


def test_a_comment_decided_or_edited_while_it_is_screened_again_stays_as_it_is(backend: Backend, app: Flask) -> None:
    site = backend.credentials.site
    sara = make_person("sara", site)
    decided, edited, withdrawn = (make_waiting(site, external_id=f"c{number}") for number in range(3))
    assert lifecycle.screen_again(site.id) == 3
    claim = lifecycle.claim(10, 60, again=True)
    assert len(claim.comments) == 3
    version = db.session.execute(select(RuleSetVersion.id).where(RuleSetVersion.site_id == site.id)).scalar_one()
    finding = make_finding()
    said = judge([finding])
    results = [lifecycle.Screened(item.id, item.revision, version, said, {}, [finding]) for item in claim.comments]
    lifecycle.decide(decided, sara.id, lifecycle.Ruling(DecisionOutcome.APPROVED, 1), 0)
    lifecycle.revise(site.id, edited.id, "متن دیگر")
    lifecycle.withdraw(site.id, withdrawn.id)
    lifecycle.screened(claim.token, results)
    db.session.expire_all()
    assert (decided.status, decided.verdict) == ("approved", "violation")
    assert (edited.status, edited.verdict) == ("pending", "clean")
    assert (withdrawn.status, withdrawn.verdict) == ("withdrawn", "clean")
    assert [comment.id for comment in lifecycle.claim(10, 60).comments] == [edited.id]
    assert lifecycle.claim(10, 60, again=True).comments == ()


def test_the_sweep_rings_for_what_is_to_be_screened_again(backend: Backend, bell: CountingBell) -> None:
    make_waiting(backend.credentials.site)
    bell.rings.clear()
    tasks.sweep()
    assert bell.rings["nazer.screen"] == 0
    lifecycle.screen_again(backend.credentials.site.id)
    bell.rings.clear()
    tasks.sweep()
    assert bell.rings["nazer.screen"] == 1


def test_screening_again_touches_no_other_site(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    make_waiting(backend.credentials.site)
    assert other_backend().call("POST", "/v1/rescreen").json == {"comments": 0}
