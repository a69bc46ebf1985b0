"""A site's rules over the API: drafted, refused field by field, published, tried in shadow, rolled back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from moderation.db import db, now
from moderation.models import Scope
from moderation.policy import Policies
from moderation.rule_sets import drafts, versions
from moderation.rules import RULES
from moderation.settings import Settings
from tests.api.conftest import Backend
from tests.factories import make_comment, make_key
from tests.fakes import fake_models
from worker.screening import screen_claim

LOWER = {"rules": {"no-insults": {"options": {"suspect_at": 0.45}}}}


def draft(backend: Backend, rule_set: dict[str, Any] | None = None) -> int:
    """Write the draft; its edit."""
    edit = backend.call("GET", "/v1/rules/draft").json["edit"]
    written = backend.call("PUT", "/v1/rules/draft", {"edit": edit, "rule_set": rule_set or LOWER})
    assert written.status_code == 200, written.text
    return int(written.json["edit"])


def publish(backend: Backend, **fields: Any) -> Any:
    return backend.call("POST", "/v1/rules/publish", {"edit": draft(backend), "note": "lower", **fields})


def test_the_catalogue_tells_every_option_in_both_languages(backend: Backend) -> None:
    backend.submit(article={"external_id": "a-1", "title": "بازی", "section": "ورزش"})
    told = backend.call("GET", "/v1/rules/options").json
    assert [rule["slug"] for rule in told["rules"]] == [rule.slug for rule in RULES]
    assert told["sections"] == ["ورزش"]
    insults = next(rule for rule in told["rules"] if rule["slug"] == "no-insults")
    options = {option["name"]: option for option in insults["options"]}
    assert options["suspect_at"]["label"]["fa"] == "از این امتیاز به بالا، مشکوک"
    assert [options["suspect_at"][name] for name in ("kind", "default", "least", "greatest")] == ["number", 0.6, 0, 1]
    assert [choice["label"]["en"] for choice in options["curse"]["choices"]] == [
        "accepted",
        "asked about",
        "a violation",
    ]
    assert all(option["label"]["en"] and option["label"]["fa"] for rule in told["rules"] for option in rule["options"])


def test_a_draft_is_read_written_compared_and_discarded(backend: Backend) -> None:
    first = backend.call("GET", "/v1/rules/draft").json
    assert (first["edit"], first["base"], first["updated_at"]) == (0, 1, None)
    edit = draft(backend)
    changes = backend.call("GET", "/v1/rules/difference").json["changes"]
    assert [(one["pointer"], one["before"], one["after"]) for one in changes] == [
        ("/rules/no-insults/options/suspect_at", 0.6, 0.45)
    ]
    assert backend.call("DELETE", f"/v1/rules/draft?edit={edit + 1}").status_code == 409
    assert backend.call("DELETE", f"/v1/rules/draft?edit={edit}").json["updated_at"] is None
    assert backend.call("GET", "/v1/rules/difference").json["changes"] == []


def test_the_second_editor_gets_what_is_stored_and_overwrites_nothing(backend: Backend) -> None:
    draft(backend)
    refused = backend.call("PUT", "/v1/rules/draft", {"edit": 0, "rule_set": {"rules": {}}})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:nazer:problem:draft-changed")
    assert refused.json["draft"]["edit"] == 1
    assert refused.json["draft"]["rule_set"]["rules"] == LOWER["rules"]
    assert backend.call("GET", "/v1/rules/draft").json["rule_set"]["rules"] == LOWER["rules"]


@pytest.mark.parametrize(
    ("rule_set", "pointer"),
    [
        ({}, "/rules"),
        ({"rules": {"no-such": {}}}, "/rules/no-such"),
        ({"rules": {"no-insults": {"options": {"suspect_at": 1.5}}}}, "/rules/no-insults/options/suspect_at"),
        ({"rules": {"no-insults": {"options": {"tone": 1}}}}, "/rules/no-insults/options/tone"),
        ({"rules": {"no-insults": {"mode": "loud"}}}, "/rules/no-insults/mode"),
        ({"rules": {}, "sections": {"ورزشش": {"on-topic": {"mode": "off"}}}}, "/sections/ورزشش"),
        ({"rules": {}, "word_lists": [{"sha256": "00"}]}, "/word_lists/0/sha256"),
        ({"rules": {}, "approves_clean": 1}, "/approves_clean"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_by_field(backend: Backend, rule_set: Any, pointer: str) -> None:
    answer = backend.call("PUT", "/v1/rules/draft", {"edit": 0, "rule_set": rule_set})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/rule_set{pointer}"]


def test_rules_may_differ_in_a_section_in_which_articles_stand(backend: Backend) -> None:
    backend.submit(article={"external_id": "a-1", "title": "بازی", "section": "ورزش"})
    draft(backend, {"rules": {}, "sections": {"ورزش": {"on-topic": {"mode": "off"}}}})


def test_what_no_replay_speaks_for_is_published_when_it_is_confirmed(backend: Backend, settings: Settings) -> None:
    refused = publish(backend)
    assert (refused.status_code, refused.json["type"]) == (409, "urn:nazer:problem:unproven")
    published = publish(backend, confirmed=True)
    assert published.status_code == 201, published.text
    told = published.json
    assert (told["number"], told["state"], told["holds"], told["base"]) == (2, "live", True, 1)
    assert (told["author"], told["note"], told["until"]) == ("first key", "lower", None)
    comment = make_comment(backend.credentials.site, "سلام")
    screen_claim(fake_models(), Policies(), settings)
    db.session.refresh(comment)
    assert comment.screening.rule_set_id == versions.live(backend.credentials.site.id).id


def test_a_tightening_names_its_end(backend: Backend) -> None:
    ahead = (now() + timedelta(hours=2)).isoformat()
    assert publish(backend, confirmed=True, until=ahead).json["until"] is not None
    for wrong in ((now() - timedelta(hours=2)).isoformat(), "tomorrow", 7):
        answer = publish(backend, confirmed=True, until=wrong)
        assert [error["pointer"] for error in answer.json["errors"]] == ["/until"]


def test_versions_are_listed_read_and_come_back(backend: Backend) -> None:
    publish(backend, confirmed=True)
    listed = backend.call("GET", "/v1/rules/versions?limit=1").json
    assert ([one["number"] for one in listed["versions"]], listed["next"]) == ([2], 2)
    rest = backend.call("GET", "/v1/rules/versions?before=2").json
    assert ([one["number"] for one in rest["versions"]], rest["next"]) == ([1], None)
    whole = backend.call("GET", "/v1/rules/versions/2").json
    assert whole["rule_set"]["rules"] == LOWER["rules"]
    assert [one["pointer"] for one in whole["changes"]] == ["/rules/no-insults/options/suspect_at"]
    back = backend.call("POST", "/v1/rules/versions/1/roll-back", {"note": "too much"})
    assert (back.status_code, back.json["number"]) == (201, 3)
    between = backend.call("GET", "/v1/rules/difference?before=1&after=3").json
    assert between["changes"] == []
    for unknown in ("9", "0", "x", "99999999999", "٢"):
        assert backend.call("GET", f"/v1/rules/versions/{unknown}").status_code == 404
    assert backend.call("GET", "/v1/rules/difference?before=9").status_code == 404


def test_a_shadow_runs_is_compared_promoted_and_ended(backend: Backend, settings: Settings) -> None:
    assert backend.call("GET", "/v1/rules/shadow").status_code == 404
    off = {"rules": {"no-insults": {"mode": "off"}}}
    begun = backend.call("POST", "/v1/rules/shadow", {"edit": draft(backend, off), "note": "to see"})
    assert (begun.status_code, begun.json["state"], begun.json["holds"]) == (201, "shadow", False)
    comment = make_comment(backend.credentials.site, "تو احمق هستی")
    screen_claim(fake_models(), Policies(), settings)
    told = backend.call("GET", "/v1/rules/shadow").json
    assert (told["total"], told["version"]["number"]) == (1, 2)
    insults = next(one for one in told["rules"] if one["rule"] == "no-insults")
    assert insults["only_live"] == {"comments": 1, "approved": 0, "rejected": 0, "samples": [str(comment.id)]}
    assert [(one["live"], one["shadow"], one["comments"]) for one in told["verdicts"]] == [("violation", "clean", 1)]
    assert backend.call("POST", "/v1/rules/shadow/promote", {"note": "n"}).json["type"].endswith("unproven")
    assert backend.call("POST", "/v1/rules/shadow/promote", {"note": "n", "confirmed": True}).json["number"] == 3
    assert backend.call("DELETE", "/v1/rules/shadow").json == {"version": None}
    backend.call("POST", "/v1/rules/shadow", {"edit": draft(backend), "note": "again"})
    assert backend.call("DELETE", "/v1/rules/shadow").json["version"]["state"] == "retired"


def test_presets_are_told_with_what_they_would_change(backend: Backend) -> None:
    told = backend.call("GET", "/v1/rules/presets").json["presets"]
    assert [one["slug"] for one in told] == ["normal", "strict", "relaxed"]
    assert told[0]["changes"] == []
    draft(backend, told[1]["rule_set"])
    changes = backend.call("GET", "/v1/rules/difference").json["changes"]
    assert {one["pointer"] for one in changes} == {one["pointer"] for one in told[1]["changes"]}


def test_the_budget_is_read_and_set(backend: Backend) -> None:
    assert backend.call("GET", "/v1/rules/budget").json == {"share": 0.02}
    assert backend.call("PUT", "/v1/rules/budget", {"share": 0.05}).json == {"share": 0.05}
    assert backend.call("GET", "/v1/rules/budget").json == {"share": 0.05}
    assert backend.call("PUT", "/v1/rules/budget", {"share": 2}).status_code == 422


def test_a_site_sees_and_changes_no_rules_of_another(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    other = other_backend()
    draft(other)
    publish(other, confirmed=True)
    assert backend.call("GET", "/v1/rules/draft").json["edit"] == 0
    assert backend.call("GET", "/v1/rules/versions/2").status_code == 404
    assert backend.call("POST", "/v1/rules/versions/2/roll-back", {"note": "n"}).status_code == 404
    assert drafts.of(backend.credentials.site.id).updated_at is None


def test_rules_need_a_key_that_may_administer(backend: Backend) -> None:
    key = make_key(backend.credentials.site, Scope.SUBMIT)
    answer = backend.client.get("/v1/rules/draft", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 403
