"""How scores lie on a day, and what people decided at which: counted with the day that is over."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from moderation import dates, drift, lifecycle, numbers
from moderation.db import db, now
from moderation.lifecycle import Ruling
from moderation.models import DayFigure, DecisionOutcome
from moderation.numbers.scores import JUDGED, SCORED, count_scores
from moderation.rules.base import Signals
from tests.factories import make_automatic, make_decided, make_person, make_site, make_waiting


def test_a_day_is_counted_by_score_and_by_what_people_said(app: Flask) -> None:
    site = make_site("mehr").site
    sara = make_person("sara", site)
    make_decided(site, sara)
    make_decided(site, sara, DecisionOutcome.REJECTED)
    make_automatic(site)
    spam = make_waiting(site, signals=Signals(insult=1.0))
    lifecycle.decide(spam, sara.id, Ruling(DecisionOutcome.REJECTED, 1, "no-spam"), 0)
    make_waiting(site, signals=Signals(insult=None, failed=("insult",)))
    found = {key[1:]: number for key, number in count_scores(numbers.day_of(now())).items() if key[0] == site.id}
    assert found == {
        (SCORED, "02"): 3,
        (SCORED, "19"): 1,
        (JUDGED, "02|approved"): 1,
        (JUDGED, "02|insult"): 1,
    }
    assert count_scores(numbers.day_of(now()) - timedelta(days=1)) == {}


def test_the_figures_are_kept_with_the_day_and_read_from_there(app: Flask) -> None:
    site = make_site("mehr").site
    make_decided(site, make_person("sara", site))
    tomorrow = dates.midnight(numbers.day_of(now()) + timedelta(days=1))
    assert numbers.count_a_day(tomorrow + timedelta(hours=2)) == 1
    kept = select(DayFigure.part).where(DayFigure.figure == JUDGED)
    assert db.session.execute(kept).scalars().all() == ["02|approved"]
    assert [one.decided for one in drift.read(site.id).bins if one.decided] == [1]
