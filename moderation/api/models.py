"""What the site's classifiers learnt: versions with their cards, promoted and taken back; calibration, drift and alarms."""

from __future__ import annotations

from flask import Blueprint, Response

from moderation import drift, residuals
from moderation.api.answering import answer
from moderation.api.authorization import read, require_site
from moderation.api.operations import Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.wire_models import (
    AlarmsSeen,
    DriftTold,
    FitIn,
    InUse,
    ModelList,
    ModelVersion,
    RevertIn,
    classifier_out,
    drift_out,
    version_out,
)

models = Blueprint("models", __name__)

_MOST = 1_000_000
_PATH = {"version": {"type": "integer", "minimum": 1, "maximum": _MOST, "description": "the version's number"}}


@models.get("/models")
@Operation(Scope.ADMIN, "مدل‌های سایت را با نسخه‌هایشان می‌گوید.", answers={200: ModelList})
def listing() -> Response:
    """List the site's classifiers.

    Each with the shipped version, the site's own one that takes part, and all versions that the site learnt.
    """
    caller = require_site()
    found = {name: residuals.of_site(caller.site_id, name) for name in residuals.SHIPPED}
    return answer(ModelList(classifiers=[classifier_out(name, rows) for name, rows in found.items()]))


@models.post("/models/insult/fit")
@Operation(
    Scope.ADMIN,
    "آموختن از تصمیم‌های سایت را می‌خواهد.",
    body=FitIn,
    answers={202: ModelVersion},
    problems=("fit-at-work",),
    example=Example(body={"imported": False}),
)
def fit() -> Response:
    """Ask for a fit of the insult model on the site's decisions.

    It runs in the background; the answer is the version that it will be. What comes of it is a candidate: a person, or this
    API, promotes it.
    """
    caller = require_site()
    sent = read(FitIn)
    try:
        return answer(version_out(residuals.wish(caller.site_id, imported=sent.imported)), 202)
    except residuals.Refused as error:
        raise _refused(error) from None


@models.get("/models/insult/<int:version>")
@Operation(
    Scope.ADMIN,
    "یک نسخه را با شناسنامه‌اش می‌گوید.",
    path=_PATH,
    answers={200: ModelVersion},
    problems=("no-such-model",),
    example=Example(path={"version": "1"}),
)
def show(version: int) -> Response:
    """Show a version of the insult model with its card.

    The card says which decisions it was made of, how it did on newer ones, and why it may not be promoted.
    """
    caller = require_site()
    try:
        return answer(version_out(residuals.numbered(caller.site_id, _number(version))))
    except LookupError:
        raise _no_such_model() from None


@models.post("/models/insult/<int:version>/promote")
@Operation(
    Scope.ADMIN,
    "یک نامزد را به کار می‌گیرد.",
    path=_PATH,
    answers={200: ModelVersion},
    problems=("no-such-model", "not-a-candidate", "not-better", "live-changed", "other-base"),
    example=Example(path={"version": "1"}),
)
def promote(version: int) -> Response:
    """Make a candidate live.

    It measures from the next comment on, in every process. One that is not better than what is live is refused, with the
    reasons in `reasons`.
    """
    caller = require_site()
    try:
        return answer(version_out(residuals.promote(caller.site_id, _number(version))))
    except LookupError:
        raise _no_such_model() from None
    except residuals.Refused as error:
        raise _refused(error) from None


@models.post("/models/insult/revert")
@Operation(
    Scope.ADMIN,
    "به مدل همراه یا نسخهٔ پیشین برمی‌گردد.",
    body=RevertIn,
    answers={200: InUse},
    problems=("no-such-model", "never-live", "nothing-live", "other-base"),
    example=Example(body={"to": None}),
)
def revert() -> Response:
    """Go back to the shipped insult model, or to a version that was live before.

    It takes effect with the next comment. Versions and cards stay in the list.
    """
    caller = require_site()
    sent = read(RevertIn)
    try:
        residuals.revert(caller.site_id, sent.to)
    except LookupError:
        raise _no_such_model() from None
    except residuals.Refused as error:
        raise _refused(error) from None
    found = classifier_out("insult", residuals.of_site(caller.site_id))
    return answer(InUse(shipped=found.shipped, in_use=found.in_use))


@models.get("/models/drift")
@Operation(Scope.ADMIN, "درستی امتیازها و تغییر آنها را می‌گوید.", answers={200: DriftTold})
def show_drift() -> Response:
    """Tell calibration, drift and alarms.

    From the days that were counted, ninety at most: people's decisions by insult score, scores by week, objections by rule and
    day, and the days on which a rule's rate jumped.
    """
    caller = require_site()
    return answer(drift_out(drift.read(caller.site_id)))


@models.post("/models/alarms/seen")
@Operation(Scope.ADMIN, "هشدارها را دیده‌شده می‌کند.", answers={200: AlarmsSeen})
def see_alarms() -> Response:
    """Mark all alarms as seen.

    The notice over the admins' pages goes; the alarms stay in the list. Again is the same.
    """
    caller = require_site()
    return answer(AlarmsSeen(seen=drift.see(caller.site_id)))


def _number(version: int) -> int:
    """The number of a version. Raises Problem 404 for one that no version can have."""
    if not 1 <= version <= _MOST:
        raise _no_such_model()
    return version


def _no_such_model() -> Problem:
    """Another site's version is as unknown as one that never was."""
    return Problem(404, "This site has no version of the insult model with that number.", code="no-such-model")


def _refused(error: residuals.Refused) -> Problem:
    if error.reasons:
        return Problem(409, str(error), code=error.code, reasons=list(error.reasons))
    return Problem(409, str(error), code=error.code)
