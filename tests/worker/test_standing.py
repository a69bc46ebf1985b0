"""Authors whom people trust or have blocked: where their comments stand in the queue, and what is decided without a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from moderation import lifecycle, queue, standing
from moderation.db import db, now, transaction
from moderation.models import Comment, FindingRow, Person, RuleSetVersion, Site
from moderation.policy import Policies
from moderation.rules.rule_set import RuleSet
from moderation.settings import Settings
from moderation.standing import NONE, Wish
from moderation.wire import AuthorIn
from tests.factories import make_comment, make_person, make_site
from tests.fakes import fake_models
from tests.statements import statements
from worker.screening import screen_claim

KAVEH = AuthorIn(name="کاوه", id="u-52")
MARYAM = AuthorIn(name="مریم", id="u-7")


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site().site


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("سارا", site)


def use(site: Site, rules: RuleSet) -> None:
    """A new live version of the site's rules."""
    version = RuleSetVersion(site_id=site.id, number=2, state="live", content=rules.to_dict(), digest=rules.digest)
    db.session.add(version)
    db.session.commit()


def screened(site: Site, settings: Settings, author: AuthorIn = KAVEH, text: str = "ممنون از گزارش خوبتان") -> Comment:
    comment = make_comment(site, text, author=author)
    screen_claim(fake_models(), Policies(), settings)
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def findings(comment: Comment) -> list[FindingRow]:
    found = select(FindingRow).where(FindingRow.screening_id == comment.screening_id)
    return list(db.session.execute(found).scalars())


def test_a_blocked_author_stands_on_top_with_who_and_until_when(site: Site, sara: Person, settings: Settings) -> None:
    standing.decide(site.id, "u-52", Wish("blocked", timedelta(days=7)), sara.id)
    screened(site, settings, MARYAM, "داور احمق")
    blocked = screened(site, settings)
    assert blocked.status == "in_review"
    (finding,) = findings(blocked)
    assert (finding.rule, finding.code, finding.outcome) == ("author-standing", "author-blocked", "violation")
    assert finding.reason.startswith("این نویسنده را سارا تا ")
    assert finding.reason.endswith(" بسته است.")
    assert queue.waiting([site.id]).comments[0].id == blocked.id


def test_for_ever_is_said_so(site: Site, sara: Person, settings: Settings) -> None:
    standing.decide(site.id, "u-52", Wish("blocked"), sara.id)
    (finding,) = findings(screened(site, settings))
    assert finding.reason == "این نویسنده را سارا برای همیشه بسته است."
    assert finding.reason_en == "سارا has blocked this author for ever."


def test_a_blocked_author_is_rejected_where_the_site_says_so(site: Site, sara: Person, settings: Settings) -> None:
    standing.decide(site.id, "u-52", Wish("blocked"), sara.id)
    use(site, RuleSet({"author-standing": {"rejects_at": 0.9}}))
    comment = screened(site, settings)
    assert (comment.status, comment.decision.reason) == ("rejected", "author-standing")
    accused = screened(site, settings, text="آقای راستکار رشوه گرفته و دزد است")
    assert {finding.rule for finding in findings(accused)} >= {"author-standing", "no-slander"}
    assert accused.status == "in_review"  # an accusation is a person's to read, whoever says it


def test_a_trusted_author_waits_behind_all_others(site: Site, sara: Person, settings: Settings) -> None:
    standing.decide(site.id, "u-52", Wish("trusted"), sara.id)
    trusted, other = screened(site, settings), screened(site, settings, MARYAM, "پرسشی دارم از شما")
    assert [comment.id for comment in queue.waiting([site.id]).comments] == [other.id, trusted.id]
    following = queue.waiting([site.id], limit=1).following
    assert following
    rest = queue.waiting([site.id], after=queue.Cursor.parse(str(following)))
    assert [comment.id for comment in rest.comments] == [trusted.id]


def test_trust_is_no_excuse(site: Site, sara: Person, settings: Settings) -> None:
    standing.decide(site.id, "u-52", Wish("trusted"), sara.id)
    use(site, RuleSet(approves_trusted=True))
    assert screened(site, settings, text="داور احمق").status == "in_review"


def test_trusted_authors_alone_are_approved_where_the_site_says_so(
    site: Site, sara: Person, settings: Settings
) -> None:
    standing.decide(site.id, "u-52", Wish("trusted"), sara.id)
    assert screened(site, settings, text="یک پیام").status == "in_review"
    use(site, RuleSet(approves_trusted=True))
    assert screened(site, settings, text="پیام دیگر").status == "approved"
    assert screened(site, settings, MARYAM, "پیام سوم").status == "in_review"


@pytest.mark.parametrize("lifted", ["run out", "lifted", "superseded", "another site's", "forgotten"])
def test_what_holds_no_more_does_nothing(site: Site, sara: Person, settings: Settings, lifted: str) -> None:
    where = make_site("jam").site if lifted == "another site's" else site
    decided = standing.decide(where.id, "u-52", Wish("blocked", timedelta(days=1)), sara.id)
    if lifted == "run out":
        decided.until = now() - timedelta(seconds=1)
        db.session.commit()
    elif lifted in ("lifted", "superseded"):
        standing.decide(site.id, "u-52", Wish(NONE if lifted == "lifted" else "trusted"), sara.id)
    elif lifted == "forgotten":
        with transaction():
            standing.forget(site.id, "u-52")
    assert findings(screened(site, settings)) == []


def test_one_question_a_batch_whoever_writes(site: Site, sara: Person, settings: Settings) -> None:
    for number in range(20):
        standing.decide(site.id, f"u-{number}", Wish("blocked"), sara.id)
        make_comment(site, f"پیام شمارهٔ {number}", author=AuthorIn(name="کسی", id=f"u-{number}"))
    with statements() as asked:
        screen_claim(fake_models(), Policies(), settings)
    assert len([sql for sql in asked if "author_standing" in sql]) == 1
    found = db.session.execute(select(FindingRow.code)).scalars().all()
    assert found.count("author-blocked") == 20


def test_what_waits_of_an_author_is_looked_at_again(site: Site, sara: Person, settings: Settings) -> None:
    comment, other = screened(site, settings), screened(site, settings, MARYAM, "پرسشی دارم از شما")
    standing.decide(site.id, "u-52", Wish("blocked"), sara.id)
    assert lifecycle.screen_again(site.id, "u-52") == 1
    screen_claim(fake_models(), Policies(), settings)
    again = db.session.get_one(Comment, comment.id, populate_existing=True)
    assert (again.status, [finding.code for finding in findings(again)]) == ("in_review", ["author-blocked"])
    assert findings(db.session.get_one(Comment, other.id, populate_existing=True)) == []


def test_one_decision_is_current_however_often_it_is_changed(site: Site, sara: Person) -> None:
    for wish in (Wish("blocked"), Wish("trusted"), Wish("blocked", timedelta(days=1), "چرا")):
        standing.decide(site.id, "u-52", wish, sara.id)
    history = standing.history(site.id, "u-52")
    assert [row.standing for row in history] == ["blocked", "trusted", "blocked"]
    assert [row.holds(now()) for row in history] == [True, False, False]
    assert [row.author_external_id for row in standing.listed([site.id])] == ["u-52"]
