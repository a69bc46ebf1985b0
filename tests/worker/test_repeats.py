"""Copies at a site find each other: in one batch, on two workers, after edits, and among ten thousand."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import BigInteger, Uuid, func, insert, literal, select, update

from classifiers.repeats import sketch
from classifiers.text import fold
from moderation import jobs, lifecycle
from moderation.db import db, now, transaction
from moderation.models import Comment, Fingerprint, FingerprintKey, Site, Status
from moderation.policy import Policies
from moderation.repeats import KEPT, MOST_COPIES
from moderation.settings import Settings
from moderation.wire import AuthorIn
from tests.factories import make_comment, make_site, sent
from tests.fakes import CountingBell, fake_models
from tests.statements import statements
from worker import screening, tasks
from worker.screening import screen_claim

TEXT = "این پل را سه سال پیش هم با همین روبان افتتاح کرده بودند، عکسش در روزنامه هست"
NEAR = "سلام، این پل را سه سال پیش هم با همین روبان افتتاح کردند، عکسش در روزنامه هست!"
OTHER = "کاش به جای این همه مراسم، چراغ‌های خیابان پشت مدرسه را درست می‌کردید"


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site().site


def say(site: Site, text: str = TEXT, by: str = "کیان", **fields: object) -> Comment:
    return make_comment(site, text, author=AuthorIn(name=by, id=by), **fields)


def screen(settings: Settings) -> int:
    return screen_claim(fake_models(), Policies(), settings)


def fresh(comment: Comment) -> Comment:
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def codes(comment: Comment) -> list[str]:
    return [finding.code for finding in fresh(comment).screening.findings]


def prints() -> tuple[int, int]:
    """How many texts are kept, and how many keys."""
    counts = [select(func.count()).select_from(table).scalar_subquery() for table in (Fingerprint, FingerprintKey)]
    return tuple(db.session.execute(select(*counts)).one())


def test_copies_in_one_batch_find_the_first(site: Site, settings: Settings) -> None:
    first, other, second, third = say(site), say(site, OTHER), say(site), say(site, NEAR)
    assert screen(settings) == 4
    assert codes(first) == codes(other) == []
    assert fresh(first).repeats_of is fresh(other).repeats_of is None
    for copy in (second, third):
        [finding] = fresh(copy).screening.findings
        assert (finding.rule, finding.code, finding.about) == ("no-repeats", "repeated-by-author", first.id)
        assert fresh(copy).repeats_of == first.id
    assert len(fresh(third).screening.signals["repeats"]["copies"]) == 2


def test_copies_in_later_batches_find_the_first(site: Site, settings: Settings) -> None:
    copies = []
    for author in ("یک", "دو", "سه", "چهار"):
        copies.append(say(site, by=author))
        screen(settings)
    assert [codes(copy) for copy in copies] == [[], [], ["wave"], ["wave"]]
    assert {fresh(copy).repeats_of for copy in copies[1:]} == {copies[0].id}, "whether or not the rule objects"


def test_another_site_is_never_compared(site: Site, settings: Settings) -> None:
    other = make_site("kian").site
    say(other)
    mine = say(site)
    screen(settings)
    assert fresh(mine).repeats_of is None
    assert fresh(mine).screening.signals["repeats"] is None


def test_a_replay_and_a_second_screening_are_no_repeats(site: Site, settings: Settings) -> None:
    comment = say(site, external_id="c-again")
    assert lifecycle.receive(site.id, sent(TEXT, external_id="c-again")).outcome is lifecycle.Outcome.SAME
    claim = lifecycle.claim(10, -1)  # a worker that kept it and died
    kept = {comment.id: sketch(fold(TEXT))}
    numbers = lifecycle.keep_prints(claim.comments, kept)
    assert lifecycle.keep_prints(claim.comments, kept) == numbers, "what is kept stays where it is"
    assert screen(settings) == 1
    assert codes(comment) == []
    assert prints() == (1, 11)


def test_short_comments_are_not_kept(site: Site, settings: Settings) -> None:
    comments = [say(site, text) for text in ("عالی بود", "عالی بود", "ممنون", "ممنون", "ممنون از خبر خوبتان")]
    screen(settings)
    assert [codes(comment) for comment in comments] == [[]] * 5
    assert prints() == (0, 0)


def test_an_edit_forgets_the_old_text_and_finds_copies_of_the_new_one(site: Site, settings: Settings) -> None:
    first, second = say(site), say(site, OTHER)
    screen(settings)
    lifecycle.revise(site.id, second.id, NEAR)
    screen(settings)
    assert codes(second) == ["repeated-by-author"]
    lifecycle.revise(site.id, second.id, "حالا دیگر چیزی می‌نویسم که با هیچ پیام دیگری در سایت شباهت ندارد")
    assert fresh(second).repeats_of is None
    screen(settings)
    assert fresh(second).repeats_of is None
    again = say(site, OTHER)
    screen(settings)
    assert codes(again) == [], "nobody says that any more"
    assert fresh(first).repeats_of is None


def test_the_first_one_that_is_edited_back_among_its_copies_stays_the_first(site: Site, settings: Settings) -> None:
    first = say(site)
    second = say(site)
    screen(settings)
    lifecycle.revise(site.id, first.id, TEXT + "!")
    screen(settings)
    assert codes(first) == []
    assert (fresh(first).repeats_of, fresh(second).repeats_of) == (None, first.id)


def test_a_first_one_that_is_withdrawn_is_no_copy_and_stays_the_first(site: Site, settings: Settings) -> None:
    first = say(site)
    screen(settings)
    lifecycle.withdraw(site.id, first.id)
    second = say(site)
    screen(settings)
    assert codes(second) == [], "the reader took it back and said it again"
    third = say(site)
    screen(settings)
    [finding] = fresh(third).screening.findings
    assert (finding.code, finding.about) == ("repeated-by-author", first.id)


def test_erasing_forgets_the_text_and_the_link_and_others_keep_theirs(site: Site, settings: Settings) -> None:
    first, second = say(site), say(site)
    screen(settings)
    lifecycle.erase(site.id, second.id)
    assert prints() == (1, 11)
    assert fresh(second).repeats_of is None
    assert [finding.about for finding in fresh(second).screening.findings] == [None]
    third = say(site)
    screen(settings)
    lifecycle.erase(site.id, first.id)
    fourth = say(site)
    screen(settings)
    assert fresh(third).repeats_of == fresh(fourth).repeats_of == first.id, "one card for all of them"


def test_what_is_erased_or_edited_while_a_worker_has_it_is_not_kept(site: Site, settings: Settings) -> None:
    erased, edited = say(site), say(site)
    claim = lifecycle.claim(10, 60)
    db.session.expunge_all()  # the worker has it as it was
    lifecycle.erase(site.id, erased.id)
    lifecycle.revise(site.id, edited.id, OTHER)
    assert lifecycle.keep_prints(claim.comments, {comment.id: sketch(fold(TEXT)) for comment in claim.comments}) == {}
    assert prints() == (0, 0)


def test_the_number_of_statements_does_not_grow_with_the_batch(site: Site, settings: Settings) -> None:
    policies, counts = Policies(), []
    for size in (1, 1, 8, 60):
        for number in range(size):
            say(site, f"{OTHER} {number % 7} {'الف' * (number % 5)}", by=f"نویسنده {number}")
        with statements() as asked:
            assert screen_claim(fake_models(), policies, settings) == size
        counts.append(len(asked))
    assert counts[1] == counts[2] == counts[3] <= counts[0]
    assert len([statement for statement in asked if "fingerprint" in statement]) == 4


def test_what_cannot_be_asked_holds_comments_for_people(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(screening, "sketch", broken)
    comment = say(site)
    screen(settings)
    comment = fresh(comment)
    assert (comment.status, comment.verdict) == (Status.IN_REVIEW, "suspect")
    assert codes(comment) == ["model-failed"]
    assert "repeats" in comment.screening.findings[0].reason


def test_of_two_workers_the_one_that_keeps_later_finds_the_other(app: Flask, site: Site, settings: Settings) -> None:
    """Copies in turn in the batches of two workers, at the same time: each but the first finds one that was kept before it."""
    comments = [say(site) for _ in range(40)]
    at_once = threading.Barrier(2)
    claims = [lifecycle.claim(20, 60) for _ in range(2)]
    found: dict[uuid.UUID, str] = {}
    failed: list[BaseException] = []

    def work(claim: lifecycle.Claim) -> None:
        try:
            with app.app_context():
                sketches = {comment.id: sketch(fold(comment.text)) for comment in claim.comments}
                at_once.wait()
                numbers = lifecycle.keep_prints(claim.comments, sketches)
                repeats = lifecycle.find_repeats(claim.comments, sketches, numbers)
                found.update({comment_id: told.first for comment_id, told in repeats.items()})
                db.session.remove()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(claim,)) for claim in claims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    [first] = {comment.id for comment in comments} - found.keys()
    assert set(found.values()) == {str(first)}


def many(site: Site, count: int) -> None:
    """So many comments that say the same, kept and in review."""
    made = sketch(fold(TEXT))
    assert made is not None
    with transaction():
        article_id = db.session.execute(select(Comment.article_id)).scalars().first()
        common = {
            "site_id": site.id,
            "article_id": article_id,
            "author_name": "کیان",
            "text": TEXT,
            "status": "in_review",
        }
        ids = [uuid.uuid4() for _ in range(count)]
        db.session.execute(insert(Comment), [common | {"id": one, "external_id": one.hex} for one in ids])
        rows = [{"comment_id": one, "author": number, "imprint": made.imprint} for number, one in enumerate(ids)]
        db.session.execute(insert(Fingerprint), rows)
        for key in made.keys:
            others = select(literal(site.id, Uuid()), literal(key, BigInteger()), Fingerprint.id).where(
                Fingerprint.id.not_in(select(FingerprintKey.fingerprint_id).where(FingerprintKey.key == key))
            )
            columns = ["site_id", "key", "fingerprint_id"]
            db.session.execute(insert(FingerprintKey).from_select(columns, others))


def test_among_ten_thousand_copies_the_newest_are_told_and_little_is_read(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = say(site)
    screen(settings)
    many(site, 10_000)
    seen: list[int] = []
    original = lifecycle.repeating.compare

    def watched(said, before):
        seen.append(len(before))
        return original(said, before)

    monkeypatch.setattr(lifecycle.repeating, "compare", watched)
    comments = [say(site) for _ in range(64)]
    assert screen(settings) == 64
    assert max(seen) <= MOST_COPIES + 2
    told = fresh(comments[-1]).screening.signals["repeats"]
    assert len(told["copies"]) == MOST_COPIES
    assert told["more"] is True
    assert {fresh(comment).repeats_of for comment in comments} == {first.id}


def test_copies_are_found_by_their_index(site: Site, settings: Settings) -> None:
    say(site)
    screen(settings)
    many(site, 3000)
    last = db.session.execute(select(func.max(Fingerprint.id))).scalar_one()
    query = lifecycle.repeating.candidates([last]).compile(db.engine, compile_kwargs={"literal_binds": True})
    sqlite = db.engine.dialect.name == "sqlite"
    if not sqlite:
        db.session.connection().exec_driver_sql("ANALYZE")  # what is known of the table is that one key has all of it
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    plan = "\n".join(row[-1] for row in db.session.connection().exec_driver_sql(explain + str(query)))
    reads = [line for line in plan.splitlines() if "fingerprint_key" in line and ("SEARCH" in line or " on " in line)]
    assert len(reads) >= 5, plan
    by_key = [line for line in reads if "PRIMARY KEY" in line or "pk_fingerprint_key" in line]
    by_number = [line for line in reads if "ix_fingerprint_key_fingerprint_id" in line]
    assert len(by_key) >= 3, plan
    assert not [line for line in reads if "SCAN" in line or "Seq Scan" in line], plan
    assert not [line for line in by_number if "Backward" in line or "<" in line], plan


def test_what_no_rule_may_ask_for_is_forgotten(app: Flask, site: Site, settings: Settings, bell: CountingBell) -> None:
    old, new = say(site), say(site, OTHER)
    screen(settings)
    bell.rings.clear()
    tasks.sweep()
    assert jobs.FORGET not in bell.rings
    with transaction():
        before = now() - KEPT - timedelta(hours=2)
        db.session.execute(update(Fingerprint).where(Fingerprint.comment_id == old.id).values(kept_at=before))
    tasks.sweep()
    assert bell.rings[jobs.FORGET] == 1
    tasks.forget()
    assert prints() == (1, 11)
    assert db.session.execute(select(Fingerprint.comment_id)).scalar_one() == new.id
    bell.rings.clear()
    tasks.sweep()
    assert jobs.FORGET not in bell.rings
