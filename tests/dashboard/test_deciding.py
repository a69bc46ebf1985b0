"""Deciding, taking back, reopening; and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from moderation import lifecycle, queue
from moderation.db import db, now
from moderation.models import Comment, Decision, DecisionOutcome, Event, Person, Site, Status
from moderation.settings import Settings
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_decided, make_finding, make_person, make_waiting


def fresh(comment: Comment) -> Comment:
    """The comment as it is stored now."""
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def decisions() -> int:
    """How many decisions are stored."""
    return db.session.execute(select(func.count()).select_from(Decision)).scalar_one()


def test_approving_takes_the_comment_out_of_the_queue(sara: Visitor, site: Site, sara_herself: Person) -> None:
    comment = make_waiting(site)
    answer = sara.decide(comment, "approved")
    assert answer.status_code == 303
    decided = fresh(comment)
    assert (decided.status, decided.decision.person_id) == (Status.APPROVED, sara_herself.id)
    assert f'id="c-{comment.id}"' not in sara.get("/review")


def test_rejecting_stores_the_slug_of_the_rule_and_the_note(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    sara.decide(comment, "rejected", reason="no-insults", note=" توهین\x00 آشکار ")
    decision = fresh(comment).decision
    assert (decision.outcome, decision.reason, decision.note) == ("rejected", "no-insults", "توهین آشکار")


def test_a_rejection_may_have_another_reason_than_the_rules(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    sara.decide(comment, "rejected", reason="other")
    assert fresh(comment).decision.reason == "other"


def test_the_decision_can_be_undone_for_as_long_as_the_settings_say(
    sara: Visitor, site: Site, settings: Settings
) -> None:
    comment = make_waiting(site)
    before = now()
    sara.decide(comment, "approved")
    decision = fresh(comment).decision
    assert decision.effective_at - decision.decided_at == timedelta(seconds=settings.undo_seconds)
    assert before <= decision.decided_at <= now()


def test_after_a_decision_one_is_at_the_next_card_of_the_same_page(sara: Visitor, site: Site) -> None:
    first, second = make_waiting(site), make_waiting(site)
    cursor = queue.Cursor(5, first.id)
    answer = sara.decide(first, "approved", onward=str(second.id), after=str(cursor))
    assert answer.location == f"/review?after={cursor}#c-{second.id}"


def test_where_to_go_on_is_never_taken_from_outside(sara: Visitor, site: Site) -> None:
    answer = sara.decide(make_waiting(site), "approved", onward="//evil.example", after="https://evil.example")
    assert answer.location == "/review"


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "rejected"},
        {"outcome": "rejected", "reason": "no-such-rule"},
        {"outcome": "withdrawn"},
        {"outcome": ""},
        {"outcome": "approved", "revision": "x"},
        {"outcome": "approved", "revision": ""},
        {"outcome": "approved", "revision": "9" * 30},
        {"outcome": "rejected", "reason": "other", "note": "ی" * 2001},
    ],
)
def test_a_form_that_is_wrong_decides_nothing(sara: Visitor, site: Site, fields: dict[str, str]) -> None:
    comment = make_waiting(site)
    answer = sara.post(f"/review/{comment.id}", **{"revision": "1", **fields})
    assert answer.status_code == 422
    assert (fresh(comment).status, decisions()) == (Status.IN_REVIEW, 0)


def test_a_rejection_without_a_reason_says_what_is_missing(sara: Visitor, site: Site) -> None:
    answer = sara.decide(make_waiting(site), "rejected")
    assert "برای رد کردن، یک دلیل برگزینید" in answer.text


def test_a_revision_that_was_not_seen_is_not_decided(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, "متن نخست")
    lifecycle.revise(site.id, comment.id, "متن تازه")
    db.session.execute(update(Comment).where(Comment.id == comment.id).values(status=Status.IN_REVIEW))
    db.session.commit()
    answer = sara.decide(comment, "approved", revision=1)
    assert answer.status_code == 409
    assert "متن این پیام پس از آن که دیدید تغییر کرده است" in answer.text
    assert "متن تازه" in answer.text  # what it is now, to be decided
    assert "متن نخست" in answer.text  # what had been seen
    assert 'name="revision" value="2"' in answer.text
    assert (fresh(comment).status, decisions()) == (Status.IN_REVIEW, 0)


def test_a_comment_that_is_with_the_machine_again_is_not_decided(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    lifecycle.revise(site.id, comment.id, "متن تازه")
    answer = sara.decide(comment, "approved", revision=1)
    assert answer.status_code == 409
    assert "دوباره در دست ماشین است" in answer.text


def test_a_comment_that_somebody_else_decided_is_not_decided_again(app: Flask, sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    signed_in(app, make_person("mina", site)).decide(comment, "rejected", reason="no-insults")
    answer = sara.decide(comment, "approved")
    assert answer.status_code == 409
    assert "<bdi>mina</bdi> این پیام را هم‌اکنون رد کرده است" in answer.text
    assert (fresh(comment).status, decisions()) == (Status.REJECTED, 1)


def test_a_comment_that_the_site_withdrew_is_not_decided(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    lifecycle.withdraw(site.id, comment.id)
    answer = sara.decide(comment, "approved")
    assert answer.status_code == 409
    assert "سایت این پیام را در این میان پس گرفته است" in answer.text


def test_the_same_decision_sent_twice_is_one(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    assert [sara.decide(comment, "approved").status_code for _ in range(2)] == [303, 303]
    assert decisions() == 1


def test_changing_ones_mind_goes_by_undo_and_not_by_a_second_decision(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    sara.decide(comment, "approved")
    answer = sara.decide(comment, "rejected", reason="no-insults")
    assert answer.status_code == 409
    assert "خودتان این پیام را" in answer.text
    assert fresh(comment).status == Status.APPROVED


def test_an_undone_decision_never_happened_outside(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, "پیامی که برمی‌گردد")
    sara.decide(comment, "approved")
    decision = fresh(comment).decision
    assert "پیامی که برمی‌گردد" in sara.get("/review").partition('class="undo"')[2]
    answer = sara.post(f"/review/undo/{decision.id}")
    assert (answer.status_code, answer.location) == (303, f"/review#c-{comment.id}")
    assert fresh(comment).status == Status.IN_REVIEW
    assert db.session.execute(select(Event.type)).scalars().all() == ["comment.queued"]
    assert 'class="undo"' not in sara.get("/review")


def test_undoing_twice_is_harmless(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    sara.decide(comment, "approved")
    decision = fresh(comment).decision
    assert [sara.post(f"/review/undo/{decision.id}").status_code for _ in range(2)] == [303, 303]
    assert fresh(comment).status == Status.IN_REVIEW


def test_after_its_time_a_decision_is_not_undone_but_can_be_reopened(
    sara: Visitor, site: Site, sara_herself: Person
) -> None:
    comment, decision = make_decided(site, sara_herself)
    answer = sara.post(f"/review/undo/{decision.id}")
    assert answer.status_code == 409
    assert "مهلت بازگرداندن گذشته" in answer.text
    assert f"/review/{comment.id}/reopen" in answer.text
    assert fresh(comment).status == Status.APPROVED


def test_nobody_takes_back_what_somebody_else_decided(app: Flask, sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    sara.decide(comment, "approved")
    mina = signed_in(app, make_person("mina", site))
    assert 'class="undo"' not in mina.get("/review")
    assert mina.post(f"/review/undo/{fresh(comment).decision_id}").status_code == 404
    assert fresh(comment).status == Status.APPROVED


def test_a_published_decision_is_reopened_and_the_site_is_told(sara: Visitor, site: Site, sara_herself: Person) -> None:
    comment, _ = make_decided(site, sara_herself, DecisionOutcome.REJECTED)
    assert "بازگشایی" in sara.get(f"/review/{comment.id}")
    assert sara.post(f"/review/{comment.id}/reopen").status_code == 303
    assert fresh(comment).status == Status.IN_REVIEW
    kinds = db.session.execute(select(Event.type)).scalars().all()
    assert "comment.reopened" in kinds


def test_what_was_never_published_is_not_reopened(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site)
    answer = sara.post(f"/review/{comment.id}/reopen")
    assert answer.status_code == 409
    assert "تصمیمی ندارد" in answer.text


def test_the_page_of_a_comment_tells_its_whole_history(sara: Visitor, site: Site, sara_herself: Person) -> None:
    comment = make_waiting(site, "متن یکم")
    sara.decide(comment, "rejected", reason="on-topic", note="بی‌ربط به خبر")
    sara.post(f"/review/undo/{fresh(comment).decision_id}")
    lifecycle.revise(site.id, comment.id, "متن دوم")
    page = sara.get(f"/review/{comment.id}")
    for told in ("متن یکم", "متن دوم", "بازگردانده شد", "بی‌ربط به خبر", sara_herself.name, "در دست ماشین"):
        assert told in page


def test_an_accusation_waits_for_a_second_voice_where_the_site_wants_two(app: Flask, sara: Visitor, site: Site) -> None:
    site.slander_needs_two = True
    db.session.commit()
    comment = make_waiting(site, findings=[make_finding("no-slander", "accusation")])
    sara.decide(comment, "approved")
    page = sara.get("/review")
    assert "رأی شما ثبت شد" in page
    assert "در انتظار رأی نفر دیگر" in page
    assert 'data-decide="approve"' not in page
    mina = signed_in(app, make_person("mina", site))
    seen = mina.get("/review")
    assert "یک نفر رأی داده است" in seen
    assert "sara" not in seen  # a second voice is worth most when it does not know the first
    assert sara.decide(comment, "approved").status_code == 409
    mina.decide(comment, "approved")
    assert fresh(comment).status == Status.APPROVED
