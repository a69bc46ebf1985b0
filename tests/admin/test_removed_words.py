"""A word list that was removed comes back by one press, on the page and over the API, at its own site alone."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from moderation import removed_words, word_lists
from moderation.db import db, transaction
from moderation.models import AuditEntry, Person, Role, RuleSetVersion, Site, WordList
from moderation.policy import lists_of
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from tests.api.conftest import Backend
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site

NAME = "رکیک/۱"
WORDS = SiteList(NAME, (SiteWord("زاغارت", note="شوخی"), SiteWord("سوسیس", Kind.SUSPECT, section="ورزش")))
OTHER = SiteList("سبزی", (SiteWord("شلغم"),))
PLACE = f"/v1/removed-words/{quote(NAME)}"


@pytest.fixture
def navid_himself(site: Site) -> Person:
    return make_person("navid", site, role=Role.EDITOR)


@pytest.fixture
def gone(site: Site) -> Site:
    """A site that has one list, and has removed another."""
    for words in (WORDS, OTHER):
        word_lists.put_list(site.id, words)
    word_lists.remove_list(site.id, NAME)
    return site


def stored(site: Site) -> list[SiteList]:
    db.session.expire_all()
    return list(lists_of(site.id))


def test_navid_removes_a_list_and_brings_it_back_whole(navid: Visitor, site: Site) -> None:
    for words in (WORDS, OTHER):
        word_lists.put_list(site.id, words)
    assert "removed-words" not in navid.get("/admin/words")
    answer = navid.post("/admin/words/mehr/remove", name=NAME, seen=WORDS.sha256)
    page = navid.get(answer.location)
    assert "۱ فهرست برداشته‌شده" in page
    assert "۲ واژه · <bdi>navid</bdi>" in page
    assert "زمانی برای پاک شدنشان نیست" in page
    back = navid.post("/admin/words/mehr/restore", name=NAME)
    assert back.status_code == 303
    assert "برگشت و به کار افتاد" in navid.get(back.location)
    assert stored(site) == [OTHER, WORDS]
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "word_list.restored")).scalar_one()
    assert (entry.subject, entry.before, entry.person.name) == (NAME, None, "navid")
    assert entry.after == {"name": NAME, "size": 2, "sha256": WORDS.sha256}
    page = navid.get("/admin/words")
    assert "removed-words" not in page
    assert page.count("<bdi>navid</bdi> ·") == 1, "whoever brought it back changed it last"


def test_what_stands_there_again_is_not_overwritten_and_what_never_was_is_unknown(navid: Visitor, gone: Site) -> None:
    again = SiteList(NAME, (SiteWord("تازه"),))
    word_lists.put_list(gone.id, again)
    assert removed_words.removed(gone.id) == []
    answer = navid.post("/admin/words/mehr/restore", name=NAME)
    assert answer.status_code == 409
    assert "فهرستی با این نام هست" in answer.text
    assert stored(gone) == [OTHER, again]
    assert navid.post("/admin/words/mehr/restore", name="هرگز").status_code == 404


def test_of_one_name_the_list_that_was_removed_last_comes_back(gone: Site) -> None:
    later = SiteList(NAME, (SiteWord("تازه"),))
    word_lists.put_list(gone.id, later)
    word_lists.remove_list(gone.id, NAME)
    (told,) = removed_words.removed(gone.id)
    assert (told.size, told.sha256, told.stored) == (1, later.sha256, True)
    removed_words.restore(gone.id, NAME)
    assert stored(gone) == [OTHER, later]


def test_a_list_that_got_another_name_was_not_removed(gone: Site) -> None:
    word_lists.put_list(gone.id, SiteList("میوه", OTHER.entries), instead_of=OTHER.name)
    assert [one.name for one in removed_words.removed(gone.id)] == [NAME]


def test_a_list_that_stood_in_the_rules_alone_is_kept_when_it_is_removed(site: Site) -> None:
    with transaction():
        version = db.session.execute(select(RuleSetVersion).where(RuleSetVersion.site_id == site.id)).scalar_one()
        version.content = {**version.content, "word_lists": [WORDS.to_dict()]}
    assert stored(site) == [WORDS]
    word_lists.remove_list(site.id, NAME)
    assert stored(site) == []
    removed_words.restore(site.id, NAME)
    assert stored(site) == [WORDS]


def test_a_list_whose_words_are_nowhere_is_told_without_a_button(navid: Visitor, gone: Site) -> None:
    with transaction():
        db.session.execute(delete(WordList).where(WordList.sha256 == WORDS.sha256))
    page = navid.get("/admin/words")
    assert "واژه‌هایش نگه داشته نشده است" in page
    assert "/restore" not in page
    assert navid.post("/admin/words/mehr/restore", name=NAME).status_code == 404


def test_lists_that_would_be_too_many_do_not_come_back(
    navid: Visitor, gone: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_lists, "MOST_LISTS", 1)
    assert navid.post("/admin/words/mehr/restore", name=NAME).status_code == 422
    assert stored(gone) == [OTHER]


def test_a_backend_lists_what_was_removed_and_puts_it_back(client: FlaskClient, app: Flask) -> None:
    backend = Backend(client, make_site("mehr"))
    site = backend.credentials.site
    word_lists.put_list(site.id, WORDS)
    word_lists.remove_list(site.id, NAME)
    (told,) = backend.call("GET", "/v1/removed-words").json["lists"]
    assert (told["name"], told["size"], told["sha256"], told["restorable"]) == (NAME, 2, WORDS.sha256, True)
    back = backend.call("POST", PLACE)
    assert (back.status_code, back.json["sha256"], back.json["size"]) == (200, WORDS.sha256, 2)
    assert backend.call("GET", "/v1/removed-words").json["lists"] == []
    assert backend.call("POST", PLACE).json["type"] == "urn:nazer:problem:word-list-changed"
    assert backend.call("POST", "/v1/removed-words/never").json["type"] == "urn:nazer:problem:no-such-word-list"


def test_kian_sees_and_brings_back_nothing_of_another_site(app: Flask, gone: Site) -> None:
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    assert NAME not in kian.get("/admin/words")
    assert kian.post("/admin/words/mehr/restore", name=NAME).status_code == 404
    assert kian.post("/admin/words/jam/restore", name=NAME).status_code == 404
    assert stored(gone) == [OTHER]
