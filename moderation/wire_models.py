"""The JSON of what a site's classifiers learnt: versions with their cards, calibration, drift and alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from moderation.drift import Drift
from moderation.models import LearnedModel, LearnedState, RateAlarm
from moderation.residuals import SHIPPED
from moderation.wire_answers import Answer, Moment, moment_out

_MOST = 1_000_000


class _In(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class FitIn(_In):
    """What a fit may learn from."""

    imported: bool = Field(False, description="whether decisions teach that the site took before it knew Nazer")


class RevertIn(_In):
    """What to go back to."""

    to: int | None = Field(
        None, ge=1, le=_MOST, description="the version to go back to, one that was live before; null: the shipped model"
    )


class AtCut(Answer):
    """What a threshold catches and flags among decisions."""

    cut: float = Field(description="the score from which the rule objects", examples=[0.6])
    insults: int = Field(description="comments that people rejected as insults", examples=[12])
    approved: int = Field(description="comments that people approved", examples=[12])
    precision: float = Field(description="share of insults among what is flagged", examples=[0.4])
    recall: float = Field(description="share of the insults that are flagged", examples=[0.4])
    approved_flagged: int = Field(description="approved comments that are flagged all the same", examples=[12])
    insults_missed: int = Field(description="insults that are not flagged", examples=[12])


class Figures(Answer):
    """How well scores tell insults from approved comments."""

    auc: float = Field(description="area under the ROC curve", examples=[0.943])
    at: list[AtCut] = Field(description="at the site's thresholds: suspect, violation")


class Gain(Answer):
    """By how much the area rises against what is live, with the interval of nine in ten resamples."""

    by: float = Field(examples=[0.013])
    low: float = Field(examples=[0.2])
    high: float = Field(examples=[0.4])


class WantedPrecision(Answer):
    """The lowest score with a wanted precision, among the decisions that the candidate has not seen."""

    precision_wanted: float = Field(examples=[0.9])
    score: float = Field(examples=[0.71])
    recall: float = Field(examples=[0.62])


class Held(Answer):
    """The newest decisions, which the candidate has not seen."""

    shipped: Figures = Field(description="the shipped model alone")
    now: Figures = Field(description="what was live when the candidate was fitted")
    after: Figures = Field(description="the candidate")
    auc_gain: Gain
    thresholds: list[WantedPrecision]


class ShippedExamples(Answer):
    """The test split of the corpus that comes with the model: what a residual must not spoil."""

    texts: int = Field(examples=[1200])
    now: Figures
    after: Figures


class Counted(Answer):
    """Decisions by what was decided."""

    insults: int = Field(examples=[14])
    approved: int = Field(examples=[310])


class LearntFrom(Answer):
    """The decisions behind a card: the older ones fitted on, the newer ones judged by; what was left out, by why."""

    given: Counted
    fitted_on: Counted
    judged_by: Counted
    begins: Moment
    cut: Moment | None = Field(description="the first decision that it was judged by")
    ends: Moment
    people: int = Field(description="how many people decided", examples=[12])
    largest_share: float = Field(description="share of the decisions of one of them, at most", examples=[0.4])
    authors: int = Field(description="how many authors wrote the comments", examples=[12])
    left_out: dict[str, int] = Field(
        description="repeated, disputed: equal texts; author, person: beyond what one may teach; contradicts: of people who "
        "decide against sure scores far more often than their colleagues"
    )
    left_out_people: int = Field(examples=[1])


class Card(Answer):
    """What a version was made of, how it did on decisions that it has not seen, and why it may not be promoted."""

    base: str = Field(description="the shipped version that it corrects", examples=["2"])
    against: str = Field(description="what it was compared with: shipped, or live", examples=["shipped"])
    norm: float = Field(description="length of its weights", examples=[0.4])
    data: LearntFrom
    held: Held | None = Field(description="null where the newer decisions are all of one kind")
    shipped_examples: ShippedExamples | None
    refused: list[str] = Field(
        description="why it may not be promoted: too-few-held, not-better, flags-more-approved, shipped-examples, "
        "shipped-recall; empty where it may",
        examples=[["too-few-held"]],
    )
    fitted_at: str = Field(examples=["2026-11-27T04:10:00Z"])
    ms: int = Field(description="milliseconds that the fit took", examples=[12])


class Progress(Answer):
    """How far a fit is."""

    doing: str = Field(examples=["fitting"])
    share: float | None = Field(description="0..1; null: not known", examples=[0.4])


class ModelVersion(Answer):
    """A version of what the site learnt."""

    version: int = Field(examples=[3])
    name: str | None = Field(
        description="as signals name it; null while it is not fitted", examples=["site-3-5f0c9a1e"]
    )
    state: LearnedState = Field(
        description="wanted, fitting, candidate, live, retired or failed", examples=["candidate"]
    )
    created_at: Moment = Field(description="when it was asked for, or its fit began")
    live_at: Moment | None = Field(description="when it went live last; null: never")
    bytes: int = Field(description="what it weighs", examples=[151276])
    decisions: int = Field(description="decisions behind it; 0 for models of articles", examples=[1240])
    articles: int = Field(description="articles behind it; 0 for models of decisions", examples=[0])
    error: str | None = Field(description="why the fit came to nothing")
    progress: Progress | None
    card: Card | None = Field(description="of a fitted insult model; null else")


class Classifier(Answer):
    """A classifier as it measures the site's comments now, with the versions that the site learnt, the newest first."""

    name: str = Field(description="language, insult or relevance", examples=["insult"])
    shipped: str = Field(description="the version that comes with the service", examples=["2"])
    in_use: str | None = Field(description="the site's own version that takes part; null: the shipped one alone")
    versions: list[ModelVersion]


class ModelList(Answer):
    """Every classifier of a site."""

    classifiers: list[Classifier]


class InUse(Answer):
    """What measures insults from the next comment on."""

    shipped: str = Field(examples=["2"])
    in_use: str | None


class CalibrationBin(Answer):
    """Comments with a score in [low, high) that people decided."""

    low: float = Field(examples=[0.2])
    high: float = Field(examples=[0.4])
    decided: int = Field(examples=[120])
    insults: int = Field(examples=[14])


class ScoreWeek(Answer):
    """A week of insult scores, by class."""

    first_day: str = Field(json_schema_extra={"format": "date"}, examples=["2026-11-20"])
    comments: int = Field(examples=[750])
    classes: list[int] = Field(
        description="comments in each class of scores, the lowest first", examples=[[120, 14, 9, 4, 2, 2, 1, 3, 5, 10]]
    )
    index: float | None = Field(description="population stability index against the four weeks before; null: too few")


class RuleDay(Answer):
    """How often a rule objected on a day."""

    day: str = Field(json_schema_extra={"format": "date"}, examples=["2026-11-20"])
    flagged: int = Field(examples=[9])
    received: int = Field(examples=[107])


class Alarm(Answer):
    """A day on which a rule's rate jumped: a robust z of 4 and more against the 14 days before."""

    day: str = Field(json_schema_extra={"format": "date"}, examples=["2026-11-20"])
    rule: str = Field(examples=["no-insults"])
    flagged: int = Field(examples=[9])
    received: int = Field(examples=[107])
    usual: float = Field(description="the usual share of comments", examples=[0.4])
    score: float = Field(description="the robust z", examples=[0.4])
    seen: bool = Field(description="whether somebody has looked at it", examples=[False])


class DriftTold(Answer):
    """Calibration and drift of a site, from the days that were counted."""

    calibration: list[CalibrationBin]
    calibration_error: float | None = Field(
        description="mean distance of score and rate of insults; null: nothing decided"
    )
    weeks: list[ScoreWeek]
    rates: dict[str, list[RuleDay]] = Field(description="by rule")
    alarms: list[Alarm]


class AlarmsSeen(Answer):
    """How many alarms were waiting."""

    seen: int = Field(examples=[1])


def version_out(row: LearnedModel) -> ModelVersion:
    """A version, as the API tells it."""
    metrics = row.metrics
    return ModelVersion(
        version=row.number,
        name=f"site-{row.number}-{row.sha256[:8]}" if row.sha256 else None,
        state=LearnedState(row.state),
        created_at=moment_out(row.created_at),
        live_at=moment_out(row.live_at) if row.live_at else None,
        bytes=row.size,
        decisions=row.decisions,
        articles=row.articles,
        error=metrics.get("error"),
        progress=Progress(**row.progress) if row.progress and row.state == LearnedState.FITTING else None,
        card=card_out(metrics) if "data" in metrics else None,
    )


def card_out(metrics: Mapping[str, Any]) -> Card:
    """The card of a fitted version."""
    data = dict(metrics["data"])
    told = {name: metrics.get(name) for name in ("held", "shipped_examples")}
    plain = {name: metrics[name] for name in ("base", "against", "norm", "refused", "fitted_at", "ms")}
    return Card.model_validate({**plain, **told, "data": {**data, "begins": data.pop("from"), "ends": data.pop("to")}})


def classifier_out(name: str, rows: Sequence[LearnedModel]) -> Classifier:
    """A classifier with its versions."""
    versions = [version_out(row) for row in rows]
    live = next((one.name for one in versions if one.state == LearnedState.LIVE), None)
    return Classifier(name=name, shipped=SHIPPED[name](), in_use=live, versions=versions)


def alarm_out(row: RateAlarm) -> Alarm:
    """An alarm."""
    counted = {"flagged": row.flagged, "received": row.received, "usual": row.usual, "score": row.score}
    return Alarm(day=row.day.isoformat(), rule=row.rule, seen=row.seen_at is not None, **counted)


def drift_out(found: Drift) -> DriftTold:
    """Calibration and drift."""
    return DriftTold(
        calibration=[
            CalibrationBin(low=one.low, high=one.high, decided=one.decided, insults=one.insults) for one in found.bins
        ],
        calibration_error=found.error,
        weeks=[
            ScoreWeek(
                first_day=one.first.isoformat(), comments=one.comments, classes=list(one.classes), index=one.index
            )
            for one in found.weeks
        ],
        rates={
            rule: [RuleDay(day=one.day.isoformat(), flagged=one.flagged, received=one.received) for one in rates]
            for rule, rates in found.rates.items()
        },
        alarms=[alarm_out(row) for row in found.alarms],
    )
