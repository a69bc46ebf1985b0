"""Many comments at once on the pages: chosen ones, a band of scores, the sample that must be looked at, and taking back."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from moderation import bulk
from moderation.bulk import MODEL, Band
from moderation.dashboard.dots import chart
from moderation.db import db, now
from moderation.models import Comment, Decision, DecisionOutcome, Person, Role, Screening, Site, Status
from moderation.rules.base import Signals
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_automatic, make_decided, make_finding, make_person, make_site, make_waiting

CHOSEN = re.compile(r'name="chosen" value="([^"]+)"')
LOOKED = re.compile(r'name="looked" value="([^"]+)"')
BULK = re.compile(r'name="bulk" value="([^"]+)"')


def scored(site: Site, *scores: float) -> list[Comment]:
    """Waiting comments with these scores of the insult model."""
    return [make_waiting(site, f"امتیاز {score}", signals=Signals(insult=score)) for score in scores]


def values(comments: list[Comment]) -> list[str]:
    """What the boxes of these comments send."""
    return [f"{comment.id}:{comment.revision}" for comment in comments]


def states(comments: list[Comment]) -> list[str]:
    db.session.expire_all()
    return [db.session.get_one(Comment, comment.id).status for comment in comments]


def test_chosen_comments_are_decided_and_the_bar_takes_all_of_them_back(sara: Visitor, site: Site) -> None:
    comments = [make_waiting(site, f"پیام {number}") for number in range(4)]
    assert sara.post("/bulk", chosen=values(comments[:3]), outcome="approved").status_code == 303
    assert states(comments) == [Status.APPROVED] * 3 + [Status.IN_REVIEW]
    page = sara.get("/review")
    assert page.count("data-seconds") == 1, "one line for the whole bulk"
    assert "۳ پیام یک‌جا" in page
    undo = re.search(r'action="(/bulk/undo/[^"]+)"', page)
    assert undo
    assert sara.post(undo[1]).status_code == 303
    assert states(comments) == [Status.IN_REVIEW] * 4
    assert "۳ پیام دوباره در صف است" in sara.get("/review")


def test_a_rejection_of_many_needs_a_reason(sara: Visitor, site: Site) -> None:
    comments = [make_waiting(site), make_waiting(site)]
    answer = sara.post("/bulk", chosen=values(comments), outcome="rejected")
    assert answer.status_code == 422
    assert "یک دلیل برگزینید" in answer.text
    assert states(comments) == [Status.IN_REVIEW] * 2


@pytest.mark.parametrize(
    "chosen", [[], ["x"], [":"], ["0:1", "🙃"], [f"{uuid.UUID(int=0)}:x"], [f"{uuid.UUID(int=1)}:1"]]
)
def test_what_names_no_comment_decides_nothing(sara: Visitor, site: Site, chosen: list[str]) -> None:
    make_waiting(site)
    assert sara.post("/bulk", chosen=chosen, outcome="approved").status_code == 303
    assert "هیچ پیامی برگزیده نشده است" in sara.get("/review")
    assert db.session.execute(select(func.count()).select_from(Decision)).scalar_one() == 0


def test_a_stale_one_is_left_alone_and_said(sara: Visitor, site: Site) -> None:
    fresh, stale = comments = [make_waiting(site), make_waiting(site)]
    sent = values(comments)
    db.session.execute(update(Comment).where(Comment.id == stale.id).values(revision=2))
    db.session.commit()
    sara.post("/bulk", chosen=sent, outcome="approved")
    assert states([fresh, stale]) == [Status.APPROVED, Status.IN_REVIEW]
    assert "متن ۱ پیام در این میان تغییر کرده است" in sara.get("/review")


def test_more_than_twenty_are_decided_only_when_five_at_random_were_looked_at(sara: Visitor, site: Site) -> None:
    comments = [make_waiting(site, f"پیام {number}") for number in range(21)]
    answer = sara.post("/bulk", chosen=values(comments), outcome="approved")
    page = answer.text
    assert answer.status_code == 200
    assert states(comments) == [Status.IN_REVIEW] * 21
    looked, bulk_id = LOOKED.findall(page), BULK.findall(page)[0]
    assert len(set(looked)) == 5
    assert len(re.findall(r'name="looked"[^>]* required', page)) == 5
    fields = {"chosen": CHOSEN.findall(page), "outcome": "approved", "bulk": bulk_id}
    assert sara.post("/bulk", **fields, looked=looked[:4]).status_code == 200
    assert states(comments) == [Status.IN_REVIEW] * 21
    assert sara.post("/bulk", **fields, looked=looked).status_code == 303
    assert states(comments) == [Status.APPROVED] * 21


def test_the_same_form_sent_twice_is_one_bulk(sara: Visitor, site: Site) -> None:
    comments = [make_waiting(site), make_waiting(site)]
    fields = {"chosen": values(comments), "outcome": "approved", "bulk": str(uuid.uuid4())}
    for _ in range(2):
        assert sara.post("/bulk", **fields).status_code == 303
    assert "تصمیمی ثبت نشد" not in sara.get("/review")
    assert db.session.execute(select(func.count()).select_from(Decision)).scalar_one() == 2


def test_a_band_is_counted_sampled_and_decided(sara: Visitor, site: Site) -> None:
    low, high = scored(site, 0.02, 0.04, 0.3), scored(site, 0.91, 0.95, 0.99)
    page = sara.get(f"/bulk?by={MODEL}&from=0.9&to=1")
    assert "<dd data-inside>۳ پیام</dd>" in page
    assert all(f"امتیاز {score}" in page for score in (0.91, 0.95, 0.99))
    assert "امتیاز 0.3" not in page
    asked = {"site": site.slug, "by": MODEL, "from": "0.9", "to": "1.0", "outcome": "rejected", "reason": "no-insults"}
    confirm = sara.post("/bulk/band", **asked).text
    assert sorted(CHOSEN.findall(confirm)) == sorted(values(high))
    assert states(high) == [Status.IN_REVIEW] * 3
    fields = asked | {"chosen": CHOSEN.findall(confirm), "bulk": BULK.findall(confirm)[0]}
    assert sara.post("/bulk", **fields).status_code == 200, "a band is nothing that anybody has seen"
    answer = sara.post("/bulk", **fields, looked=LOOKED.findall(confirm))
    assert (answer.status_code, answer.location) == (303, f"/bulk?site=mehr&by={MODEL}&from=0.9&to=1.0")
    assert states([*low, *high]) == [Status.IN_REVIEW] * 3 + [Status.REJECTED] * 3


def test_a_band_may_be_of_a_rules_score(sara: Visitor, site: Site) -> None:
    make_waiting(site, "تبلیغ سنگین", findings=[make_finding("no-spam", "advert", 0.95)])
    make_waiting(site, "تبلیغ سبک", findings=[make_finding("no-spam", "advert", 0.4)])
    make_waiting(site, "توهین", findings=[make_finding("no-insults", "insult", 0.97)])
    page = sara.get("/bulk?by=no-spam&from=0.9&to=1")
    assert "<dd data-inside>۱ پیام</dd>" in page
    assert "تبلیغ سنگین" in page
    assert '<option value="no-spam" selected>' in page.partition("band-reason")[2]


def test_precision_is_of_what_people_decided_one_by_one(sara: Visitor, site: Site, sara_herself: Person) -> None:
    for outcome in (DecisionOutcome.REJECTED, DecisionOutcome.REJECTED, DecisionOutcome.APPROVED):
        rescore(make_decided(site, sara_herself, outcome)[0], 0.95)
    rescore(make_decided(site, sara_herself, DecisionOutcome.REJECTED)[0], 0.5)
    in_bulk, decision = make_decided(site, sara_herself, DecisionOutcome.REJECTED)
    rescore(in_bulk, 0.95)
    rescore(make_automatic(site, "no-insults"), 0.95)
    db.session.execute(update(Decision).where(Decision.id == decision.id).values(bulk_id=uuid.uuid4()))
    db.session.commit()
    told = bulk.precision(bulk.past_scores(site.id, MODEL), Band(0.9, 1.0))
    assert (told.decided, told.rejected) == (3, 2)
    assert "۲ رد از ۳ پیام (٪۶۷)" in sara.get(f"/bulk?by={MODEL}&from=0.9&to=1")


def rescore(comment: Comment, score: float) -> None:
    """Have the model have said something else of a comment."""
    signals = Signals(insult=score).to_dict()
    db.session.execute(update(Screening).where(Screening.id == comment.screening_id).values(signals=signals))
    db.session.commit()


def test_a_band_that_is_none_shows_the_default_one(sara: Visitor, site: Site) -> None:
    scored(site, 0.95)
    for asked in ("from=x&to=y", "from=nan&to=inf", "by=no-such-rule&site=nowhere", "from=-5&to=99", "from=1&to=0"):
        assert "data-inside>۱ پیام</dd>" in sara.get(f"/bulk?{asked}")


def test_scores_that_are_none_blank_nothing(sara: Visitor, site: Site) -> None:
    odd = scored(site, 0.5, 0.5, 0.5)
    for comment, signals in zip(odd, ({}, {"insult": None}, {"insult": 7}), strict=True):
        db.session.execute(update(Screening).where(Screening.id == comment.screening_id).values(signals=signals))
    db.session.commit()
    assert "هیچ پیامی در صف این امتیاز را ندارد" in sara.get("/bulk")


def test_a_chart_of_many_scores_has_a_bounded_number_of_dots() -> None:
    drawn = chart([0.5] * 10_000 + [0.1] * 3 + [0.0, 1.0], 0.4, 0.6)
    assert sum(len(column.heights) for column in drawn.columns) <= 1200
    assert [column.count for column in drawn.columns] == [1, 3, 10_000, 1]
    assert [column.inside for column in drawn.columns] == [False, False, True, False]
    assert drawn.each == 417
    assert chart([0.2, 0.3], 0, 1).each == 1
    assert chart([], 0, 1).columns == ()


def test_a_bulk_whose_time_is_over_stays(sara: Visitor, site: Site) -> None:
    comments = [make_waiting(site), make_waiting(site)]
    sara.post("/bulk", chosen=values(comments), outcome="approved")
    db.session.execute(update(Decision).values(effective_at=now() - timedelta(seconds=1)))
    db.session.commit()
    bulk_id = db.session.execute(select(Decision.bulk_id)).scalars().first()
    assert sara.post(f"/bulk/undo/{bulk_id}").status_code == 303
    assert "هیچ‌یک بازنگشت" in sara.get("/review")
    assert states(comments) == [Status.APPROVED] * 2


def test_kian_decides_and_takes_back_nothing(app: Flask, sara: Visitor, site: Site) -> None:
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    first, second = scored(site, 0.95, 0.96)
    kian.post("/bulk", chosen=values([first, second]), outcome="approved")
    assert states([first, second]) == [Status.IN_REVIEW] * 2
    assert CHOSEN.findall(kian.post("/bulk/band", site=site.slug, by=MODEL, outcome="approved").text) == []
    sara.post("/bulk", chosen=values([first]), outcome="approved")
    bulk_id = db.session.execute(select(Decision.bulk_id)).scalars().first()
    assert kian.post(f"/bulk/undo/{bulk_id}").status_code == 404
    assert kian.post(f"/bulk/undo/{uuid.uuid4()}").status_code == 404
    assert states([first, second]) == [Status.APPROVED, Status.IN_REVIEW]
