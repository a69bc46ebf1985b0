"""Somebody is not sure, and asks for a second opinion."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from moderation import lifecycle
from moderation.db import db
from moderation.lifecycle import Conflict, Ruling
from moderation.models import Comment, DecisionOutcome, Escalation, Person, Site, Status
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site, make_waiting


@pytest.fixture
def mina(app: Flask, site: Site) -> Visitor:
    return signed_in(app, make_person("mina", site))


def escalate(visitor: Visitor, comment: Comment, **fields: object) -> int:
    """Ask for a second opinion; the status of the answer."""
    return visitor.post(f"/review/{comment.id}/escalate", **{"revision": comment.revision, **fields}).status_code


def fresh(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def test_who_is_not_sure_asks_and_two_people_must_agree(sara: Visitor, mina: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    assert escalate(sara, comment, note="مطمئن نیستم") == 303
    page = mina.get("/review")
    assert "sara نظر دوم خواسته است" in page
    assert "مطمئن نیستم" in page
    assert "نیاز به نظر دوم" in page
    assert f"/review/{comment.id}/escalate" not in page  # it is asked for already
    mina.decide(comment, "approved")
    assert fresh(comment).status == Status.IN_REVIEW
    sara.decide(comment, "approved")
    assert fresh(comment).status == Status.APPROVED


def test_two_voices_that_differ_wait_for_a_third(app: Flask, sara: Visitor, mina: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    escalate(sara, comment)
    sara.decide(comment, "approved")
    mina.decide(comment, "rejected", reason="other")
    assert fresh(comment).status == Status.IN_REVIEW
    dara = signed_in(app, make_person("dara", site))
    assert "رأی شما تعیین‌کننده است" in dara.get("/review")
    dara.decide(comment, "rejected", reason="other")
    assert fresh(comment).status == Status.REJECTED


def test_what_was_asked_is_kept_for_good(sara: Visitor, mina: Visitor, site: Site, sara_herself: Person) -> None:
    comment = make_waiting(site)
    escalate(sara, comment, note="شاید افترا")
    for visitor in (sara, mina):
        visitor.decide(comment, "rejected", reason="no-slander")
    (kept,) = db.session.execute(select(Escalation)).scalars()
    assert (kept.person_id, kept.revision, kept.note) == (sara_herself.id, 1, "شاید افترا")
    assert "شاید افترا" in sara.get(f"/review/{comment.id}")


def test_asking_twice_is_asking_once(sara: Visitor, mina: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    assert [escalate(sara, comment), escalate(sara, comment)] == [303, 303]
    assert len(db.session.execute(select(Escalation)).all()) == 1


def test_a_voice_taken_back_leaves_the_wish(sara: Visitor, mina: Visitor, site: Site, sara_herself: Person) -> None:
    comment = make_waiting(site)
    escalate(sara, comment)
    vote = lifecycle.decide(comment, sara_herself.id, Ruling(DecisionOutcome.APPROVED, 1), 60)
    lifecycle.undo(vote)
    assert fresh(comment).escalated


def test_a_decision_answers_the_wish(sara: Visitor, mina: Visitor, site: Site, sara_herself: Person) -> None:
    comment = make_waiting(site)
    escalate(sara, comment)
    for visitor in (sara, mina):
        visitor.decide(comment, "approved")
    decided = fresh(comment)
    decided.decision.effective_at = decided.decision.decided_at
    db.session.commit()
    lifecycle.publish(decided.decision.decided_at.replace(year=2100))
    lifecycle.reopen(fresh(comment))
    assert lifecycle.asked_for(fresh(comment)) == []
    lifecycle.decide(fresh(comment), sara_herself.id, Ruling(DecisionOutcome.REJECTED, 1, "other"), 0)
    assert fresh(comment).status == Status.REJECTED, "reopened, it needs one voice again"


def test_where_nobody_else_works_nobody_can_be_asked(sara: Visitor, site: Site, sara_herself: Person) -> None:
    comment = make_waiting(site)
    with pytest.raises(Conflict, match="nobody-else"):
        lifecycle.escalate(comment, sara_herself.id, 1)
    answer = sara.post(f"/review/{comment.id}/escalate", revision=1)
    assert answer.status_code == 409
    assert "کس دیگری نیست" in answer.text
    assert not fresh(comment).escalated


def test_only_the_text_that_was_seen_is_escalated(sara: Visitor, mina: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    assert escalate(sara, comment, revision=7) == 409
    sara.decide(comment, "approved")
    assert escalate(sara, comment) == 409
    assert escalate(sara, comment, revision="x") == 422


def test_kian_escalates_nothing(app: Flask, site: Site) -> None:
    kian = signed_in(app, make_person("kian", make_site("jam").site))
    assert escalate(kian, make_waiting(site)) == 404


def test_erasing_removes_the_note_and_leaves_the_fact(sara: Visitor, mina: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    escalate(sara, comment, note="نام کسی")
    lifecycle.erase(site.id, comment.id)
    db.session.expire_all()
    assert db.session.execute(select(Escalation.note)).scalars().all() == [None]
