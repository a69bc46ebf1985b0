"""What is kept of a reader: keyed hashes of addresses alone; and what is erased is gone from every column of every table."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import MetaData, select

from moderation import lifecycle, privacy, saved_filters, search, standing
from moderation.db import db, now, transaction
from moderation.lifecycle import Cut, Ruling
from moderation.models import AnsweredRequest, AuditEntry, Comment, DecisionOutcome, Delivery, Person, Role, Site
from moderation.onboarding import SiteCredentials
from moderation.pseudonyms import pseudonym
from moderation.rules.base import Signals
from moderation.settings import Settings
from moderation.wire import AuthorIn
from tests.api.conftest import Backend, comment_body
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_comment, make_finding, make_person, make_site, make_waiting
from worker import tasks

ID, NAME, WORD = "reader-zq52", "زیبانامه", "شگفت‌واژه"
SECRETS = (ID, NAME, WORD, "شگفت", "زیبا@نشانی.example", "198.51.100.77")
KIAN = AuthorIn(name=NAME, id=ID, email="زیبا@نشانی.example", ip="198.51.100.77")
APPROVED, REJECTED = DecisionOutcome.APPROVED, DecisionOutcome.REJECTED


@pytest.fixture
def credentials(app: Flask) -> SiteCredentials:
    return make_site("mehr", webhook="https://mehr.example/hook")


@pytest.fixture
def site(credentials: SiteCredentials) -> Site:
    return credentials.site


@pytest.fixture
def backend(client: FlaskClient, credentials: SiteCredentials) -> Backend:
    return Backend(client, credentials)


@pytest.fixture
def navid_himself(site: Site) -> Person:
    return make_person("navid", site, role=Role.ADMIN)


@pytest.fixture
def navid(app: Flask, navid_himself: Person) -> Visitor:
    return signed_in(app, navid_himself)


def everything() -> dict[str, str]:
    """Every column of every table, text and JSON and bytes, as one string each; of SQLite's search its lists, too."""
    db.session.rollback()
    tables = MetaData()
    tables.reflect(db.engine)
    with db.engine.connect() as connection:
        return {
            f"{table.name}.{column.name}": "\n".join(map(_shown, connection.execute(select(column)).scalars()))
            for table in tables.sorted_tables
            for column in table.columns
        }


def _shown(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return said.encode().decode("unicode_escape") + said if "\\u" in said else said


def places_of(*secrets: str) -> set[str]:
    return {place for place, said in everything().items() for secret in secrets if secret in said}


def finding(number: int = 1) -> Any:
    return make_finding(
        "no-spam", "advert", 0.9, reason=f"«{WORD}» تبلیغ است", reason_en=f"{WORD} {number}", spans=((0, 3),)
    )


def write(site: Site, navid: Person) -> list[Comment]:
    """Comments of one author, in every state, with whatever people and machines keep of them."""
    make_person("sara", site)
    said = Signals(language="fa", insult=0.1, language_words=(WORD,))
    made = [
        make_waiting(
            site, f"{WORD} {number} و چیزهای دیگری که باید بریده شود", author=KIAN, findings=[finding()], signals=said
        )
        for number in range(5)
    ]
    lifecycle.escalate(made[0], navid.id, 1, f"نظر دربارهٔ {WORD}")
    lifecycle.decide(made[1], navid.id, Ruling(APPROVED, 1, note=f"{NAME} راست می‌گوید"), 0)
    lifecycle.decide(made[2], navid.id, Ruling(REJECTED, 1, "no-spam", f"باز هم {WORD}"), 0)
    lifecycle.trim(made[3], navid.id, Cut([(len(WORD) + 2, len(WORD) + 30)], 1, f"{NAME}"), 0)
    lifecycle.revise(site.id, made[4].id, f"متن دیگری با {WORD}")
    lifecycle.publish()
    made.append(make_comment(site, f"{WORD} در راه", author=KIAN))
    with transaction():
        for delivery in db.session.execute(select(Delivery)).scalars():
            delivery.last_answer, delivery.last_error = f"thanks for {WORD}", f"{NAME} broke it"
    return made


def keep_more(site: Site, navid: Person) -> None:
    standing.decide(site.id, ID, standing.Wish("blocked", note=f"{NAME} تبلیغ می‌کند"), navid.id)
    saved_filters.save(navid.id, f"فقط {NAME}", f"author=id%3A{ID}&order=age")
    saved_filters.save(navid.id, "دیگری", "author=id%3Au-7")
    with transaction():
        row = AnsweredRequest(
            site_id=site.id, key="k", request_hash="h", token=site.id, taken_until=now(), created_at=now()
        )
        row.status, row.body = 200, json.dumps({"author": ID})
        db.session.add(row)


def test_an_erased_author_is_gone_from_every_column_and_others_stay(site: Site, navid_himself: Person) -> None:
    write(site, navid_himself)
    keep_more(site, navid_himself)
    make_waiting(site, "پیام مریم", author=AuthorIn(name="مریم", id="u-7"))
    assert len(places_of(*SECRETS)) > 10  # the search for them finds what is there
    assert privacy.erase_author(site.id, ID).comments == 6
    assert places_of(*SECRETS) == set()
    assert "u-7" in everything()["comment.author_external_id"]
    assert [each.name for each in saved_filters.of(navid_himself.id)] == ["دیگری"]
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "author.erased")).scalar_one()
    assert (entry.subject, entry.after) == (privacy.author_mark(site.id, ID), {"comments": 6, "more": False})
    assert search.find([site.id], WORD, limit=5) == []


def test_a_comment_whose_author_has_no_id_is_erased_alone(site: Site, navid_himself: Person) -> None:
    comment = make_waiting(site, f"{WORD} تنها", author=AuthorIn(name=NAME), findings=[finding()])
    other = make_waiting(site, "پیام مریم", author=AuthorIn(name="مریم"))
    privacy.erase_comment(site.id, comment.id)
    assert places_of(NAME, WORD) == set()
    assert db.session.get_one(Comment, other.id).author_name == "مریم"
    with pytest.raises(LookupError):
        privacy.erase_comment(make_site("jam").site.id, other.id)


def test_erasing_more_than_fits_goes_on_when_asked_again(site: Site) -> None:
    for _ in range(3):
        make_comment(site, author=KIAN)
    assert privacy.erase_author(site.id, ID, most=2) == privacy.Erased(2, True)
    assert privacy.erase_author(site.id, ID, most=2) == privacy.Erased(1, False)
    assert privacy.erase_author(site.id, ID, most=2) == privacy.Erased(0, False)


@pytest.mark.parametrize("way", ["one", "batch", "import"])
def test_addresses_are_kept_as_keyed_hashes_alone(backend: Backend, site: Site, way: str) -> None:
    author = {"name": "کیان", "id": "u-52", "email": " Kian@Example.com ", "ip": "::ffff:198.51.100.77"}
    body = comment_body(author=author)
    if way == "one":
        assert backend.call("POST", "/v1/comments", body).status_code == 202
    elif way == "batch":
        assert backend.call("POST", "/v1/comments/batch", {"comments": [body]}).json["accepted"] == 1
    else:
        line = json.dumps(body | {"outcome": "approved", "decided_at": "2026-10-02T11:20:00+03:30"}).encode()
        sent = backend.call("POST", "/v1/import", raw=line, **{"Content-Type": "application/x-ndjson"})
        assert sent.json["stored"] == 1
    assert places_of("kian@example.com", "Kian@Example.com", "198.51.100.77") == set()
    comment = db.session.execute(select(Comment)).scalar_one()
    assert comment.author_email_hash == pseudonym(site.id, "email", "kian@example.com")
    assert comment.author_ip_hash == pseudonym(site.id, "ip", "198.51.100.77")


@pytest.mark.parametrize(
    ("field", "wrong"), [("email", "no address"), ("email", "a@b@c"), ("email", 7), ("ip", "300.1.1.1"), ("ip", "x")]
)
def test_an_address_that_is_none_is_refused_by_its_field(backend: Backend, field: str, wrong: object) -> None:
    answer = backend.submit(author={"name": "کیان", field: wrong})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/author/{field}")


def test_a_hash_is_of_one_site_and_one_secret_key(app: Flask, site: Site) -> None:
    mine = pseudonym(site.id, "email", "a@b")
    assert mine == pseudonym(site.id, "email", "a@b")
    assert len({mine, pseudonym(make_site("jam").site.id, "email", "a@b"), pseudonym(site.id, "ip", "a@b")}) == 3
    settings: Settings = app.config["NAZER"]
    other = type(settings.secret_key)("another-secret-of-the-tests-0123456789")
    app.config["NAZER"] = settings.model_copy(update={"secret_key": other})
    assert pseudonym(site.id, "email", "a@b") != mine


def test_names_from_the_same_address_are_counted(site: Site) -> None:
    first = make_comment(site, author=KIAN)
    for name, ip in (("دوم", "198.51.100.77"), ("سوم", "198.51.100.78"), (NAME, "198.51.100.77")):
        make_comment(site, author=AuthorIn(name=name, ip=ip))
    make_comment(make_site("jam").site, author=AuthorIn(name="چهارم", ip="198.51.100.77"))
    assert privacy.other_names(first) == 1


def test_navid_erases_an_author_in_two_steps(navid: Visitor, site: Site, navid_himself: Person) -> None:
    make_waiting(site, WORD, author=KIAN)
    page = navid.get(f"/authors/mehr/{ID}")
    assert f"/admin/erase/author/mehr/{ID}" in page
    assert "برنمی‌گردد" in navid.get(f"/admin/erase/author/mehr/{ID}")
    assert navid.post(f"/admin/erase/author/mehr/{ID}").status_code == 422
    assert places_of(WORD)
    assert navid.post(f"/admin/erase/author/mehr/{ID}", sure="y").status_code == 303
    tasks.erase()
    assert places_of(WORD, ID, NAME) == set()
    assert "داده‌های یک نویسنده برای همیشه پاک شد" in navid.get("/admin/audit")


def test_navid_erases_a_comment_in_two_steps(navid: Visitor, site: Site) -> None:
    comment = make_waiting(site, WORD, author=KIAN)
    assert f"/admin/erase/comment/{comment.id}" in navid.get(f"/review/{comment.id}")
    assert navid.post(f"/admin/erase/comment/{comment.id}").status_code == 422
    assert navid.post(f"/admin/erase/comment/{comment.id}", sure="y").status_code == 303
    assert places_of(WORD) == set()
    assert "/admin/erase/" not in navid.get(f"/review/{comment.id}")


def test_navid_takes_an_authors_data_along(navid: Visitor, site: Site, navid_himself: Person) -> None:
    write(site, navid_himself)
    answer = navid.post(f"/admin/export/author/mehr/{ID}")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) == 6
    assert lines[2]["decisions"][0] | {"decided_at": ""} == {
        "outcome": "rejected",
        "reason": "no-spam",
        "revision": 1,
        "by": "person",
        "text": None,
        "decided_at": "",
        "undone": False,
    }
    assert lines[0]["screenings"][0]["findings"][0]["reason"] == f"«{WORD}» تبلیغ است"
    assert lines[0]["author_ip_hash"]
    assert "navid" not in answer.text
    assert "sara" not in answer.text
    assert "نظر دربارهٔ" not in answer.text


@pytest.mark.parametrize("whose", ["moderator", "other site's admin"])
def test_nobody_but_the_sites_admins_erases_or_takes_along(app: Flask, site: Site, whose: str) -> None:
    comment = make_waiting(site, WORD, author=KIAN)
    person = (
        make_person("sara", site, role=Role.SENIOR)
        if whose == "moderator"
        else make_person("kian", make_site("jam").site, role=Role.ADMIN)
    )
    visitor, status = signed_in(app, person), 403 if whose == "moderator" else 404
    for path in (f"/admin/erase/author/mehr/{ID}", f"/admin/erase/comment/{comment.id}"):
        visitor.get(path, status)
        assert visitor.post(path, sure="y").status_code == status
    assert visitor.post(f"/admin/export/author/mehr/{ID}").status_code == status
    assert WORD in everything()["comment.text"]
    if whose == "moderator":
        assert "/admin/erase/" not in visitor.get(f"/authors/mehr/{ID}")


def test_a_backend_erases_one_comment_and_again_is_the_same(backend: Backend, site: Site) -> None:
    comment = make_waiting(site, WORD, author=KIAN)
    for _ in range(2):
        answer = backend.call("POST", f"/v1/comments/{comment.id}/erase")
        assert (answer.status_code, answer.json["erased"], answer.json["status"]) == (200, True, "withdrawn")
    assert places_of(WORD) == set()
    other = make_waiting(make_site("jam").site)
    assert backend.call("POST", f"/v1/comments/{other.id}/erase").status_code == 404
