"""Rules come into force: for the next comment in every process, with a number of their own, and there is always a way back."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from moderation import lifecycle, word_lists
from moderation.db import db, now
from moderation.jobs import END_RULES, SCREEN
from moderation.models import AuditEntry, Comment, RuleSetVersion, Site, Status
from moderation.policy import Policies, live_rule_set
from moderation.replay.proof import Proof
from moderation.rule_sets import drafts, publishing, versions
from moderation.rule_sets.refusals import Conflict, NoShadow, NoSuchVersion, OverBudget, Unproven
from moderation.rules.compiling import RuleSetError
from moderation.rules.word_lists import SiteList, SiteWord
from moderation.settings import Settings
from tests.factories import make_comment, make_person, make_site
from tests.fakes import CountingBell, fake_models
from tests.rule_sets.changing import draft, publish, switch
from worker import tasks
from worker.screening import screen_claim

WORDS = SiteList("رکیک", (SiteWord("زاغارت"),))


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


def fresh(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def over(site: Site, number: int) -> None:
    """Let the time of a version be over."""
    ended = update(RuleSetVersion).where(RuleSetVersion.site_id == site.id, RuleSetVersion.number == number)
    db.session.execute(ended.values(until=now() - timedelta(seconds=1)))
    db.session.commit()


def test_a_published_draft_counts_for_the_next_comment_in_every_process(site: Site, settings: Settings) -> None:
    here, elsewhere = Policies(), Policies()
    for policies in (here, elsewhere):
        policies.live([site.id])
    before = make_comment(site, "تو احمق هستی")
    screen_claim(fake_models(), elsewhere, settings)
    switch(site.id, "off")
    version = publish(site.id)
    after = make_comment(site, "تو احمق هستی")
    screen_claim(fake_models(), elsewhere, settings)
    assert (fresh(before).verdict, fresh(after).verdict) == ("violation", "clean")
    assert fresh(after).screening.rule_set_id == version.id
    assert here.live([site.id])[site.id][0] == version.id


def test_what_waits_is_screened_again_by_the_new_rules_and_stays_in_the_queue(
    site: Site, settings: Settings, bell: CountingBell
) -> None:
    comment = make_comment(site, "تو احمق هستی")
    screen_claim(fake_models(), Policies(), settings)
    switch(site.id, "off")
    bell.rings.clear()
    publish(site.id)
    assert bell.rings[SCREEN] == 1
    screen_claim(fake_models(), Policies(), settings)
    assert (fresh(comment).status, fresh(comment).verdict) == (Status.IN_REVIEW, "clean")


def test_what_a_worker_is_at_while_the_rules_change_is_claimed_anew(site: Site, settings: Settings) -> None:
    comment = make_comment(site, "تو احمق هستی")
    claim = lifecycle.claim(10, 60)
    switch(site.id, "off")
    publish(site.id)
    assert lifecycle.screened(claim.token, []) == 0
    assert fresh(comment).status == Status.PENDING
    assert screen_claim(fake_models(), Policies(), settings) == 1
    assert fresh(comment).verdict == "clean"


def test_a_version_says_what_it_was_made_from_by_whom_and_why_and_never_changes(site: Site) -> None:
    draft(site.id, suspect_at=0.45)
    first = publish(site.id)
    draft(site.id, suspect_at=0.5)
    publish(site.id)
    assert [(one.number, one.base, one.note) for one in versions.of_site(site.id)] == [
        (3, 2, "a change"),
        (2, 1, "a change"),
        (1, None, None),
    ]
    old = versions.numbered(site.id, 2)
    assert (old.content, old.state) == (first.content, "live")
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.subject == "3")).scalars().all()[-1]
    assert entry.action == "rules.published"
    assert entry.before == {"number": 2, "changes": {"/rules/no-insults/options/suspect_at": 0.45}}
    assert entry.after == {"changes": {"/rules/no-insults/options/suspect_at": 0.5}, "note": "a change"}


def test_an_unseen_edit_is_not_published(site: Site) -> None:
    seen = draft(site.id, suspect_at=0.45)
    draft(site.id, suspect_at=0.5)
    with pytest.raises(Conflict):
        publishing.publish(site.id, edit=seen.edit, note="n", confirmed=True)
    assert versions.live(site.id).number == 1


@pytest.mark.parametrize(("note", "until", "pointer"), [(" ", None, "/note"), ("n", timedelta(seconds=-1), "/until")])
def test_a_version_needs_a_reason_and_a_time_ahead(
    site: Site, note: str, until: timedelta | None, pointer: str
) -> None:
    with pytest.raises(RuleSetError) as refused:
        publishing.publish(site.id, edit=0, note=note, confirmed=True, until=now() + until if until else None)
    assert list(refused.value.errors) == [pointer]


def test_a_draft_that_does_not_compile_any_more_is_not_published(site: Site) -> None:
    words_of_mine = draft(site.id, suspect_at=0.45)
    db.session.execute(
        update(drafts.RuleSetDraft).values(content={"rules": {"a-rule-of-yesterday": {}}}, own_lists=True)
    )
    db.session.commit()
    with pytest.raises(RuleSetError, match="unknown rule"):
        publishing.publish(site.id, edit=words_of_mine.edit, note="n", confirmed=True)
    assert versions.live(site.id).number == 1


# What speaks for rules


def proven(monkeypatch: pytest.MonkeyPatch, *, wrongly_held: int = 0, base: int = 1) -> None:
    """A replay of 1,000 decisions, 800 of them approvals, that is done over any rules."""
    found = Proof(uuid.uuid4(), base, now(), 1000, 800, 5, wrongly_held, 0, 0)
    monkeypatch.setattr(publishing, "proof", lambda site_id, digest: found)


def test_rules_that_no_replay_speaks_for_need_a_second_word(site: Site) -> None:
    edit = draft(site.id, suspect_at=0.45).edit
    with pytest.raises(Unproven) as refused:
        publishing.publish(site.id, edit=edit, note="n")
    assert not refused.value.outdated
    assert drafts.of(site.id).edit == edit
    assert publishing.publish(site.id, edit=edit, note="n", confirmed=True).number == 2


@pytest.mark.parametrize(("wrongly_held", "refused"), [(16, False), (17, True)])
def test_rules_that_hold_more_approved_comments_than_the_budget_need_a_second_word(
    site: Site, wrongly_held: int, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    proven(monkeypatch, wrongly_held=wrongly_held)
    edit = draft(site.id, suspect_at=0.45).edit
    if refused:
        with pytest.raises(OverBudget) as over_budget:
            publishing.publish(site.id, edit=edit, note="n")
        assert (over_budget.value.wrongly_held, over_budget.value.budget) == (17, 16)
        publishing.set_budget(site.id, 0.03)
    assert publishing.publish(site.id, edit=edit, note="n").number == 2


def test_a_draft_that_began_from_rules_that_are_live_no_more_needs_a_second_word(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    proven(monkeypatch)
    edit = draft(site.id, suspect_at=0.45).edit
    publishing.publish(site.id, edit=edit, note="n")
    proven(monkeypatch, base=2)
    edit = draft(site.id, suspect_at=0.5).edit
    publishing.roll_back(site.id, 1, note="back")
    with pytest.raises(Unproven) as refused:
        publishing.publish(site.id, edit=edit, note="n")
    assert refused.value.outdated


def test_a_replay_against_rules_that_are_live_no_more_speaks_for_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(site.id, suspect_at=0.45)
    publish(site.id)
    proven(monkeypatch, base=1)
    with pytest.raises(Unproven):
        publishing.publish(site.id, edit=draft(site.id, suspect_at=0.5).edit, note="n")


# Back, and for a time


def test_an_older_version_comes_back_as_a_new_one(site: Site) -> None:
    draft(site.id, suspect_at=0.45)
    publish(site.id)
    back = publishing.roll_back(site.id, 1, note="too much")
    assert (back.number, back.base, back.content) == (3, 2, versions.numbered(site.id, 1).content)
    with pytest.raises(NoSuchVersion):
        publishing.roll_back(site.id, 9, note="n")
    with pytest.raises(NoSuchVersion):
        publishing.roll_back(make_site("kian").site.id, 2, note="n")


def test_a_tightening_ends_by_itself_and_what_waits_is_screened_by_what_is_live_again(
    site: Site, settings: Settings, bell: CountingBell
) -> None:
    elsewhere = Policies()
    switch(site.id, "off")
    publish(site.id, until=now() + timedelta(hours=1))
    comment = make_comment(site, "تو احمق هستی")
    screen_claim(fake_models(), elsewhere, settings)
    assert fresh(comment).verdict == "clean"
    over(site, 2)
    assert versions.live(site.id).number == 1, "at once, before anybody has noticed"
    assert elsewhere.live([site.id])[site.id][0] == versions.live(site.id).id
    bell.rings.clear()
    tasks.sweep()
    assert bell.rings[END_RULES] == 1
    tasks.end_rules()
    screen_claim(fake_models(), elsewhere, settings)
    assert fresh(comment).verdict == "violation"
    assert versions.numbered(site.id, 2).state == "retired"
    bell.rings.clear()
    tasks.sweep()
    assert END_RULES not in bell.rings


def test_a_tightening_that_was_replaced_already_ends_without_more_work(site: Site, settings: Settings) -> None:
    draft(site.id, suspect_at=0.45)
    publish(site.id, until=now() + timedelta(hours=1))
    draft(site.id, suspect_at=0.5)
    publish(site.id)
    comment = make_comment(site)
    screen_claim(fake_models(), Policies(), settings)
    over(site, 2)
    assert publishing.end_due() == 1
    assert not fresh(comment).rescreen


def test_words_that_are_listed_during_a_tightening_are_listed_afterwards_too(site: Site) -> None:
    draft(site.id, suspect_at=0.45)
    publish(site.id, until=now() + timedelta(hours=1))
    live = word_lists.put_list(site.id, WORDS)
    assert (live.number, live.until) == (4, versions.numbered(site.id, 2).until)
    assert live_rule_set(site.id).rules["no-insults"]["options"]["suspect_at"] == 0.45
    over(site, 4)
    assert live_rule_set(site.id).rules["no-insults"]["options"]["suspect_at"] == 0.6
    assert live_rule_set(site.id).word_lists == ({"sha256": WORDS.sha256},)


def test_a_changed_list_keeps_sections_and_what_decides_by_itself_and_screens_what_waits(
    site: Site, settings: Settings
) -> None:
    before = drafts.of(site.id)
    rules = before.rules.to_dict() | {"approves_clean": True, "sections": {"ورزش": {"on-topic": {"mode": "off"}}}}
    drafts.save(site.id, type(before.rules).from_dict(rules), edit=before.edit)
    publish(site.id)
    comment = make_comment(site, "زاغارت")
    claim = lifecycle.claim(10, 60)
    assert claim.comments
    word_lists.put_list(site.id, WORDS, note="from the desk")
    assert live_rule_set(site.id).approves_clean
    assert live_rule_set(site.id).sections == {"ورزش": {"on-topic": {"mode": "off"}}}
    assert versions.live(site.id).note == "from the desk"
    screen_claim(fake_models(), Policies(), settings)
    assert fresh(comment).verdict == "violation"


# At once, and killed between


def at_once(app: Flask, *works: object) -> list[object]:
    """Do some work in threads of their own that start together; what each returned or raised."""
    gate, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                found[place] = works[place]()
            except Exception as error:
                found[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_two_who_publish_one_draft_at_once_one_does_and_the_other_is_told(app: Flask, site: Site) -> None:
    site_id, edit = site.id, draft(site.id, suspect_at=0.45).edit
    db.session.remove()
    found = at_once(app, *[lambda: publishing.publish(site_id, edit=edit, note="n", confirmed=True)] * 2)
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "RuleSetVersion"]
    assert [one.number for one in versions.of_site(site_id)] == [2, 1]


def test_changes_at_once_get_a_number_each(app: Flask, site: Site) -> None:
    site_id = site.id
    db.session.remove()
    words = [SiteList(f"n{number}", (SiteWord("شلغم"),)) for number in range(3)]
    backs = [lambda: publishing.roll_back(site_id, 1, note="n")] * 2
    found = at_once(app, *backs, *(lambda one=one: word_lists.put_list(site_id, one) for one in words))
    assert not [one for one in found if isinstance(one, Exception)]
    assert sorted(one.number for one in versions.of_site(site_id)) == [1, 2, 3, 4, 5, 6]


def test_a_change_that_is_killed_before_its_end_has_changed_nothing(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = make_comment(site)
    screen_claim(fake_models(), Policies(), settings)
    edit = draft(site.id, suspect_at=0.45).edit

    def killed(*_: object) -> int:
        raise SystemExit

    monkeypatch.setattr(lifecycle, "ask_again", killed)
    with pytest.raises(SystemExit):
        publishing.publish(site.id, edit=edit, note="n", confirmed=True)
    assert versions.live(site.id).number == 1
    assert drafts.of(site.id).edit == edit
    assert not fresh(comment).rescreen
    assert "rules.published" not in db.session.execute(select(AuditEntry.action)).scalars().all()


def test_without_a_shadow_there_is_nothing_to_promote_or_end(site: Site) -> None:
    make_person("navid", site)
    assert publishing.end_shadow(site.id) is None
    with pytest.raises(NoShadow):
        publishing.promote(site.id, note="n", confirmed=True)
