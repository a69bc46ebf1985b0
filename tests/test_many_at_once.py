"""Deciding many comments at once: what changed is left alone, accusations need two, and a bulk is taken back whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from moderation import lifecycle
from moderation.db import db, now
from moderation.lifecycle import Conflict, Many, Ruling, deciding_many
from moderation.models import Comment, Decision, DecisionOutcome, Event, EventType, Person, Site, Status
from tests.factories import make_finding, make_person, make_site, make_waiting
from tests.statements import statements

APPROVE = Ruling(DecisionOutcome.APPROVED, 0)
REJECT = Ruling(DecisionOutcome.REJECTED, 0, reason="no-spam", note="موج تبلیغ")


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("sara", site)


def make_many(site: Site, count: int) -> list[Comment]:
    """Some comments that wait."""
    return [make_waiting(site, f"پیام شمارهٔ {number}") for number in range(count)]


def make_accusation(site: Site) -> Comment:
    """A comment that accuses somebody."""
    return make_waiting(site, "مدیر رشوه گرفته", findings=[make_finding("no-slander", "accusation")])


def ask_for_two(site: Site) -> None:
    """Have the site ask for two people over an accusation."""
    db.session.execute(update(Site).where(Site.id == site.id).values(slander_needs_two=True))
    db.session.commit()


def decide(comments: Sequence[Comment], person: Person, ruling: Ruling = REJECT, seconds: float = 60) -> Many:
    """Decide the current revision of all."""
    seen = {comment.id: comment.revision for comment in comments}
    return lifecycle.decide_many(seen, person.id, ruling, seconds)


def states(comments: Sequence[Comment]) -> list[str]:
    """Where the comments are now."""
    db.session.expire_all()
    return [db.session.get_one(Comment, comment.id).status for comment in comments]


def told() -> int:
    """How many decisions the sites have been told."""
    decided = Event.type.in_([EventType.APPROVED, EventType.REJECTED])
    return db.session.execute(select(func.count()).where(decided, Event.position.is_not(None))).scalar_one()


def test_one_person_decides_many_with_one_reason_and_note(site: Site, sara: Person) -> None:
    comments = make_many(site, 5)
    done = decide(comments, sara)
    assert (done.decided, done.voted, dict(done.left)) == (5, 0, {})
    assert states(comments) == [Status.REJECTED] * 5
    stored = db.session.execute(select(Decision)).scalars().all()
    assert {(row.reason, row.note, row.person_id, row.bulk_id) for row in stored} == {
        ("no-spam", "موج تبلیغ", sara.id, done.id)
    }
    assert len({row.effective_at for row in stored}) == 1, "they leave the house at one moment"
    assert lifecycle.publish(now() + timedelta(seconds=61)) == 5
    assert told() == 5


def test_what_changed_meanwhile_is_left_alone_and_counted(site: Site, sara: Person) -> None:
    fine, revised, edited, decided, withdrawn = comments = make_many(site, 5)
    seen = {comment.id: comment.revision for comment in comments}
    db.session.execute(update(Comment).where(Comment.id == revised.id).values(revision=2))
    db.session.commit()
    lifecycle.revise(site.id, edited.id, "متن دیگر")
    lifecycle.decide(decided, sara.id, Ruling(DecisionOutcome.APPROVED, 1), 60)
    lifecycle.withdraw(site.id, withdrawn.id)
    done = lifecycle.decide_many(seen | {uuid.uuid4(): 1}, sara.id, REJECT, 60)
    assert done.decided == 1
    assert dict(done.left) == {"revised": 1, "pending": 1, "approved": 1, "withdrawn": 1, "gone": 1}
    wanted = [Status.REJECTED, Status.IN_REVIEW, Status.PENDING, Status.APPROVED, Status.WITHDRAWN]
    assert states(comments) == wanted
    assert fine.id in db.session.execute(select(Decision.comment_id).where(Decision.bulk_id == done.id)).scalars()


def test_the_same_bulk_twice_decides_nothing_twice(site: Site, sara: Person) -> None:
    comments = make_many(site, 3)
    decide(comments, sara)
    again = decide(comments, sara)
    assert (again.decided, dict(again.left)) == (0, {"rejected": 3})
    assert db.session.execute(select(func.count()).select_from(Decision)).scalar_one() == 3


def test_no_accusation_is_approved_in_bulk_by_one_person_alone(site: Site, sara: Person) -> None:
    plain, accusation = comments = [*make_many(site, 1), make_accusation(site)]
    done = decide(comments, sara, APPROVE)
    assert (done.decided, dict(done.left)) == (1, {"accusation": 1})
    assert states([plain, accusation]) == [Status.APPROVED, Status.IN_REVIEW]
    assert decide([accusation], sara, REJECT).decided == 1, "to reject one needs nobody else"


def test_where_an_accusation_needs_two_a_bulk_is_a_voice(site: Site, sara: Person) -> None:
    ask_for_two(site)
    plain, accusation = comments = [*make_many(site, 1), make_accusation(site)]
    done = decide(comments, sara, APPROVE)
    assert (done.decided, done.voted) == (1, 1)
    assert states([plain, accusation]) == [Status.APPROVED, Status.IN_REVIEW]
    assert dict(decide([accusation], sara, APPROVE).left) == {"voted-already": 1}
    assert decide([accusation], make_person("mina", site), APPROVE).decided == 1
    assert states([accusation]) == [Status.APPROVED]


def test_two_voices_that_differ_escalate_and_undo_takes_that_back(site: Site, sara: Person) -> None:
    ask_for_two(site)
    accusation = make_accusation(site)
    decide([accusation], sara, APPROVE)
    mina = make_person("mina", site)
    second = decide([accusation], mina, REJECT)
    db.session.expire_all()
    assert (second.voted, db.session.get_one(Comment, accusation.id).escalated) == (1, True)
    assert lifecycle.undo_many(second.id, mina.id) == 1
    db.session.expire_all()
    assert not db.session.get_one(Comment, accusation.id).escalated


def test_a_bulk_is_taken_back_whole_before_anything_leaves_the_house(site: Site, sara: Person) -> None:
    comments = make_many(site, 4)
    done = decide(comments, sara)
    assert lifecycle.publish(now() + timedelta(seconds=59)) == 0
    assert lifecycle.undo_many(done.id, sara.id) == 4
    assert states(comments) == [Status.IN_REVIEW] * 4
    assert lifecycle.publish(now() + timedelta(seconds=120)) == 0
    assert lifecycle.undo_many(done.id, sara.id) == 0, "again changes nothing"


def test_nobody_takes_back_the_bulk_of_another(site: Site, sara: Person) -> None:
    comments = make_many(site, 2)
    done = decide(comments, sara)
    assert lifecycle.undo_many(done.id, make_person("mina", site).id) == 0
    assert states(comments) == [Status.REJECTED] * 2


def test_a_bulk_of_which_something_is_published_stays_whole(site: Site, sara: Person) -> None:
    comments = make_many(site, 3)
    done = decide(comments, sara)
    soon = update(Event).where(Event.comment_id == comments[1].id, Event.position.is_(None)).values(due_at=now())
    db.session.execute(soon)  # a clock that is ahead of ours publishes one
    db.session.commit()
    assert lifecycle.publish() == 1
    with pytest.raises(Conflict, match="too-late"):
        lifecycle.undo_many(done.id, sara.id)
    assert states(comments) == [Status.REJECTED] * 3
    later = now() + timedelta(seconds=61)
    with pytest.raises(Conflict, match="too-late"):
        lifecycle.undo_many(decide(make_many(site, 1), sara).id, sara.id, later)


def test_no_slice_of_a_long_bulk_leaves_before_the_others(
    site: Site, sara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding_many, "_SLICE", 2)
    comments = make_many(site, 5)
    done = decide(comments, sara, seconds=6)
    due = set(db.session.execute(select(Decision.effective_at).where(Decision.bulk_id == done.id)).scalars())
    assert len(due) == 1
    assert lifecycle.publish(due.pop() - timedelta(milliseconds=1)) == 0
    assert lifecycle.undo_many(done.id, sara.id) == 5


def test_what_was_edited_or_withdrawn_meanwhile_does_not_hold_the_rest_back(site: Site, sara: Person) -> None:
    fine, edited, withdrawn, singly = comments = make_many(site, 4)
    done = decide(comments, sara)
    lifecycle.revise(site.id, edited.id, "متن دیگر")
    lifecycle.withdraw(site.id, withdrawn.id)
    db.session.expire_all()
    decision_id = db.session.get_one(Comment, singly.id).decision_id
    lifecycle.undo(db.session.get_one(Decision, decision_id))
    assert lifecycle.undo_many(done.id, sara.id) == 1
    assert states(comments) == [Status.IN_REVIEW, Status.PENDING, Status.WITHDRAWN, Status.IN_REVIEW]
    assert fine.decision_id is None


def test_a_bulk_costs_a_handful_of_statements_however_many_it_names(site: Site, sara: Person) -> None:
    few, many = make_many(site, 2), make_many(site, 40)
    with statements() as for_few:
        decide(few, sara)
    with statements() as for_many:
        decide(many, sara)
    assert len(for_many) <= len(for_few) + 2


def test_a_bulk_is_bounded(site: Site, sara: Person) -> None:
    seen = {uuid.uuid4(): 1 for _ in range(lifecycle.MOST_AT_ONCE + 1)}
    with pytest.raises(ValueError, match="at most"):
        lifecycle.decide_many(seen, sara.id, REJECT, 60)
