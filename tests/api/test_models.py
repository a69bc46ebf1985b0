"""What models learnt, over the API: everything that the page can do, with the same refusals."""

from __future__ import annotations

from collections.abc import Callable

from moderation import drift, residuals
from moderation.db import db
from moderation.models import AuditEntry
from tests.admin.test_models import days
from tests.api.conftest import Backend
from tests.factories_models import make_candidate


def test_every_classifier_is_listed_with_what_is_in_use(backend: Backend) -> None:
    told = backend.call("GET", "/v1/models").json["classifiers"]
    assert [(one["name"], one["in_use"], one["versions"]) for one in told] == [
        ("language", None, []),
        ("insult", None, []),
        ("relevance", None, []),
    ]
    assert told[1]["shipped"] == residuals.shipped()


def test_a_fit_is_asked_for_once(backend: Backend) -> None:
    answer = backend.call("POST", "/v1/models/insult/fit", {})
    assert (answer.status_code, answer.json["state"], answer.json["version"]) == (202, "wanted", 1)
    again = backend.call("POST", "/v1/models/insult/fit", {})
    assert (again.status_code, again.json["type"]) == (409, "urn:nazer:problem:fit-at-work")
    wrong = backend.call("POST", "/v1/models/insult/fit", {"imported": "yes"})
    assert [error["pointer"] for error in wrong.json["errors"]] == ["/imported"]


def test_a_candidate_with_its_card_is_promoted_and_taken_back(backend: Backend) -> None:
    row = make_candidate(backend.credentials.site)
    told = backend.call("GET", "/v1/models/insult/1").json
    assert told["card"]["held"]["auc_gain"] == {"by": 0.013, "low": 0.004, "high": 0.021}
    assert told["card"]["data"]["begins"] == "2026-10-01T08:00:00+00:00"
    promoted = backend.call("POST", "/v1/models/insult/1/promote")
    assert (promoted.status_code, promoted.json["state"]) == (200, "live")
    name = f"site-1-{row.sha256[:8]}"
    assert backend.call("GET", "/v1/models").json["classifiers"][1]["in_use"] == name
    back = backend.call("POST", "/v1/models/insult/revert", {"to": None})
    assert (back.status_code, back.json["in_use"]) == (200, None)
    assert backend.call("POST", "/v1/models/insult/revert", {"to": 1}).json["in_use"] == name
    entry = db.session.query(AuditEntry).filter_by(action="model.promoted").one()
    assert (entry.channel, entry.after) == ("api", {"live": name})


def test_refusals_say_why(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    make_candidate(backend.credentials.site, refused=("not-better", "shipped-examples"))
    refused = backend.call("POST", "/v1/models/insult/1/promote")
    assert (refused.status_code, refused.json["reasons"]) == (409, ["not-better", "shipped-examples"])
    for version in ("2", "0", "x", "99999999999999999999"):
        assert backend.call("GET", f"/v1/models/insult/{version}").status_code == 404
        assert backend.call("POST", f"/v1/models/insult/{version}/promote").status_code == 404
    assert backend.call("POST", "/v1/models/insult/revert", {"to": None}).json["type"].endswith("nothing-live")
    assert backend.call("POST", "/v1/models/insult/revert", {"to": 1}).json["type"].endswith("never-live")
    kian = other_backend()
    assert kian.call("GET", "/v1/models/insult/1").status_code == 404
    assert kian.call("POST", "/v1/models/insult/1/promote").status_code == 404


def test_drift_and_alarms_are_told(backend: Backend) -> None:
    site = backend.credentials.site
    days(site, jump=70)
    drift.raise_alarms()
    told = backend.call("GET", "/v1/models/drift").json
    assert sum(one["decided"] for one in told["calibration"]) == 840
    assert [(one["rule"], one["seen"]) for one in told["alarms"]] == [("no-insults", False)]
    assert len(told["rates"]["no-insults"]) == 20
    assert backend.call("POST", "/v1/models/alarms/seen").json == {"seen": 1}
    assert backend.call("POST", "/v1/models/alarms/seen").json == {"seen": 0}
