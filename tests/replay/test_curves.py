"""The curve of a threshold says what the rule itself would flag there, and goals name a threshold that reaches them."""

from __future__ import annotations

import pytest

from moderation.models import Person, ReplayState, Site
from moderation.policy import live_rule_set
from moderation.replay import results
from moderation.replay.curves import Curve, Point
from moderation.replay.goals import Aim, Goal, OutOfReach, reach
from moderation.rules import RULES
from moderation.rules.options import with_option
from moderation.rules.rule_set import RuleSet, check
from tests.replay.past import Told, decide_many, finished


def curves(site: Site, rules: RuleSet) -> dict[str, Curve]:
    row = finished(site, rules)
    assert row.state == ReplayState.DONE
    assert row.result is not None
    return {curve.slug: curve for curve in results.read(row.result).curves}


def flagged(told: list[Told], slug: str, option: str, value: float, rules: RuleSet) -> tuple[int, int, int]:
    """What the rule flags at a value: of approved comments, of those rejected for it, of others."""
    compiled = with_option(rules, slug, option, value).compile(RULES)
    counts = [0, 0, 0]
    for one in told:
        if slug in {finding.rule for finding in check(one.subject, compiled)}:
            counts[0 if one.approved else 1 if one.reason == slug else 2] += 1
    return counts[0], counts[1], counts[2]


@pytest.mark.parametrize(
    ("slug", "option", "values"),
    [("no-insults", "suspect_at", (0.1, 0.35, 0.6, 0.9)), ("on-topic", "suspect_below", (-1.5, -0.2, 0.5, 1.5))],
)
def test_a_curve_says_what_the_rule_flags(
    site: Site, sara: Person, slug: str, option: str, values: tuple[float, ...]
) -> None:
    told = decide_many(site, sara, 150)
    rules = live_rule_set(site.id)
    curve = curves(site, with_option(rules, slug, option, values[1]))[slug]
    assert curve.totals.flagged == 150
    assert curve.draft == values[1]
    for value in values:
        point = curve.at(value)
        assert (point.approved, point.rejected, point.others) == flagged(told, slug, option, value, rules), value


def test_a_rule_that_did_not_run_has_its_curve_too(site: Site, sara: Person) -> None:
    told = decide_many(site, sara, 150)
    rules = live_rule_set(site.id)
    curve = curves(site, rules)["no-insults"]
    for value in (0.6, 0.8):
        point = curve.at(value)
        assert (point.approved, point.rejected, point.others) == flagged(told, "no-insults", "suspect_at", value, rules)


def made(points: list[tuple[float, int, int, int]], totals: tuple[int, int, int]) -> Curve:
    drawn = tuple(Point(*point) for point in points)
    return Curve("no-insults", "suspect_at", False, 0.6, 0.5, Point(0.0, *totals), drawn)


CURVE = made([(1.0, 0, 2, 0), (0.8, 1, 30, 4), (0.6, 4, 60, 10), (0.4, 30, 80, 20), (0.2, 150, 95, 40)], (200, 100, 50))


def test_a_goal_names_the_strictest_threshold_that_reaches_it() -> None:
    few = reach(CURVE, Goal(Aim.APPROVED, 0.02))
    assert (few.threshold, few.point.approved, few.decisions) == (0.6, 4, 350)
    assert few.live == CURVE.points[2]
    sure = reach(CURVE, Goal(Aim.PRECISION, 0.95))
    assert (sure.threshold, sure.point.precision) == (0.8, pytest.approx(34 / 35))


def test_a_precision_over_a_handful_is_no_precision() -> None:
    curve = made([(1.0, 0, 2, 0), (0.5, 50, 40, 10)], (200, 100, 50))
    with pytest.raises(OutOfReach) as refused:
        reach(curve, Goal(Aim.PRECISION, 0.95))
    assert refused.value.code == "goal-out-of-reach"


@pytest.mark.parametrize("totals", [(100, 50, 49), (180, 20, 5), (20, 100, 100), (0, 0, 0)])
def test_a_goal_on_too_few_decisions_is_refused_with_their_number(totals: tuple[int, int, int]) -> None:
    with pytest.raises(OutOfReach) as refused:
        reach(made([(1.0, 0, 0, 0)], totals), Goal(Aim.APPROVED, 0.5))
    assert (refused.value.code, refused.value.decisions) == ("too-few-decisions", sum(totals))


def test_a_goal_that_no_threshold_reaches_is_refused() -> None:
    curve = made([(1.0, 20, 10, 0), (0.5, 50, 40, 10)], (200, 100, 50))
    with pytest.raises(OutOfReach, match="No threshold"):
        reach(curve, Goal(Aim.APPROVED, 0.02))
