"""The states and events of a comment's life."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from moderation import lifecycle
from moderation.db import db, now
from moderation.jobs import PUBLISH, SCREEN
from moderation.lifecycle import Conflict, Outcome, Ruling, Screened
from moderation.models import (
    Article,
    Comment,
    Decision,
    DecisionOutcome,
    Delivery,
    Event,
    FindingRow,
    Revision,
    RuleSetVersion,
    Screening,
    Status,
)
from moderation.rules.base import Signals
from moderation.rules.rule_set import judge
from moderation.wire import ArticleIn
from moderation.wire_answers import comment_out
from tests.factories import make_comment, make_decided, make_finding, make_person, make_site, make_waiting, sent
from tests.fakes import CountingBell

APPROVE, REJECT = DecisionOutcome.APPROVED, DecisionOutcome.REJECTED


def fresh(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def count(model: type) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def told() -> list[str]:
    """The kinds of all events, in the order of the feed; what is not published yet comes last."""
    return list(db.session.execute(select(Event.type).order_by(Event.position.nulls_last(), Event.due_at)).scalars())


def approve(comment: Comment, person_id, undo_seconds: float = 0) -> Decision:
    return lifecycle.decide(comment, person_id, Ruling(APPROVE, comment.revision), undo_seconds)


def test_a_comment_that_is_received_is_pending_and_rings_once(app: Flask, bell: CountingBell) -> None:
    site = make_site().site
    receipt = lifecycle.receive(site.id, sent("سلام"))
    comment = db.session.get_one(Comment, receipt.comment_id)
    assert (receipt.outcome, comment.status, comment.revision) == (Outcome.STORED, Status.PENDING, 1)
    assert bell.rings[SCREEN] == 1


def test_the_same_external_id_is_the_same_comment_and_another_text_is_refused(app: Flask, bell: CountingBell) -> None:
    site = make_site().site
    first = lifecycle.receive(site.id, sent("سلام", external_id="x"))
    again = lifecycle.receive(site.id, sent("سلام", external_id="x"))
    article = ArticleIn(external_id="other", title="مقاله‌ی دیگر")
    other = lifecycle.receive(site.id, sent("خداحافظ", external_id="x", article=article))
    assert (again.outcome, again.comment_id) == (Outcome.SAME, first.comment_id)
    assert (other.outcome, other.comment_id) == (Outcome.OTHER_TEXT, first.comment_id)
    assert count(Comment) == 1
    assert count(Article) == 1, "the article that came with the refused comment is not stored"
    assert bell.rings[SCREEN] == 1


def test_an_unknown_article_without_a_title_stores_nothing(app: Flask) -> None:
    site = make_site().site
    receipt = lifecycle.receive(site.id, sent(article=ArticleIn(external_id="unknown")))
    assert receipt.outcome is Outcome.UNKNOWN_ARTICLE
    assert count(Comment) == count(Article) == 0


def test_an_article_that_came_along_changed_is_updated_and_keeps_what_did_not_come(app: Flask) -> None:
    site = make_site().site
    make_comment(site, article=ArticleIn(external_id="a", title="عنوان", body="متن"))
    make_comment(site, article=ArticleIn(external_id="a", title="عنوان تازه", url="https://mehr.example/a"))
    make_comment(site, article=ArticleIn(external_id="a"))
    article = db.session.execute(select(Article), execution_options={"populate_existing": True}).scalar_one()
    assert (article.title, article.body, article.url) == ("عنوان تازه", "متن", "https://mehr.example/a")


def test_the_parent_of_a_reply_is_found_by_the_sites_own_id(app: Flask) -> None:
    site = make_site().site
    parent = make_comment(site, external_id="parent")
    assert make_comment(site, parent_external_id="parent").parent_id == parent.id
    assert make_comment(site, parent_external_id="nobody").parent_id is None


def test_two_claims_never_hold_the_same_comment(app: Flask) -> None:
    site = make_site().site
    made = {make_comment(site).id for _ in range(5)}
    first, second, third = lifecycle.claim(3, 60), lifecycle.claim(3, 60), lifecycle.claim(3, 60)
    held = [{comment.id for comment in claim.comments} for claim in (first, second, third)]
    assert [len(ids) for ids in held] == [3, 2, 0]
    assert held[0] | held[1] == made
    assert all(comment.attempts == 1 for comment in first.comments)


def screenings(claim: lifecycle.Claim, site_id) -> list[Screened]:
    version = db.session.execute(select(RuleSetVersion.id).where(RuleSetVersion.site_id == site_id)).scalar_one()
    finding = make_finding()
    return [
        Screened(comment.id, comment.revision, version, judge([finding]), Signals(insult=0.9).to_dict(), [finding])
        for comment in claim.comments
    ]


def test_a_screening_puts_the_comment_in_review_with_its_findings(app: Flask) -> None:
    site = make_site().site
    comment = make_comment(site)
    claim = lifecycle.claim(10, 60)
    assert lifecycle.screened(claim.token, screenings(claim, site.id)) == 1
    comment = fresh(comment)
    assert (comment.status, comment.verdict, comment.claim_token) == (Status.IN_REVIEW, "violation", None)
    assert [finding.code for finding in comment.screening.findings] == ["insult"]


def test_an_expired_claim_is_taken_over_and_its_late_result_is_dropped(app: Flask) -> None:
    site = make_site().site
    make_comment(site)
    slow = lifecycle.claim(10, -1)
    quick = lifecycle.claim(10, 60)
    assert len(quick.comments) == 1
    assert lifecycle.screened(slow.token, screenings(slow, site.id)) == 0
    assert lifecycle.screened(quick.token, screenings(quick, site.id)) == 1
    assert count(Screening) == 1


def test_a_comment_edited_while_it_was_measured_stays_pending_and_is_claimed_again(app: Flask) -> None:
    site = make_site().site
    comment = make_comment(site, "متن نخست")
    claim = lifecycle.claim(10, 60)
    results = screenings(claim, site.id)
    lifecycle.revise(site.id, comment.id, "متن دوم")
    assert lifecycle.screened(claim.token, results) == 1, "the screening of the first revision is kept"
    assert fresh(comment).status == Status.PENDING
    again = lifecycle.claim(10, 60)
    assert [(item.text, item.revision) for item in again.comments] == [("متن دوم", 2)]


def test_a_decision_moves_the_comment_and_is_invisible_outside_before_it_is_published(
    app: Flask, bell: CountingBell
) -> None:
    site = make_site().site
    sara = make_person("sara", site)
    comment = make_waiting(site)
    approve(comment, sara.id, undo_seconds=60)
    comment = fresh(comment)
    assert comment.status == Status.APPROVED
    assert comment_out(comment).status == "in_review"
    assert comment_out(comment).decision is None
    assert lifecycle.publish() == 0, "its time has not come"
    assert lifecycle.publish(now() + timedelta(seconds=61)) == 1
    assert comment_out(fresh(comment)).status == "approved"
    assert bell.rings[PUBLISH] == 2, "one for the queue, one for the decision"


def test_a_decision_over_another_revision_than_the_current_one_is_refused(app: Flask) -> None:
    site = make_site().site
    sara = make_person("sara", site)
    comment = make_waiting(site)
    with pytest.raises(Conflict) as caught:
        lifecycle.decide(comment, sara.id, Ruling(APPROVE, revision_seen=7), 0)
    assert caught.value.code == "revised"
    assert count(Decision) == 0
    assert told() == ["comment.queued"]


def test_a_second_decision_is_refused(app: Flask) -> None:
    site = make_site().site
    sara, omid = make_person("sara", site), make_person("omid", site)
    comment = make_waiting(site)
    approve(comment, sara.id)
    with pytest.raises(Conflict) as caught:
        lifecycle.decide(comment, omid.id, Ruling(REJECT, 1, "no-insults"), 0)
    assert caught.value.code == "not-in-review"
    assert (count(Decision), fresh(comment).status) == (1, Status.APPROVED)


def test_undo_brings_the_comment_back_and_nothing_ever_leaves(app: Flask) -> None:
    site = make_site().site
    sara = make_person("sara", site)
    comment = make_waiting(site)
    decision = approve(comment, sara.id, undo_seconds=60)
    lifecycle.undo(decision)
    assert fresh(comment).status == Status.IN_REVIEW
    assert lifecycle.publish(now() + timedelta(hours=1)) == 0
    with pytest.raises(Conflict):
        lifecycle.undo(decision)


def test_undo_after_the_window_is_too_late(app: Flask) -> None:
    site = make_site().site
    sara = make_person("sara", site)
    comment, decision = make_decided(site, sara)
    with pytest.raises(Conflict) as caught:
        lifecycle.undo(decision)
    assert (caught.value.code, fresh(comment).status) == ("too-late", Status.APPROVED)


def test_reopening_tells_the_site_and_a_new_decision_follows_in_the_feed(app: Flask) -> None:
    site = make_site().site
    sara = make_person("sara", site)
    comment, _ = make_decided(site, sara)
    lifecycle.reopen(comment)
    assert comment_out(fresh(comment)).status == "in_review"
    lifecycle.decide(fresh(comment), sara.id, Ruling(REJECT, 1, "on-topic"), 0)
    lifecycle.publish()
    assert told() == ["comment.queued", "comment.approved", "comment.reopened", "comment.rejected"]
    assert comment_out(fresh(comment)).decision.reason == "on-topic"


def test_an_unpublished_decision_cannot_be_reopened(app: Flask) -> None:
    site = make_site().site
    comment, _ = make_decided(site, make_person("sara", site), undo_seconds=60)
    with pytest.raises(Conflict):
        lifecycle.reopen(comment)


def test_editing_a_published_comment_keeps_it_published_until_the_new_text_is_decided(app: Flask) -> None:
    site = make_site().site
    sara = make_person("sara", site)
    comment, _ = make_decided(site, sara, text="متن نخست")
    lifecycle.revise(site.id, comment.id, "متن دوم")
    out = comment_out(fresh(comment))
    assert (out.status, out.revision) == ("pending", 2)
    assert (out.decision.outcome, out.decision.revision) == ("approved", 1)
    old = db.session.execute(select(Revision)).scalar_one()
    assert (old.number, old.text) == (1, "متن نخست")


def test_editing_takes_a_decision_back_that_has_not_left_the_house(app: Flask) -> None:
    site = make_site().site
    comment, decision = make_decided(site, make_person("sara", site), undo_seconds=60)
    lifecycle.revise(site.id, comment.id, "متن دوم")
    assert fresh(comment).status == Status.PENDING
    assert db.session.get_one(Decision, decision.id, populate_existing=True).undone_at is not None
    assert lifecycle.publish(now() + timedelta(hours=1)) == 0


def test_a_withdrawn_comment_leaves_the_queue_and_cannot_be_edited_or_decided(app: Flask) -> None:
    credentials = make_site(webhook="http://127.0.0.1:9/hook")
    site = credentials.site
    sara = make_person("sara", site)
    comment, _ = make_decided(site, sara)
    lifecycle.withdraw(site.id, comment.id)
    assert fresh(comment).status == Status.WITHDRAWN
    assert db.session.execute(select(Delivery.state)).scalars().all() == ["cancelled"]
    with pytest.raises(Conflict):
        lifecycle.revise(site.id, comment.id, "متن دوم")
    waiting = make_waiting(site)
    lifecycle.withdraw(site.id, waiting.id)
    with pytest.raises(Conflict):
        approve(waiting, sara.id)


def test_erasing_blanks_every_text_and_leaves_the_fact(app: Flask) -> None:
    site = make_site().site
    sara = make_person("sara", site)
    comment = make_waiting(site, "راز بزرگ", findings=[make_finding(reason="«راز»", spans=((0, 3),))])
    lifecycle.revise(site.id, comment.id, "راز دوم")
    lifecycle.erase(site.id, comment.id)
    comment = fresh(comment)
    assert (comment.text, comment.author_name, comment.status) == ("", "", Status.WITHDRAWN)
    assert comment.erased_at is not None
    assert db.session.execute(select(Revision.text)).scalars().all() == [""]
    assert db.session.execute(select(FindingRow.reason, FindingRow.spans)).one() == ("", [])
    assert db.session.execute(select(Screening.signals)).scalars().all() == [{}]
    published, _ = make_decided(site, sara)
    lifecycle.erase(site.id, published.id)
    assert fresh(published).status == Status.APPROVED, "what was decided stays a fact"


def accused(site) -> Comment:
    return make_waiting(site, "او رشوه گرفت", findings=[make_finding("no-slander", "accusation")])


def test_an_accusation_waits_for_a_second_voice_where_the_site_wants_two(app: Flask) -> None:
    site = make_site().site
    site.slander_needs_two = True
    db.session.commit()
    sara, omid = make_person("sara", site), make_person("omid", site)
    comment = accused(site)
    first = lifecycle.decide(comment, sara.id, Ruling(REJECT, 1, "no-slander"), 0)
    assert (first.vote, fresh(comment).status) == (True, Status.IN_REVIEW)
    with pytest.raises(Conflict) as caught:
        lifecycle.decide(fresh(comment), sara.id, Ruling(REJECT, 1, "no-slander"), 0)
    assert caught.value.code == "voted-already"
    second = lifecycle.decide(fresh(comment), omid.id, Ruling(REJECT, 1, "no-slander"), 0)
    assert (second.vote, fresh(comment).status) == (False, Status.REJECTED)


def test_two_voices_that_differ_escalate_and_a_third_decides(app: Flask) -> None:
    site = make_site().site
    site.slander_needs_two = True
    db.session.commit()
    people = [make_person(name, site) for name in ("sara", "omid", "navid")]
    comment = accused(site)
    lifecycle.decide(comment, people[0].id, Ruling(REJECT, 1, "no-slander"), 0)
    lifecycle.decide(fresh(comment), people[1].id, Ruling(APPROVE, 1), 0)
    assert (fresh(comment).status, fresh(comment).escalated) == (Status.IN_REVIEW, True)
    lifecycle.decide(fresh(comment), people[2].id, Ruling(APPROVE, 1), 0)
    assert fresh(comment).status == Status.APPROVED


def test_positions_are_given_in_the_order_in_which_decisions_came_into_effect(app: Flask) -> None:
    site = make_site().site
    sara = make_person("sara", site)
    late, early = make_waiting(site), make_waiting(site)
    approve(late, sara.id, undo_seconds=30)
    approve(early, sara.id, undo_seconds=10)
    lifecycle.publish(now() + timedelta(seconds=60))
    events = db.session.execute(select(Event.position, Event.comment_id).order_by(Event.position)).all()
    assert [position for position, _ in events] == [1, 2, 3, 4]
    assert [comment_id for _, comment_id in events[2:]] == [early.id, late.id]


def test_a_voice_that_a_decision_rests_on_cannot_be_taken_back(app: Flask) -> None:
    site = make_site().site
    site.slander_needs_two = True
    db.session.commit()
    sara, omid = make_person("sara", site), make_person("omid", site)
    comment = accused(site)
    vote = lifecycle.decide(comment, sara.id, Ruling(APPROVE, 1), 60)
    lifecycle.decide(fresh(comment), omid.id, Ruling(APPROVE, 1), 60)
    with pytest.raises(Conflict):
        lifecycle.undo(vote)
    assert fresh(comment).status == Status.APPROVED


def test_reopening_asks_for_two_fresh_voices(app: Flask) -> None:
    site = make_site().site
    site.slander_needs_two = True
    db.session.commit()
    sara, omid = make_person("sara", site), make_person("omid", site)
    comment = accused(site)
    for person in (sara, omid):
        lifecycle.decide(fresh(comment), person.id, Ruling(APPROVE, 1), 0)
    lifecycle.publish()
    lifecycle.reopen(fresh(comment))
    first = lifecycle.decide(fresh(comment), sara.id, Ruling(REJECT, 1, "no-slander"), 0)
    assert (first.vote, fresh(comment).status, fresh(comment).escalated) == (True, Status.IN_REVIEW, False)
    assert not lifecycle.decide(fresh(comment), omid.id, Ruling(REJECT, 1, "no-slander"), 0).vote
