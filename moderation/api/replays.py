"""Replays: what other rules would have said of people's last decisions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, Response

from moderation import replay
from moderation.api.answering import answer
from moderation.api.authorization import read, read_query, require_site
from moderation.api.operations import REPLAY_ID, Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.models import Replay
from moderation.replay import results
from moderation.replay.goals import Goal, OutOfReach, reach
from moderation.rule_sets import drafts, versions
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet
from moderation.wire import Invalid
from moderation.wire_replays import (
    CurveList,
    GoalQuery,
    GoalTold,
    ReplayIn,
    ReplayList,
    ReplayState,
    WholeReplay,
    curves_out,
    goal_out,
    state_out,
    whole_out,
)

replays = Blueprint("replays", __name__)

_PATH = {"replay_id": REPLAY_ID}
_PLACE = {"replay_id": "01a2036d-b7c4-7a90-9e21-4d8f6b2a1c57"}


@replays.post("/replays")
@Operation(
    Scope.ADMIN,
    "قاعده‌هایی را روی تصمیم‌های پیشین ناظران بازپخش می‌کند.",
    body=ReplayIn,
    answers={201: ReplayState},
    problems=("too-many-replays",),
    example=Example(body={"last": 5000}),
)
def start() -> Response:
    """Start a replay.

    Of the draft, of a version, or of a rule set that you send, over people's last decisions, against the rules that are live now.
    It runs in the background; ask for it again until its state is done.
    """
    caller = require_site()
    sent = read(ReplayIn)
    try:
        return answer(state_out(replay.start(caller.site_id, _rules(caller.site_id, sent), last=sent.last)), 201)
    except RuleSetError as error:
        raise _invalid(error.errors, "/rule_set" if sent.rule_set is not None else "") from None
    except replay.Refused as refused:
        raise Problem(409, str(refused), code=refused.code) from None


@replays.get("/replays")
@Operation(Scope.ADMIN, "بازپخش‌های سایت را می‌گوید.", answers={200: ReplayList})
def listing() -> Response:
    """List the site's replays, newest first."""
    caller = require_site()
    return answer(ReplayList(replays=[state_out(row) for row in replay.listed([caller.site_id])]))


@replays.get("/replays/<replay_id>")
@Operation(
    Scope.ADMIN,
    "یک بازپخش و نتیجهٔ آن را می‌گوید.",
    path=_PATH,
    answers={200: WholeReplay},
    problems=("no-such-replay",),
    example=Example(path=_PLACE),
)
def look(replay_id: str) -> Response:
    """Look at a replay.

    How far it is and, once it is done, what it says: for each rule and for all together, what would be caught more or less, held
    wrongly or freed, with the very comments; precision and recall of both sides; and where the comments would be.
    """
    row = _replay_of(require_site().site_id, replay_id)
    return answer(whole_out(row, results.read(row.result) if row.result is not None else None))


@replays.post("/replays/<replay_id>/cancel")
@Operation(
    Scope.ADMIN,
    "بازپخشی را متوقف می‌کند.",
    path=_PATH,
    answers={200: ReplayState},
    problems=("no-such-replay",),
    example=Example(path=_PLACE),
)
def cancel(replay_id: str) -> Response:
    """Stop a replay.

    One that is finished stays as it is.
    """
    caller = require_site()
    row = replay.cancel(caller.site_id, _id_of(replay_id))
    if row is None:
        raise _no_such_replay()
    return answer(state_out(row))


@replays.get("/replays/<replay_id>/curves")
@Operation(
    Scope.ADMIN,
    "منحنی‌های دقت و بازیابی آستانه‌ها را می‌گوید.",
    path=_PATH,
    answers={200: CurveList},
    problems=("no-such-replay", "replay-unfinished"),
    example=Example(path=_PLACE),
)
def curves(replay_id: str) -> Response:
    """Read the curves of thresholds.

    For each threshold over a measured score: what the rule would flag at each place, of comments that people approved and
    rejected.
    """
    return answer(curves_out(_result_of(require_site().site_id, replay_id).curves))


@replays.get("/replays/<replay_id>/goal")
@Operation(
    Scope.ADMIN,
    "آستانه‌ای را می‌گوید که به هدفی می‌رسد.",
    path=_PATH,
    query=GoalQuery,
    answers={200: GoalTold},
    problems=("no-such-replay", "replay-unfinished", "no-such-curve", "too-few-decisions", "goal-out-of-reach"),
    example=Example(
        path=_PLACE,
        query={"rule": "no-insults", "option": "suspect_at", "aim": "approved_flagged_at_most", "share": 0.02},
    ),
)
def goal(replay_id: str) -> Response:
    """Find the threshold that reaches a goal.

    The strictest one at which at most this share of the approved comments is flagged, or of what is flagged at least this share was
    rejected; with what it costs against the live one. Refused on fewer than 200 decisions, with 30 approvals and 30 rejections
    among them.
    """
    caller = require_site()
    asked = read_query(GoalQuery)
    told = _result_of(caller.site_id, replay_id)
    found = [curve for curve in told.curves if (curve.slug, curve.option) == (asked.rule, asked.option)]
    if not found:
        raise Problem(404, "The replay has no curve of this option.", code="no-such-curve")
    try:
        return answer(goal_out(found[0], reach(found[0], Goal(asked.aim, asked.share))))
    except OutOfReach as error:
        raise Problem(409, str(error), code=error.code, decisions=error.decisions) from None


def _rules(site_id: uuid.UUID, sent: ReplayIn) -> RuleSet:
    """The rules that are meant. Raises RuleSetError, Invalid."""
    if sent.rule_set is not None:
        return RuleSet.from_dict(sent.rule_set)
    if sent.version is None:
        return drafts.of(site_id).rules
    version = versions.numbered(site_id, sent.version)
    if version is None:
        raise _invalid({"/version": "the site has no such version"}, "")
    return RuleSet.from_dict(version.content)


def _replay_of(site_id: uuid.UUID, raw: str) -> Replay:
    row = replay.of(site_id, _id_of(raw))
    if row is None:
        raise _no_such_replay()
    return row


def _result_of(site_id: uuid.UUID, raw: str) -> results.Result:
    row = _replay_of(site_id, raw)
    if row.result is None:
        raise Problem(409, f"The replay is {row.state}; it has no result.", code="replay-unfinished")
    return results.read(row.result)


def _invalid(errors: Mapping[str, str], place: str) -> Invalid:
    return Invalid([{"pointer": place + pointer, "detail": message} for pointer, message in errors.items()])


def _id_of(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError:
        raise _no_such_replay() from None


def _no_such_replay() -> Problem:
    """Another site's replay is as unknown as one that never was."""
    return Problem(404, "This site has no replay with that id.", code="no-such-replay")
