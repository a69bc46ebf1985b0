"""An author is erased wholly by one press: in slices, by whichever worker is there, what comes meanwhile included."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from moderation import erasures, lifecycle, privacy
from moderation.db import db, now
from moderation.jobs import ERASE
from moderation.models import AuditEntry, Comment, Erasure, Role, Site
from moderation.wire import AuthorIn
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site, sent
from tests.fakes import CountingBell
from worker import tasks

ID = "reader-zq52"
PATH = f"/admin/erase/author/mehr/{ID}"


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def navid(app: Flask, site: Site) -> Visitor:
    return signed_in(app, make_person("navid", site, role=Role.ADMIN))


def write(site: Site, count: int, first: int = 0) -> None:
    """Comments of the reader, and one of somebody else."""
    for number in range(first, first + count):
        lifecycle.receive(
            site.id, sent(f"پیام {number}", external_id=f"c-{number}", author=AuthorIn(name="زیبا", id=ID))
        )
    lifecycle.receive(site.id, sent("پیام مریم", external_id=f"other-{first}", author=AuthorIn(name="مریم", id="u-7")))


def left() -> int:
    """Comments that still name the reader, as the database has them."""
    db.session.rollback()
    found = select(func.count()).select_from(Comment).where(Comment.author_external_id == ID)
    return db.session.execute(found).scalar_one()


def the_row() -> Erasure:
    db.session.rollback()
    return db.session.execute(select(Erasure), execution_options={"populate_existing": True}).scalar_one()


def told() -> list[tuple[str, object]]:
    found = select(AuditEntry).where(AuditEntry.action.startswith("author.")).order_by(AuditEntry.id)
    return [(entry.action, entry.after) for entry in db.session.execute(found).scalars()]


def test_four_hundred_and_fifty_comments_are_gone_by_one_press(navid: Visitor, site: Site, bell: CountingBell) -> None:
    write(site, 450)
    answer = navid.post(PATH, sure="y")
    assert bell.rings[ERASE] == 1
    assert "کار به‌زودی آغاز می‌شود" in navid.get(answer.location)
    tasks.erase()
    assert left() == 0
    assert db.session.execute(select(Comment.text).where(Comment.text != "")).scalars().all() == ["پیام مریم"]
    page = navid.get(answer.location)
    assert "همهٔ داده‌های این نویسنده پاک شد: ۴۵۰ پیام" in page
    assert "data-progress" not in page
    assert told() == [
        ("author.erasing", {"comments": 450}),
        ("author.erased", {"comments": 450, "more": False}),
    ]
    assert the_row().author_external_id is None
    bell.rings.clear()
    tasks.sweep()
    assert not bell.rings[ERASE]


def test_a_worker_that_is_killed_in_the_middle_is_followed_by_another(
    navid: Visitor, site: Site, bell: CountingBell, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(site, 450)
    place = navid.post(PATH, sure="y").location
    whole, slices = privacy.erase_some, []

    def killed(*args: object, **kwargs: object) -> privacy.Erased:
        if slices:
            raise SystemExit  # nothing is tidied up
        slices.append(whole(*args, **kwargs))  # type: ignore[arg-type]
        return slices[0]

    monkeypatch.setattr(privacy, "erase_some", killed)
    with pytest.raises(SystemExit):
        tasks.erase()
    monkeypatch.undo()
    assert (left(), the_row().done) == (250, 200)
    assert "۲۰۰ از ۴۵۰ پیام پاک شد" in navid.get(f"{place}/progress")
    bell.rings.clear()
    tasks.sweep()
    assert not bell.rings[ERASE], "as long as the claim holds"
    db.session.execute(update(Erasure).values(claim_until=now() - timedelta(seconds=1)))
    db.session.commit()
    tasks.sweep()
    assert bell.rings[ERASE] == 1
    tasks.erase()
    assert (left(), the_row().done) == (0, 450)
    assert [action for action, _ in told()] == ["author.erasing", "author.erased"]


def test_it_lets_others_have_a_turn(site: Site) -> None:
    write(site, 3)
    erasures.start(site.id, ID)
    assert erasures.work(seconds=-1) == 1
    assert the_row().finished_at is None
    assert the_row().claim_token is None
    tasks.erase()
    assert the_row().finished_at is not None


def test_what_goes_wrong_is_tried_again_later(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    write(site, 1)
    erasures.start(site.id, ID)
    with monkeypatch.context() as broken:
        broken.setattr(privacy, "erase_some", lambda *_, **__: 1 / 0)
        tasks.erase()
    assert left() == 1
    assert erasures.work() == 0, "not at once"
    monkeypatch.setattr(erasures, "now", lambda: now() + timedelta(seconds=erasures.RETRY_SECONDS + 1))
    assert erasures.work() == 1
    assert left() == 0


def test_what_comes_while_it_lasts_goes_too_and_a_second_press_changes_nothing(navid: Visitor, site: Site) -> None:
    write(site, 2)
    place = navid.post(PATH, sure="y").location
    write(site, 2, first=10)
    assert navid.post(PATH, sure="y").location == place
    assert navid.client.get(PATH).location == place
    tasks.erase()
    assert left() == 0
    assert told()[-1] == ("author.erased", {"comments": 4, "more": False})
    write(site, 1, first=20)
    assert left() == 1, "what comes afterwards is another matter"
    assert navid.post(PATH, sure="y").location != place


def test_another_sites_admin_sees_nothing_of_it(app: Flask, navid: Visitor, site: Site) -> None:
    write(site, 1)
    place = navid.post(PATH, sure="y").location
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    kian.get(place, 404)
    kian.get(f"{place}/progress", 404)
