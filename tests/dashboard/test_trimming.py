"""A moderator cuts something out before a comment is published."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from moderation import lifecycle
from moderation.dashboard.trimming import pieces
from moderation.db import db
from moderation.lifecycle import Outcome
from moderation.lifecycle.trimming import NothingLeft, without
from moderation.models import Comment, Decision, Event, Person, Revision, Site, Status
from moderation.wire import ArticleIn, AuthorIn, CommentIn
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_finding, make_key, make_person, make_site, make_waiting

TEXT = "این وزیر احمق کار خوبی کرد"
LEFT = "این وزیر […] کار خوبی کرد"


def fresh(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def trim(visitor: Visitor, comment: Comment, *numbers: int, **fields: object) -> Any:
    return visitor.post(f"/review/{comment.id}/trim", **{"revision": comment.revision, "cut": list(numbers), **fields})


def told(site: Site, comment: Comment, client: FlaskClient) -> dict[str, Any]:
    """The state as the site reads it."""
    lifecycle.publish(fresh(comment).decision.effective_at)
    headers = {"Authorization": f"Bearer {make_key(site, 'read')}"}
    return client.get(f"/v1/comments/{comment.id}", headers=headers).json


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=4))
def test_what_is_left_is_never_longer_and_holds_nothing_new(text: str, spans: list[tuple[int, int]]) -> None:
    try:
        left = without(text, spans)
    except NothingLeft:
        return
    assert len(left) <= len(text)
    rest = iter(text)
    assert all(character in rest for part in left.split("[…]") for character in part)


def test_a_word_is_cut_and_the_rest_is_approved_in_one_step(sara: Visitor, site: Site, sara_herself: Person) -> None:
    comment = make_waiting(site, TEXT)
    assert "احمق" in sara.get(f"/review/{comment.id}/trim")
    assert trim(sara, comment, 2, note="ناسزا").status_code == 303
    now = fresh(comment)
    assert (now.text, now.trimmed, now.revision, now.status) == (LEFT, True, 2, Status.APPROVED)
    assert (now.decision.person_id, now.decision.revision, now.decision.note) == (sara_herself.id, 2, "ناسزا")
    (before,) = db.session.execute(select(Revision)).scalars()
    assert (before.number, before.text, before.trimmed) == (1, TEXT, False)
    page = sara.get(f"/review/{comment.id}")
    assert "بریده‌شده" in page
    assert TEXT in page


def test_the_site_is_told_the_text_to_publish(app: Flask, sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, TEXT)
    trim(sara, comment, 2)
    state = told(site, comment, app.test_client())
    assert (state["status"], state["revision"]) == ("approved", 2)
    assert (state["decision"]["trimmed"], state["decision"]["text"]) == (True, LEFT)
    (event,) = db.session.execute(select(Event).where(Event.type == "comment.approved")).scalars()
    assert event.payload["data"]["decision"]["text"] == LEFT


def test_whoever_is_not_trimmed_is_told_no_text(app: Flask, sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, TEXT)
    sara.decide(comment, "approved")
    decision = told(site, comment, app.test_client())["decision"]
    assert (decision["trimmed"], decision["text"]) == (False, None)


def test_taking_it_back_makes_the_comment_whole_again(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, TEXT)
    trim(sara, comment, 2)
    sara.post(f"/review/undo/{fresh(comment).decision_id}")
    now = fresh(comment)
    assert (now.text, now.trimmed, now.status, now.revision) == (TEXT, False, Status.IN_REVIEW, 3)
    texts = select(Revision.text, Revision.trimmed).order_by(Revision.number)
    assert db.session.execute(texts).all() == [(TEXT, False), (LEFT, True)]


@pytest.mark.parametrize("numbers", [(), tuple(range(6)), (99,)])
def test_nothing_or_everything_is_not_cut(sara: Visitor, site: Site, numbers: tuple[int, ...]) -> None:
    comment = make_waiting(site, TEXT)
    answer = trim(sara, comment, *numbers)
    assert answer.status_code == 422
    assert "دست‌کم یک واژه" in answer.text
    assert fresh(comment).text == TEXT


def test_only_the_text_that_was_seen_is_cut(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, TEXT)
    assert trim(sara, comment, 2, revision=5).status_code == 409
    sara.decide(comment, "approved")
    assert trim(sara, comment, 2).status_code == 409
    assert trim(sara, comment, 2, revision="").status_code == 422
    assert fresh(comment).text == TEXT


def test_what_two_people_must_agree_on_is_not_cut_by_one(sara: Visitor, site: Site) -> None:
    site.slander_needs_two = True
    db.session.commit()
    comment = make_waiting(site, TEXT, findings=[make_finding("no-slander", "accusation")])
    answer = trim(sara, comment, 2)
    assert answer.status_code == 409
    assert "دو نفر باید رأی بدهند" in answer.text


def test_the_site_may_send_its_own_text_again(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, TEXT)
    trim(sara, comment, 2)
    again = CommentIn(
        external_id=comment.external_id, text=TEXT, article=ArticleIn(external_id="a-1"), author=AuthorIn(name="x")
    )
    assert lifecycle.receive(site.id, again).outcome is Outcome.SAME
    assert [receipt.outcome for receipt in lifecycle.receive_many(site.id, [again])] == [Outcome.SAME]
    lifecycle.revise(site.id, comment.id, TEXT)
    assert fresh(comment).revision == 2, "editing to the text that was sent changes nothing"
    lifecycle.revise(site.id, comment.id, "متنی دیگر")
    now = fresh(comment)
    assert (now.text, now.trimmed, now.status) == ("متنی دیگر", False, Status.PENDING)


def test_erasing_removes_what_was_left_everywhere(app: Flask, sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, TEXT)
    trim(sara, comment, 2)
    told(site, comment, app.test_client())
    lifecycle.erase(site.id, comment.id)
    db.session.expire_all()
    assert db.session.execute(select(Decision.trimmed_text)).scalars().all() == [""]
    assert "وزیر" not in str(db.session.execute(select(Event.payload)).scalars().all())


def test_a_trimmed_text_is_read_by_the_machine_again(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, TEXT)
    trim(sara, comment, 2)
    claim = lifecycle.claim(10, 60, again=True)
    assert [(each.id, each.text) for each in claim.comments] == [(comment.id, LEFT)]


def test_kian_cuts_nothing(app: Flask, site: Site) -> None:
    kian = signed_in(app, make_person("kian", make_site("jam").site))
    comment = make_waiting(site, TEXT)
    kian.get(f"/review/{comment.id}/trim", status=404)
    assert trim(kian, comment, 2).status_code == 404


def test_a_text_of_any_length_has_a_bounded_page(sara: Visitor, site: Site) -> None:
    for text in ("واژه " * 400, "جمله‌ای کوتاه. " * 450, "یک دو سه چهار. " * 4000, "ا" * 65_000, "س" + "\u0336" * 6000):
        found = pieces(text)
        assert 0 < len(found) <= 500
        assert all(0 <= piece.start < piece.end <= len(text) for piece in found)
        sara.get(f"/review/{make_waiting(site, text).id}/trim")
