"""The JSON of replays, both ways: what is tried, how far it is, what it says, and a threshold by goal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from moderation.models import Replay
from moderation.replay.curves import Curve, Point
from moderation.replay.goals import Aim, Reached
from moderation.replay.reading import MOST, USUAL
from moderation.replay.results import Figures, Objections, Result
from moderation.replay.tally import Load
from moderation.wire_answers import Answer, Moment, OurId, moment_out
from moderation.wire_rules import RuleSetIn

_GREATEST = 2_147_483_647
_SHARE = "of 0 to 1; null where there is nothing to divide by"

Count = Annotated[int, Field(examples=[12])]
Place = Annotated[float, Field(examples=[0.6])]
Share = Annotated[float | None, Field(description=_SHARE, examples=[0.92])]


class ReplayIn(BaseModel):
    """What is to be replayed."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    last: int = Field(USUAL, ge=1, le=MOST, description="over how many of people's last decisions")
    version: int | None = Field(
        None, ge=1, le=_GREATEST, description="a version of the rules by its number; null: the draft"
    )
    rule_set: RuleSetIn | None = Field(None, description="rules that are neither draft nor version, and go before both")


class GoalQuery(BaseModel):
    """A threshold, and what it shall reach."""

    rule: str = Field(max_length=40, description="the rule's slug")
    option: str = Field(max_length=60, description="the option that is a threshold")
    aim: Aim = Field(
        description="approved_flagged_at_most: a share of the approved comments; precision_at_least: of what is flagged, the share "
        "that people rejected"
    )
    share: float = Field(ge=0, le=1, description="0 to 1")


class ReplayState(Answer):
    """A replay, and how far it is."""

    id: OurId = Field(examples=["01a2036d-b7c4-7a90-9e21-4d8f6b2a1c57"])
    state: str = Field(description="queued, running, done, cancelled or failed", examples=["running"])
    digest: str = Field(description="SHA-256 of the rules that are tried", examples=["9f2c…"])
    base: Count = Field(description="the version that was live at the start: it is what they are compared with")
    last: Count = Field(description="over how many decisions at most", examples=[5000])
    total: Count = Field(description="how many there are; 0 before it has begun", examples=[5000])
    done: Count = Field(description="how many were read", examples=[1500])
    created_at: Moment
    finished_at: Moment | None = Field(description="null: it is not finished")
    error: str | None = Field(description="why it failed", examples=[None])


class ReplayList(Answer):
    """A site's replays, newest first: those that are not finished, and the last fifty of the others."""

    replays: list[ReplayState]


class SideTold(Answer):
    """What one of the two rule sets objects to."""

    approved: Count = Field(description="of comments that people approved")
    rejected: Count = Field(
        description="of those that people rejected for this rule; of all rules: of all rejected ones"
    )
    others: Count = Field(description="of those that people rejected for another reason")
    precision: Share
    recall: Share


class FiguresTold(Answer):
    """A rule on both sides, or all together. The comments are the newest ones, fifty of each kind at most."""

    rule: str | None = Field(description="the rule's slug; null: all together", examples=["no-insults"])
    live: SideTold
    draft: SideTold
    caught_more: Count = Field(description="rejected by people, and objected to newly")
    wrongly_held: Count = Field(description="approved by people, and objected to newly")
    caught_less: Count = Field(description="rejected by people, and objected to no more")
    freed: Count = Field(description="approved by people, and objected to no more")
    raised: Count = Field(description="how often the rule itself failed")
    comments: dict[str, list[OurId]] = Field(description="the very comments, by kind")


class LoadTold(Answer):
    """Where the replayed comments would be, and what would be decided without a person."""

    clean: Count
    suspect: Count
    violation: Count
    approves: Count = Field(description="approved without a person")
    approves_wrong: Count = Field(description="of them, those that people rejected")
    rejects: Count = Field(description="rejected without a person")
    rejects_wrong: Count = Field(description="of them, those that people approved")


class ResultTold(Answer):
    """What a replay says."""

    decisions: Count = Field(description="how many were replayed")
    approved: Count
    imported: Count = Field(description="those that the site took before Nazer knew it")
    erased: Count = Field(description="left out: their text is erased")
    unmeasured: Count = Field(description="left out: they were not measured")
    broken: Count = Field(description="left out: they are not stored as they should be")
    days: Place = Field(description="how many days the decisions span: divide by it for numbers of a day")
    changed: list[str] = Field(description="the rules that differ", examples=[["no-insults"]])
    all: FiguresTold
    rules: list[FiguresTold]
    load_live: LoadTold
    load_draft: LoadTold


class WholeReplay(ReplayState):
    """A replay with its result."""

    result: ResultTold | None = Field(description="null unless it is done")


class PointTold(Answer):
    """A threshold, and what the rule flags there."""

    threshold: Place
    approved: Count = Field(description="of comments that people approved")
    rejected: Count = Field(description="of those rejected for this rule")
    others: Count = Field(description="of those rejected for another reason")
    precision: Share
    recall: Share


class CurveTold(Answer):
    """A threshold over past decisions, from the most lenient place on; at most 200 of them."""

    rule: str = Field(examples=["no-insults"])
    option: str = Field(examples=["suspect_at"])
    below: bool = Field(
        description="whether the rule objects below the threshold instead of from it on", examples=[False]
    )
    live: float | None = Field(description="where the live rules have it; null: the rule is off there", examples=[0.6])
    draft: float | None = Field(description="where the tried rules have it; null: off", examples=[0.5])
    approved: Count = Field(description="how many approved comments it rests on")
    rejected: Count = Field(description="how many that were rejected for this rule")
    others: Count = Field(description="how many that were rejected for another reason")
    points: list[PointTold]


class CurveList(Answer):
    """The curves of a finished replay."""

    curves: list[CurveTold]


class GoalTold(Answer):
    """The strictest threshold that reaches a goal. Write it into the draft by ``PUT /v1/rules/draft``."""

    rule: str = Field(examples=["no-insults"])
    option: str = Field(examples=["suspect_at"])
    reached: PointTold
    live: PointTold | None = Field(description="what the live threshold flags; null: the rule is off there")
    decisions: Count = Field(description="how many decisions it rests on", examples=[5000])


def state_out(row: Replay) -> ReplayState:
    """A replay without its result."""
    return ReplayState(
        id=row.id,
        state=row.state,
        digest=row.digest,
        base=row.base,
        last=row.last,
        total=row.total,
        done=row.done,
        created_at=moment_out(row.created_at),
        finished_at=moment_out(row.finished_at) if row.finished_at else None,
        error=row.error,
    )


def whole_out(row: Replay, result: Result | None) -> WholeReplay:
    """A replay with its result."""
    return WholeReplay(**dict(state_out(row)), result=_result(result) if result else None)


def curves_out(curves: Sequence[Curve]) -> CurveList:
    """The curves."""
    return CurveList(curves=[_curve(curve) for curve in curves])


def goal_out(curve: Curve, reached: Reached) -> GoalTold:
    """A threshold by goal."""
    return GoalTold(
        rule=curve.slug,
        option=curve.option,
        reached=_point(curve, reached.point),
        live=_point(curve, reached.live) if reached.live else None,
        decisions=reached.decisions,
    )


def _result(result: Result) -> ResultTold:
    names = ("approved", "imported", "erased", "unmeasured", "broken", "days")
    return ResultTold(
        decisions=result.replayed,
        **{name: getattr(result, name) for name in names},
        changed=list(result.changed),
        all=_figures(result.whole),
        rules=[_figures(each) for each in result.rules],
        load_live=_load(result.live),
        load_draft=_load(result.draft),
    )


def _figures(told: Figures) -> FiguresTold:
    return FiguresTold(
        rule=told.slug or None,
        live=_side(told, told.live),
        draft=_side(told, told.draft),
        caught_more=told.caught_more,
        wrongly_held=told.wrongly_held,
        caught_less=told.caught_less,
        freed=told.freed,
        raised=told.raised,
        comments={kind: list(ids) for kind, ids in told.examples.items()},
    )


def _side(told: Figures, side: Objections) -> SideTold:
    shares = {"precision": side.precision, "recall": told.recall(side)}
    return SideTold(approved=side.approved, rejected=side.rejected, others=side.others, **shares)


def _load(load: Load) -> LoadTold:
    return LoadTold(**vars(load))


def _curve(curve: Curve) -> CurveTold:
    totals = curve.totals
    return CurveTold(
        rule=curve.slug,
        option=curve.option,
        below=curve.below,
        live=curve.live,
        draft=curve.draft,
        approved=totals.approved,
        rejected=totals.rejected,
        others=totals.others,
        points=[_point(curve, point) for point in curve.points],
    )


def _point(curve: Curve, point: Point) -> PointTold:
    return PointTold(
        threshold=point.threshold,
        approved=point.approved,
        rejected=point.rejected,
        others=point.others,
        precision=point.precision,
        recall=curve.recall(point),
    )
