"""A replay goes on where it stopped, counts nothing twice, stops when it is told to, and one bad row stops nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from moderation import lifecycle, replay, standing
from moderation.db import db, new_id, now
from moderation.jobs import REPLAY
from moderation.models import AuditEntry, Comment, Decision, Person, Replay, ReplayState, Revision, Screening, Site
from moderation.policy import live_rule_set
from moderation.replay import reading, results, working
from moderation.replay.results import Result
from moderation.rules.compiling import RuleSetError
from moderation.rules.no_insults import NoInsults
from moderation.rules.options import with_option
from moderation.rules.rule_set import RuleSet
from tests.factories import make_automatic, make_person, make_site
from tests.fakes import CountingBell
from tests.replay.past import changed, decide_many, finished, publish
from worker import tasks


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten decisions a page."""
    monkeypatch.setattr(working, "PAGE", 10)


def read(row: Replay | None) -> Result:
    assert row is not None
    assert row.state == ReplayState.DONE, row.error
    assert row.result is not None
    return results.read(row.result)


def again(site: Site, row: Replay) -> Replay:
    found = replay.of(site.id, row.id)
    assert found is not None
    return found


def test_a_job_rung_after_the_start_replays_and_the_sweep_rings_again(
    site: Site, sara: Person, bell: CountingBell
) -> None:
    decide_many(site, sara, 25)
    bell.rings.clear()
    row = replay.start(site.id, changed(site))
    assert bell.rings[REPLAY] == 1
    tasks.sweep()
    assert bell.rings[REPLAY] == 2
    tasks.replay_decisions()
    assert read(again(site, row)).replayed == 25
    bell.rings.clear()
    tasks.sweep()
    assert not bell.rings[REPLAY]


def test_progress_is_seen_while_it_runs_and_a_slice_leaves_the_rest_to_the_next(site: Site, sara: Person) -> None:
    decide_many(site, sara, 45)
    row = replay.start(site.id, changed(site))
    seen = []
    for _ in range(4):
        replay.work(0)  # a page
        seen.append((again(site, row).done, again(site, row).total, again(site, row).state))
    assert seen == [(number, 45, ReplayState.RUNNING) for number in (10, 20, 30, 40)]
    while replay.work(0):
        pass
    assert read(again(site, row)).replayed == 45


def test_a_killed_worker_is_followed_by_another_and_nothing_is_counted_twice(site: Site, sara: Person) -> None:
    decide_many(site, sara, 45)
    whole = read(finished(site, changed(site)))
    row = replay.start(site.id, changed(site))
    replay.work(0)
    killed = replay.claim_next()
    assert killed is not None
    desk = working._Desk.of(killed)
    assert desk.next_page()  # and then the worker is gone, its claim still holds
    assert replay.claim_next() is None
    assert not replay.work()
    db.session.execute(update(Replay).values(claim_until=now() - timedelta(seconds=1)))
    db.session.commit()
    assert replay.work()
    with pytest.raises(working.Lost):  # it was not gone, only slow: what it counted since is not kept
        desk.next_page()
    result = read(again(site, row))
    assert result == replace(whole, curves=result.curves)
    assert result.curves == whole.curves


def test_a_cancelled_replay_stops_at_once_and_says_nothing(site: Site, sara: Person) -> None:
    decide_many(site, sara, 45)
    row = replay.start(site.id, changed(site))
    claim = replay.claim_next()
    assert claim is not None
    desk = working._Desk.of(claim)
    desk.next_page()
    stopped = replay.cancel(site.id, row.id)
    assert stopped is not None
    assert (stopped.state, stopped.result, stopped.done) == (ReplayState.CANCELLED, None, 10)
    with pytest.raises(working.Lost):
        desk.next_page()
    assert not replay.work()
    assert replay.cancel(site.id, row.id).state == ReplayState.CANCELLED  # type: ignore[union-attr]
    actions = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.id)).scalars().all()
    assert actions[-2:] == ["replay.started", "replay.cancelled"]


def test_another_site_sees_and_stops_nothing(site: Site, sara: Person) -> None:
    other = make_site("jam").site
    told = decide_many(site, sara, 20)
    decide_many(other, make_person("kian", other), 15, seed=8)
    row = replay.start(site.id, changed(site))
    assert replay.of(other.id, row.id) is None
    assert replay.cancel(other.id, row.id) is None
    assert replay.latest(other.id) is None
    result = read(finished(other, changed(other)))
    assert result.replayed == 15
    ours = {str(one.comment_id) for one in told}
    assert not ours & {each for ids in result.whole.examples.values() for each in ids}
    assert replay.proof(other.id, row.digest) is None or replay.proof(other.id, row.digest).decisions == 15  # type: ignore[union-attr]


def test_of_each_site_one_replay_is_worked_on_and_sites_take_turns(site: Site, sara: Person) -> None:
    other = make_site("jam").site
    decide_many(site, sara, 20)
    decide_many(other, make_person("kian", other), 20)
    first, second, third = (replay.start(each.id, changed(each)) for each in (site, site, other))
    one, two = replay.claim_next(), replay.claim_next()
    assert one is not None
    assert two is not None
    assert {one.id, two.id} == {first.id, third.id}
    assert replay.claim_next() is None
    assert again(site, second).state == ReplayState.QUEUED


def test_what_cannot_be_replayed_is_counted_and_stops_nothing(site: Site, sara: Person) -> None:
    told = decide_many(site, sara, 20)
    ids = [one.comment_id for one in told]
    lifecycle.erase(site.id, ids[0])
    db.session.execute(
        update(Screening).where(Screening.comment_id == ids[2]).values(signals={"models": {"a": "1"}, "insult": "x"})
    )
    db.session.execute(update(Screening).where(Screening.comment_id == ids[3]).values(signals={}))
    db.session.commit()
    result = read(finished(site, changed(site)))
    assert (result.replayed, result.erased, result.broken, result.unmeasured) == (17, 1, 1, 1)


def test_a_text_that_changed_since_is_replayed_as_it_was_decided(site: Site, sara: Person) -> None:
    told = decide_many(site, sara, 1)[0]
    text, later = "تو احمق هستی", "سپاس"
    db.session.execute(insert(Revision).values(comment_id=told.comment_id, number=1, text=text, created_at=now()))
    db.session.execute(update(Comment).where(Comment.id == told.comment_id).values(text=later, revision=2))
    rules = db.session.execute(select(Screening.rule_set_id)).scalar_one()
    values = {"comment_id": told.comment_id, "revision": 2, "rule_set_id": rules, "verdict": "clean", "priority": 0}
    newer = insert(Screening).values(**values, id=new_id(), signals={"models": {"insult": "2"}}).returning(Screening.id)
    newest = db.session.execute(newer).scalar_one()
    db.session.execute(update(Comment).where(Comment.id == told.comment_id).values(screening_id=newest))
    db.session.commit()
    (case,) = reading.cases_of(site.id, [told.comment_id])
    assert (case.text, case.signals) == (text, told.subject.signals)


def test_a_rule_that_raises_is_counted_and_holds_the_comment(
    site: Site, sara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide_many(site, sara, 20)
    before = live_rule_set(site.id)
    after = with_option(before, "no-insults", "profanity", "violation")
    check = NoInsults.check

    def broken(rule: NoInsults, subject: object) -> object:
        if rule.profanity == "violation":
            raise RuntimeError("broken on purpose")
        return check(rule, subject)  # type: ignore[arg-type]

    monkeypatch.setattr(NoInsults, "check", broken)
    result = read(finished(site, after))
    figures = next(each for each in result.rules if each.slug == "no-insults")
    assert figures.raised == 20
    assert figures.draft.all == 20
    assert result.draft.clean == 0


def test_what_people_decided_counts_and_nothing_else(site: Site, sara: Person) -> None:
    told = decide_many(site, sara, 12)
    ids = [one.comment_id for one in told]
    db.session.execute(update(Decision).where(Decision.comment_id == ids[1]).values(undone_at=now()))
    brought = Decision(site_id=site.id, comment_id=ids[2], revision=1, outcome="approved", imported=True)
    brought.decided_at = brought.effective_at = now()
    db.session.add(brought)
    db.session.flush()
    db.session.execute(update(Comment).where(Comment.id == ids[2]).values(decision_id=brought.id))
    db.session.commit()
    make_automatic(site)  # the rules did
    result = read(finished(site, changed(site)))
    assert (result.replayed, result.imported) == (11, 1)


def test_only_the_last_decisions_are_replayed(site: Site, sara: Person) -> None:
    decide_many(site, sara, 30)
    row = finished(site, changed(site), last=12)
    assert (row.total, row.done, read(row).replayed) == (12, 12, 12)


def test_rules_that_changed_since_a_comment_was_screened_run_again(site: Site, sara: Person) -> None:
    decide_many(site, sara, 60)
    strict = changed(site, "no-insults", "suspect_at", 0.05)
    publish(site, strict)
    same = read(finished(site, strict))
    assert same.whole.changed == 0
    assert same.changed == ()
    assert same.live == same.draft
    back = read(finished(site, changed(site, "no-insults", "suspect_at", 0.6)))
    assert back.whole.freed + back.whole.caught_less > 0


def test_a_blocked_author_counts_as_when_the_comment_came(site: Site, sara: Person) -> None:
    told = decide_many(site, sara, 6)
    ids = [one.comment_id for one in told]
    db.session.execute(update(Comment).where(Comment.id.in_(ids)).values(author_external_id="u-1"))
    db.session.commit()
    standing.decide(site.id, "u-1", standing.Wish("blocked"), sara.id)
    after = with_option(live_rule_set(site.id), "author-standing", "outcome", "suspect")
    assert not any(each.slug == "author-standing" for each in read(finished(site, after)).rules)
    db.session.execute(update(Comment).where(Comment.id.in_(ids)).values(received_at=now()))
    db.session.commit()
    blocked = next(each for each in read(finished(site, after)).rules if each.slug == "author-standing")
    assert blocked.live.all == blocked.draft.all == 6


def test_a_proof_is_of_these_very_rules_and_the_newest(site: Site, sara: Person) -> None:
    decide_many(site, sara, 30)
    rules = changed(site)
    assert replay.proof(site.id, rules.digest) is None
    result = read(finished(site, rules))
    found = replay.proof(site.id, rules.digest)
    assert found is not None
    assert (found.decisions, found.approved, found.base) == (30, result.approved, 1)
    assert (found.caught_more, found.wrongly_held) == (result.whole.caught_more, result.whole.wrongly_held)
    assert replay.proof(site.id, changed(site, value=0.31).digest) is None
    assert replay.latest(site.id).digest == rules.digest  # type: ignore[union-attr]


@pytest.mark.parametrize("last", [0, -1, replay.MOST + 1])
def test_a_number_that_makes_no_sense_is_refused(site: Site, last: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        replay.start(site.id, live_rule_set(site.id), last=last)


def test_rules_that_do_not_compile_and_too_many_at_once_are_refused(site: Site) -> None:
    with pytest.raises(RuleSetError):
        replay.start(site.id, RuleSet({"no-insults": {"options": {"suspect_at": 7}}}))
    with pytest.raises(RuleSetError):
        replay.start(site.id, RuleSet(word_lists=[{"sha256": "0" * 64}]))
    for _ in range(5):
        replay.start(site.id, live_rule_set(site.id))
    with pytest.raises(replay.Refused):
        replay.start(site.id, live_rule_set(site.id))


def test_a_replay_whose_workers_come_to_nothing_has_failed_visibly(site: Site, sara: Person) -> None:
    decide_many(site, sara, 5)
    row = replay.start(site.id, changed(site))
    for _ in range(working.MOST_ATTEMPTS):
        assert replay.claim_next() is not None
        db.session.execute(update(Replay).values(claim_until=None))
        db.session.commit()
    assert replay.claim_next() is None
    assert again(site, row).state == ReplayState.FAILED


def test_no_decisions_are_no_failure(site: Site) -> None:
    result = read(finished(site, changed(site)))
    assert (result.replayed, result.days) == (0, 1.0)
    db.session.execute(delete(Replay))
