"""Navid brings a list in as CSV: he sees what was refused and what it would have hit before anything changes."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from moderation import word_lists
from moderation.db import db
from moderation.models import Role, Site
from moderation.policy import lists_of
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.word_csv import LARGEST_FILE
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_waiting

NAME = "رکیک"
WORDS = SiteList(NAME, (SiteWord("زاغارت"), SiteWord("سوسیس", Kind.SUSPECT)))
FILE = "واژه,نوع,گونه\nشلغم,block,word\n!!,block,word\nزاغارت,block,word\nزاغارت,suspect,word\nخر(,block,pattern\nسیب,allow,word\n"


@pytest.fixture
def navid(app: Flask, site: Site) -> Visitor:
    return signed_in(app, make_person("navid", site, role=Role.EDITOR))


def send(visitor: Visitor, content: str | bytes, **fields: object) -> TestResponse:
    """Send a file as a browser does; the form's bytes are made here, as the test client leaves large ones in open files."""
    raw = content.encode() if isinstance(content, str) else content
    named = {"csrf_token": visitor.token(), "name": NAME, "mode": "add", "kind": "block", **fields}
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in named.items()
    ]
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'
    body = "".join([*parts, file]).encode() + raw + b"\r\n--x--\r\n"
    return visitor.client.post("/admin/words/mehr/import", data=body, content_type="multipart/form-data; boundary=x")


def report(visitor: Visitor, content: str | bytes, **fields: object) -> tuple[str, str]:
    """The address and the page of a file's report."""
    answer = send(visitor, content, **fields)
    assert answer.status_code == 303, answer.text
    return answer.location, visitor.get(answer.location)


def figures(page: str) -> dict[str, str]:
    return dict(re.findall(r"<div><dt>([^<]+)</dt><dd[^>]*>([^<]+)</dd></div>", page))


def seen_in(page: str) -> str:
    return re.findall('name="seen" value="([0-9a-f]*)"', page)[0]


def entries(site: Site) -> tuple[SiteWord, ...]:
    db.session.expire_all()
    return next((one.entries for one in lists_of(site.id) if one.name == NAME), ())


def test_a_file_is_reported_looked_at_and_then_added(navid: Visitor, site: Site) -> None:
    make_waiting(site, "شلغم و سیب و زاغارت")
    word_lists.put_list(site.id, WORDS)
    place, page = report(navid, FILE)
    assert figures(page) == {
        "پذیرفته": "۲", "تازه": "۲", "عوض‌شده": "۰", "برداشته": "۰", "دوباره": "۱", "نپذیرفته": "۳"
    }  # fmt: skip
    for line, why in (
        ("۳", "هیچ حرف یا رقمی ندارد"),
        ("۵", "در فهرست هست (ممنوع)"),
        ("۶", "الگو نادرست است: پرانتزی باز شده"),
    ):
        assert re.search(rf"<td>{line}</td><td><bdi>[^<]*</bdi></td><td class=\"answer\">{re.escape(why)}", page), line
    assert "از ۱ دیدگاه آخر، ۱ دیدگاه را می‌گیرد" in page
    assert entries(site) == WORDS.entries, "nothing is stored yet"
    assert figures(navid.get(place)) == figures(page), "the page may be opened again"
    assert navid.post(place, seen=seen_in(page)).status_code == 303
    assert entries(site) == (*WORDS.entries, SiteWord("شلغم"), SiteWord("سیب", Kind.ALLOW))
    navid.get(place, status=404)


def test_a_file_that_replaces_tells_what_changes_and_what_goes(navid: Visitor, site: Site) -> None:
    word_lists.put_list(site.id, WORDS)
    place, page = report(navid, "زاغارت,suspect\nشلغم\n", mode="replace")
    told = figures(page)
    assert (told["تازه"], told["عوض‌شده"], told["برداشته"]) == ("۱", "۱", "۱")
    navid.post(place, seen=seen_in(page))
    assert entries(site) == (SiteWord("زاغارت", Kind.SUSPECT), SiteWord("شلغم"))


def test_a_file_makes_a_new_list(navid: Visitor, site: Site) -> None:
    place, page = report(navid, "زاغارت\n", kind="suspect")
    assert "فهرست تازه‌ای می‌شود" in page
    navid.post(place, seen=seen_in(page))
    assert entries(site) == (SiteWord("زاغارت", Kind.SUSPECT),)


def test_a_list_that_changed_since_the_report_is_not_overwritten(navid: Visitor, site: Site) -> None:
    word_lists.put_list(site.id, WORDS)
    place, page = report(navid, "شلغم\n", mode="add")
    other = SiteList(NAME, (*WORDS.entries, SiteWord("کلم")))
    word_lists.put_list(site.id, other)
    late = navid.post(place, seen=seen_in(page))
    assert late.status_code == 409
    assert "این فهرست در این میان عوض شد" in late.text
    assert entries(site) == other.entries
    assert navid.post(place, seen=seen_in(late.text)).status_code == 303
    assert entries(site) == (*other.entries, SiteWord("شلغم"))


def test_a_file_that_says_nothing_new_says_so(navid: Visitor, site: Site) -> None:
    word_lists.put_list(site.id, WORDS)
    _, page = report(navid, "زاغارت\n")
    assert "چیزی را در فهرست عوض نمی‌کند" in page


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "پرونده‌ای برگزینید"),
        (b"PK\x03\x04\x14\x00\x00\x00xl/workbook.xml", "پرونده متن نیست"),
        ("واژه\n".encode("utf-16-le"), "پرونده متن نیست"),
        ("\n".join(f"واژه{n}" for n in range(100_000)), "بیش از 50000 سطر"),
        ("a" * 200_000, "خوانا نیست"),
        (b"x" * (LARGEST_FILE + 1), "از 16 مبی‌بایت بزرگ‌تر است"),
    ],
)
def test_a_hostile_file_gets_a_clear_answer(navid: Visitor, site: Site, content: str | bytes, told: str) -> None:
    answer = send(navid, content)
    assert answer.status_code == 422
    assert told in answer.text
    assert entries(site) == ()


def test_a_file_of_50_megabytes_gets_a_clear_answer(navid: Visitor) -> None:
    answer = send(navid, b"x" * 50_000_000)
    assert answer.status_code == 413
    assert "پروندهٔ فهرست تا ۱۶ مبی‌بایت جا دارد" in answer.text


def test_a_file_in_an_unknown_encoding_is_read_with_a_warning(navid: Visitor) -> None:
    _, page = report(navid, "كاريكاتور\n".encode("windows-1256"))
    assert "به صورت Windows-1256 خوانده شد" in page
    assert "كاريكاتور" in page


def test_formulas_come_in_as_words(navid: Visitor, site: Site) -> None:
    place, page = report(navid, "'=HYPERLINK(1)\n=cmd|' /C calc'!A0\n")
    navid.post(place, seen=seen_in(page))
    assert [word.text for word in entries(site)] == ["=HYPERLINK(1)", "=cmd|' /C calc'!A0"]


def test_many_refused_lines_are_counted_and_the_first_are_named(navid: Visitor) -> None:
    _, page = report(navid, "!!\n" * 250 + "شلغم\n")
    assert figures(page)["نپذیرفته"] == "۲۵۰"
    assert "۲۰۰ تا از ۲۵۰" in page


def test_nobody_else_sees_what_was_sent(app: Flask, navid: Visitor, site: Site) -> None:
    place, _ = report(navid, "شلغم\n")
    mina = signed_in(app, make_person("mina", site, role=Role.EDITOR))
    mina.get(place, status=404)
    assert mina.post(place, seen="").status_code == 404
    assert entries(site) == ()
