"""Replays over the API: started, watched, read, stopped; curves and goals; another site knows of none of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from moderation import replay
from moderation.db import db
from moderation.models import Person, Replay
from moderation.policy import live_rule_set
from moderation.rule_sets import drafts
from moderation.rules.options import with_option
from tests.api.conftest import Backend
from tests.factories import make_person
from tests.replay.past import changed, decide_many, publish


@pytest.fixture
def sara(backend: Backend) -> Person:
    return make_person("sara", backend.credentials.site)


def work() -> None:
    while replay.work():
        pass


def started(backend: Backend, **body: Any) -> str:
    answer = backend.call("POST", "/v1/replays", {"last": 1000, **body})
    assert answer.status_code == 201, answer.text
    assert answer.json["state"] == "queued"
    return f"/v1/replays/{answer.json['id']}"


def test_the_draft_is_replayed_and_read(backend: Backend, sara: Person) -> None:
    site = backend.credentials.site
    told = decide_many(site, sara, 60)
    drafts.save(site.id, changed(site, value=0.2), edit=0)
    place = started(backend)
    assert backend.call("GET", f"{place}/curves").json["type"].endswith(":replay-unfinished")
    work()
    row = backend.call("GET", place).json
    assert (row["state"], row["total"], row["done"], row["base"]) == ("done", 60, 60, 1)
    result = row["result"]
    assert (result["decisions"], result["changed"]) == (60, ["no-insults"])
    figures = next(each for each in result["rules"] if each["rule"] == "no-insults")
    ids = {str(one.comment_id) for one in told}
    assert figures["wrongly_held"] == len(figures["comments"]["wrongly_held"]) > 0
    assert set(figures["comments"]["wrongly_held"]) <= ids
    assert sum(result["load_draft"][verdict] for verdict in ("clean", "suspect", "violation")) == 60
    assert [each["id"] for each in backend.call("GET", "/v1/replays").json["replays"]] == [row["id"]]


def test_a_version_and_rules_of_ones_own_are_replayed(backend: Backend, sara: Person) -> None:
    site = backend.credentials.site
    decide_many(site, sara, 30)
    publish(site, changed(site, value=0.1))
    old = started(backend, version=1)
    own = started(backend, rule_set={"rules": {"no-insults": {"mode": "off"}}})
    work()
    assert backend.call("GET", old).json["result"]["changed"] == ["no-insults"]
    assert backend.call("GET", own).json["result"]["all"]["freed"] > 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"last": 0}, "/last"),
        ({"last": 100_001}, "/last"),
        ({"version": 9}, "/version"),
        (
            {"rule_set": {"rules": {"no-insults": {"options": {"suspect_at": 7}}}}},
            "/rule_set/rules/no-insults/options/suspect_at",
        ),
        ({"rule_set": {"rules": {"nothing": {}}}}, "/rule_set/rules/nothing"),
    ],
)
def test_what_cannot_be_replayed_is_refused_field_by_field(backend: Backend, body: Any, pointer: str) -> None:
    answer = backend.call("POST", "/v1/replays", {"last": 10, **body})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_replay_is_stopped_and_too_many_are_refused(backend: Backend) -> None:
    places = [started(backend) for _ in range(5)]
    refused = backend.call("POST", "/v1/replays", {})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:nazer:problem:too-many-replays")
    assert backend.call("POST", f"{places[0]}/cancel").json["state"] == "cancelled"
    started(backend)


def test_a_goal_is_answered_with_its_cost_or_refused(backend: Backend, sara: Person) -> None:
    site = backend.credentials.site
    decide_many(site, sara, 250)
    place = started(backend, rule_set=with_option(live_rule_set(site.id), "no-insults", "suspect_at", 0.3).to_dict())
    work()
    curves = backend.call("GET", f"{place}/curves").json["curves"]
    curve = next(each for each in curves if each["rule"] == "no-insults")
    assert (curve["live"], curve["draft"]) == (0.6, 0.3)
    assert 2 < len(curve["points"]) <= 200
    asked = f"{place}/goal?rule=no-insults&option=suspect_at&aim=approved_flagged_at_most&share="
    found = backend.call("GET", f"{asked}0.6").json
    assert found["decisions"] == 250
    assert found["reached"]["approved"] <= 0.6 * curve["approved"]
    assert backend.call("GET", f"{asked}0").json["type"].endswith(":goal-out-of-reach")
    assert backend.call("GET", f"{asked}2").status_code == 422
    none = backend.call("GET", f"{place}/goal?rule=no-spam&option=links&aim=precision_at_least&share=0.9")
    assert none.json["type"].endswith(":no-such-curve")


def test_a_goal_on_few_decisions_is_refused(backend: Backend, sara: Person) -> None:
    decide_many(backend.credentials.site, sara, 20)
    place = started(backend)
    work()
    answer = backend.call("GET", f"{place}/goal?rule=no-insults&option=suspect_at&aim=precision_at_least&share=0.9")
    assert (answer.status_code, answer.json["decisions"]) == (409, 20)


def test_kian_knows_of_no_replay(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    place, kian = started(backend), other_backend()
    for method, path in (
        ("GET", place),
        ("POST", f"{place}/cancel"),
        ("GET", f"{place}/curves"),
        ("GET", "/v1/replays/x"),
    ):
        assert kian.call(method, path).json["type"] == "urn:nazer:problem:no-such-replay"
    assert kian.call("GET", "/v1/replays").json == {"replays": []}
    states = db.session.execute(select(Replay.state)).scalars().all()
    assert states == ["queued"]
